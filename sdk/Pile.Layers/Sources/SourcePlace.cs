using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Where a source is, and where its files are.</summary>
internal static class SourcePlace
{
    /// <summary>Opens the source of a place, or creates it.</summary>
    /// <exception cref="ArgumentException">There is a layer of a dataset, or the source of another place; or the place is a prefix of a
    /// bucket without objects.</exception>
    /// <exception cref="OutputExistsException">There is something else.</exception>
    internal static async Task<LayerStore> OpenOrCreateAsync(string address, string source, StoreOptions? options,
        CancellationToken cancellationToken)
    {
        string hint = HintOf(source, address);
        LayerStore store;
        try
        {
            store = await LayerStore.OpenAsync(source, options, cancellationToken).ConfigureAwait(false);
        }
        catch (LayerNotFoundException)
        {
            await RequireFilesAsync(address, options, cancellationToken).ConfigureAwait(false);
            return await LayerStore.CreateAsync(source, new LayerManifest
            {
                Name = Path.GetFileName(source.TrimEnd('/')),
                HasTextIds = true,
                Key = Guid.NewGuid().ToString("N"),
                SourceAddress = hint,
            }.ToBytes(), options, cancellationToken).ConfigureAwait(false);
        }
        Require(store);
        return store.Manifest.SourceAddress == hint ? store
            : throw new ArgumentException($"'{source}' is the source of '{AddressOf(store)}', not of '{address}'. Choose another place for "
                + "the source, or scan the same address.");
    }

    // A prefix exists only through its objects: one without any is most likely misspelt.
    private static async Task RequireFilesAsync(string address, StoreOptions? options, CancellationToken cancellationToken)
    {
        IFileStore place = FileStore.For(address, options);
        if (place.Traits.IsLocal)
            return;
        await foreach (StoredFile _ in place.ListAsync("", cancellationToken).ConfigureAwait(false))
            return;
        throw new ArgumentException($"There are no objects below '{address}'. Check the bucket and the prefix.");
    }

    /// <summary>Rejects a layer that is not a source.</summary>
    /// <exception cref="ArgumentException">It is a layer of a dataset.</exception>
    internal static void Require(LayerStore store)
    {
        if (store.Manifest.SourceAddress is null)
            throw new ArgumentException($"'{store.Address}' is not a source, but a layer"
                + (store.Manifest.DatasetName is { } name ? $" of dataset '{name}'." : "."));
    }

    /// <summary>Returns the folder or address of the files of a source.</summary>
    internal static string AddressOf(LayerStore store)
    {
        string hint = store.Manifest.SourceAddress!;
        return FileStore.IsRemote(hint) || Path.IsPathRooted(hint) || !store.Files.Traits.IsLocal ? hint
            : Path.GetFullPath(Path.Combine(store.Files.LocalRoot, hint));
    }

    /// <summary>Returns what the newest commit of a scan says; null before the first scan.</summary>
    internal static async Task<LayerScan?> LastScanAsync(LayerStore store, LayerCommit? head, CancellationToken cancellationToken)
    {
        for (LayerCommit? commit = head; commit is not null;
            commit = commit.Number == 1 ? null : await store.ReadCommitAsync(commit.Number - 1, cancellationToken).ConfigureAwait(false))
            if (commit.Scan is not null)
                return commit.Scan;
        return null;
    }

    private static string HintOf(string source, string address) => FileStore.IsRemote(address) ? address.TrimEnd('/')
        : FileStore.IsRemote(source) ? Path.GetFullPath(address)
        : Path.GetRelativePath(Path.GetFullPath(source), Path.GetFullPath(address));
}
