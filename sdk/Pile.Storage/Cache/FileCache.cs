using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Pile.Storage;

/// <summary>Copies of one remote store's files in a folder that many processes share.</summary>
/// <remarks>
/// <para>Below the cache's folder each store has one of its own, named by a hash of its address: <c>files/</c> with the copies at their own
/// paths, <c>blocks/</c> with the blocks of files that were fetched in part,
/// <c>partial/</c> with fetches under way, <c>tags/</c> with what a store said of files that are not known by their content, <c>address</c>
/// for people.</para>
/// <para>A handle that shares reading is held on each copy in use, one that shares nothing on each fetch: so no process deletes
/// what another reads, two never fetch the same file, and a process that is killed leaves nothing locked.</para>
/// </remarks>
internal sealed partial class FileCache
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly CacheSettings settings;
    private readonly CacheRoom room;
    private readonly string folder;
    private readonly ConcurrentDictionary<string, (string Sha256, long Bytes, DateTime WrittenUtc)> verified = new(StringComparer.Ordinal);

    internal FileCache(CacheSettings settings, string address, string identity)
    {
        this.settings = settings;
        room = new CacheRoom(settings);
        folder = Path.Combine(settings.Folder, Hash(identity)[..24]);
        Root = Path.Combine(folder, CacheRoom.FilesFolder);
        try
        {
            foreach (string part in (string[])[CacheRoom.FilesFolder, CacheRoom.BlocksFolder, CacheRoom.PartialFolder, "tags"])
                Directory.CreateDirectory(Path.Combine(folder, part));
            Write(Path.Combine(folder, "address"), address + "\n");
            // Backup programs leave folders with this file out (https://bford.info/cachedir/).
            Write(Path.Combine(settings.Folder, "CACHEDIR.TAG"),
                "Signature: 8a477f597d28d172789f06886806bc55\n# Copies of remote files that pile has read. Delete them whenever no pile is "
                    + "running.\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(address, e);
        }
    }

    /// <summary>Where copies lie, each at its own path.</summary>
    internal string Root { get; }

    /// <summary>A copy of a file, fetched if there is none or not the right one.</summary>
    /// <param name="path">The file's path in its store.</param>
    /// <param name="address">Its address.</param>
    /// <param name="known">Its length and SHA-256, where they are known.</param>
    /// <param name="tag">Where the SHA-256 is not known, what the store says of the file now; null when it says nothing.</param>
    /// <param name="fetch">Writes the file to a handle, and returns its length.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<(LocalCopy Copy, bool WasThere)> GetAsync(string path, string address, KnownFile known, string? tag,
        Func<SafeFileHandle, CancellationToken, Task<long>> fetch, CancellationToken cancellationToken)
    {
        string place = Path.Combine(Root, path), tagPlace = Path.Combine(folder, "tags", Hash(path)[..32]);
        try
        {
            while (true)
            {
                if (await LeaseAsync(place, known, tag, tagPlace, cancellationToken).ConfigureAwait(false) is { } lease)
                    return (new LocalCopy(place, lease), true);
                // Known lengths are reserved before, unknown ones when the file is there.
                if (await BeginAsync(path, place, address, known.Bytes ?? 0, cancellationToken).ConfigureAwait(false) is { } partial)
                    return (new LocalCopy(place, await FetchAsync(partial, place, tagPlace, address, known, tag, fetch, cancellationToken)
                        .ConfigureAwait(false)), false);
                await Task.Delay(Poll, cancellationToken).ConfigureAwait(false); // another fetches it, or has just done so
            }
        }
        catch (Exception e) when (e is LocalWriteException or UnauthorizedAccessException
            || (e is IOException and not FileNotFoundException and not EndOfStreamException))
        {
            throw Unwritable(address, e);
        }
    }

    // A hold on the copy that is there, if it is the right one; else it is deleted.
    private async Task<FileStream?> LeaseAsync(string place, KnownFile known, string? tag, string tagPlace,
        CancellationToken cancellationToken)
    {
        FileStream? lease = null;
        using (await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false))
            lease = File.Exists(place) ? new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0) : null;
        if (lease is null)
            return null;
        try
        {
            if (await IsRightAsync(lease, known, tag, tagPlace, cancellationToken).ConfigureAwait(false))
            {
                // By the handle: who wants another version of the file may have deleted this one meanwhile.
                File.SetLastWriteTimeUtc(lease.SafeFileHandle, DateTime.UtcNow); // used just now
                Remember(lease, known);
                return lease;
            }
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        using (lease)
        using (CacheLock held = await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false))
        {
            // Another may have put the right one there meanwhile.
            if (File.Exists(place) && File.GetLastWriteTimeUtc(place) == File.GetLastWriteTimeUtc(lease.SafeFileHandle))
            {
                File.Delete(place); // who reads it reads on, and finds out by itself
                CacheRoom.Release(held, lease.Length);
            }
        }
        return null;
    }

    private async Task<bool> IsRightAsync(FileStream copy, KnownFile known, string? tag, string tagPlace,
        CancellationToken cancellationToken)
    {
        if (known.Bytes is { } bytes && copy.Length != bytes)
            return false;
        if (known.Sha256 is null)
            return tag is not null && await TagAsync(tagPlace, cancellationToken).ConfigureAwait(false) == tag;
        if (verified.TryGetValue(copy.Name, out var before)
            && before == (known.Sha256, copy.Length, File.GetLastWriteTimeUtc(copy.SafeFileHandle)))
            return true;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(copy, cancellationToken).ConfigureAwait(false)) == known.Sha256;
    }

    private static async Task<string?> TagAsync(string tagPlace, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(tagPlace, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    // A fetch that nobody else has begun or, since the look at the copy, done; else null.
    private async Task<Partial?> BeginAsync(string path, string copy, string address, long bytes, CancellationToken cancellationToken)
    {
        string place = Path.Combine(folder, CacheRoom.PartialFolder, Hash(path)[..32]);
        using CacheLock held = await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false);
        if (File.Exists(copy) || !CacheRoom.TryDelete(place))
            return null;
        room.Reserve(held, bytes, address);
        try
        {
            // The room on the disk is taken now: a full disk shows before anything is fetched.
            SafeFileHandle handle = File.OpenHandle(place, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
                FileOptions.Asynchronous, bytes);
            RandomAccess.SetLength(handle, bytes); // so that other processes count it
            return new Partial(place, bytes, handle);
        }
        catch
        {
            CacheRoom.Release(held, bytes);
            throw;
        }
    }

    private async Task<FileStream> FetchAsync(Partial partial, string place, string tagPlace, string address, KnownFile known, string? tag,
        Func<SafeFileHandle, CancellationToken, Task<long>> fetch, CancellationToken cancellationToken)
    {
        bool isPlaced = false;
        long reserved = partial.Bytes;
        try
        {
            await FetchRightAsync(partial.Handle, address, known, fetch, cancellationToken).ConfigureAwait(false);
            using CacheLock held = await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false);
            long bytes = RandomAccess.GetLength(partial.Handle);
            if (bytes > reserved)
                room.Reserve(held, bytes - reserved, address);
            reserved = bytes;
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            // Without the tag the copy is nobody's; so the old one goes first and the new one comes last.
            File.Delete(tagPlace);
            File.Move(partial.Place, place, overwrite: true);
            isPlaced = true;
            if (tag is not null)
                await File.WriteAllTextAsync(tagPlace, tag, CancellationToken.None).ConfigureAwait(false);
            partial.Handle.Dispose(); // nobody deletes it now: that takes the lock, which is held
            FileStream lease = new(place, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            Remember(lease, known);
            return lease;
        }
        finally
        {
            if (!isPlaced)
            {
                File.Delete(partial.Place);
                partial.Handle.Dispose();
                using CacheLock held = await CacheLock.EnterAsync(settings.Folder, CancellationToken.None).ConfigureAwait(false);
                CacheRoom.Release(held, reserved);
            }
        }
    }

    // Bytes that went wrong on the way are fetched once more; a file that is another one stays so.
    private static async Task FetchRightAsync(SafeFileHandle handle, string address, KnownFile known,
        Func<SafeFileHandle, CancellationToken, Task<long>> fetch, CancellationToken cancellationToken)
    {
        for (bool isLast = false; ; isLast = true)
        {
            long bytes = await fetch(handle, cancellationToken).ConfigureAwait(false);
            if (RandomAccess.GetLength(handle) != bytes)
                RandomAccess.SetLength(handle, bytes);
            if (known.Bytes is { } expected && expected != bytes)
                throw LocalFolder.WrongLength(bytes, expected);
            if (known.Sha256 is not { } sha256)
                return;
            string found = await HashAsync(handle, bytes, cancellationToken).ConfigureAwait(false);
            if (found == sha256)
                return;
            if (isLast)
                throw new InvalidDataException($"'{address}' has SHA-256 {found}, the dataset says {sha256}: it was changed or damaged");
        }
    }

    private static async Task<string> HashAsync(SafeFileHandle handle, long bytes, CancellationToken cancellationToken)
    {
        using IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(1 << 18);
        try
        {
            for (long at = 0; at < bytes;)
            {
                int count = await RandomAccess.ReadAsync(handle, buffer, at, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                    break;
                sha256.AppendData(buffer, 0, count);
                at += count;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
        return Convert.ToHexStringLower(sha256.GetHashAndReset());
    }

    private void Remember(FileStream copy, KnownFile known)
    {
        if (known.Sha256 is { } sha256)
            verified[copy.Name] = (sha256, copy.Length, File.GetLastWriteTimeUtc(copy.SafeFileHandle));
    }

    internal StoreException Unwritable(string address, Exception e) => new(StoreFault.CacheFull, address,
        $"its copy cannot be written to the cache '{settings.Folder}': {e.Message.TrimEnd('.')}",
        "Make room there, or set PILE_CACHE to a folder on another disk", e);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void Write(string path, string text)
    {
        if (!File.Exists(path))
            File.WriteAllText(path, text);
    }

    private sealed record Partial(string Place, long Bytes, SafeFileHandle Handle);
}
