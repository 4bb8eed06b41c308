using System.Collections.Concurrent;
using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Index;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;
using Pile.Writing.Spill;
using Pile.Writing.Staging;

namespace Pile.Writing.Commit;

/// <summary>Runs the single pass over the sorted rows. One thread cuts shards, several write them, and one divides them among the tiles of
/// the index, which have threads of their own, with a bounded number of shards between the stages. The list of files outside the dataset
/// is written beside them.</summary>
internal sealed class WritePipeline(DatasetSchema schema, DatasetSpec spec, WriterSettings settings, Partition partition,
    StagingFolder staging, FileLedger ledger, ProgressMeter progress)
{
    private const int MaxWaiting = 16;

    /// <summary>Without shards, the size of the rows that pass through the stages together: small enough that all stages have
    /// some.</summary>
    private const long BlockBytes = 8L << 20;

    private readonly IndexKey key = partition.Key;

    // Without shards, rows are in the order of the index, whatever their cells.
    private readonly int? tileColumn = partition.Key.HasTiles && spec.HasShards ? SpillQuery.TileColumn(schema) : null;

    /// <summary>The number of shards, available after <see cref="RunAsync"/>.</summary>
    internal int ShardCount { get; private set; }

    /// <summary>The statistics of all columns, available after <see cref="RunAsync"/>.</summary>
    internal IReadOnlyList<ColumnStatistics> Statistics { get; private set; } =
        [.. schema.Columns.Select(c => new ColumnStatisticsBuilder(c).Finish())];

    /// <summary>Writes all shards and all tiles.</summary>
    internal async Task RunAsync(SpillQuery spill, IReadOnlyList<UnitRecord> units, SpillArea area, IReadOnlyList<TileFile> tiles,
        DuckDbDatabase sorting, CancellationToken cancellationToken)
    {
        if (tiles.Count == 0)
        {
            WriteReferences(units, cancellationToken);
            return;
        }
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using BlockingCollection<ShardRows> cut = new(MaxWaiting), written = new(MaxWaiting);
        ShardPool pool = new(schema, settings.ShardBytes);
        using HeavyFiles files = new(units, area);
        ShardStage shards = new(schema, spec, settings, staging.DatasetPath, spill, files, ledger, progress);
        Task[] writers =
            [.. Enumerable.Range(0, shards.Threads).Select(_ => Stage(() => shards.Run(cut, written, stop.Token), null, stop))];
        Task allWritten = Task.WhenAll(writers).ContinueWith(_ => written.CompleteAdding(), TaskScheduler.Default);
        Task[] stages =
        [
            Stage(() => Cut(spill, tiles.Sum(tile => tile.Rows), sorting, pool, cut, stop.Token), cut, stop),
            .. writers, allWritten,
            Stage(() => WriteTiles(tiles, written, pool, sorting, stop.Token), null, stop),
            Stage(() => WriteReferences(units, stop.Token), null, stop),
        ];
        // Not waited for on this thread: the pool has as many as there are cores, and would add one in its place after half a second.
        await Task.WhenAll(stages).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        FirstFailure.Throw(stages);
        cancellationToken.ThrowIfCancellationRequested();
        (ShardCount, Statistics) = (shards.ShardCount, shards.Statistics());
    }

    private static Task Stage(Action work, BlockingCollection<ShardRows>? output, CancellationTokenSource stop) =>
        Task.Factory.StartNew(() =>
    {
        try
        {
            work();
        }
        catch
        {
            stop.Cancel();
            throw;
        }
        finally
        {
            output?.CompleteAdding();
        }
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Cut(SpillQuery spill, long rowCount, DuckDbDatabase sorting, ShardPool pool, BlockingCollection<ShardRows> cut,
        CancellationToken cancellationToken)
    {
        if (spill.Groups.IsEmpty)
            return;
        ShardCutter cutter = spec.HasShards
            ? new(key, tileColumn, spec.TargetShardBytes, schema.LightRowBytes, !schema.Heavy.IsEmpty, () => pool.Rent(cancellationToken))
            : new(null, null, BlockBytes, schema.LightRowBytes, hasHeavy: false, () => pool.Rent(cancellationToken));
        RowBuckets rows = new(spill.Rows(schema, key), spill.SomeRows(schema, key),
            SpillQuery.OrderOf(schema, hasTiles: tileColumn is not null), rowCount, schema.WidestRowBytes,
            Path.Combine(staging.TempPath, "sort"), settings, spill.Stored(schema, key));
        foreach (ShardRows shard in cutter.Cut(rows.Read(sorting, cancellationToken)))
        {
            pool.Full(shard);
            cut.Add(shard, cancellationToken);
        }
    }

    private void WriteReferences(IReadOnlyList<UnitRecord> units, CancellationToken cancellationToken)
    {
        if (schema.References.IsEmpty)
            return;
        string path = DatasetPaths.Sources(spec.Subset);
        ReferencesTable.Write(Path.Combine(staging.DatasetPath, path), units, IndexDatabase("sources"), cancellationToken);
        ledger.Add(path, "meta");
    }

    private DuckDbSettings IndexDatabase(string name) => new()
    {
        Threads = 1,
        MemoryLimitBytes = settings.IndexBytes,
        TempDirectory = Path.Combine(staging.TempPath, name),
    };

    private void WriteTiles(IReadOnlyList<TileFile> tiles, BlockingCollection<ShardRows> written, ShardPool pool,
        DuckDbDatabase sorting, CancellationToken cancellationToken)
    {
        // A separate DuckDB: it waits for shards, and must not block the one that sorts.
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(IndexDatabase("index"));
        IndexLayout layout = new(schema, key, spec.HasShards);
        IndexWriter index = new(schema, layout, staging.DatasetPath, ledger, settings, database);
        string positionsName = DatasetPaths.Positions(spec.Subset);
        using PositionsOfShards? positions = spec is { HasPositions: true, HasPositionsFile: true }
            ? new PositionsOfShards(Path.Combine(staging.DatasetPath, positionsName), schema, spec) : null;
        if (tileColumn is null)
            index.Write(tiles, written.GetConsumingEnumerable, positions, pool.Return, cancellationToken);
        else
        {
            IndexOrder order = new(schema, layout, Path.Combine(staging.TempPath, "index"), settings);
            using (DuckDbConnection connection = database.Connect())
            using (IEnumerator<ShardRows> inCells = written.GetConsumingEnumerable(cancellationToken).GetEnumerator())
                order.Collect(inCells, pool.Return, connection, cancellationToken);
            index.WriteReused(tiles, token => order.Read(sorting, token), positions, cancellationToken);
        }
        if (positions is null)
            return;
        positions.Complete();
        ledger.Add(positionsName, "meta");
    }
}
