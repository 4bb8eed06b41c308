using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;

namespace Pile;

/// <summary>Matching of datasets in code, and reading of what was matched.</summary>
public static class DatasetMatching
{
    /// <summary>Finds the pairs of two datasets by position; both may be the same one, and then every row also pairs with itself.</summary>
    /// <param name="a">One dataset.</param>
    /// <param name="b">The other.</param>
    /// <param name="radiusArcsec">The largest separation, inclusive, in arcseconds; 0 to 648,000.</param>
    /// <param name="find">Which partners count.</param>
    /// <param name="cancellationToken">Ends the match.</param>
    /// <returns>The pairs, sorted by position and id of <paramref name="a"/>. For filters, joins and columns carried along see
    /// <see cref="CrossMatcher"/>.</returns>
    /// <exception cref="ArgumentException">The radius is no angle.</exception>
    /// <exception cref="PileException">A dataset cannot be read.</exception>
    public static Task<MatchTable> CrossMatchAsync(this Dataset a, Dataset b, double radiusArcsec, MatchFind find = MatchFind.All,
        CancellationToken cancellationToken = default) =>
        CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b), new CrossMatchOptions { RadiusArcsec = radiusArcsec, Find = find },
            cancellationToken);

    /// <summary>Matches two datasets, to be read together.</summary>
    /// <param name="a">One dataset.</param>
    /// <param name="b">The other.</param>
    /// <param name="options">What is asked of the match: an inner one. Columns that are carried along can be filtered and sorted
    /// by.</param>
    /// <param name="cancellationToken">Ends the match.</param>
    /// <returns>The pairs with the rows of both sides, to be disposed.</returns>
    /// <exception cref="ArgumentException">The options contradict themselves, or are not those of an inner match.</exception>
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
    /// <param name="a">The dataset that was A.</param>
    /// <param name="b">The dataset that was B.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="ArgumentException">The match has rows of A alone, or was made of other datasets.</exception>
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
