namespace Pile.Storage;

/// <summary>Keeps a cache folder within its size limit: deletes the least recently used files that are not in use.</summary>
internal sealed class CacheSpace(CacheSettings settings)
{
    internal const string FilesFolder = "files", BlocksFolder = "blocks", PartialFolder = "partial";

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

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
                $"the cache '{settings.Folder}' is limited to {settings.Bytes} bytes; {total} of them are in use and {bytes} "
                    + "more are required",
                "Set PILE_CACHE_LIMIT to a larger size, or read less data at once");
        held.TotalBytes = total + bytes;
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
        foreach (string dataset in Directory.EnumerateDirectories(settings.Folder))
            foreach (string folder in (string[])[FilesFolder, BlocksFolder, PartialFolder])
                if (new DirectoryInfo(Path.Combine(dataset, folder)) is { Exists: true } found)
                    foreach (FileInfo file in found.EnumerateFiles("*", Everything))
                    {
                        long taken = folder == BlocksFolder ? FileStamp.AllocatedBytes(file.FullName) : file.Length;
                        entries.Add(new Entry(file.FullName, taken, file.LastWriteTimeUtc, folder == PartialFolder));
                    }
        // A partial file without a lock belongs to a fetch that has ended.
        entries.RemoveAll(static e => e.IsPartial && TryDelete(e.Path));
        long total = entries.Sum(static e => e.Bytes);
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
}
