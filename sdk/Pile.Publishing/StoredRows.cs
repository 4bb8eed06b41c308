using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Reading;
using Pile.Writing;

namespace Pile.Publishing;

/// <summary>Reads rows of a dataset as they are stored, to write them again.</summary>
internal sealed class StoredRows
{
    private const int MaxBatchRows = 1024;

    private const long BatchBytes = 32L << 20;

    private readonly Dataset dataset;
    private readonly ColumnSchema[] stored;
    private readonly Query columns;
    private readonly RowReaderOptions options;
    private readonly int batchRows, partRows; // a tile has up to a million rows

    /// <param name="dataset">The dataset.</param>
    /// <param name="keepsWindows">True to return windows of rasters instead of their pixels.</param>
    /// <param name="wants">The columns to read; null for all.</param>
    internal StoredRows(Dataset dataset, bool keepsWindows = false, Func<ColumnSchema, bool>? wants = null)
    {
        this.dataset = dataset;
        options = new RowReaderOptions { KeepsWindows = keepsWindows };
        Manifest manifest = dataset.Manifest;
        HashSet<string> created = new([.. manifest.Partition.Key is { HasTiles: false } key ? (string[])[key.StoredColumn] : [],
            .. manifest.Columns.Where(c => c.IsRagged).Select(c => ColumnNames.Shape(c.Name))], StringComparer.Ordinal);
        stored = [.. manifest.Columns.Where(c => !created.Contains(c.Name) && wants?.Invoke(c) != false)];
        columns = dataset.Query().Native().Columns(stored.Select(c => c.Name));
        // Compressed bytes: rows in memory are larger, so a batch is kept far below what a worker may use.
        partRows = OpenedRows.Of(manifest);
        batchRows = (int)Math.Clamp(BatchBytes / Math.Max(1, manifest.Bytes / Math.Max(1, manifest.Rows)), 1, MaxBatchRows);
    }

