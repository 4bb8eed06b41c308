namespace Pile.CrossMatch.Matching;

/// <summary>Finds the pairs on the earth within a geodesic distance, among candidates within a larger radius on the sphere of the
/// index.</summary>
/// <remarks>The separation of a pair is then its distance as <see cref="EarthDistance"/> stores it.</remarks>
internal sealed class GeodesicSearch(IPairSearch candidates, SortedPositions a, SortedPositions b, double radiusM) : IPairSearch
{
    public IPairSearcher CreateSearcher() => new Searcher(candidates.CreateSearcher(), a, b, radiusM);

    private sealed class Searcher(IPairSearcher candidates, SortedPositions a, SortedPositions b, double radiusM) : IPairSearcher
    {
        public int Find(int firstRow, int endRow, PairBuffer pairs, CancellationToken cancellationToken)
        {
            int end = candidates.Find(firstRow, endRow, pairs, cancellationToken);
            (int[] rowA, int[] rowB, double[] separation) = (pairs.RowA, pairs.RowB, pairs.SeparationArcsec);
            int kept = 0, first = 0, count = pairs.Count;
            for (int i = 0; i < count; i++)
            {
                (double lonA, double latA) = a.At(rowA[i]);
                (double lonB, double latB) = b.At(rowB[i]);
                double distanceM = EarthDistance.Metres(lonA, latA, lonB, latB);
                if (distanceM <= radiusM)
                {
                    if (kept > first && rowA[first] != rowA[i])
                        first = kept;
                    (int row, int partner, double value) = (rowA[i], rowB[i], distanceM / EarthDistance.MPerArcsec);
                    // Candidates are in the order of angles on the sphere, from which that of distances hardly differs.
                    int at = kept++;
                    for (; at > first && (value, partner).CompareTo((separation[at - 1], rowB[at - 1])) < 0; at--)
                        (rowB[at], separation[at]) = (rowB[at - 1], separation[at - 1]);
                    (rowA[kept - 1], rowB[at], separation[at]) = (row, partner, value);
                }
                if ((i & 0xFFFF) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
            }
            pairs.Count = kept;
            return end;
        }
    }
}
