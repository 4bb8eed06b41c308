using Pile.Format;
using Pile.Layers;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A layer that is open for changes, with the dataset that it belongs to.</summary>
internal sealed class LayerWorkspace : IAsyncDisposable
{
    private readonly DatasetOptions options;
    private readonly string? datasetAddress;
    private Task<LayerDatabase>? database;
    private Task<Dataset>? dataset;

    private LayerWorkspace(LayerStore store, string? datasetAddress, DatasetOptions options) =>
        (Store, this.datasetAddress, this.options) = (store, datasetAddress, options);

    internal LayerStore Store { get; }

    /// <summary>The newest commit when the layer was opened, or the last of this workspace; null before the first one.</summary>
    internal LayerCommit? Head { get; private set; }

    /// <summary>Opens a layer.</summary>
    /// <param name="address">The layer.</param>
    /// <param name="datasetAddress">Its dataset; null for the place in layer.yaml.</param>
    /// <param name="options">How the dataset is opened.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <param name="isForValues">True if values will be set or taken away: DuckDB is then loaded, and the dataset opened, while the caller
    /// reads its table.</param>
    internal static async Task<LayerWorkspace> OpenAsync(string address, string? datasetAddress, DatasetOptions options,
        CancellationToken cancellationToken, bool isForValues = false)
    {
        Task<LayerDatabase>? loading = isForValues ? Task.Run(() => OpenDatabase(options), CancellationToken.None) : null;
        LayerStore store;
        try
        {
            store = await LayerStore.OpenAsync(address, options.Storage, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (loading is not null)
                (await loading.ConfigureAwait(false)).Dispose();
            throw;
        }
        LayerWorkspace workspace = new(store, datasetAddress, options) { database = loading };
        try
        {
            if (isForValues && store.Manifest.DatasetRoot is not null)
                workspace.dataset = Task.Run(() => workspace.OpenDatasetAsync(readsFiles: true, cancellationToken), CancellationToken.None);
            workspace.Head = await store.ResolveAsync(null, cancellationToken).ConfigureAwait(false);
            return workspace;
        }
        catch
        {
            await workspace.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates a layer of a dataset.</summary>
    /// <exception cref="ArgumentException">The name has an <c>@</c>.</exception>
    /// <exception cref="OutputExistsException">There is something at this address.</exception>
    internal static async Task<LayerStore> CreateAsync(string address, Dataset dataset, string? name, CancellationToken cancellationToken)
    {
        LayerReference.RequireName(address);
        LayerManifest manifest = new()
        {
            Name = name ?? Path.GetFileName(address.TrimEnd('/')),
            HasTextIds = dataset.IdsAreText,
            Key = Guid.NewGuid().ToString("N"),
            DatasetName = dataset.Manifest.Name,
            DatasetRoot = dataset.Root,
            DatasetAddress = HintOf(address, dataset.Address),
        };
        return await LayerStore.CreateAsync(address, manifest.ToBytes(), dataset.Options.Storage, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a layer of another version of a dataset, with the commits of a layer. Deletes it if that fails.</summary>
    /// <returns>The number of commits, of rows with values, and of rows with values that the dataset does not have.</returns>
    internal static async Task<(long Commits, long Rows, long Gone)> RebaseAsync(LayerSnapshot source, Dataset dataset, string address,
        CancellationToken cancellationToken)
    {
        if (dataset.IdsAreText != source.Store.Manifest.HasTextIds)
            throw new ArgumentException($"The ids of layer '{source.Store.Address}' are {(dataset.IdsAreText ? "integers" : "text")}, "
                + $"but those of dataset '{dataset.Address}' are {(dataset.IdsAreText ? "text" : "integers")}.");
        LayerStore store = await CreateAsync(address, dataset, source.Store.Manifest.Name, cancellationToken).ConfigureAwait(false);
        return await LayerDeletion.OnFailureAsync(store, async () =>
        {
            using LayerDatabase work = new(null, dataset.Options.Threads, dataset.Options.QueryMemoryBytes);
            LayerCommit? last = await LayerRebase.RunAsync(source, store, () => work, cancellationToken).ConfigureAwait(false);
            LayerState state = await LayerSnapshot.Of(store, last).StateAsync(() => work, dataset.Options.Storage,
                new DatasetRows(dataset), cancellationToken).ConfigureAwait(false);
            if (last is not null && dataset.Catalogue is null)
                await StateFiles.PutAsync(store, last, state, cancellationToken).ConfigureAwait(false);
            return (last?.Number ?? 0, state.Rows, state.Gone);
        }).ConfigureAwait(false);
    }

    internal LayerDatabase Database() => (database ??= Task.FromResult(OpenDatabase(options))).GetAwaiter().GetResult();

    private static LayerDatabase OpenDatabase(DatasetOptions options) => new(null, options.Threads, options.QueryMemoryBytes);

    /// <summary>Returns the dataset of the layer, which is opened once.</summary>
    /// <exception cref="PileException">It is not where layer.yaml says, or is another one.</exception>
    internal Task<Dataset> DatasetAsync(CancellationToken cancellationToken) =>
        dataset is null or { IsFaulted: true } or { IsCanceled: true } ? dataset = OpenDatasetAsync(readsFiles: false, cancellationToken)
            : dataset;

    private async Task<Dataset> OpenDatasetAsync(bool readsFiles, CancellationToken cancellationToken)
    {
        string address = datasetAddress ?? AddressOf(Store)
            ?? throw new LayerInvalidException(Store.Address, "it does not say where its dataset is", "Name the dataset");
        Dataset opened;
        try
        {
            opened = await Dataset.OpenAsync(address, options with { Layers = [] }, cancellationToken).ConfigureAwait(false);
        }
        catch (DatasetNotFoundException e) when (datasetAddress is null)
        {
            throw new LayerInvalidException(Store.Address, $"its dataset '{Store.Manifest.DatasetName}' is not at '{address}'",
                "Say where it is with --of", e);
        }
        try
        {
            AttachedLayer.RequireRoot(Store, opened, opened.Root);
            if (readsFiles)
                await opened.FilesAsync(cancellationToken).ConfigureAwait(false);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Rejects fields that a user must not set: a scan measures those of a source, and replaces the values at the next
    /// change of a file.</summary>
    /// <param name="fields">The fields that are to be set.</param>
    /// <exception cref="ArgumentException">A scan sets one of them.</exception>
    internal void RequireFieldsOfUsers(IEnumerable<string> fields)
    {
        if (Store.Manifest.DatasetRoot is not null)
            return;
        string[] scanned = [.. fields.Where(f => SourceFields.All.Any(s => s.Name.Equals(f, StringComparison.OrdinalIgnoreCase)))];
        if (scanned.Length > 0)
            throw new ArgumentException($"Scans of source '{Store.Address}' set {string.Join(", ", scanned.Select(f => $"'{f}'"))}, "
                + $"so that {(scanned.Length == 1 ? "it is no field" : "they are no fields")} of users. Rename "
                + $"{(scanned.Length == 1 ? "the column, leave it out, or set it" : "the columns, leave them out, or set them")} in a "
                + $"layer of the source: 'pile layer create NAME --of {Store.Address}', then 'pile layer set NAME …'.");
    }

    /// <summary>Checks a table and makes a patch of it.</summary>
    /// <inheritdoc cref="PatchStage.SetAsync"/>
    internal async Task<PatchDraft> StageAsync(IAsyncEnumerable<RowBatch> batches, string idColumn, StageOptions stage,
        CancellationToken cancellationToken) =>
        await (await StageAsync(cancellationToken).ConfigureAwait(false))
            .SetAsync(batches, idColumn, Head?.Fields ?? [], stage, cancellationToken).ConfigureAwait(false);

    /// <summary>Makes a patch that takes values away.</summary>
    /// <inheritdoc cref="PatchStage.UnsetAsync"/>
    internal async Task<PatchDraft> StageUnsetAsync(IReadOnlyList<ObjectId> ids, IReadOnlyList<string> fields, StageOptions stage,
        CancellationToken cancellationToken)
    {
        LayerField[] known = [.. fields.Select(name => Head?.FindField(name) ?? throw new ArgumentException(
            $"Layer '{Store.Address}' has no field '{name}'. {SimilarNames.Hint(name, Head?.Fields.Select(f => f.Name) ?? [])}."))];
        return await (await StageAsync(cancellationToken).ConfigureAwait(false)).UnsetAsync(ids, [.. known], stage, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Makes a patch that removes rows of a source.</summary>
    /// <inheritdoc cref="PatchStage.UnsetAsync"/>
    internal async Task<PatchDraft> StageRemovalAsync(IReadOnlyList<ObjectId> ids, StageOptions stage, CancellationToken cancellationToken)
    {
        if (Store.Manifest.DatasetRoot is not null)
            throw new ArgumentException($"'{Store.Address}' is a layer of dataset '{Store.Manifest.DatasetName}', whose rows never change: "
                + "only rows of a source can be removed. To take values away, use 'pile layer unset'.");
        if (Head is null)
            throw new ArgumentException($"Source '{Store.Address}' has no rows: it has no commits yet. Scan it first.");
        return await (await StageAsync(cancellationToken).ConfigureAwait(false)).UnsetAsync(ids, [], stage, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Commits a change, and writes a state if it is time.</summary>
    /// <inheritdoc cref="LayerEditor.CommitAsync"/>
    internal async Task<LayerCommit> CommitAsync(LayerChange change, CancellationToken cancellationToken)
    {
        Head = await new LayerEditor(Store, Database).CommitAsync(change, Head, cancellationToken).ConfigureAwait(false);
        if (await StateFiles.IsDueAsync(Store, Head, cancellationToken).ConfigureAwait(false))
            await WriteStateAsync(cancellationToken).ConfigureAwait(false);
        return Head;
    }

    /// <summary>Stores the state after the newest commit beside the log.</summary>
    internal async Task WriteStateAsync(CancellationToken cancellationToken)
    {
        try
        {
            Dataset? of = Store.Manifest.DatasetRoot is null ? null : await DatasetAsync(cancellationToken).ConfigureAwait(false);
            if (of?.Catalogue is not null)
                return; // its root does not identify the positions of rows, which a state has
            DatasetRows? rows = of is null ? null : new(of);
            LayerState state = await LayerSnapshot.Of(Store, Head).StateAsync(Database, options.Storage, rows, cancellationToken)
                .ConfigureAwait(false);
            await StateFiles.PutAsync(Store, Head!, state, cancellationToken).ConfigureAwait(false);
        }
        catch (PileException e) // the commit is made; a later writer writes a state
        {
            options.OnMessage?.Invoke($"commit {Head!.Number} is made, but its state was not stored: {e.Message}");
        }
    }

    private async Task<PatchStage> StageAsync(CancellationToken cancellationToken)
    {
        if (Store.Manifest.DatasetRoot is not null)
            return new(Store, Database(), new OpeningRows(DatasetAsync));
        LayerState? state = Head is null ? null : await LayerSnapshot.Of(Store, Head).StateAsync(Database, options.Storage, null,
            cancellationToken).ConfigureAwait(false);
        return new(Store, Database(), state is null ? null : new SourceIds(Database(), state));
    }

    /// <summary>Returns the place of a layer's dataset by layer.yaml; null if it is unknown.</summary>
    internal static string? AddressOf(LayerStore store) => store.Manifest.DatasetAddress is not { } hint ? null
        : FileStore.IsRemote(hint) || Path.IsPathRooted(hint) || !store.Files.Traits.IsLocal ? hint
        : Path.GetFullPath(Path.Combine(store.Files.LocalRoot, hint));

    private static string HintOf(string layer, string datasetAddress) => FileStore.IsRemote(datasetAddress) ? datasetAddress
        : FileStore.IsRemote(layer) ? Path.GetFullPath(datasetAddress)
        : Path.GetRelativePath(Path.GetFullPath(layer), Path.GetFullPath(datasetAddress));

    public async ValueTask DisposeAsync()
    {
        Task closing = Task.Run(CloseDatabaseAsync); // beside the dataset: closing a DuckDB takes milliseconds
        if (dataset is not null)
        {
            await ((Task)dataset).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (dataset.IsCompletedSuccessfully)
                await (await dataset.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            else
                _ = dataset.Exception; // observed: the dataset was not needed
        }
        await closing.ConfigureAwait(false);
    }

    private async Task CloseDatabaseAsync()
    {
        if (database is not null)
            (await database.ConfigureAwait(false)).Dispose();
    }
}
