using Pile.Storage;

namespace Pile.Rasters;

/// <summary>Keeps files open for further reads, up to a limit. Thread-safe.</summary>
internal sealed class FilePool(int limit) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim permits = new(limit, limit);
    private readonly Dictionary<FileKey, int> keys = [];
    private readonly Dictionary<int, PooledFile> files = [];
    private long leases;

    /// <summary>The limit of open files.</summary>
    internal int Limit => limit;

    /// <summary>The number of files that are open now.</summary>
    internal int OpenFiles
    {
        get
        {
            lock (gate)
                return files.Count;
        }
    }

    /// <summary>Returns a number that identifies a file by its address, length and tag, or one of its layers.</summary>
    internal int KeyOf(RasterUnit unit, string? layer = null)
    {
        FileKey key = new(unit.Store.Address, unit.Path, unit.LengthBytes, unit.ETag, layer);
        lock (gate)
        {
            if (!keys.TryGetValue(key, out int number))
                keys.Add(key, number = keys.Count);
            return number;
        }
    }

    /// <summary>Opens a file, or uses the open one. Waits while as many files as the limit are in use; the caller must hold no
    /// lease.</summary>
    internal async ValueTask<FileLease> OpenAsync(RasterUnit unit, CancellationToken cancellationToken)
    {
        int key = KeyOf(unit);
        await permits.WaitAsync(cancellationToken).ConfigureAwait(false);
        PooledFile pooled;
        Task<IRandomAccessFile> opening;
        lock (gate)
        {
            if (!files.TryGetValue(key, out pooled!))
            {
                while (files.Count >= limit) // one of them is idle, because each file in use holds a permit
                    Close(files.Where(file => file.Value.Users is 0).MinBy(file => file.Value.LastUse).Key);
                files.Add(key, pooled = new PooledFile());
            }
            pooled.Users++;
            pooled.LastUse = ++leases;
            opening = pooled.Opening ??= OpenAsync(unit);
        }
        try
        {
            return new FileLease(this, pooled, await opening.WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            lock (gate)
                if (opening.IsFaulted && files.TryGetValue(key, out PooledFile? failed) && failed == pooled)
                    files.Remove(key); // the next use tries again
            Return(pooled);
            throw;
        }

        static async Task<IRandomAccessFile> OpenAsync(RasterUnit unit) => unit.LengthBytes is { } length
            ? unit.Store.Open(unit.Path, length, unit.ETag)
            : await unit.Store.OpenAsync(unit.Path, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Ends a lease.</summary>
    internal void Return(PooledFile pooled)
    {
        lock (gate)
            pooled.Users--;
        permits.Release();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
            foreach (int key in files.Keys.ToArray())
                Close(key);
        permits.Dispose();
    }

    private void Close(int key)
    {
        if (files.Remove(key, out PooledFile? pooled))
            _ = pooled.Opening?.ContinueWith(static opened => opened.Result.Dispose(), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private readonly record struct FileKey(string Address, string Path, long? LengthBytes, string? ETag, string? Layer);
}
