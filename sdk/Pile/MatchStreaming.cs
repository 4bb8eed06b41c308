using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Streaming;

namespace Pile;

/// <summary>Streaming of matched rows: an image here, a spectrum there and a light curve, aligned in one batch.</summary>
public static class MatchStreaming
{
    // Of what a match says of a pair, beside ids and positions.
    private static readonly string[] PairColumns = ["separation_arcsec", "dt_days", "position_angle_deg"];

    /// <summary>Makes the rows of a match ready for streaming. Where they lie is looked up once, here, by their ids.</summary>
    /// <param name="pairs">An inner match of two datasets; may be disposed afterwards.</param>
    /// <param name="a">The columns of A, heavy ones included, as <c>images.Query().Columns("image_array")</c>; without <see cref="Query.Columns"/> all of them.</param>
    /// <param name="b">The columns of B.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <returns>The pairs in their order, with the columns <c>a_…</c> and <c>b_…</c>, <c>separation_arcsec</c>, and where the match has them <c>dt_days</c> and <c>position_angle_deg</c>.</returns>
    /// <exception cref="ArgumentException">The match has rows without a partner, or is one of groups; it was made of other datasets; or a query has conditions: those belong to the match.</exception>
    /// <exception cref="PileException">A dataset cannot be read.</exception>
    public static async Task<MatchStream> StreamAsync(this MatchTable pairs, Query a, Query b, CancellationToken cancellationToken = default)
    {
        if (!pairs.Columns.Any(c => c.Name == "b_object_id") || pairs.Columns.First(c => c.Name == "separation_arcsec").Nullable)
            throw new ArgumentException("Rows of both sides stand together in an inner match of two datasets alone: join inner, and not groups.", nameof(pairs));
        RowBatch all = await AllAsync(pairs, cancellationToken).ConfigureAwait(false);
        return await AlignAsync(all, [(a, all["a_object_id"]), (b, all["b_object_id"])], all.Columns.Where(c => PairColumns.Contains(c.Schema.Name)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Matches several datasets with one of them, and makes the rows of those that have a partner in every one ready for streaming.</summary>
    /// <param name="anchor">The dataset that the others are matched with, which of its rows take part, and its columns.</param>
    /// <param name="others">The others, one at least: a row of the anchor gets the nearest row of each. Their conditions hold before the nearest is chosen.</param>
    /// <param name="radiusArcsec">The largest separation from the anchor, inclusive, in arcseconds.</param>
    /// <param name="cancellationToken">Ends matches and look-ups.</param>
    /// <returns>A row for each row of the anchor that has them all, in the order of its index, with the columns <c>a_…</c> of the anchor, <c>b_…</c>, <c>c_…</c> of the others, and <c>ab_separation_arcsec</c>, <c>ac_separation_arcsec</c>, ….</returns>
    /// <exception cref="ArgumentException">There is no other dataset, or more than 25; the radius is no angle; or a condition is no expression.</exception>
    /// <exception cref="PileException">A dataset cannot be read.</exception>
    public static async Task<MatchStream> StreamMatchesAsync(this Query anchor, IEnumerable<Query> others, double radiusArcsec, CancellationToken cancellationToken = default)
    {
        Query[] sides = [.. others];
        if (sides.Length is 0 or > 25)
            throw new ArgumentException($"A dataset is matched with one to 25 others, not with {sides.Length}.", nameof(others));
        List<RowBatch> matches = [];
        foreach (Query side in sides)
        {
            CrossMatchOptions options = new() { RadiusArcsec = radiusArcsec, Find = MatchFind.Nearest };
            using MatchTable pairs = await CrossMatcher.MatchAsync(Side(anchor), Side(side), options, cancellationToken).ConfigureAwait(false);
            matches.Add(await AllAsync(pairs, cancellationToken).ConfigureAwait(false));
        }

        // A row of the anchor stands in a match of nearest ones once at most.
        Dictionary<ObjectId, int>[] rowOf = [.. matches.Select(m => IdsOf(m["a_object_id"]).Select((id, row) => (id, row)).ToDictionary(p => p.id, p => p.row))];
        ObjectId[] complete = [.. IdsOf(matches[0]["a_object_id"]).Where(id => rowOf.All(rows => rows.ContainsKey(id)))];
        for (int i = 0; i < matches.Count; i++)
        {
            int[] rows = [.. complete.Select(id => rowOf[i][id])];
            matches[i] = new RowBatch(matches[i].Columns.Select(c => c.Take(rows)));
        }
        return await AlignAsync(matches[0], [(anchor.ColumnsOnly(), matches[0]["a_object_id"]), .. sides.Select((side, i) => (side.ColumnsOnly(), matches[i]["b_object_id"]))],
            matches.Select((m, i) => Renamed(m["separation_arcsec"], $"a{Letter(i + 1)}_separation_arcsec")), cancellationToken).ConfigureAwait(false);
    }

    // The columns that are streamed may be heavy; a match asks for its own.
    private static DatasetSide Side(Query query) => new(query.Dataset, query.Columns("object_id"));

    private static async Task<MatchStream> AlignAsync(RowBatch anchor, (Query Query, ColumnData Ids)[] sides, IEnumerable<ColumnData> more, CancellationToken cancellationToken)
    {
        List<(string Prefix, StreamSource Source)> parts = [];
        for (int i = 0; i < sides.Length; i++)
            parts.Add(($"{Letter(i)}_", StreamSource.At(sides[i].Query, await PlacesAsync(sides[i].Query.Dataset, IdsOf(sides[i].Ids), cancellationToken).ConfigureAwait(false))));
        parts.Add(("", StreamSource.Of(new RowBatch(more))));
        return new MatchStream(StreamSource.Align(parts), anchor["a_object_id"], Degrees("a_ra"), Degrees("a_dec"));

        double[] Degrees(string name) => ((ColumnData<double>)anchor[name]).Values.ToArray();
    }

    /// <summary>Finds where rows stand in the index, by their ids: a question for the ids that are there, and one for their places.</summary>
    private static async Task<long[]> PlacesAsync(Dataset dataset, ObjectId[] ids, CancellationToken cancellationToken)
    {
        Query rows = dataset.Query().Ids(ids.Distinct()).Columns("object_id");
        long[] places = await dataset.PositionsAsync(rows, cancellationToken).ConfigureAwait(false);
        Dictionary<ObjectId, long> placeOf = new(places.Length);
        await foreach (RowBatch batch in dataset.QueryAsync(rows, cancellationToken).ConfigureAwait(false))
            foreach (ObjectId id in IdsOf(batch["object_id"]))
                placeOf.Add(id, places[placeOf.Count]);
        return [.. ids.Select(id => placeOf.TryGetValue(id, out long place) ? place
            : throw new ArgumentException($"Dataset '{dataset.Address}' has no row with object_id {id}: the match was made of another one, or of another version of it."))];
    }

    private static async Task<RowBatch> AllAsync(MatchTable pairs, CancellationToken cancellationToken)
    {
        string[] needed = ["a_object_id", "b_object_id", "a_ra", "a_dec", .. PairColumns];
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in pairs.ReadAsync(cancellationToken).ConfigureAwait(false))
            batches.Add(batch);
        return new RowBatch(needed.Where(name => batches[0].Find(name) is not null).Select(name => ColumnData.Concat([.. batches.Select(b => b[name])])));
    }

    private static ObjectId[] IdsOf(ColumnData column) => [.. Enumerable.Range(0, column.RowCount).Select(row => DatasetMatching.IdAt(column, row))];

    private static ColumnData Renamed(ColumnData column, string name) => column.WithSchema(column.Schema with { Name = name });

    private static char Letter(int side) => (char)('a' + side);
}
