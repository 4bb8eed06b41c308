using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;

namespace Pile;

/// <summary>Matches datasets and opens the matched rows.</summary>
public static class DatasetMatching
{
    /// <summary>Finds the pairs of two datasets by position. Both may be the same dataset; then every row also pairs with itself.</summary>
    /// <param name="a">One dataset.</param>
    /// <param name="b">The other dataset.</param>
    /// <param name="radiusArcsec">The largest separation, inclusive, in arcseconds; 0 to 648,000.</param>
    /// <param name="find">Which partners are returned.</param>
    /// <param name="cancellationToken">Cancels the match.</param>
    /// <returns>The pairs, sorted by position and id of <paramref name="a"/>. <see cref="CrossMatcher"/> also supports filters, joins and
    /// carried columns.</returns>
    /// <exception cref="ArgumentException">The radius is out of range.</exception>
    /// <exception cref="PileException">A dataset cannot be read.</exception>
    public static Task<MatchTable> CrossMatchAsync(this Dataset a, Dataset b, double radiusArcsec, MatchFind find = MatchFind.All,
        CancellationToken cancellationToken = default) =>
        CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b), new CrossMatchOptions { RadiusArcsec = radiusArcsec, Find = find },
            cancellationToken);

    /// <summary>Matches two datasets to read their rows together.</summary>
    /// <param name="a">One dataset.</param>
    /// <param name="b">The other dataset.</param>
    /// <param name="options">The options of an inner match. Pairs can be filtered and sorted by carried columns.</param>
    /// <param name="cancellationToken">Cancels the match.</param>
    /// <returns>The pairs with the rows of both sides, to be disposed.</returns>
    /// <exception cref="ArgumentException">The options are contradictory, or not those of an inner match.</exception>
    /// <exception cref="PileException">A dataset cannot be read.</exception>
    public static async Task<MatchedDataset> MatchWithAsync(this Dataset a, Dataset b, CrossMatchOptions options,
        CancellationToken cancellationToken = default)
    {
        MatchTable pairs = await CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b), options, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return MatchedDataset.Of(pairs, a, b);
        }
        catch
        {
            pairs.Dispose();
            throw;
        }
    }

    /// <summary>Opens the rows of both sides of a match: row i of either reader belongs to pair i.</summary>
    /// <param name="pairs">An inner match of the two datasets.</param>
    /// <param name="a">The dataset that was side A of the match.</param>
    /// <param name="b">The dataset that was side B of the match.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">The match has rows without a partner, or was made with other datasets.</exception>
    public static async Task<MatchedRows> OpenRowsAsync(this MatchTable pairs, Dataset a, Dataset b,
        CancellationToken cancellationToken = default)
    {
        MatchedPairs.RequireInner(pairs);
        PositionedRows all = await MatchedPairs.ReadAllAsync(pairs, a, b, ["separation_arcsec"], cancellationToken).ConfigureAwait(false);
        return new MatchedRows(
            await a.OpenRowsByPositionAsync(all.PositionsA.ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false),
            await b.OpenRowsByPositionAsync(all.PositionsB.ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false),
            ((ColumnData<double>)all.Rows["separation_arcsec"]).Values);
    }
}
