namespace Pile.CrossMatch.Matching;

/// <summary>Finds the pairs of two sides within a radius. The default implementation is <see cref="SkyMatcher"/>.</summary>
/// <remarks>
/// Every implementation must return exactly the pairs whose <see cref="Sky.Separation"/> is at most the radius, each once. Blocks are in
/// the order of the rows of a, and cover all of them. The same sides give the same pairs in the same order for any number of workers.
/// </remarks>
/// <example>
/// A matcher that compares every pair:
/// <code>
/// sealed class EveryPairMatcher : ISkyMatcher
/// {
///     public IEnumerable&lt;PairBlock&gt; Match(SortedPositions a, SortedPositions b, SkyMatchOptions options, CancellationToken
/// cancellationToken = default)
///     {
///         for (int chunk = 0; chunk &lt; a.ChunkCount; chunk++)
///         {
///             List&lt;(int RowA, double SeparationArcsec, int RowB)&gt; pairs = [];
///             int firstRow = chunk * SortedPositions.ChunkRows, rows = a.RaDeg(chunk).Length;
///             for (int i = 0; i &lt; rows; i++)
///                 for (int j = 0; j &lt; b.Count; j++)
///                 {
///                     int chunkB = j / SortedPositions.ChunkRows, k = j % SortedPositions.ChunkRows;
///                     double separation = Separation.Arcsec(a.RaDeg(chunk)[i], a.DecDeg(chunk)[i], b.RaDeg(chunkB)[k],
/// b.DecDeg(chunkB)[k]);
///                     if (separation &lt;= options.RadiusArcsec)
///                         pairs.Add((firstRow + i, separation, j));
///                 }
///             pairs.Sort();
///             yield return new PairBlock(pairs.Select(p =&gt; p.RowA).ToArray(), pairs.Select(p =&gt; p.RowB).ToArray(),
///                 pairs.Select(p =&gt; p.SeparationArcsec).ToArray(), firstRow, firstRow + rows);
///         }
///     }
/// }
/// </code>
/// Set it as <see cref="CrossMatchOptions.Matcher"/>.
/// </example>
internal interface ISkyMatcher
{
    /// <summary>Finds all pairs, block by block. Only a few blocks are computed ahead of the caller.</summary>
    /// <param name="a">The first side.</param>
    /// <param name="b">The second side.</param>
    /// <param name="options">The radius and the number of threads.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The blocks. Each is valid until the next one is requested.</returns>
    IEnumerable<PairBlock> Match(SortedPositions a, SortedPositions b, SkyMatchOptions options,
        CancellationToken cancellationToken = default);
}
