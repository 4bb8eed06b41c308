using System.Globalization;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>The files of a layer in a folder or below a prefix of a bucket. Every file is verified by its hash when it is read.</summary>
internal sealed class LayerStore
{
    private const long SmallBytes = 1 << 20;

    private readonly IFileStore files;
    private bool isProbed;

    private LayerStore(IFileStore files, LayerManifest manifest) => (this.files, Manifest) = (files, manifest);

    internal LayerManifest Manifest { get; }

    internal string Address => files.Address;

    internal IFileStore Files => files;

    /// <summary>Opens a layer.</summary>
    /// <exception cref="LayerNotFoundException">There is no layer.yaml.</exception>
    /// <exception cref="PileException">layer.yaml is not valid, or the store fails.</exception>
    internal static async Task<LayerStore> OpenAsync(string address, StoreOptions? options, CancellationToken cancellationToken)
    {
        IFileStore opened = FileStore.For(address, options);
        try
        {
            byte[] yaml = await opened.ReadAllAsync(LayerPaths.Manifest, LayerManifest.LargestBytes, cancellationToken)
                .ConfigureAwait(false);
            return new LayerStore(opened, LayerManifest.Read(yaml, $"{address}/{LayerPaths.Manifest}"));
        }
        catch (FileNotFoundException)
        {
            throw new LayerNotFoundException(address);
        }
        catch (InvalidDataException e)
        {
            throw new LayerInvalidException(address, $"'{LayerPaths.Manifest}' cannot be read: {e.Message}",
                LayerInvalidException.GetAgain, e);
        }
    }

    /// <summary>Creates a layer without commits.</summary>
    /// <exception cref="OutputExistsException">There is something at this address.</exception>
    internal static async Task<LayerStore> CreateAsync(string address, byte[] manifest, StoreOptions? options,
        CancellationToken cancellationToken)
    {
        IFileStore opened = FileStore.For(address, options);
        LayerManifest read = LayerManifest.Read(manifest, $"{address}/{LayerPaths.Manifest}");
        if (opened.Traits.IsLocal && File.Exists(opened.LocalRoot))
            throw new OutputExistsException(address, "It is a file: choose another place");
        await foreach (StoredFile found in opened.ListAsync("", cancellationToken).ConfigureAwait(false))
            throw new OutputExistsException($"{address.TrimEnd('/')}/{found.Path}",
                "A layer is made in a place of its own: choose another one");
        LayerStore store = new(opened, read);
        await store.RequireConditionalWritesAsync(cancellationToken).ConfigureAwait(false);
        if (!await LayerWrites.GuardAsync(address, $"'{LayerPaths.Manifest}'", () => opened.PutAsync(LayerPaths.Manifest,
                new MemoryStream(manifest), ifAbsent: true, cancellationToken)).ConfigureAwait(false)
            && !(await opened.ReadAllAsync(LayerPaths.Manifest, LayerManifest.LargestBytes, cancellationToken).ConfigureAwait(false))
                .AsSpan().SequenceEqual(manifest))
            throw new OutputExistsException($"{address.TrimEnd('/')}/{LayerPaths.Manifest}", "Choose another place for the layer");
        return store;
    }

    /// <summary>Tries the store with a scratch file: a store that ignores the condition to create a file only if it does not exist would
    /// let two writers replace each other's commits.</summary>
    /// <exception cref="StoreException">The store ignores the condition, or is read only.</exception>
    internal async Task RequireConditionalWritesAsync(CancellationToken cancellationToken)
    {
        if (isProbed)
            return;
        string scratch = $"probe-{Guid.NewGuid():N}";
        byte[] first = [1], second = [2];
        bool isFirst = await LayerWrites.GuardAsync(Address, "a first file", () => files.PutAsync(scratch, new MemoryStream(first),
            ifAbsent: true, cancellationToken)).ConfigureAwait(false);
        try
        {
            bool isSecond = await files.PutAsync(scratch, new MemoryStream(second), ifAbsent: true, cancellationToken)
                .ConfigureAwait(false);
            byte[] found = await files.ReadAllAsync(scratch, 16, cancellationToken).ConfigureAwait(false);
            // A retry after a lost answer may report that the file exists: what counts is that the second one was refused.
            if (files.Traits.IsLocal)
                RequireHardLinks(Path.Combine(files.LocalRoot, scratch));
            if (isSecond || !found.AsSpan().SequenceEqual(first))
                throw new StoreException(StoreFault.NotSupported, Address,
                    $"the store ignores 'If-None-Match: *' (it {(isFirst ? "" : "denied the first write but ")}replaced a file that "
                        + "was to be kept), so that two writers could lose a commit",
                            "Keep the layer in a folder, or in a store with conditional writes");
        }
        finally
        {
            await files.DeleteAsync(scratch, CancellationToken.None).ConfigureAwait(false);
        }
        isProbed = true;
    }

