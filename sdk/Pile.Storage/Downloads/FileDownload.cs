using Microsoft.Win32.SafeHandles;
using Pile.Format;

namespace Pile.Storage;

/// <summary>Downloads one file: in parallel ranges if it is large, resumable, verified, and renamed when it is complete.</summary>
/// <param name="request">The file.</param>
/// <param name="options">How requests are sent and retried.</param>
/// <param name="turns">Limits the parallel requests of all downloads.</param>
/// <param name="workers">The number of parallel requests.</param>
/// <param name="progress">Counts the bytes.</param>
/// <param name="onMessage">Receives messages for the user.</param>
internal sealed class FileDownload(DownloadRequest request, StoreOptions options, SemaphoreSlim turns, int workers,
    DownloadProgress progress, Action<string>? onMessage)
{
    internal const string PartEnding = ".part", RecordEnding = ".part.ranges";

    // Smaller files are fetched with one request, and again from the start if they are interrupted.
    private const long LargeBytes = 16L << 20;
    private const int RangeBytes = 8 << 20;

    private static readonly TimeSpan LockWait = TimeSpan.FromMilliseconds(200);

    private readonly string partPath = Beside(request.Path, PartEnding), recordPath = Beside(request.Path, RecordEnding);

    /// <summary>Downloads the file, unless it exists with the right contents.</summary>
    /// <exception cref="OutputExistsException">The file exists with other contents, or its SHA-256 is not known.</exception>
    /// <exception cref="OutputUnwritableException">The local file cannot be written.</exception>
    /// <exception cref="StoreException">The store fails, the file keeps changing, or has another SHA-256.</exception>
    /// <exception cref="FileNotFoundException">The store has no such file.</exception>
    internal async Task<DownloadedFile> RunAsync(CancellationToken cancellationToken)
    {
        (RemoteStore store, string path) = DownloadAddress.Open(request.Address, options);
        try
        {
            if (await FindExistingAsync(cancellationToken).ConfigureAwait(false) is { } existing)
                return existing;
            Directory.CreateDirectory(Path.GetDirectoryName(request.Path)!);
            // .NET holds an advisory lock on a file that is not shared. It ends with the process.
            using SafeFileHandle part = await OpenAsync(() => File.OpenHandle(partPath, FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None, FileOptions.Asynchronous), cancellationToken).ConfigureAwait(false);
            try
            {
                if (await FindExistingAsync(cancellationToken).ConfigureAwait(false) is { } other) // of another process
                {
                    TemporaryPath.Delete(partPath);
                    return other;
                }
                return Publish(part, await FetchAsync(store, path, part, cancellationToken).ConfigureAwait(false));
            }
            catch when (!File.Exists(recordPath))
            {
                TemporaryPath.Delete(partPath); // it cannot be continued
                throw;
            }
        }
        catch (Exception e) when (e is LocalWriteException or UnauthorizedAccessException
            || (e is IOException and not (FileNotFoundException or EndOfStreamException)))
        {
            throw new OutputUnwritableException(request.Path, $"it cannot be written: {e.Message.TrimEnd('.')}",
                "Free space or grant permission there, then run the same command again", e);
        }
        catch (StoreException e) when (e.Fault == StoreFault.Changed)
        {
            throw new StoreException(StoreFault.Changed, e.Address, $"{e.Finding}, while it was downloaded, for the second time",
                "Run the same command again when the server no longer changes the file; if it is never changed, contact the server's "
                + "operator", e);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new StoreException(StoreFault.InvalidResponse, request.Address, e.Message.TrimEnd('.'), "Try again later", e);
        }
    }

    private static string Beside(string path, string ending) =>
        Path.Combine(Path.GetDirectoryName(path)!, FileNameLimit.Fit(Path.GetFileName(path), RecordEnding.Length) + ending);

    private async Task<DownloadedFile?> FindExistingAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(request.Path))
            throw new OutputExistsException(request.Path, "It is a folder: choose another one for the downloads");
        if (!File.Exists(request.Path) || (request.Replace && request.Sha256 is null))
            return null;
        if (request.Sha256 is null)
            throw new OutputExistsException(request.Path, "State its SHA-256 to keep it if it is right, or replace it "
                + $"({nameof(DownloadRequest)}.{nameof(DownloadRequest.Replace)})");
        RegularFile.Require(request.Path);
        using SafeFileHandle file = await OpenAsync(() => File.OpenHandle(request.Path), cancellationToken).ConfigureAwait(false);
        long bytes = RandomAccess.GetLength(file);
        string found = PartRecord.HashOf(file, 0, bytes);
        if (found != request.Sha256)
            return request.Replace ? null : throw new OutputExistsException(request.Path,
                $"Its SHA-256 is {found}, expected {request.Sha256}. Remove it, or replace it "
                    + $"({nameof(DownloadRequest)}.{nameof(DownloadRequest.Replace)})");
        progress.AddFile(bytes);
        progress.Add(bytes);
        return new DownloadedFile(request, bytes, found, IsSkipped: true);
    }

    /// <summary>Opens a file once no other process downloads to it.</summary>
    private async Task<SafeFileHandle> OpenAsync(Func<SafeFileHandle> open, CancellationToken cancellationToken)
    {
        for (bool isReported = false; ; isReported = true)
        {
            try
            {
                return open();
            }
            catch (IOException e) when (IsLock(e))
            {
                if (!isReported)
                    onMessage?.Invoke($"another process downloads '{request.Path}': waiting for it");
                await Task.Delay(LockWait, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // EWOULDBLOCK of flock on Linux and macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsLock(IOException e) => e.HResult is 11 or 35 || (e.HResult & 0xFFFF) == 32;

    private async Task<long> FetchAsync(RemoteStore store, string path, SafeFileHandle part, CancellationToken cancellationToken)
    {
        for (bool isFirst = true; ; isFirst = false)
            try
            {
                return await FetchOnceAsync(store, path, part, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException e) when (isFirst && e.Fault == StoreFault.Changed)
            {
                onMessage?.Invoke($"{request.Address}: the file was changed on the server; the download starts again");
                Discard();
            }
    }

    private async Task<long> FetchOnceAsync(RemoteStore store, string path, SafeFileHandle part, CancellationToken cancellationToken)
    {
        RemoteObject file = store.NewObject(path);
        try
        {
            await InTurnAsync(() => store.Reader.HeadAsync(file, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Fault is StoreFault.InvalidResponse or StoreFault.Denied)
        {
            file = store.NewObject(path); // some servers answer GET only
        }
        if (file.LengthBytes >= 0)
            progress.AddFile(file.LengthBytes);
        if (file is { Tag: not null, LengthBytes: >= LargeBytes })
            try
            {
                return await FetchRangesAsync(store, file, part, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException e) when (e.Fault == StoreFault.NoRanges)
            {
                Discard();
            }
        return await FetchWholeAsync(store, file, part, cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> FetchRangesAsync(RemoteStore store, RemoteObject file, SafeFileHandle part,
        CancellationToken cancellationToken)
    {
        PartRecord record = PartRecord.Open(recordPath, file, RangeBytes, part, out HashSet<long> complete);
        long bytes = file.LengthBytes, ranges = (bytes + RangeBytes - 1) / RangeBytes;
        foreach (long range in complete)
            progress.Add(Math.Min(RangeBytes, bytes - (range * RangeBytes)));
        IEnumerable<long> missing = Enumerable.Range(0, checked((int)ranges)).Select(r => (long)r).Where(r => !complete.Contains(r));
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(missing, parallel, async (range, token) =>
        {
            long offset = range * RangeBytes, length = Math.Min(RangeBytes, bytes - offset);
            RemoteRequest piece = new() { Object = file, OffsetBytes = offset, Bytes = length, File = part };
            await InTurnAsync(() => progress.WatchAsync(piece, () => store.Reader.ReadAsync(piece, token).AsTask()), token)
                .ConfigureAwait(false);
            record.Add(range, part, offset, length);
        }).ConfigureAwait(false);
        RandomAccess.SetLength(part, bytes);
        return bytes;
    }

    private async Task<long> FetchWholeAsync(RemoteStore store, RemoteObject file, SafeFileHandle part, CancellationToken cancellationToken)
    {
        RandomAccess.SetLength(part, 0);
        if (file.LengthBytes == 0)
            return 0;
        RemoteRequest whole = new() { Object = file, Bytes = file.LengthBytes, IsWhole = true, File = part };
        await InTurnAsync(() => progress.WatchAsync(whole, () => store.Reader.ReadAsync(whole, cancellationToken).AsTask()),
            cancellationToken).ConfigureAwait(false);
        RandomAccess.SetLength(part, whole.Received);
        return whole.Received;
    }

    private DownloadedFile Publish(SafeFileHandle part, long bytes)
    {
        string sha256 = PartRecord.HashOf(part, 0, bytes);
        if (request.Sha256 is { } expected && sha256 != expected)
        {
            Discard();
            throw new StoreException(StoreFault.InvalidResponse, request.Address,
                $"the {bytes} bytes have SHA-256 {sha256}, expected {expected}", "Check the address and the checksum");
        }
        DiskFlush.File(partPath);
        File.Move(partPath, request.Path, request.Replace);
        TemporaryPath.Delete(recordPath);
        DiskFlush.Folder(Path.GetDirectoryName(request.Path)!);
        return new DownloadedFile(request, bytes, sha256, IsSkipped: false);
    }

    private void Discard() => TemporaryPath.Delete(recordPath);

    private async Task InTurnAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }
}
