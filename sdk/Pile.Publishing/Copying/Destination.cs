using System.Security.Cryptography;
using Pile.Format;
using Pile.Storage;

namespace Pile.Publishing.Copying;

/// <summary>The destination of a copy. Errors are reported as errors of the destination, with the path of the file.</summary>
internal sealed class Destination(IFileStore store) : IDisposable
{
    private const int MaxManifestBytes = 64 << 20;
    private const int BlockBytes = 4 << 20;

    private FileStream? held; // the locked record, in a local folder

    internal IFileStore Store => store;

    internal bool IsLocal => store.Traits.IsLocal;

    /// <summary>Checks that the destination does not contain anything that must not be overwritten.</summary>
    /// <returns>True if the dataset exists there with its manifest: its files are then checked, and copied again if damaged.</returns>
    /// <exception cref="OutputExistsException">There is another dataset, something
    /// else, or a copy of this dataset that is not to be resumed.</exception>
    /// <exception cref="OutputUnwritableException">Another copy is writing it, or the name of the folder is too long.</exception>
    internal async Task<bool> RequireFreeAsync(SourceDataset source, bool resume, CancellationToken cancellationToken)
    {
        if (IsLocal)
            FileNameLimit.Require(store.LocalRoot);
        if (IsLocal && File.Exists(store.LocalRoot))
            throw new OutputExistsException(store.Address, "It is a file: choose another destination");
        if (await TryReadAsync(DatasetPaths.Manifest, MaxManifestBytes, cancellationToken).ConfigureAwait(false) is { } manifest)
            return manifest.AsSpan().SequenceEqual(source.ManifestBytes)
                ? resume ? true : throw new OutputExistsException(store.Address,
                    "It is a copy of this dataset: set CopyOptions.Resume to check its files and repair them, or choose another "
                        + "destination")
                : throw new OutputExistsException(store.Address,
                    "It is another dataset or version, which may be in use: choose another destination, or delete it first");
        byte[] expected = CopyRecord.Of(source);
        if (await TryReadAsync(CopyRecord.Name, CopyRecord.MaxBytes, cancellationToken).ConfigureAwait(false) is { } record)
        {
            bool isSame = record.AsSpan().SequenceEqual(expected);
            if (isSame && resume)
                await LockAsync().ConfigureAwait(false);
            else
                throw CopyRecord.Interrupted(store.Address, record, isSame);
            return false;
        }
        await foreach (StoredFile file in store.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            throw file.Path == CopyRecord.Name ? Started() : new OutputExistsException(store.Address,
                $"It is not a dataset but contains other files, such as '{file.Path}': choose an empty destination");
        return false;
    }

    /// <summary>Writes the record that identifies the dataset being copied, and locks it.</summary>
    /// <exception cref="OutputUnwritableException">Another copy is writing it.</exception>
    internal async Task BeginAsync(SourceDataset source, CancellationToken cancellationToken)
    {
        if (!await PutRecordAsync(source, cancellationToken).ConfigureAwait(false) && held is null
            && !(await TryReadAsync(CopyRecord.Name, CopyRecord.MaxBytes, cancellationToken).ConfigureAwait(false)).AsSpan()
                .SequenceEqual(CopyRecord.Of(source)))
            throw Started();
        await LockAsync().ConfigureAwait(false);
    }

    private Task<bool> PutRecordAsync(SourceDataset source, CancellationToken cancellationToken) => GuardAsync(CopyRecord.Name,
        () => store.PutAsync(CopyRecord.Name, new MemoryStream(CopyRecord.Of(source)), ifAbsent: true, cancellationToken));

    private async Task LockAsync()
    {
        if (IsLocal && held is null)
            held = await GuardAsync(CopyRecord.Name, () => Task.FromResult(CopyLock.Take(store.Address, RecordPath)))
                .ConfigureAwait(false);
    }

    private string RecordPath => Path.Combine(store.LocalRoot, CopyRecord.Name);

    private OutputExistsException Started() =>
        new(store.Address, "Another copy to it has just started: choose another destination");

    /// <summary>Writes a file. Exceptions of the content are passed on unchanged.</summary>
    internal Task PutAsync(ListedFile file, Stream content, CancellationToken cancellationToken) => GuardAsync(file.Path, async () =>
    {
        await store.PutAsync(file.Path, content, new KnownFile(file.Bytes, file.Sha256), cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <summary>Returns whether a file exists and is valid: its length and its SHA-256,
    /// as stored by the store at the upload or computed from the file.</summary>
    internal async Task<bool> HasAsync(ListedFile file, CancellationToken cancellationToken)
    {
        if (await GuardAsync(file.Path, () => store.FindAsync(file.Path, cancellationToken).AsTask()).ConfigureAwait(false) is not { } found
            || found.Bytes != file.Bytes)
            return false;
        return (found.Sha256 ?? await GuardAsync(file.Path, () => HashAsync(file, cancellationToken)).ConfigureAwait(false)) == file.Sha256;
    }

    /// <summary>Writes the manifest, which completes the dataset, and deletes the record.</summary>
    internal async Task CompleteAsync(SourceDataset source, bool exists, CancellationToken cancellationToken)
    {
        if (IsLocal)
            await GuardAsync("", () =>
            {
                DiskFlush.Tree(store.LocalRoot);
                return Task.FromResult(true);
            }).ConfigureAwait(false);
        await RequireFilesAsync(source, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (!exists && !await GuardAsync(DatasetPaths.Manifest,
            () => store.PutAsync(DatasetPaths.Manifest, new MemoryStream(source.ManifestBytes), ifAbsent: true, cancellationToken))
            .ConfigureAwait(false)
            && await TryReadAsync(DatasetPaths.Manifest, MaxManifestBytes, cancellationToken).ConfigureAwait(false) is { } other
            && !other.AsSpan().SequenceEqual(source.ManifestBytes))
            throw new OutputExistsException(store.Address,
                "Another dataset was written there at the same time: its manifest was kept; the files of both may be mixed");
        Dispose(); // Windows does not delete a locked file
        await GuardAsync(CopyRecord.Name, async () =>
        {
            try
            {
                await store.DeleteAsync(CopyRecord.Name, CancellationToken.None).ConfigureAwait(false);
            }
            catch (StoreException e) when (e.Fault == StoreFault.Denied)
            {
                throw new StoreException(StoreFault.Denied, e.Address, "every file of the dataset was copied, but the record of the copy, "
                    + $"'{CopyRecord.Name}', could not be deleted: {e.Finding}", "Delete it with other credentials; or grant the "
                    + "permission to delete objects (s3:DeleteObject) here, and resume the copy (CopyOptions.Resume)", e);
            }
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Checks that every file still exists with its length: another program may have changed the destination meanwhile.</summary>
    private async Task RequireFilesAsync(SourceDataset source, CancellationToken cancellationToken)
    {
        Dictionary<string, long> found = new(StringComparer.Ordinal);
        await foreach (StoredFile file in store.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            found[file.Path] = file.Bytes;
        (string Path, long Bytes)[] changed = [.. source.Files.Select(f => (f.Path, f.Bytes))
            .Concat(source.Card is { } card ? [(DatasetPaths.Readme, card.Length)] : [])
            .Where(f => found.GetValueOrDefault(f.Path, -1) != f.Bytes)];
        if (changed is not [(var path, var bytes), ..])
            return;
        await PutRecordAsync(source, cancellationToken).ConfigureAwait(false); // it may be deleted too, and a resumed copy needs it
        string others = changed.Length > 1 ? $", like {CountText.Of(changed.Length - 1, "other file")}" : "";
        throw new OutputUnwritableException($"{store.Address.TrimEnd('/')}/{path}",
            "the file was written" + (found.TryGetValue(path, out long actual) ? $" with {bytes} bytes, but has {actual} now{others}"
                : $", but is missing now{others}"),
            "Another program changes the destination: end it, then resume the copy (CopyOptions.Resume)");
    }

    /// <summary>Unlocks the record.</summary>
    public void Dispose() => held?.Dispose();

    /// <summary>Removes unfinished files of an earlier copy that was killed.</summary>
    internal async Task DiscardUnfinishedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await GuardAsync("", async () =>
            {
                await store.DiscardUnfinishedAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Fault is StoreFault.Denied or StoreFault.InvalidResponse)
        {
            // The permission to write does not always include the permission to list unfinished uploads, and not every server can list
            // them. They take space but do no harm.
        }
    }

    internal OutputUnwritableException StoredBytesDiffer(ListedFile file) => new($"{store.Address}/{file.Path}",
        "the stored bytes differed from the bytes sent, twice",
        "The disk, the store or the network corrupts data; when that is fixed, resume the copy (CopyOptions.Resume)");

    private async Task<byte[]?> TryReadAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            return await GuardAsync(path, () => store.ReadAllAsync(path, maxBytes, cancellationToken)).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private async Task<string> HashAsync(ListedFile file, CancellationToken cancellationToken)
    {
        using IRandomAccessFile written = store.Open(file.Path, file.Bytes);
        using IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[Math.Min(BlockBytes, file.Bytes)];
        for (long at = 0; at < file.Bytes; at += block.Length)
        {
            Memory<byte> part = block.AsMemory(0, (int)Math.Min(block.Length, file.Bytes - at));
            await written.ReadAsync(at, part, cancellationToken).ConfigureAwait(false);
            sha256.AppendData(part.Span);
        }
        return Convert.ToHexStringLower(sha256.GetHashAndReset());
    }

    private async Task<T> GuardAsync<T>(string path, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (IOException e) when (path == CopyRecord.Name && FileFault.IsLocked(e))
        {
            throw CopyLock.Running(store.Address, RecordPath, e);
        }
        catch (Exception e) when ((FileFault.Is(e) && e is not FileNotFoundException) || e is InvalidDataException)
        {
            throw new OutputUnwritableException(path.Length == 0 ? store.Address : $"{store.Address.TrimEnd('/')}/{path}",
                $"it cannot be written: {FileFault.TextOf(e)}",
                "Free space or grant permission, then resume the copy (CopyOptions.Resume): complete files are kept", e);
        }
    }
}