    /// <summary>Writes all rows as units of a writer, in parallel: the rows of one or more shards, or of tiles if there
    /// are no shards.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="prefix">The begin of the units' names: where their order matters, it is that of the names.</param>
    /// <param name="sources">The files that the rows were read from.</param>
    /// <param name="workers">The number of shards or tiles that are read at the same time.</param>
    /// <param name="change">Changes the rows before they are written.</param>
    /// <param name="begin">Called with the first unit before its rows; null to do nothing.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    internal async Task SpillAsync(DatasetWriter writer, string prefix, IReadOnlyList<SourceFile> sources, int workers,
        Func<RowBatch, RowBatch> change, Action<UnitSpill>? begin, CancellationToken cancellationToken)
    {
        List<(string Name, long First, long Count)> parts = await PartsAsync(cancellationToken).ConfigureAwait(false);
        IEnumerable<(string Unit, long First, long Count)> units = parts.Select(p => ($"{prefix}, {p.Name}", p.First, p.Count));
        if (parts.Count == 0) // no rows, but sources and columns
        {
            if (writer.IsComplete(prefix, sources))
                return;
            using UnitSpill empty = writer.BeginUnit(prefix, sources);
            begin?.Invoke(empty);
            if (!dataset.Manifest.Columns.Any(c => c.IsOutside))
                empty.Append(change(new RowBatch(stored.Select(ColumnTypes.Empty))));
            empty.Complete();
            return;
        }
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(units, parallel, async (unit, token) =>
        {
            if (writer.IsComplete(unit.Unit, sources))
                return;
            using UnitSpill spill = writer.BeginUnit(unit.Unit, sources);
            if (unit.First == 0)
                begin?.Invoke(spill);
            await foreach (RowBatch batch in ReadAsync(Positions(unit.First, unit.Count), token).ConfigureAwait(false))
                spill.Append(change(batch));
            spill.Complete();
        }).ConfigureAwait(false);
    }

    /// <summary>Writes all rows as one unit of a writer, so that each file outside the dataset is listed once.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="unit">The unit's name.</param>
    /// <param name="sources">The files that the rows were read from.</param>
    /// <param name="change">Changes the rows before they are written.</param>
    /// <param name="begin">Called with the unit before its rows; null to do nothing.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    internal async Task SpillTogetherAsync(DatasetWriter writer, string unit, IReadOnlyList<SourceFile> sources,
        Func<RowBatch, RowBatch> change, Action<UnitSpill>? begin, CancellationToken cancellationToken)
    {
        if (writer.IsComplete(unit, sources))
            return;
        using UnitSpill spill = writer.BeginUnit(unit, sources);
        begin?.Invoke(spill);
        foreach ((_, long first, long count) in await PartsAsync(cancellationToken).ConfigureAwait(false))
            await foreach (RowBatch batch in ReadAsync(Positions(first, count), cancellationToken).ConfigureAwait(false))
                spill.Append(change(batch));
        spill.Complete();
    }

    /// <summary>Reads the rows of the saved query that the dataset was opened through, or else all, in the order of the index, part by
    /// part.</summary>
    internal async IAsyncEnumerable<RowBatch> ReadSelectedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (dataset.Query().InIndexOrder() is { IsNarrowed: true } saved)
        {
            long[] positions = await dataset.PositionsAsync(saved, cancellationToken).ConfigureAwait(false);
            await foreach (RowBatch batch in ReadPartsAsync(positions, cancellationToken).ConfigureAwait(false))
                yield return batch;
            yield break;
        }
        foreach ((_, long first, long count) in await PartsAsync(cancellationToken).ConfigureAwait(false))
            await foreach (RowBatch batch in ReadAsync(Positions(first, count), cancellationToken).ConfigureAwait(false))
                yield return batch;
    }

    // The rows of each shard, or of each tile if there are no shards; large ones in several parts. Small ones are read together: a dataset
    // may have 10,000 of them, and opening the index for each takes longer than reading the rows.
    private async Task<List<(string Name, long First, long Count)>> PartsAsync(CancellationToken cancellationToken)
    {
        FileList files = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        List<(string Name, long First, long Count)> found = [];
        (string kind, IEnumerable<DatasetFile> parts) = dataset.Manifest.IsIndexOnly ? ("tile", files.Tiles.Select(t => t.File))
            : ("shard", files.Shards);
        int firstPart = 0, number = 0;
        long next = 0;
        foreach (DatasetFile part in parts)
        {
            if (found.Count > 0 && found[^1].Count + part.Rows <= batchRows)
                found[^1] = ($"{kind} {firstPart:D9} to {number:D9}", found[^1].First, found[^1].Count + part.Rows);
            else
            {
                firstPart = number;
                long count = Math.Max((part.Rows + partRows - 1) / partRows, 1);
                for (long i = 0; i < count; i++)
                {
                    long first = part.Rows * i / count, end = part.Rows * (i + 1) / count;
                    found.Add(($"{kind} {number:D9}{(i == 0 ? "" : $", from row {first:D9}")}", next + first, end - first));
                }
            }
            next += part.Rows;
            number++;
        }
        return found;
    }

    /// <summary>Reads any number of rows, as <see cref="ReadAsync"/> does, part by part.</summary>
    internal async IAsyncEnumerable<RowBatch> ReadPartsAsync(long[] positions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (long[] part in positions.Chunk(partRows))
            await foreach (RowBatch batch in ReadAsync(part, cancellationToken).ConfigureAwait(false))
                yield return batch;
    }

    /// <summary>Reads rows at positions of the index, with all columns except those that the writer creates itself.</summary>
    internal async IAsyncEnumerable<RowBatch> ReadAsync(IEnumerable<long> positions,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RowReader rows = await dataset.OpenRowsByPositionAsync(positions, columns, options, cancellationToken)
            .ConfigureAwait(false);
        IAsyncEnumerable<RowBatch> batches = options.KeepsWindows ? rows.ReadAllAsync(batchRows, cancellationToken)
            : rows.ReadAllWithValidAsync(batchRows, cancellationToken);
        await foreach (RowBatch batch in batches.ConfigureAwait(false))
            yield return batch;
    }

    private static IEnumerable<long> Positions(long first, long count)
    {
        for (long position = first; position < first + count; position++)
            yield return position;
    }
}
