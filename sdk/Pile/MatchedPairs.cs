using System.Runtime.CompilerServices;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;

namespace Pile;

/// <summary>Locates the rows of a match in both datasets: by the positions in the match, otherwise by their ids.</summary>
internal static class MatchedPairs
{
    // Each look-up plans a statement and reads the row groups of its rows, or passes over the index to find ids.
    private const int MostLookUpRows = 1 << 17, LeastLookUpRows = 8192;
    private const long LookUpBytes = 32 << 20;

    /// <summary>Opens the rows of both sides, in batches of pairs.</summary>
    /// <param name="pairs">An inner match.</param>
    /// <param name="queryA">The columns of A.</param>
    /// <param name="queryB">The columns of B.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    internal static async IAsyncEnumerable<(RowBatch Pairs, RowReader A, RowReader B)> OpenAsync(MatchTable pairs, Query queryA,
        Query queryB,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (Dataset a, Dataset b) = (queryA.Dataset, queryB.Dataset);
        long rowBytes = Math.Max(LightBytes(a) + LightBytes(b), 1);
        int most = (int)Math.Clamp(LookUpBytes / rowBytes, LeastLookUpRows, MostLookUpRows);
        bool hasPositions = await HasPositionsAsync(pairs, a, b, cancellationToken).ConfigureAwait(false);
        List<PositionedRows> waiting = [];
        await foreach (PositionedRows batch in (hasPositions ? pairs.ReadWithPositionsAsync(cancellationToken)
            : pairs.ReadAsync(cancellationToken).Select(rows => new PositionedRows(rows, default, default))).ConfigureAwait(false))
        {
            if (waiting.Count > 0 && waiting.Sum(w => w.Rows.RowCount) + batch.Rows.RowCount > most)
            {
                yield return await OpenAsync(Joined(waiting), hasPositions, queryA, queryB, cancellationToken).ConfigureAwait(false);
                waiting.Clear();
            }
            if (batch.Rows.RowCount > 0)
                waiting.Add(batch);
        }
        if (waiting.Count > 0)
            yield return await OpenAsync(Joined(waiting), hasPositions, queryA, queryB, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<(RowBatch Pairs, RowReader A, RowReader B)> OpenAsync(PositionedRows pairs, bool hasPositions, Query queryA,
        Query queryB, CancellationToken cancellationToken)
    {
        return (pairs.Rows, await RowsOf(queryA, pairs.PositionsA, "a_object_id").ConfigureAwait(false),
            await RowsOf(queryB, pairs.PositionsB, "b_object_id").ConfigureAwait(false));

        Task<RowReader> RowsOf(Query query, ReadOnlyMemory<long> positions, string id) => hasPositions
            ? query.Dataset.OpenRowsByPositionAsync(All(positions), query, cancellationToken: cancellationToken)
            : query.Dataset.OpenRowsByIdAsync(Ids(pairs.Rows[id]), query, cancellationToken: cancellationToken);
    }

    private static async Task<bool> HasPositionsAsync(MatchTable pairs, Dataset a, Dataset b, CancellationToken cancellationToken)
    {
        if (await pairs.HasPositionsInAsync(a, b, cancellationToken).ConfigureAwait(false))
            return true;
        await pairs.RequireSidesAsync(a, b, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private static PositionedRows Joined(List<PositionedRows> batches) => batches.Count == 1 ? batches[0]
        : new(new RowBatch(batches[0].Rows.Columns.Select((_, i) => ColumnData.Concat([.. batches.Select(b => b.Rows.Columns[i])]))),
            Joined(batches.Select(b => b.PositionsA)), Joined(batches.Select(b => b.PositionsB)));

    private static long[] Joined(IEnumerable<ReadOnlyMemory<long>> parts) => [.. parts.SelectMany(All)];

    private static long LightBytes(Dataset dataset) => dataset.Manifest.Columns.Where(c => !c.IsHeavy)
        .Sum(c => (long)(c.DType == DType.String ? c.StringBytes : c.DType.ElementBytes()) * (c.IsRagged ? 1 : c.ElementsPerRow));

    /// <summary>Reads some columns of all pairs, and the positions of their rows in both datasets.</summary>
    /// <param name="pairs">An inner match.</param>
    /// <param name="a">The dataset that was side A of the match.</param>
    /// <param name="b">The dataset that was side B of the match.</param>
    /// <param name="columns">The columns to keep, if the match has them.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    internal static async Task<PositionedRows> ReadAllAsync(MatchTable pairs, Dataset a, Dataset b, IEnumerable<string> columns,
        CancellationToken cancellationToken)
    {
        string[] kept = [.. columns.Where(name => pairs.Columns.Any(c => c.Name == name))];
        List<RowBatch> batches = [];
        if (await HasPositionsAsync(pairs, a, b, cancellationToken).ConfigureAwait(false))
        {
            (long[] positionsA, long[] positionsB) = (new long[pairs.RowCount], new long[pairs.RowCount]);
            int row = 0;
            await foreach (PositionedRows batch in pairs.ReadWithPositionsAsync(cancellationToken).ConfigureAwait(false))
            {
                batches.Add(Kept(batch.Rows));
                batch.PositionsA.CopyTo(positionsA.AsMemory(row));
                batch.PositionsB.CopyTo(positionsB.AsMemory(row));
                row += batch.Rows.RowCount;
            }
            return new PositionedRows(All(), positionsA, positionsB);
        }
        List<ObjectId> idsA = [], idsB = [];
        await foreach (RowBatch batch in pairs.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            batches.Add(Kept(batch));
            idsA.AddRange(Ids(batch["a_object_id"]));
            idsB.AddRange(Ids(batch["b_object_id"]));
        }
        return new PositionedRows(All(), await PositionsAsync(a, idsA, cancellationToken).ConfigureAwait(false),
            await PositionsAsync(b, idsB, cancellationToken).ConfigureAwait(false));

        RowBatch Kept(RowBatch batch) => new(kept.Select(name => batch[name]));
        RowBatch All() => new(kept.Select(name => ColumnData.Concat([.. batches.Select(b => b[name])])));
    }

    /// <summary>Rejects a match with rows without a partner, or a match of groups.</summary>
    internal static void RequireInner(MatchTable pairs)
    {
        if (!pairs.Columns.Any(c => c.Name == "b_object_id")
            || pairs.Columns.FirstOrDefault(c => MatchColumns.SeparationNames.Contains(c.Name)) is not { Nullable: false, IsScalar: true })
            throw new ArgumentException("The match must be an inner match of two datasets, so that each pair has rows of both sides. "
                + "Set CrossMatchOptions.Join to Inner, and do not match groups or nest partners. For several datasets use "
                + "OpenMatchesAsync.",
                nameof(pairs));
    }

    // Two queries: one for the ids that exist, one for their positions.
    private static async Task<long[]> PositionsAsync(Dataset dataset, List<ObjectId> ids, CancellationToken cancellationToken)
    {
        Query rows = dataset.Query().Ids(ids.Distinct()).Columns("object_id");
        long[] positions = await dataset.PositionsAsync(rows, cancellationToken).ConfigureAwait(false);
        Dictionary<ObjectId, long> positionOf = new(positions.Length);
        await foreach (RowBatch batch in dataset.QueryAsync(rows, cancellationToken).ConfigureAwait(false))
            foreach (ObjectId id in Ids(batch["object_id"]))
                positionOf.Add(id, positions[positionOf.Count]);
        return [.. ids.Select(id => positionOf.TryGetValue(id, out long position) ? position : throw new ArgumentException(
            $"Dataset '{dataset.Address}' has no row with object_id {id}. The match was made with another dataset, or with another version "
                + "of it."))];
    }

    private static IEnumerable<long> All(ReadOnlyMemory<long> positions) =>
        System.Runtime.InteropServices.MemoryMarshal.ToEnumerable(positions);

    private static IEnumerable<ObjectId> Ids(ColumnData column) => column switch
    {
        ColumnData<long> numbers => Enumerable.Range(0, numbers.RowCount).Select(row => new ObjectId(numbers.Values.Span[row])),
        TextColumnData texts => Enumerable.Range(0, texts.RowCount).Select(row => new ObjectId(texts.Text(row)!)),
        _ => throw new ArgumentException($"Ids must be 64-bit integers or text, not {column.Schema.DType.Name()}.", nameof(column)),
    };
}
