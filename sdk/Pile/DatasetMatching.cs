using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Writing;

namespace Pile;

/// <summary>Matches datasets, and opens or writes the matched rows.</summary>
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
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b),
            new CrossMatchOptions { RadiusArcsec = radiusArcsec, Find = find }, cancellationToken);
    }

    /// <summary>Opens the rows of both sides of a match. They are located once, here: by the positions in the match, or by their ids if
    /// it has none.</summary>
    /// <param name="pairs">An inner match of two datasets, also a filtered or sorted one; may be disposed afterwards.</param>
    /// <param name="a">The columns of A, heavy ones included, such as <c>images.Query().Columns("image_array")</c>; without
    /// <see cref="Query.Columns"/> all columns.</param>
    /// <param name="b">The columns of B.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>The pairs in their order, with the columns <c>a_…</c> and <c>b_…</c>, <c>separation_arcsec</c>, and <c>dt_days</c> and
    /// <c>position_angle_deg</c> if the match has them. They use about 60 bytes of memory for each pair.</returns>
    /// <exception cref="ArgumentException">The match has rows without a partner, or is a match of groups; it was made with other datasets;
    /// or a query has conditions, which must be set for the match.</exception>
    /// <exception cref="PileException">A dataset cannot be read.</exception>
    public static Task<MatchedRows> OpenRowsAsync(this MatchTable pairs, Query a, Query b, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return MatchAlignment.OfPairsAsync(pairs, a, b, cancellationToken);
    }

    /// <summary>Matches several datasets with one of them, and opens the rows with a partner in every dataset.</summary>
    /// <param name="anchor">The dataset with which the others are matched, the rows that take part, and its columns.</param>
    /// <param name="others">At least one other dataset: each row of the anchor gets the nearest row of each. Their conditions apply before
    /// the nearest row is chosen.</param>
    /// <param name="radiusArcsec">The largest separation from the anchor, inclusive, in arcseconds.</param>
    /// <param name="cancellationToken">Cancels matches and look-ups.</param>
    /// <returns>A row for each row of the anchor with partners in all datasets, in the order of its index. The columns are <c>a_…</c> of
    /// the anchor, <c>b_…</c>, <c>c_…</c> of the others, and <c>ab_separation_arcsec</c>, <c>ac_separation_arcsec</c>, ….</returns>
    /// <exception cref="ArgumentException">There is no other dataset, or more than 25; the radius is out of range; or a condition is not a
    /// valid SQL expression.</exception>
    /// <exception cref="PileException">A dataset cannot be read.</exception>
    public static Task<MatchedRows> OpenMatchesAsync(this Query anchor, IEnumerable<Query> others, double radiusArcsec,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(anchor);
        ArgumentNullException.ThrowIfNull(others);
        Query[] sides = [.. others];
        if (sides.Contains(null!))
            throw new ArgumentNullException(nameof(others), "A query is null.");
        if (sides.Length is 0 or > 25)
            throw new ArgumentException($"The number of other datasets must be from 1 to 25; it is {sides.Length}.", nameof(others));
        return MatchAlignment.OfNearestAsync(anchor, sides, radiusArcsec, cancellationToken);
    }

    /// <summary>Writes a match as a dataset: a row for each pair, all stored columns of both sides as <c>a_&lt;name&gt;</c> and
    /// <c>b_&lt;name&gt;</c>, the position of A, and the provenance of both. A match without pairs is a dataset without rows.</summary>
    /// <param name="pairs">An inner match of the two datasets, also a filtered or sorted one.</param>
    /// <param name="a">The dataset that was side A of the match.</param>
    /// <param name="b">The dataset that was side B; the same one if it was matched with itself.</param>
    /// <param name="folder">The folder of the dataset, which must not exist unless <see cref="WriterSettings.Replace"/> is set.</param>
    /// <param name="name">The dataset's name; null for both names joined.</param>
    /// <param name="settings">How it is written; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the writing, and leaves no output.</param>
    /// <remarks><c>object_id</c> is the number of the pair, from 0 in the order of the match. Aliases are kept under their names with the
    /// prefix.</remarks>
    /// <exception cref="OutputExistsException">The folder exists.</exception>
    /// <exception cref="ArgumentException">The match has rows without a partner, or is a match of groups; it was made with other datasets;
    /// or the dataset would replace a side.</exception>
    /// <exception cref="PileException">A dataset cannot be read.</exception>
    public static Task<BuildSummary> WriteDatasetAsync(this MatchTable pairs, Dataset a, Dataset b, string folder, string? name = null,
        WriterSettings? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(folder);
        return new MatchedDatasetWriter(pairs, a, b).WriteAsync(folder, name, settings ?? new(), cancellationToken);
    }
}