    private void RequireHardLinks(string path)
    {
        string link = path + ".link";
        try
        {
            if (!HardLink.TryCreate(path, link))
                throw new StoreException(StoreFault.NotSupported, Address,
                    "the file system has no hard links, without which two writers could lose a commit",
                    "Keep the layer in a folder of another file system, or in an object store");
        }
        finally
        {
            File.Delete(link);
        }
    }

    /// <summary>Reads a commit; null if the number is not taken.</summary>
    /// <exception cref="LayerInvalidException">The file is not a valid commit.</exception>
    internal async Task<LayerCommit?> FindCommitAsync(long number, CancellationToken cancellationToken) =>
        await FindBytesAsync(LayerPaths.Commit(number), LayerCommit.LargestBytes, cancellationToken).ConfigureAwait(false) is { } bytes
            ? LayerCommit.Read(bytes, number, Address) : null;

    /// <summary>Reads a commit that must exist.</summary>
    /// <exception cref="LayerInvalidException">The file is missing, or is not a valid commit.</exception>
    internal async Task<LayerCommit> ReadCommitAsync(long number, CancellationToken cancellationToken) =>
        await FindCommitAsync(number, cancellationToken).ConfigureAwait(false)
            ?? throw new LayerInvalidException(Address, $"'{LayerPaths.Commit(number)}' is missing", LayerInvalidException.GetAgain);

    /// <summary>Returns the number of the newest commit; 0 before the first one.</summary>
    /// <param name="known">The number of a commit that exists, or 0.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <remarks>Numbers have no gaps and commits are never deleted, so that a search by doubling steps finds the last one with some twenty
    /// look-ups; a listing of 10,000 commits takes ten requests.</remarks>
    /// <exception cref="LayerInvalidException">A later commit exists: one before it is missing.</exception>
    internal async Task<long> NewestNumberAsync(long known, CancellationToken cancellationToken)
    {
        while (true)
        {
            known = await SearchNewestAsync(known, cancellationToken).ConfigureAwait(false);
            if (await FindLaterAsync(known, cancellationToken).ConfigureAwait(false) is not { } later)
                return known;
            // Other writers may have made both commits since the search.
            if (!await HasAsync(LayerPaths.Commit(known + 1), cancellationToken).ConfigureAwait(false))
                throw new LayerInvalidException(Address, $"'{LayerPaths.Commit(later)}' is behind a gap: the commit {known + 1} is "
                    + "missing", LayerInvalidException.GetAgain);
        }
    }

    /// <summary>Returns the number of a commit that is not the next one after some commit; null without one. In an object store one
    /// number is tried, because a listing takes a request for every thousand commits.</summary>
    private async Task<long?> FindLaterAsync(long newest, CancellationToken cancellationToken)
    {
        if (!files.Traits.IsLocal)
            return newest + 2 <= LayerPaths.LastCommit && await HasAsync(LayerPaths.Commit(newest + 2), cancellationToken)
                .ConfigureAwait(false) ? newest + 2 : null;
        string folder = Path.Combine(files.LocalRoot, LayerPaths.Commits.TrimEnd('/'));
        if (!Directory.Exists(folder))
            return null;
        long last = 0;
        foreach (string path in Directory.EnumerateFiles(folder))
            last = Math.Max(last, NumberOf(Path.GetFileName(path.AsSpan())));
        return last > newest + 1 ? last : null;
    }

    private static long NumberOf(ReadOnlySpan<char> name) => name.EndsWith(".json", StringComparison.Ordinal)
        && long.TryParse(name[..^5], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private async Task<long> SearchNewestAsync(long known, CancellationToken cancellationToken)
    {
        long low = known, step = 1;
        while (await HasAsync(LayerPaths.Commit(Math.Min(low + step, LayerPaths.LastCommit)), cancellationToken).ConfigureAwait(false))
        {
            low = Math.Min(low + step, LayerPaths.LastCommit);
            if (low == LayerPaths.LastCommit)
                return low;
            step *= 2;
        }
        long high = Math.Min(low + step, LayerPaths.LastCommit);
        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = await HasAsync(LayerPaths.Commit(middle), cancellationToken).ConfigureAwait(false) ? (middle, high) : (low,
                middle);
        }
        return low;
    }

