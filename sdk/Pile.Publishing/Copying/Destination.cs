using System.Security.Cryptography;
using Pile.Format;
using Pile.Storage;

namespace Pile.Publishing.Copying;

/// <summary>Where a dataset is copied to: what is there, and what is written there, each in the words of a destination's faults.</summary>
internal sealed class Destination(IFileStore store)
{
    private const int MostManifestBytes = 64 << 20;
    private const int BlockBytes = 4 << 20;

    internal IFileStore Store => store;

    internal bool IsLocal => store.Traits.IsLocal;

    /// <summary>Refuses a place where something lies that is not to be written over.</summary>
    /// <returns>True when the dataset stands there with its manifest: then files are checked and made good.</returns>
    /// <exception cref="OutputExistsException">There is another dataset, something else, or the copy of this one and nobody wants to go on
    /// with it.</exception>
    internal async Task<bool> RequireFreeAsync(SourceDataset source, bool resume, CancellationToken cancellationToken)
    {
        if (IsLocal && File.Exists(store.LocalRoot))
            throw new OutputExistsException(store.Address, "It is a file: choose another place");
        if (await TryReadAsync(DatasetPaths.Manifest, MostManifestBytes, cancellationToken).ConfigureAwait(false) is { } manifest)
            return manifest.AsSpan().SequenceEqual(source.ManifestBytes)
                ? resume ? true : throw new OutputExistsException(store.Address,
                    "It is a copy of this dataset: with --resume its files are checked and made good, or choose another place")
                : throw new OutputExistsException(store.Address,
                    "It is another dataset or version, and readers may use it: choose another place, or delete it first");
        byte[] expected = CopyRecord.Of(source);
        if (await TryReadAsync(CopyRecord.Name, CopyRecord.MostBytes, cancellationToken).ConfigureAwait(false) is { } record)
        {
            bool isSame = record.AsSpan().SequenceEqual(expected);
            if (!isSame || !resume)
                throw CopyRecord.Interrupted(store.Address, record, isSame);
            return false;
        }
        await foreach (StoredFile file in store.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            throw new OutputExistsException(store.Address,
                $"There is no dataset but something else, such as '{file.Path}': choose an empty place");
        return false;
    }

    /// <summary>Writes the record that says what is being copied.</summary>
    internal async Task BeginAsync(SourceDataset source, CancellationToken cancellationToken)
    {
        if (!await GuardAsync(CopyRecord.Name,
            () => store.PutAsync(CopyRecord.Name, new MemoryStream(CopyRecord.Of(source)), ifAbsent: true, cancellationToken))
            .ConfigureAwait(false)
            && !(await store.ReadAllAsync(CopyRecord.Name, CopyRecord.MostBytes, cancellationToken).ConfigureAwait(false)).AsSpan()
                .SequenceEqual(CopyRecord.Of(source)))
            throw new OutputExistsException(store.Address, "Another copy has just begun there: choose another place");
    }

    /// <summary>Writes a file. What the content throws comes through as it is.</summary>
    internal Task PutAsync(ListedFile file, Stream content, CancellationToken cancellationToken) => GuardAsync(file.Path, async () =>
    {
        await store.PutAsync(file.Path, content, new KnownFile(file.Bytes, file.Sha256), cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <summary>True when the file stands there, and is right: its length, and its SHA-256 as the store noted it down when it was put, or
    /// by reading it.</summary>
    internal async Task<bool> HasAsync(ListedFile file, CancellationToken cancellationToken)
    {
        if (await GuardAsync(file.Path, () => store.FindAsync(file.Path, cancellationToken).AsTask()).ConfigureAwait(false) is not { } found
            || found.Bytes != file.Bytes)
            return false;
        return (found.Sha256 ?? await GuardAsync(file.Path, () => SumAsync(file, cancellationToken)).ConfigureAwait(false)) == file.Sha256;
    }

    /// <summary>Writes the manifest, by which the dataset is there, and takes the record away.</summary>
    internal async Task CompleteAsync(SourceDataset source, bool isThere, CancellationToken cancellationToken)
    {
        if (IsLocal)
            await GuardAsync("", () =>
            {
                foreach (string folder in Directory.EnumerateDirectories(store.LocalRoot, "*", SearchOption.AllDirectories)
                    .Append(store.LocalRoot))
                    DiskFlush.Folder(folder);
                return Task.FromResult(true);
            }).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (!isThere && !await GuardAsync(DatasetPaths.Manifest,
            () => store.PutAsync(DatasetPaths.Manifest, new MemoryStream(source.ManifestBytes), ifAbsent: true, cancellationToken))
            .ConfigureAwait(false)
            && await TryReadAsync(DatasetPaths.Manifest, MostManifestBytes, cancellationToken).ConfigureAwait(false) is { } other
            && !other.AsSpan().SequenceEqual(source.ManifestBytes))
            throw new OutputExistsException(store.Address,
                "Another dataset was put there meanwhile: its manifest was left, its files may be mixed with those of this one");
        await GuardAsync(CopyRecord.Name, async () =>
        {
            await store.DeleteAsync(CopyRecord.Name, CancellationToken.None).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Clears away what a copy that was killed had begun to write.</summary>
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
        catch (StoreException e) when (e.Fault is StoreFault.Denied or StoreFault.WrongAnswer)
        {
            // Not everybody who may write may look for unfinished uploads, and not every server has them listed: they take room, and harm
            // nothing.
        }
    }

    internal OutputUnwritableException NotAsSent(ListedFile file) => new($"{store.Address}/{file.Path}",
        "what was written is not what was sent, two times",
        "The disk, the store or something before it changes bytes; when that is mended, go on with --resume");

    private async Task<byte[]?> TryReadAsync(string path, int most, CancellationToken cancellationToken)
    {
        try
        {
            return await GuardAsync(path, () => store.ReadAllAsync(path, most, cancellationToken)).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private async Task<string> SumAsync(ListedFile file, CancellationToken cancellationToken)
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
        catch (Exception e) when (e is UnauthorizedAccessException or InvalidDataException
            || (e is IOException and not FileNotFoundException))
        {
            throw new OutputUnwritableException(path.Length == 0 ? store.Address : $"{store.Address.TrimEnd('/')}/{path}",
                $"it cannot be written: {e.Message.TrimEnd('.')}",
                "Make room or give permission there, then go on with --resume: files that are whole stay", e);
        }
    }
}
