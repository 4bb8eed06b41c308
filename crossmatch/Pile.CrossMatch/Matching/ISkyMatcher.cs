namespace Pile.CrossMatch.Matching;

/// <summary>Finds the pairs of two sides within a radius. <see cref="SkyMatcher"/> is Pile's own; another one may take its place.</summary>
/// <remarks>
/// What every implementation promises: the pairs are exactly those whose <see cref="Sky.Separation"/> is at most the radius, each once; blocks
/// come in the order of a's rows and cover all of them; the same sides give the same pairs in the same order, whatever the number of workers.
/// </remarks>
public interface ISkyMatcher
{
    /// <summary>Finds all pairs, block by block; no more than a few blocks are ahead of the caller.</summary>
    /// <param name="a">The first side.</param>
    /// <param name="b">The second side.</param>
    /// <param name="options">Radius and threads.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Blocks; each is the caller's until the next one is asked for.</returns>
    IEnumerable<PairBlock> Match(SortedPositions a, SortedPositions b, SkyMatchOptions options, CancellationToken cancellationToken = default);
}
