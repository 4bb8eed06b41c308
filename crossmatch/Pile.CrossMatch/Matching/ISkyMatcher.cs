namespace Pile.CrossMatch.Matching;

/// <summary>Finds the pairs of two sides within a radius. <see cref="SkyMatcher"/> is Pile's own; another one may take its place.</summary>
/// <remarks>
/// What every implementation promises: the pairs are exactly those whose <see cref="Sky.Separation"/> is at most the radius, each once;
/// blocks
/// come in the order of a's rows and cover all of them; the same sides give the same pairs in the same order, whatever the number of
/// workers.
/// </remarks>
/// <example>
/// One that looks at every pair:
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
/// It is given to a match as <see cref="CrossMatchOptions.Matcher"/>.
/// </example>
internal interface ISkyMatcher
{
    /// <summary>Finds all pairs, block by block; no more than a few blocks are ahead of the caller.</summary>
    /// <param name="a">The first side.</param>
    /// <param name="b">The second side.</param>
    /// <param name="options">Radius and threads.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Blocks; each is the caller's until the next one is asked for.</returns>
    IEnumerable<PairBlock> Match(SortedPositions a, SortedPositions b, SkyMatchOptions options,
        CancellationToken cancellationToken = default);
}
