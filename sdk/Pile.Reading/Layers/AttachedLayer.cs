using Pile.Format;
using Pile.Layers;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A layer whose fields are columns of an open dataset.</summary>
internal sealed class AttachedLayer
{
    private LayerState? state;

    private AttachedLayer(LayerSnapshot snapshot, int number) => (Snapshot, Number) = (snapshot, number);

    internal LayerSnapshot Snapshot { get; }

    /// <summary>The number of the layer among those of the dataset, from 0.</summary>
    internal int Number { get; }

    /// <summary>The layer's address and commit, for people.</summary>
    internal string Description => $"{Snapshot.Store.Address}, commit {Snapshot.Number}";

    /// <summary>The file with the values, by the positions of rows.</summary>
    internal LayerState State => state ?? throw new InvalidOperationException("The layer is not loaded.");

    /// <summary>Returns the name of a field where the values are joined to a tile.</summary>
    internal string JoinedName(string field) => $"{ColumnNames.PiecePrefix}layer{Number}_{field}";

    /// <summary>Opens layers at their commits.</summary>
    /// <param name="references">Layers as users name them.</param>
    /// <param name="options">Settings of the stores, and the receiver of messages.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="ArgumentException">A reference is not valid, or there is no such commit.</exception>
    internal static async Task<AttachedLayer[]> OpenAsync(IReadOnlyList<string> references, DatasetOptions options,
        CancellationToken cancellationToken)
    {
        AttachedLayer[] layers = new AttachedLayer[references.Count];
        for (int i = 0; i < layers.Length; i++)
        {
            LayerReference reference = LayerReference.Parse(references[i]);
            layers[i] = new AttachedLayer(await LayerSnapshot.OpenAsync(reference, options.Storage, cancellationToken)
                .ConfigureAwait(false), i);
            if (reference.At is null)
                options.OnMessage?.Invoke($"layer '{reference.Address}' is read as of commit {layers[i].Snapshot.Number}");
        }
        return layers;
    }

    /// <summary>The folders in which the files of states may be.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="options">Where the cache is; null for the default.</param>
    /// <param name="ownFolder">The folder for states that cannot be cached.</param>
    internal static IEnumerable<string> FoldersOf(IReadOnlyCollection<AttachedLayer> layers, StoreOptions? options, string ownFolder) =>
        layers.Count == 0 ? [] : layers.Where(l => l.Snapshot.Store.Files.Traits.IsLocal)
            .Select(l => Path.Combine(l.Snapshot.Store.Files.LocalRoot, LayerPaths.States.TrimEnd('/')))
            .Append(new StateCache(options).Folder).Append(ownFolder);

    /// <summary>Checks that the layer belongs to a dataset, and loads its values.</summary>
    /// <exception cref="LayerInvalidException">The layer belongs to another dataset, or is not valid.</exception>
    internal async Task LoadAsync(Dataset dataset, Func<LayerDatabase> database, CancellationToken cancellationToken)
    {
        RequireRoot(Snapshot.Store, dataset, dataset.Root);
        state = await Task.Run(() => Snapshot.StateAsync(database, dataset.Options.Storage, new DatasetRows(dataset), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (state.Gone > 0)
            dataset.Options.OnMessage?.Invoke($"layer '{Snapshot.Store.Address}' has values of {CountText.Of(state.Gone, "row")} that "
                + "the dataset does not have");
    }

    /// <summary>Checks that a layer belongs to a dataset.</summary>
    /// <exception cref="LayerInvalidException">The layer belongs to another dataset, or to none.</exception>
    internal static void RequireRoot(LayerStore store, Dataset dataset, string root)
    {
        if (store.Manifest.DatasetRoot != root)
            throw new LayerInvalidException(store.Address, $"it belongs to dataset '{store.Manifest.DatasetName ?? "none"}' with root "
                + $"{store.Manifest.DatasetRoot ?? "none"}, but '{dataset.Address}' ('{dataset.Manifest.Name}') has root {root}",
                "Open the dataset of the layer, or make a layer of this one with 'pile layer rebase'");
    }
}
