using System.Collections.Concurrent;
using Pile.DuckDb;
using Pile.Writing.Commit;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;

namespace Pile.Writing.Index;

/// <summary>Writes the tiles of the index from the stream of written shards; both are cut from the same sorted rows. Several tiles, or
/// several columns of a tile, are encoded at the same time.</summary>
/// <param name="schema">The dataset's columns.</param>
/// <param name="layout">The index's columns.</param>
/// <param name="folder">The folder of the dataset.</param>
/// <param name="ledger">Receives the tiles.</param>
/// <param name="settings">The memory, and the number of threads.</param>
/// <param name="database">A database with one thread for each connection, so that they keep the order of rows.</param>
internal sealed class IndexWriter(DatasetSchema schema, IndexLayout layout, string folder, FileLedger ledger, WriterSettings settings,
    DuckDbDatabase database)
{
    /// <summary>Writes all tiles.</summary>
    /// <param name="tiles">The tiles, in the order of the rows.</param>
    /// <param name="shardsUntil">Returns the shards, in order, until it is cancelled. The next one is requested only when its rows are
    /// needed.</param>
    /// <param name="positions">Receives every row's position; null if the dataset has no positions file.</param>
    /// <param name="done">Receives a shard whose rows are all copied.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <exception cref="InvalidOperationException">Tiles and shards differ in their number of rows.</exception>
    internal void Write(IReadOnlyList<TileFile> tiles, Func<CancellationToken, IEnumerable<ShardRows>> shardsUntil,
        PositionsOfShards? positions, Action<ShardRows> done, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        int count = Math.Min(WriterCount, tiles.Count);
        TileWriter[] writers = [.. Enumerable.Range(0, count).Select(_ => new TileWriter(schema, layout,
            PartsOf(tiles.Max(tile => tile.Rows), settings.Workers / count), database.Connect))];
        using BlockingCollection<TileWriter> free = [.. writers];
        List<Task> writing = [];
        Exception? failure = null;
        try
        {
            using IEnumerator<ShardRows> shards = shardsUntil(stop.Token).GetEnumerator();
            Divide(tiles, shards, Start, positions, done);
        }
        catch (Exception e)
        {
            failure = e;
            stop.Cancel();
        }
        ((IAsyncResult)Task.WhenAll(writing)).AsyncWaitHandle.WaitOne();
        foreach (TileWriter writer in writers)
            writer.Dispose();
        FirstFailure.Throw(writing, failure);

        BlockingCollection<RowRange> Start(int number)
        {
            TileWriter writer = free.Take(stop.Token);
            BlockingCollection<RowRange> ranges = [];
            writing.Add(Task.Factory.StartNew(() =>
            {
                try
                {
                    using (ranges)
                        Write(tiles[number], number, writer, ranges, stop.Token);
                    free.Add(writer, CancellationToken.None);
                }
                catch
                {
                    stop.Cancel();
                    throw;
                }
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            return ranges;
        }
    }

    /// <summary>Writes all tiles from rows that are valid until the next ones are requested.</summary>
    internal void WriteReused(IReadOnlyList<TileFile> tiles, Func<CancellationToken, IEnumerable<ShardRows>> shardsUntil,
        PositionsOfShards? positions, CancellationToken cancellationToken)
    {
        using SemaphoreSlim copied = new(1);
        Write(tiles, OneByOne, positions, _ => copied.Release(), cancellationToken);

        IEnumerable<ShardRows> OneByOne(CancellationToken token)
        {
            using IEnumerator<ShardRows> shards = shardsUntil(token).GetEnumerator();
            while (true)
            {
                copied.Wait(token);
                if (!shards.MoveNext())
                    yield break;
                yield return shards.Current;
            }
        }
    }

    /// <summary>The number of parts of a tile. Two for each thread, because their work is only estimated.</summary>
    private int PartsOf(long rows, int threads) =>
        threads == 1 ? 1 : (int)Math.Clamp(rows / settings.RowsOfEncoder, 1, 2 * threads);

    /// <summary>The number of tiles that are written at the same time: DuckDB needs four times a row group for each.</summary>
    private int WriterCount => (int)Math.Clamp(settings.IndexBytes / (4 * layout.RowGroupRows * Math.Max(schema.LightRowBytes, 1)), 1,
        settings.Workers);

    private void Write(TileFile tile, int number, TileWriter writer, BlockingCollection<RowRange> ranges,
        CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, tile.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        writer.Write(path, tile.Rows, ranges, cancellationToken);
        ledger.Add(tile.Path, "index", rows: tile.Rows, order: number);
    }

    /// <summary>Divides the rows of the shards among the tiles.</summary>
    private static void Divide(IReadOnlyList<TileFile> tiles, IEnumerator<ShardRows> shards,
        Func<int, BlockingCollection<RowRange>> start, PositionsOfShards? positions, Action<ShardRows> done)
    {
        SharedRows? current = null;
        int first = 0;
        for (int number = 0; number < tiles.Count; number++)
        {
            BlockingCollection<RowRange> ranges = start(number);
            for (long missing = tiles[number].Rows; missing > 0;)
            {
                if (current is null)
                {
                    if (!shards.MoveNext())
                        throw new InvalidOperationException("The tiles have more rows than the shards.");
                    (current, first) = (new SharedRows(shards.Current, done), 0);
                }
                int count = (int)Math.Min(missing, current.Rows.RowCount - first);
                current.Hold();
                ranges.Add(new RowRange(current, first, count));
                positions?.Append(current.Rows, first, count);
                first += count;
                missing -= count;
                if (first < current.Rows.RowCount)
                    continue;
                current.Release();
                current = null;
            }
            ranges.CompleteAdding();
        }
        if (current is not null || shards.MoveNext())
            throw new InvalidOperationException("The shards have more rows than the tiles.");
    }
}
