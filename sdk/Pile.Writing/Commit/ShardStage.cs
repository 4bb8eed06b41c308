using System.Collections.Concurrent;
using Pile.Format;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;
using Pile.Writing.Spill;
using Pile.Writing.Staging;

namespace Pile.Writing.Commit;

/// <summary>Writes shards on several threads, each one shard at a time: what is written to a file is copied on one core. Statistics, names
/// and the rows that are passed on follow the order of the shards.</summary>
/// <param name="schema">The dataset's columns.</param>
/// <param name="spec">The dataset.</param>
/// <param name="settings">The number of threads, and the memory.</param>
/// <param name="datasetPath">The folder of the dataset.</param>
/// <param name="spill">The rows.</param>
/// <param name="files">Their heavy values and texts.</param>
/// <param name="ledger">Receives the shards.</param>
/// <param name="progress">Receives the number of rows.</param>
internal sealed class ShardStage(DatasetSchema schema, DatasetSpec spec, WriterSettings settings, string datasetPath, SpillQuery spill,
    HeavyFiles files, FileLedger ledger, ProgressMeter progress)
{
    private const int MostThreads = 4;

    /// <summary>The number of heavy values whose moments are kept until it is the turn of their shard: 16 MB.</summary>
    private const long MostHeldValues = 200_000;

    private readonly Lock taking = new();
    private readonly ShardStatistics statistics = new(schema);
    private readonly HeavyEncoder encoder = new(schema.Heavy, spill.Groups, files, settings);
    private readonly List<(string Path, int Rows)> cell = [];
    private Task last = Task.CompletedTask;
    private int taken;

    /// <summary>The number of threads that call <see cref="Run"/>.</summary>
    internal int Threads { get; } = Math.Min(settings.Workers, MostThreads);

    /// <summary>The number of shards written so far.</summary>
    internal int ShardCount { get; private set; }

    /// <summary>Returns the statistics of all rows.</summary>
    internal IReadOnlyList<ColumnStatistics> Statistics() => statistics.Finish();

    /// <summary>Writes shards until there are no more.</summary>
    /// <param name="cut">The shards.</param>
    /// <param name="written">Receives them once they are written.</param>
    /// <param name="cancellationToken">Cancels the work; to be cancelled if another thread fails.</param>
    internal void Run(BlockingCollection<ShardRows> cut, BlockingCollection<ShardRows> written, CancellationToken cancellationToken)
    {
        ShardWriter writer = new(schema, spec, settings, spill.Groups, files, encoder);
        while (TryTake(cut, out Work work, cancellationToken))
        {
            string path = Path.Combine(datasetPath, spec.Subset, work.Shard.CellFolder, $"{work.Shard.Number}.part");
            List<EncodedBlock> held = [];
            if (!spec.HasShards)
                writer.Complete(work.Shard);
            else if ((long)work.Shard.RowCount * schema.Heavy.Length <= MostHeldValues)
                writer.Write(path, work.Shard, work.Number, held.Add, cancellationToken);
            else
            {
                work.Before.Wait(cancellationToken);
                writer.Write(path, work.Shard, work.Number, block => Count(work.Shard, block), cancellationToken);
            }
            work.Before.Wait(cancellationToken);
            held.ForEach(block => Count(work.Shard, block));
            Finish(path, work.Shard);
            written.Add(work.Shard, cancellationToken);
            work.Done.SetResult();
        }
    }

    private bool TryTake(BlockingCollection<ShardRows> cut, out Work work, CancellationToken cancellationToken)
    {
        lock (taking)
        {
            work = default;
            if (!cut.TryTake(out ShardRows? shard, Timeout.Infinite, cancellationToken))
                return false;
            if (spec.HasShards && shard.Number == 1)
                Directory.CreateDirectory(Path.Combine(datasetPath, spec.Subset, shard.CellFolder));
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            work = new Work(shard, taken++, last, done);
            last = done.Task;
            return true;
        }
    }

    private void Count(ShardRows rows, EncodedBlock block)
    {
        if (settings.GathersStatistics)
            statistics.Add(rows, block);
    }

    /// <summary>Does what depends on the order of the shards.</summary>
    private void Finish(string path, ShardRows shard)
    {
        if (settings.GathersStatistics)
            statistics.Add(shard);
        if (!spec.HasShards)
        {
            progress.Add(shard.RowCount, 0);
            return;
        }
        cell.Add((path, shard.RowCount));
        if (shard.IsLastOfCell)
            NameShards(DatasetPaths.CellFolder(spec.Subset, shard.CellFolder));
    }

    /// <summary>Renames the shards of a cell to their final names, which contain the number of shards of the cell.</summary>
    private void NameShards(string cellFolder)
    {
        long bytes = 0;
        for (int i = 0; i < cell.Count; i++)
        {
            string name = DatasetPaths.Shard(cellFolder, i + 1, cell.Count), path = Path.Combine(datasetPath, name);
            File.Move(cell[i].Path, path);
            bytes += new FileInfo(path).Length;
            ledger.Add(name, "shard", ShardCount++, cell[i].Rows);
        }
        progress.Add(cell.Sum(shard => (long)shard.Rows), bytes);
        cell.Clear();
    }

    /// <summary>A shard that one thread writes.</summary>
    /// <param name="Shard">Its rows.</param>
    /// <param name="Number">Its number in the dataset.</param>
    /// <param name="Before">Completes once the shards before it are done.</param>
    /// <param name="Done">Is completed once this one is done.</param>
    private readonly record struct Work(ShardRows Shard, int Number, Task Before, TaskCompletionSource Done);
}
