using Pile.Storage;

namespace Pile.Layers;

/// <summary>Deletes a source, and nothing else.</summary>
internal static class SourceDeletion
{
    /// <summary>Deletes the files of a source. A deletion that was interrupted can be repeated.</summary>
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
            if (LayerDeletion.IsOfLayer(file.Path))
                files.Add(file);
            else
                throw new ArgumentException($"'{address}' is a source, but also has the file '{file.Path}', which is not one of a source. "
                    + "Move it elsewhere; nothing was deleted.");
        await LayerDeletion.RunAsync(store, files, cancellationToken).ConfigureAwait(false);
        return (files.Count, files.Sum(f => f.Bytes));
    }
}
