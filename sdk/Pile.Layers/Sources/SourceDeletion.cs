using Pile.Storage;

namespace Pile.Layers;

/// <summary>Deletes a source, and nothing else.</summary>
internal static class SourceDeletion
{
    private const string Probe = "probe-";

    private static readonly string[] Folders = [LayerPaths.Commits, LayerPaths.Data, LayerPaths.Blobs, LayerPaths.Tags, LayerPaths.States];

    /// <summary>Deletes the files of a source. A deletion that was interrupted can be repeated, since layer.yaml is deleted last.</summary>
    /// <returns>The number of files and their bytes.</returns>
    /// <exception cref="ArgumentException">There is no source, it is a layer of a dataset, or its folder has other files too.</exception>
    internal static async Task<(long Files, long Bytes)> RunAsync(string address, StoreOptions? options,
        CancellationToken cancellationToken)
    {
        LayerStore store;
        try
        {
            store = await LayerStore.OpenAsync(address, options, cancellationToken).ConfigureAwait(false);
        }
        catch (LayerNotFoundException e)
        {
            throw new ArgumentException($"There is no source at '{address}': it has no {LayerPaths.Manifest}. Nothing was deleted.", e);
        }
        SourcePlace.Require(store);
        List<StoredFile> files = [];
        await foreach (StoredFile file in store.Files.ListAsync("", cancellationToken).ConfigureAwait(false))
            if (file.Path == LayerPaths.Manifest || file.Path.StartsWith(Probe, StringComparison.Ordinal)
                || Array.Exists(Folders, f => file.Path.StartsWith(f, StringComparison.Ordinal)))
                files.Add(file);
            else
                throw new ArgumentException($"'{address}' is a source, but also has the file '{file.Path}', which is not one of a source. "
                    + "Move it elsewhere; nothing was deleted.");
        foreach (StoredFile file in files.OrderBy(f => f.Path == LayerPaths.Manifest))
            await store.Files.DeleteAsync(file.Path, cancellationToken).ConfigureAwait(false);
        await store.Files.DiscardUnfinishedAsync(cancellationToken).ConfigureAwait(false);
        if (store.Files.Traits.IsLocal)
            foreach (string folder in Folders.Select(f => Path.Combine(store.Files.LocalRoot, f.TrimEnd('/')))
                .Append(store.Files.LocalRoot))
                if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
                    Directory.Delete(folder);
        return (files.Count, files.Sum(f => f.Bytes));
    }
}
