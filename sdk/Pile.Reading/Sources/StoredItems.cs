using Pile.Format;
using Pile.Layers;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Lists what is stored below an address.</summary>
internal static class StoredItems
{
    /// <summary>Finds datasets, sources, layers and saved queries. What is inside one of them is not looked for.</summary>
    /// <param name="address">A folder, or <c>s3://bucket/prefix</c>.</param>
    /// <param name="options">How they are opened.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <returns>In the order of their paths.</returns>
    /// <exception cref="ArgumentException">There is no such folder.</exception>
    /// <exception cref="PileException">The address cannot be listed.</exception>
    internal static async Task<IReadOnlyList<StoredItem>> ListAsync(string address, DatasetOptions options,
        CancellationToken cancellationToken)
    {
        IFileStore store = FileStore.For(address, options.Storage);
        if (store.Traits.IsLocal && !ExistingPath.IsFolder(store.LocalRoot))
            throw new ArgumentException($"There is no folder '{address}'.");
        List<(string Kind, string Path)> found = [];
        if (store.Traits.IsLocal)
            Walk(store.LocalRoot, "", found, options.OnMessage, cancellationToken);
        else
            await foreach (StoredFile file in store.ListAsync("", cancellationToken).ConfigureAwait(false))
                if (KindOf(file.Path[(file.Path.LastIndexOf('/') + 1)..]) is { } kind)
                    found.Add((kind, kind == "query" ? file.Path : file.Path[..Math.Max(file.Path.LastIndexOf('/'), 0)]));
        // A dataset may have saved queries or layers in its folder, but the files of a layer are not searched.
        string[] layers = [.. found.Where(f => f.Kind == "layer").Select(f => f.Path + "/")];
        List<StoredItem> items = [];
        foreach ((string kind, string path) in found.Where(f => !Array.Exists(layers, l => f.Path.StartsWith(l, StringComparison.Ordinal)))
            .OrderBy(f => f.Path, StringComparer.Ordinal))
        {
            string place = path.Length == 0 ? address : $"{address.TrimEnd('/')}/{path}", shown = path.Length == 0 ? "." : path;
            try
            {
                items.Add(await OpenAsync(kind, shown, place, options with { OnMessage = null }, cancellationToken).ConfigureAwait(false));
            }
            catch (PileException e)
            {
                items.Add(new StoredItem(kind, shown) { Fault = e.Message });
            }
        }
        return items;
    }

    private static void Walk(string folder, string path, List<(string, string)> found, Action<string>? report,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FolderEntries entries;
        try
        {
            entries = FolderEntries.List(folder, byStem: false, new HashSet<string>());
        }
        catch (SourceUnreadableException e) when (path.Length > 0)
        {
            report?.Invoke($"not searched: {e.Message}");
            return;
        }
        List<string> inner = [];
        bool isClosed = false;
        for (int i = 0; i < entries.Count; i++)
        {
            string name = System.Text.Encoding.UTF8.GetString(entries[i]);
            if (entries.IsFolder(i))
                inner.Add(name);
            else if (KindOf(name) is { } kind)
            {
                found.Add((kind, kind == "query" ? path + name : path.TrimEnd('/')));
                isClosed |= kind != "query";
            }
        }
        if (isClosed)
            return;
        foreach (string name in inner)
            if (new DirectoryInfo(Path.Combine(folder, name.TrimEnd('/'))).LinkTarget is null) // links may form loops
                Walk(Path.Combine(folder, name.TrimEnd('/')), path + name, found, report, cancellationToken);
    }

    private static string? KindOf(string name) => name == DatasetPaths.Manifest ? "dataset" : name == LayerPaths.Manifest ? "layer"
        : SavedQueryFile.IsAddress(name) ? "query" : null;

    private static async Task<StoredItem> OpenAsync(string kind, string path, string place, DatasetOptions options,
        CancellationToken cancellationToken)
    {
        if (kind == "query")
        {
            SavedQuery query = SavedQuery.Read(await SavedQueryFile.ReadAsync(place, options.Storage, cancellationToken)
                .ConfigureAwait(false));
            return new StoredItem(kind, path) { Name = query.Address, Rows = query.Rows, Version = query.IsFollowing ? "follows" : "" };
        }
        if (kind == "dataset")
        {
            byte[] yaml = await FileStore.For(place, options.Storage).ReadAllAsync(DatasetPaths.Manifest, Dataset.LargestManifestBytes,
                cancellationToken).ConfigureAwait(false);
            Manifest manifest = ManifestReader.Read(yaml, $"{place}/{DatasetPaths.Manifest}");
            return new StoredItem(kind, path)
            {
                Name = manifest.Name,
                Rows = manifest.Rows,
                Bytes = manifest.Bytes,
                Version = manifest.Version,
            };
        }
        LayerStore layer = await LayerStore.OpenAsync(place, options.Storage, cancellationToken).ConfigureAwait(false);
        if (layer.Manifest.SourceAddress is not null)
        {
            using SourceRows source = (await SourceRows.TryOpenAsync(place, options, cancellationToken).ConfigureAwait(false))!;
            return new StoredItem("source", path)
            {
                Name = layer.Manifest.Name,
                Rows = source.Manifest.Rows,
                Bytes = source.Manifest.Bytes,
                Commits = source.Snapshot.Number,
                IsPartial = source.IsPartial,
            };
        }
        long bytes = 0;
        await foreach (StoredFile file in layer.Files.ListAsync("", cancellationToken).ConfigureAwait(false))
            bytes += file.Bytes;
        return new StoredItem(kind, path)
        {
            Name = layer.Manifest.Name,
            Bytes = bytes,
            Commits = await layer.NewestAsync(cancellationToken).ConfigureAwait(false),
        };
    }
}
