using Microsoft.Win32.SafeHandles;

namespace Pile.Storage;

internal sealed partial class FileCache
{
    /// <summary>Returns the full copy of a file if the cache has one.</summary>
    internal async Task<LocalCopy?> FindAsync(string path, string address, KnownFile known, CancellationToken cancellationToken)
    {
        string localPath = Path.Combine(Root, path);
        try
        {
            FileStream? lease = await LeaseAsync(localPath, known, null, "", cancellationToken).ConfigureAwait(false);
            return lease is null ? null : new LocalCopy(localPath, lease);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(address, e);
        }
    }

    /// <summary>Opens the file with the fetched blocks of a remote file. It is not evicted until it is closed.</summary>
    internal async Task<SafeFileHandle> OpenBlocksAsync(string path, string address, CancellationToken cancellationToken)
    {
        string localPath = BlocksOf(path);
        try
        {
            using (await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(localPath)!);
                SafeFileHandle handle = File.OpenHandle(
                    localPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.Asynchronous);
                File.SetLastWriteTimeUtc(handle, DateTime.UtcNow); // marks it as recently used
                return handle;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(address, e);
        }
    }

    /// <summary>Reserves bytes for blocks to fetch.</summary>
    /// <returns>What to dispose when they are written.</returns>
    /// <exception cref="StoreException">The cache has too little space.</exception>
    internal async Task<IDisposable> ReserveAsync(long bytes, string address, CancellationToken cancellationToken)
    {
        try
        {
            using CacheLock held = await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false);
            return space.ReserveBlocks(held, bytes, address);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(address, e);
        }
    }

    /// <summary>Deletes the blocks of a file that has a full copy, unless another process reads them.</summary>
    internal async Task DeleteBlocksAsync(string path, string address, CancellationToken cancellationToken)
    {
        try
        {
            using CacheLock held = await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false);
            string localPath = BlocksOf(path);
            long bytes = FileStamp.AllocatedBytes(localPath);
            if (CacheSpace.TryDelete(localPath))
                CacheSpace.Release(held, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(address, e);
        }
    }

    private string BlocksOf(string path) => Path.Combine(folder, CacheSpace.BlocksFolder, path);
}
