namespace Pile.Storage;

/// <summary>Keeps a cache folder within its budget: what was used longest ago goes first, and nothing that is in use.</summary>
internal sealed class CacheRoom(CacheSettings settings)
{
    internal const string FilesFolder = "files", BlocksFolder = "blocks", PartialFolder = "partial";

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    private readonly record struct Entry(string Path, long Bytes, DateTime LastUsedUtc, bool IsPartial);

    /// <summary>Sets bytes aside for a file, deleting others if it must.</summary>
    /// <param name="held">The lock.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="address">The file that they are for.</param>
    /// <exception cref="StoreException">There is no room.</exception>
    internal void Reserve(CacheLock held, long bytes, string address)
    {
        settings.RequireRoomFor(address, bytes);
        long total = held.TotalBytes ?? long.MaxValue;
        if (total > settings.Bytes - bytes)
        {
            total = Evict(settings.Bytes - bytes);
            held.TotalBytes = total;
        }
        if (total > settings.Bytes - bytes)
            throw new StoreException(StoreFault.CacheFull, address,
                $"the cache '{settings.Folder}' may have {settings.Bytes} bytes, {total} of them are in use at this moment and {bytes} "
                    + "more are needed",
                "Set PILE_CACHE_LIMIT to a larger size, or ask for less at once");
        held.TotalBytes = total + bytes;
    }

    /// <summary>Gives bytes back.</summary>
    internal static void Release(CacheLock held, long bytes)
    {
        if (held.TotalBytes is { } total)
            held.TotalBytes = Math.Max(0, total - bytes);
    }

    /// <summary>Deletes a file that nobody uses.</summary>
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

    // Counts what there is, and deletes until it is no more than that; returns what is left.
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
        // A fetch that nobody carries on is of no use to anybody.
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
