using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Pile.Format;

namespace Pile.Storage;

/// <summary>The cached copies of the files of one remote store, in a folder that many processes share.</summary>
/// <remarks>
/// <para>Each store has a subfolder of the cache folder, named by a hash of its address: <c>files/</c> holds copies at their own paths,
/// <c>blocks/</c> the blocks of partly fetched files, <c>partial/</c> fetches in progress, <c>tags/</c> the ETags of files whose
/// checksum is unknown, and <c>address</c> the store's address for human readers.</para>
/// <para>A process holds a shared lock on each copy in use, and an exclusive lock on each fetch. So no process deletes a file that
/// another one reads, a file is never fetched twice at the same time, and a process that is killed leaves no lock.</para>
/// </remarks>
internal sealed partial class FileCache
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly CacheSettings settings;
    private readonly CacheSpace space;
    private readonly string folder;
    private readonly ConcurrentDictionary<string, (string Sha256, long Bytes, DateTime WrittenUtc)> verified = new(StringComparer.Ordinal);

    internal FileCache(CacheSettings settings, string address, string identity)
    {
        this.settings = settings;
        space = new CacheSpace(settings);
        folder = Path.Combine(settings.Folder, Hash(identity)[..CacheSpace.StoreNameLength]);
        Root = Path.Combine(folder, CacheSpace.FilesFolder);
        try
        {
            foreach (string part in (string[])[CacheSpace.FilesFolder, CacheSpace.BlocksFolder, CacheSpace.PartialFolder, "tags"])
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

    /// <summary>The folder of the copies, each at its own path.</summary>
    internal string Root { get; }

    /// <summary>Returns a copy of a file, and fetches it if the cache has none or an outdated one.</summary>
    /// <param name="path">The path of the file in its store.</param>
    /// <param name="address">The address of the file, for messages.</param>
    /// <param name="known">The expected length and SHA-256, where they are known.</param>
    /// <param name="tag">If the SHA-256 is unknown, the file's current ETag; null if the store sends none.</param>
    /// <param name="fetch">Writes the file to a handle and returns its length.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal async Task<(LocalCopy Copy, bool WasCached)> GetAsync(string path, string address, KnownFile known, string? tag,
        Func<SafeFileHandle, CancellationToken, Task<long>> fetch, CancellationToken cancellationToken)
    {
        string localPath = Path.Combine(Root, path), tagPath = Path.Combine(folder, "tags", Hash(path)[..32]);
        try
        {
            while (true)
            {
                if (await LeaseAsync(localPath, known, tag, tagPath, cancellationToken).ConfigureAwait(false) is { } lease)
                    return (new LocalCopy(localPath, lease), true);
                // Known lengths are reserved before the fetch, unknown ones after it.
                if (await BeginAsync(path, localPath, address, known.Bytes ?? 0, cancellationToken).ConfigureAwait(false) is { } partial)
                    return (new LocalCopy(localPath,
                        await FetchAsync(partial, localPath, tagPath, address, known, tag, fetch, cancellationToken)
                        .ConfigureAwait(false)), false);
                await Task.Delay(Poll, cancellationToken).ConfigureAwait(false); // another task fetches it, or has just fetched it
            }
        }
        catch (Exception e) when (e is LocalWriteException or UnauthorizedAccessException
            || (e is IOException and not FileNotFoundException and not EndOfStreamException))
        {
            throw Unwritable(address, e);
        }
    }

    // Locks and returns the existing copy if it is valid; otherwise deletes it.
    private async Task<FileStream?> LeaseAsync(string localPath, KnownFile known, string? tag, string tagPath,
        CancellationToken cancellationToken)
    {
        FileStream? lease = null;
        using (await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false))
            lease = File.Exists(localPath)
                ? new FileStream(localPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0) : null;
        if (lease is null)
            return null;
        try
        {
            if (await IsValidAsync(lease, known, tag, tagPath, cancellationToken).ConfigureAwait(false))
            {
                // Through the handle: another process, which expects another version of the file, may have deleted this one.
                File.SetLastWriteTimeUtc(lease.SafeFileHandle, DateTime.UtcNow); // marks it as recently used
                MarkVerified(lease, known);
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
            // Another process may have stored a valid copy meanwhile.
            if (File.Exists(localPath) && File.GetLastWriteTimeUtc(localPath) == File.GetLastWriteTimeUtc(lease.SafeFileHandle))
            {
                File.Delete(localPath); // open readers keep their handle and detect the mismatch themselves
                CacheSpace.Release(held, lease.Length);
            }
        }
        return null;
    }

    private async Task<bool> IsValidAsync(FileStream copy, KnownFile known, string? tag, string tagPath,
        CancellationToken cancellationToken)
    {
        if (known.Bytes is { } bytes && copy.Length != bytes)
            return false;
        if (known.Sha256 is null)
            return tag is not null && await ReadTagAsync(tagPath, cancellationToken).ConfigureAwait(false) == tag;
        if (verified.TryGetValue(copy.Name, out var before)
            && before == (known.Sha256, copy.Length, File.GetLastWriteTimeUtc(copy.SafeFileHandle)))
            return true;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(copy, cancellationToken).ConfigureAwait(false)) == known.Sha256;
    }

    private static async Task<string?> ReadTagAsync(string tagPath, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(tagPath, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    // Starts a fetch; returns null if another task fetches the file or has stored a copy since the check.
    private async Task<Partial?> BeginAsync(string path, string copy, string address, long bytes, CancellationToken cancellationToken)
    {
        string localPath = Path.Combine(folder, CacheSpace.PartialFolder, Hash(path)[..32]);
        using CacheLock held = await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false);
        if (File.Exists(copy) || !CacheSpace.TryDelete(localPath))
            return null;
        space.Reserve(held, bytes, address);
        try
        {
            // Allocates the disk space now, so that a full disk is reported before anything is fetched.
            SafeFileHandle handle = File.OpenHandle(localPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
                FileOptions.Asynchronous, bytes);
            RandomAccess.SetLength(handle, bytes); // other processes count the length
            return new Partial(localPath, bytes, handle);
        }
        catch
        {
            CacheSpace.Release(held, bytes);
            throw;
        }
    }

    private async Task<FileStream> FetchAsync(Partial partial, string localPath, string tagPath, string address, KnownFile known,
        string? tag,
        Func<SafeFileHandle, CancellationToken, Task<long>> fetch, CancellationToken cancellationToken)
    {
        bool isPlaced = false;
        long reserved = partial.Bytes;
        try
        {
            await FetchVerifiedAsync(partial.Handle, address, known, fetch, cancellationToken).ConfigureAwait(false);
            using CacheLock held = await CacheLock.EnterAsync(settings.Folder, cancellationToken).ConfigureAwait(false);
            long bytes = RandomAccess.GetLength(partial.Handle);
            if (bytes > reserved)
                space.Reserve(held, bytes - reserved, address);
            reserved = bytes;
            Directory.CreateDirectory(Path.GetDirectoryName(localPath)!);
            // A copy without a tag is not used. So the old tag is deleted before the copy is replaced, and the new one is written last.
            File.Delete(tagPath);
            File.Move(partial.Path, localPath, overwrite: true);
            isPlaced = true;
            if (tag is not null)
                await File.WriteAllTextAsync(tagPath, tag, CancellationToken.None).ConfigureAwait(false);
            partial.Handle.Dispose(); // safe: deleting requires the lock, which is held
            FileStream lease = new(localPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            MarkVerified(lease, known);
            return lease;
        }
        finally
        {
            if (!isPlaced)
            {
                File.Delete(partial.Path);
                partial.Handle.Dispose();
                using CacheLock held = await CacheLock.EnterAsync(settings.Folder, CancellationToken.None).ConfigureAwait(false);
                CacheSpace.Release(held, reserved);
            }
        }
    }

    // Fetches a damaged file once more; a file with a different length is an error at once.
    private static async Task FetchVerifiedAsync(SafeFileHandle handle, string address, KnownFile known,
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
                throw new InvalidDataException(
                    $"'{address}' has SHA-256 {found}, but the dataset lists {sha256}: the file was changed or damaged");
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

    private void MarkVerified(FileStream copy, KnownFile known)
    {
        if (known.Sha256 is { } sha256)
            verified[copy.Name] = (sha256, copy.Length, File.GetLastWriteTimeUtc(copy.SafeFileHandle));
    }

    internal StoreException Unwritable(string address, Exception e) => new(StoreFault.CacheFull, address,
        $"the file cannot be copied to the cache '{settings.Folder}': {e.Message.TrimEnd('.')}",
        IsOfPermission(e) ? "Grant write permission there, or set PILE_CACHE to a folder that you may write"
            : "Free disk space there, or set PILE_CACHE to a folder on another disk", e);

    // A disk that is mounted read-only (EROFS) has no space problem either.
    private static bool IsOfPermission(Exception e) => (e is LocalWriteException ? e.InnerException : e)
        is UnauthorizedAccessException or IOException { HResult: 30 };

    /// <summary>Writes fetched bytes at an offset of a file in the cache.</summary>
    /// <exception cref="LocalWriteException">They cannot be written.</exception>
    internal static void WriteFetched(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offsetBytes)
    {
        try
        {
            RandomAccess.Write(file, bytes, offsetBytes);
        }
        catch (Exception e) when (FileFault.Is(e))
        {
            throw new LocalWriteException(e);
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void Write(string path, string text)
    {
        if (!File.Exists(path))
            File.WriteAllText(path, text);
    }

    private sealed record Partial(string Path, long Bytes, SafeFileHandle Handle);
}
