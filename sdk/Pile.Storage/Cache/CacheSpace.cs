using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Pile.Storage;

/// <summary>Keeps a cache folder within its size limit: deletes the least recently used files that are not in use.</summary>
internal sealed class CacheSpace(CacheSettings settings)
{
    /// <summary>The length of the name of a store's folder, which is hexadecimal.</summary>
    internal const int StoreNameLength = 24;

    internal const string FilesFolder = "files", BlocksFolder = "blocks", PartialFolder = "partial";

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    // The bytes of blocks that this process fetches into each cache folder. They are reserved, but not in the files that are counted.
    private static readonly ConcurrentDictionary<string, StrongBox<long>> Fetching = new(StringComparer.Ordinal);

    private readonly StrongBox<long> fetching = Fetching.GetOrAdd(settings.Folder, static _ => new StrongBox<long>());

    private readonly record struct Entry(string Path, long Bytes, DateTime LastUsedUtc, bool IsPartial);

    /// <summary>Reserves bytes for a file, and deletes other files if necessary.</summary>
    /// <param name="held">The lock.</param>
    /// <param name="bytes">The number of bytes.</param>
    /// <param name="address">The address of the file, for messages.</param>
    /// <exception cref="StoreException">The cache has too little space.</exception>
    internal void Reserve(CacheLock held, long bytes, string address)
    {
        settings.RequireFitsCache(address, bytes);
        long total = held.TotalBytes ?? long.MaxValue;
        if (total > settings.Bytes - bytes)
        {
            total = Evict(settings.Bytes - bytes);
            held.TotalBytes = total;
        }
        if (total > settings.Bytes - bytes)
            throw new StoreException(StoreFault.CacheFull, address,
                $"the cache '{settings.Folder}' is limited to {settings.Bytes} bytes; {total} are in use or being fetched, and "
                    + $"{bytes} more are required",
                "Set StoreOptions.CacheBytes or PILE_CACHE_LIMIT to a larger size, or read less data at once");
        held.TotalBytes = total + bytes;
    }

    /// <summary>Reserves bytes for blocks, which count as used until they are written.</summary>
    /// <returns>What to dispose when they are written.</returns>
    /// <exception cref="StoreException">The cache has too little space.</exception>
    internal IDisposable ReserveBlocks(CacheLock held, long bytes, string address)
    {
        Reserve(held, bytes, address);
        Interlocked.Add(ref fetching.Value, bytes);
        return new BlockFetch(fetching, bytes);
    }

    /// <summary>Releases reserved bytes.</summary>
    internal static void Release(CacheLock held, long bytes)
    {
        if (held.TotalBytes is { } total)
            held.TotalBytes = Math.Max(0, total - bytes);
    }

    /// <summary>Deletes a file that is not in use.</summary>
    /// <returns>False when it is in use.</returns>
    internal static bool TryDelete(string path)
    {
        try
        {
            using FileStream alone = new(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException e) when (CacheLock.IsHeldElsewhere(e))
        {
            return false;
        }
    }

    // Counts the files and deletes until at most this many bytes are left; returns the bytes that are left.
    private long Evict(long bytes)
    {
        List<Entry> entries = [];
        foreach (string store in Directory.EnumerateDirectories(settings.Folder).Where(IsOfStore))
            foreach (string folder in (string[])[FilesFolder, BlocksFolder, PartialFolder])
                if (new DirectoryInfo(Path.Combine(store, folder)) is { Exists: true } found)
                    foreach (FileInfo file in found.EnumerateFiles("*", Everything))
                    {
                        long taken = folder == BlocksFolder ? FileStamp.AllocatedBytes(file.FullName) : file.Length;
                        entries.Add(new Entry(file.FullName, taken, file.LastWriteTimeUtc, folder == PartialFolder));
                    }
        // A partial file without a lock belongs to a fetch that has ended.
        entries.RemoveAll(static e => e.IsPartial && TryDelete(e.Path));
        long total = entries.Sum(static e => e.Bytes) + Interlocked.Read(ref fetching.Value);
        entries.Sort(static (a, b) => a.LastUsedUtc.CompareTo(b.LastUsedUtc));
        foreach (Entry entry in entries)
        {
            if (total <= bytes)
                break;
            if (!entry.IsPartial && TryDelete(entry.Path))
                total -= entry.Bytes;
        }
        return total;
    }

    // Any other folder is not the cache's: somebody may have chosen a folder with other files for the cache.
    private static bool IsOfStore(string folder) => Path.GetFileName(folder) is { Length: StoreNameLength } name
        && name.All(char.IsAsciiHexDigitLower);

    private sealed class BlockFetch(StrongBox<long> fetching, long bytes) : IDisposable
    {
        private long left = bytes;

        public void Dispose() => Interlocked.Add(ref fetching.Value, -Interlocked.Exchange(ref left, 0));
    }
}
