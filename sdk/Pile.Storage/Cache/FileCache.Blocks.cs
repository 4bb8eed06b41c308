using Microsoft.Win32.SafeHandles;

namespace Pile.Storage;

internal sealed partial class FileCache
{
    /// <summary>Returns the whole copy of a file if there is one.</summary>
    internal async Task<LocalCopy?> FindAsync(string path, string address, KnownFile known, CancellationToken cancellationToken)
    {
        string place = Path.Combine(Root, path);
        try
        {
            FileStream? lease = await LeaseAsync(place, known, null, "", cancellationToken).ConfigureAwait(false);
            return lease is null ? null : new LocalCopy(place, lease);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(address, e);
        }
    }

    /// <summary>Opens the file of the blocks that were fetched of a remote file. It stays in the cache until it is closed.</summary>
    internal async Task<SafeFileHandle> OpenBlocksAsync(string path, string address, CancellationToken cancellationToken)
    {
        string place = BlocksOf(path);
        try
        {
            using (await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                SafeFileHandle handle = File.OpenHandle(
                    place, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.Asynchronous);
                File.SetLastWriteTimeUtc(handle, DateTime.UtcNow); // used just now
                return handle;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(address, e);
        }
    }

    /// <summary>Sets room aside for blocks that are fetched.</summary>
    /// <exception cref="StoreException">There is no room.</exception>
    internal async Task ReserveAsync(long bytes, string address, CancellationToken cancellationToken)
    {
        try
        {
            using CacheLock held = await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false);
            room.Reserve(held, bytes, address);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(address, e);
        }
    }

    /// <summary>Deletes the blocks of a file of which there is a whole copy now, unless another process reads them.</summary>
    internal async Task DeleteBlocksAsync(string path, string address, CancellationToken cancellationToken)
    {
        try
        {
            using CacheLock held = await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false);
            string place = BlocksOf(path);
            long bytes = FileStamp.AllocatedBytes(place);
            if (CacheRoom.TryDelete(place))
                CacheRoom.Release(held, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(address, e);
        }
    }

    private string BlocksOf(string path) => Path.Combine(folder, CacheRoom.BlocksFolder, path);
}
