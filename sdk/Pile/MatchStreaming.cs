using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Streaming;

namespace Pile;

/// <summary>Streams matched rows: for example an image, a spectrum and a light curve, aligned in one batch.</summary>
public static class MatchStreaming
{
    // Columns of a pair besides ids and positions.
    private static readonly string[] PairColumns = ["separation_arcsec", "dt_days", "position_angle_deg"],
        Needed = ["a_object_id", "a_ra", "a_dec", .. PairColumns];

    /// <summary>Prepares the rows of a match for streaming. They are located once, here: by the positions in the match, or by their ids if
    /// it has none.</summary>
    /// <param name="pairs">An inner match of two datasets; may be disposed afterwards.</param>
    /// <param name="a">The columns of A, heavy ones included, such as <c>images.Query().Columns("image_array")</c>; without
    /// <see cref="Query.Columns"/> all columns.</param>
    /// <param name="b">The columns of B.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>The pairs in their order, with the columns <c>a_…</c> and <c>b_…</c>, <c>separation_arcsec</c>, and <c>dt_days</c> and
    /// <c>position_angle_deg</c> if the match has them.</returns>
    /// <exception cref="ArgumentException">The match has rows without a partner, or is a match of groups; it was made with other datasets;
    /// or a query has conditions, which must be set for the match.</exception>
    /// <exception cref="PileException">A dataset cannot be read.</exception>
    public static async Task<MatchStream> StreamAsync(this MatchTable pairs, Query a, Query b,
        CancellationToken cancellationToken = default)
    {
        MatchedPairs.RequireInner(pairs);
        PositionedRows all = await MatchedPairs.ReadAllAsync(pairs, a.Dataset, b.Dataset, Needed, cancellationToken).ConfigureAwait(false);
        return Align(all.Rows, [(a, all.PositionsA), (b, all.PositionsB)],
            all.Rows.Columns.Where(c => PairColumns.Contains(c.Schema.Name)));
    }

    /// <summary>Matches several datasets with one of them, and prepares the rows with a partner in every dataset for streaming.</summary>
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
    public static async Task<MatchStream> StreamMatchesAsync(this Query anchor, IEnumerable<Query> others, double radiusArcsec,
        CancellationToken cancellationToken = default)
    {
        Query[] sides = [.. others];
        if (sides.Length is 0 or > 25)
            throw new ArgumentException($"The number of other datasets must be from 1 to 25; it is {sides.Length}.", nameof(others));
        List<PositionedRows> matches = [];
        foreach (Query side in sides)
        {
            CrossMatchOptions options = new() { RadiusArcsec = radiusArcsec, Find = MatchFind.Nearest };
            using MatchTable pairs = await CrossMatcher.MatchAsync(Side(anchor), Side(side), options, cancellationToken)
                .ConfigureAwait(false);
            matches.Add(await MatchedPairs.ReadAllAsync(pairs, anchor.Dataset, side.Dataset, Needed, cancellationToken)
                .ConfigureAwait(false));
        }

        // In a match of nearest rows, a row of the anchor occurs at most once.
        Dictionary<long, int>[] rowOf = [.. matches.Select(m => m.PositionsA.ToArray().Index().ToDictionary(p => p.Item, p => p.Index))];
        long[] complete = [.. matches[0].PositionsA.ToArray().Where(position => rowOf.All(rows => rows.ContainsKey(position)))];
        for (int i = 0; i < matches.Count; i++)
        {
            int[] rows = [.. complete.Select(position => rowOf[i][position])];
            ReadOnlyMemory<long> all = matches[i].PositionsB;
            matches[i] = new PositionedRows(new RowBatch(matches[i].Rows.Columns.Select(c => c.Take(rows))), complete,
                rows.Select(row => all.Span[row]).ToArray());
        }
        return Align(matches[0].Rows, [(anchor.ColumnsOnly(), complete),
            .. sides.Select((side, i) => (side.ColumnsOnly(), matches[i].PositionsB))],
            matches.Select((m, i) => Renamed(m.Rows["separation_arcsec"], $"a{Letter(i + 1)}_separation_arcsec")));
    }

    // The streamed columns may be heavy; the match needs only ids and positions.
    private static DatasetSide Side(Query query) => new(query.Dataset, query.Columns("object_id"));

    private static MatchStream Align(RowBatch anchor, (Query Query, ReadOnlyMemory<long> Positions)[] sides, IEnumerable<ColumnData> more)
    {
        List<(string Prefix, StreamSource Source)> parts = [];
        for (int i = 0; i < sides.Length; i++)
            parts.Add(($"{Letter(i)}_", StreamSource.At(sides[i].Query, sides[i].Positions.ToArray())));
        parts.Add(("", StreamSource.Of(new RowBatch(more))));
        return new MatchStream(StreamSource.Align(parts), anchor["a_object_id"], Degrees("a_ra"), Degrees("a_dec"));

        double[] Degrees(string name) => ((ColumnData<double>)anchor[name]).Values.ToArray();
    }

    private static ColumnData Renamed(ColumnData column, string name) => column.WithSchema(column.Schema with { Name = name });

    private static char Letter(int side) => (char)('a' + side);
}
