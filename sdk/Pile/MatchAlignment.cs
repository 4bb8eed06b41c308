using System.Collections.Immutable;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Streaming;

namespace Pile;

/// <summary>Aligns the rows of two or more matched datasets.</summary>
internal static class MatchAlignment
{
    // Columns of a pair besides ids and positions.
    private static readonly string[] PairColumns = [.. MatchColumns.SeparationNames, "dt_days", "position_angle_deg"],
        Needed = ["a_object_id", "a_ra", "a_dec", .. PairColumns];

    /// <summary>Aligns the rows of both sides of an inner match.</summary>
    internal static async Task<MatchedRows> OfPairsAsync(MatchTable pairs, Query a, Query b, CancellationToken cancellationToken)
    {
        MatchedPairs.RequireInner(pairs);
        PositionedRows all = await MatchedPairs.ReadAllAsync(pairs, a.Dataset, b.Dataset, Needed, cancellationToken).ConfigureAwait(false);
        return Align(all.Rows, [(a, all.PositionsA), (b, all.PositionsB)],
            all.Rows.Columns.Where(c => PairColumns.Contains(c.Schema.Name)));
    }

    /// <summary>Matches the nearest row of every other dataset with each row of the first, and aligns complete rows.</summary>
    internal static async Task<MatchedRows> OfNearestAsync(Query anchor, Query[] sides, double radiusArcsec,
        CancellationToken cancellationToken)
    {
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

    private static MatchedRows Align(RowBatch anchor, (Query Query, ReadOnlyMemory<long> Positions)[] sides, IEnumerable<ColumnData> more)
    {
        ImmutableArray<ImmutableArray<long>> positions = [.. sides.Select(side => side.Positions.Span.ToImmutableArray())];
        List<(string Prefix, StreamSource Source)> parts =
            [.. sides.Select((side, i) => ($"{Letter(i)}_", StreamSource.At(side.Query, positions[i])))];
        parts.Add(("", StreamSource.Of(new RowBatch(more))));
        (string lon, string lat) = anchor.Find("a_ra") is null ? ("a_lon", "a_lat") : ("a_ra", "a_dec");
        return new MatchedRows(StreamSource.Align(parts), positions, anchor["a_object_id"], Degrees(lon), Degrees(lat));

        double[] Degrees(string name) => ((ColumnData<double>)anchor[name]).Values.ToArray();
    }

    private static ColumnData Renamed(ColumnData column, string name) => column.WithSchema(column.Schema with { Name = name });

    private static char Letter(int side) => (char)('a' + side);
}
