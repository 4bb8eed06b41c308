using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Parquet;
using Pile.Writing.Commit;
using Pile.Writing.Schemas;

namespace Pile.Writing.Index;

/// <summary>Writes one tile of the index after the other: the columns in several files at the same time, which are joined.</summary>
/// <param name="schema">The dataset's columns.</param>
/// <param name="layout">The index's columns.</param>
/// <param name="count">The number of files, each encoded by a thread of its own.</param>
/// <param name="connect">Returns a connection that keeps the order of rows.</param>
internal sealed class TileWriter(DatasetSchema schema, IndexLayout layout, int count, Func<DuckDbConnection> connect) : IDisposable
{
    private readonly ImmutableArray<TilePartWriter> parts =
        [.. layout.Divide(count).Select(part => new TilePartWriter(schema, layout, part, connect()))];

    /// <summary>Writes a tile.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="rows">The rows; each range is released when its rows are copied.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    internal void Write(string path, long rowCount, BlockingCollection<RowRange> rows, CancellationToken cancellationToken)
    {
        if (parts.Length == 1)
        {
            parts[0].Write(path, rowCount, rows.GetConsumingEnumerable(cancellationToken), cancellationToken);
            return;
        }
        string[] files = [.. Enumerable.Range(0, parts.Length).Select(i => $"{path}.{i}")];
        bool[] lackDictionaries = WriteParts(files, rowCount, rows, cancellationToken);
        // The bytes of a tile do not depend on how it is divided.
        if (lackDictionaries.Contains(true))
            for (int i = 0; i < files.Length; i++)
                if (!lackDictionaries[i])
                    parts[i].RemoveDictionaries(files[i], cancellationToken);
        ParquetJoin.Write(files, path, cancellationToken);
        foreach (string file in files)
            File.Delete(file);
    }

    public void Dispose()
    {
        foreach (TilePartWriter part in parts)
            part.Dispose();
    }

    private bool[] WriteParts(string[] files, long rowCount, BlockingCollection<RowRange> rows, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        BlockingCollection<RowRange>[] queues = [.. files.Select(_ => new BlockingCollection<RowRange>())];
        Task<bool>[] writing = [.. files.Select((file, i) => Task.Factory.StartNew(() => WritePart(parts[i], file, queues[i]),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Exception? failure = null;
        try
        {
            foreach (RowRange range in rows.GetConsumingEnumerable(stop.Token))
            {
                for (int i = 1; i < queues.Length; i++)
                    range.Shard.Hold();
                foreach (BlockingCollection<RowRange> queue in queues)
                    queue.Add(range, stop.Token);
            }
            foreach (BlockingCollection<RowRange> queue in queues)
                queue.CompleteAdding();
        }
        catch (Exception e)
        {
            failure = e;
            stop.Cancel();
        }
        ((IAsyncResult)Task.WhenAll(writing)).AsyncWaitHandle.WaitOne();
        foreach (BlockingCollection<RowRange> queue in queues)
            queue.Dispose();
        FirstFailure.Throw(writing, failure);
        cancellationToken.ThrowIfCancellationRequested();
        return Array.ConvertAll(writing, task => task.Result);

        bool WritePart(TilePartWriter part, string file, BlockingCollection<RowRange> queue)
        {
            try
            {
                return part.Write(file, rowCount, queue.GetConsumingEnumerable(stop.Token), stop.Token);
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        }
    }
}