    /// <summary>Creates a commit unless its number is taken.</summary>
    /// <returns>False if another commit has the number.</returns>
    internal async Task<bool> TryCommitAsync(LayerCommit commit, CancellationToken cancellationToken)
    {
        byte[] bytes = commit.ToBytes();
        if (bytes.Length > LayerCommit.LargestBytes)
            throw new ArgumentException($"The commit has {bytes.Length} bytes as JSON; at most {LayerCommit.LargestBytes} are allowed. Use "
                + "fewer fields or categories.", nameof(commit));
        if (await LayerWrites.GuardAsync(Address, $"commit {commit.Number} of the layer", () => files.PutAsync(
            LayerPaths.Commit(commit.Number), new MemoryStream(bytes), ifAbsent: true, cancellationToken)).ConfigureAwait(false))
            return true;
        // The answer to an earlier attempt of this request may have been lost.
        return await FindBytesAsync(LayerPaths.Commit(commit.Number), LayerCommit.LargestBytes, cancellationToken).ConfigureAwait(false)
            is { } found && found.AsSpan().SequenceEqual(bytes);
    }

    /// <summary>Stores a file under its hash. A file that is there already is not written again, unless it is damaged: values that are
    /// set again must not depend on bytes that have changed.</summary>
    /// <exception cref="OutputUnwritableException">The disk is full, or permission is denied.</exception>
    internal async Task PutAsync(string path, string localPath, string sha256, CancellationToken cancellationToken,
        string what = "the values of a change", string remedy = LayerWrites.Remedy)
    {
        FileStream content = File.OpenRead(localPath);
        await using (content.ConfigureAwait(false))
            if (await files.FindAsync(path, cancellationToken).ConfigureAwait(false) is not { } stored || stored.Bytes != content.Length
                || (files.Traits.IsLocal && !HasHash(Path.Combine(files.LocalRoot, path), sha256, cancellationToken)))
                await LayerWrites.GuardAsync(Address, what, async () =>
                {
                    await files.PutAsync(path, content, new KnownFile(content.Length, sha256), cancellationToken).ConfigureAwait(false);
                    return true;
                }, remedy).ConfigureAwait(false);
    }

    private static bool HasHash(string localPath, string sha256, CancellationToken cancellationToken)
    {
        using LocalFile file = new(localPath);
        return FileSha256.Of(file, cancellationToken) == sha256;
    }

    /// <summary>Returns a verified local copy of a file that is named by its hash.</summary>
    /// <exception cref="LayerInvalidException">The file is missing, or its bytes have another hash.</exception>
    internal async Task<LocalCopy> VerifiedAsync(string path, string sha256, long bytes, CancellationToken cancellationToken)
    {
        try
        {
            LocalCopy copy = await files.LocalPathAsync(path, new KnownFile(bytes, sha256), cancellationToken).ConfigureAwait(false);
            if (!files.Traits.IsLocal)
                return copy;
            using LocalFile file = new(copy.Path);
            string found = file.LengthBytes <= SmallBytes ? FileSha256.Of(file, cancellationToken)
                : await Task.Run(() => FileSha256.Of(file, cancellationToken), cancellationToken).ConfigureAwait(false);
            return found == sha256 ? copy : throw Changed($"its SHA-256 is {found}");
        }
        catch (FileNotFoundException e)
        {
            throw new LayerInvalidException(Address, $"'{path}' is missing", RemedyFor(path), e);
        }
        catch (InvalidDataException e)
        {
            throw Changed(e.Message, e);
        }

        LayerInvalidException Changed(string finding, Exception? inner = null) =>
            new(Address, $"the bytes of '{path}' have changed: {finding}", RemedyFor(path), inner);
    }

    private static string RemedyFor(string path) => path.StartsWith(LayerPaths.States, StringComparison.Ordinal)
        ? LayerInvalidException.DeleteStates : LayerInvalidException.GetAgain;

    /// <summary>Reads a small file; null if it does not exist.</summary>
    internal async Task<byte[]?> FindBytesAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            // An exception takes longer than a look-up in a folder, but not longer than a request.
            return files.Traits.IsLocal && !await HasAsync(path, cancellationToken).ConfigureAwait(false) ? null
                : await files.ReadAllAsync(path, maxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException e)
        {
            throw new LayerInvalidException(Address, e.Message.TrimEnd('.'), RemedyFor(path), e);
        }
    }

    internal async Task<bool> HasAsync(string path, CancellationToken cancellationToken) =>
        await files.FindAsync(path, cancellationToken).ConfigureAwait(false) is not null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Manifest.Name} at {Address}");
}
