using System.Collections.Concurrent;
using System.Security.Cryptography;
using Pile.Codecs;
using Pile.Format;

namespace Pile.Writing.Commit;

/// <summary>Collects the list of the dataset's files. Each file is hashed and flushed to disk in parallel with later work.</summary>
internal sealed class FileLedger(string root, int workers, CancellationToken cancellationToken, EarlierFiles? earlier = null)
{
    private readonly ConcurrentQueue<(int Order, string Path, string Kind, Task<LedgerEntry> Entry)> entries = new();
    private readonly TaskFactory hashing = new(cancellationToken, TaskCreationOptions.None, TaskContinuationOptions.None,
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, workers).ConcurrentScheduler);

    /// <summary>Adds a complete and closed file.</summary>
    /// <param name="path">Its path in the dataset.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="source">The number of a shard.</param>
    /// <param name="rows">The number of its rows.</param>
    /// <param name="order">Its place among files that are added in any order.</param>
    internal void Add(string path, string kind, int? source = null, long? rows = null, int order = 0) =>
        entries.Enqueue((order, path, kind, hashing.StartNew(() =>
        {
            LedgerEntry entry = Read(path, kind, source, rows);
            string full = Path.Combine(root, path);
            if (earlier?.TryShare(full, entry) != true) // the earlier version has flushed its files
                DiskFlush.File(full);
            return entry;
        }, cancellationToken)));

    /// <summary>Writes and adds a small text file.</summary>
    internal void AddText(string path, string text)
    {
        File.WriteAllText(Path.Combine(root, path), text);
        Add(path, "meta");
    }

    /// <summary>Returns the size of all files of a kind that were added so far, which may not be hashed yet.</summary>
    internal long BytesOf(string kind) =>
        entries.Where(e => e.Kind == kind).Sum(e => new FileInfo(Path.Combine(root, e.Path)).Length);

    /// <summary>Waits until every file is hashed, and returns the list by the places of the files, then in the order in which they were
    /// added.</summary>
    internal async Task<IReadOnlyList<LedgerEntry>> CompleteAsync() =>
        await Task.WhenAll(entries.OrderBy(e => e.Order).Select(e => e.Entry)).ConfigureAwait(false);

    /// <summary>Waits until no file is being read any more, and ignores errors.</summary>
    internal async Task WaitAsync() =>
        await ((Task)Task.WhenAll(entries.Select(e => e.Entry))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Hashes and flushes one file on the calling thread.</summary>
    internal LedgerEntry Hash(string path, string kind, int? source, long? rows)
    {
        LedgerEntry entry = Read(path, kind, source, rows);
        DiskFlush.File(Path.Combine(root, path));
        return entry;
    }

    private LedgerEntry Read(string path, string kind, int? source, long? rows)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string full = Path.Combine(root, path);
        using FileStream file = new(full, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        List<uint>? blocks = kind == "index" ? [] : null;
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(FileBlocks.Bytes);
        for (int read; (read = file.ReadAtLeast(buffer.AsSpan(0, FileBlocks.Bytes), FileBlocks.Bytes, throwOnEndOfStream: false)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sha256.AppendData(buffer.AsSpan(0, read));
            blocks?.Add(Crc32C.Compute(buffer.AsSpan(0, read)));
        }
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        return new LedgerEntry(path, kind, source, rows, file.Length, Convert.ToHexStringLower(sha256.GetHashAndReset()),
            blocks?.ToArray());
    }
}
