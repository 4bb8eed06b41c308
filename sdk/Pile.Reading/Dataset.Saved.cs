using System.Globalization;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Layers;

namespace Pile.Reading;

public sealed partial class Dataset
{
    private Query? savedRows;
    private Task<long[]>? savedPositions;

    /// <summary>The saved query that the dataset was opened through; null if all its rows are selected.</summary>
    internal SavedQuery? Saved { get; private set; }

    /// <summary>Returns the number of selected rows: those of the saved query, or all.</summary>
    internal async Task<long> SelectedRowsAsync(CancellationToken cancellationToken = default) =>
        savedRows is null ? Manifest.Rows : await CountAsync(Query(), cancellationToken).ConfigureAwait(false);

    /// <summary>Rejects a saved query where all rows of a dataset are needed.</summary>
    /// <param name="what">What needs them, as the start of a sentence.</param>
    /// <exception cref="ArgumentException">The dataset was opened through a saved query.</exception>
    internal void RequireAllRows(string what)
    {
        if (savedRows is not null)
            throw new ArgumentException($"{what} needs a whole dataset, but '{Address}' was opened through a saved query. Copy the query "
                + "to a dataset of its own first ('pile copy').");
    }

    /// <summary>Compares the number and the ids of the rows with those that the saved query recorded.</summary>
    /// <param name="name">The file, for messages.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="DatasetInvalidException">They differ.</exception>
    internal async Task VerifySavedAsync(string name, CancellationToken cancellationToken)
    {
        if (Saved is not { IdsSha256: { } expected } saved)
            return;
        using IdsHash found = await Query().HashIdsAsync(cancellationToken).ConfigureAwait(false);
        if (found.Finish() is var hash && (hash != expected || found.Rows != saved.Rows))
            throw new DatasetInvalidException(name, string.Create(CultureInfo.InvariantCulture,
                $"the query selects {found.Rows:N0} rows whose ids have the hash {hash}, but it recorded "
                + $"{saved.Rows:N0} rows with {expected}, of the same dataset"),
                Catalogue is null ? "The file was edited, or saved by another version of pile: save the query again"
                    : "The tiles of the catalogue were changed, which its root does not cover, or the file was edited or saved by another "
                        + "version of pile: save the query again");
    }

    /// <summary>Returns the positions of the rows of the saved query, in its order. They are looked up once.</summary>
    internal Task<long[]> SavedPositionsAsync(CancellationToken cancellationToken)
    {
        lock (viewing)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (savedPositions is null or { IsFaulted: true })
                savedPositions = BeginShared(token => PositionsAsync(savedRows!, token));
            return savedPositions.WaitAsync(cancellationToken);
        }
    }

    private static async Task<Dataset> OpenSavedAsync(string path, DatasetOptions options, CancellationToken cancellationToken)
    {
        YamlMap map = await SavedQueryFile.ReadAsync(path, options.Storage, cancellationToken).ConfigureAwait(false);
        return await OpenSavedAsync(SavedQuery.Read(map), map, path, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens the dataset of a saved query, and checks its root.</summary>
    /// <param name="saved">The query.</param>
    /// <param name="map">The mapping that it was read from, for messages.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Resources and storage settings.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    internal static async Task<Dataset> OpenSavedAsync(SavedQuery saved, YamlMap map, string path, DatasetOptions options,
        CancellationToken cancellationToken)
    {
        Dataset dataset = await OpenPartsAsync(saved, path, options, cancellationToken).ConfigureAwait(false);
        try
        {
            if (saved.Root is { } root && root != dataset.Root)
                throw new DatasetInvalidException(path, $"it is a query of the dataset with root {root}, but the dataset at "
                    + $"'{dataset.Address}' has root {dataset.Root}", "Open the dataset that it was saved from, or save the query again. A "
                    + "query with 'follow: true' instead of root, rows and ids_sha256 follows changes");
            if (options.IdColumn is { } idColumn)
                dataset.RequireIdColumn(idColumn, path);
            for (int i = 0; i < saved.Layers.Length; i++)
                if (saved.Layers[i].Hash is { } hash && dataset.Layers[i].Snapshot is { } layer && layer.Sha256 != hash)
                    throw new DatasetInvalidException(path, $"it reads commit {layer.Number} of layer '{layer.Store.Address}' with SHA-256 "
                        + $"{hash}, but that commit has {layer.Sha256}", "Open the layer that it was saved with, or save the query again");
            if (saved.IsFollowing)
                options.OnMessage?.Invoke($"{path} follows the dataset '{dataset.Address}', which now has root {dataset.Root}");
            dataset.Select(saved, map);
            if (options.VerifiesIds)
                await dataset.VerifySavedAsync(path, cancellationToken).ConfigureAwait(false);
            return dataset;
        }
        catch
        {
            await dataset.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // What is missing was named by the file, not by the caller.
    private static async Task<Dataset> OpenPartsAsync(SavedQuery saved, string path, DatasetOptions options,
        CancellationToken cancellationToken)
    {
        const string remedy = "Copy it there, or correct the saved query";
        string[] layers = [.. saved.Layers.Select(l => SavedQueryFile.Resolve(l.Address, path))];
        try
        {
            return await OpenAsync(SavedQueryFile.Resolve(saved.Address, path), options with
            {
                Layers = [.. saved.Layers.Zip(layers, (layer, address) => layer.Reference(address)), .. options.Layers],
                IdColumn = saved.IdColumn,
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException e) when (saved.IdColumn is { } id && e.Message.StartsWith(
            $"{nameof(DatasetOptions)}.{nameof(DatasetOptions.IdColumn)}", StringComparison.Ordinal))
        {
            throw new DatasetInvalidException(path, $"its ids are those of '{id}' (the key 'id' of 'dataset'), which the dataset at "
                + $"'{saved.Address}' does not have", "Open the catalogue that it was saved from, or save the query again", e);
        }
        catch (DatasetNotFoundException e)
        {
            throw new DatasetInvalidException(path, $"its dataset is missing ('{e.Dataset}': {e.Finding})", remedy, e);
        }
        catch (LayerNotFoundException e) when (layers.Contains(e.Layer))
        {
            throw new DatasetInvalidException(path, $"its layer is missing: '{e.Layer}' has no layer.yaml", remedy, e);
        }
    }

    // Other ids would select other rows, or no rows, in conditions and lists of ids.
    private void RequireIdColumn(string idColumn, string path)
    {
        if (Catalogue is null)
            throw HasOwnIds(idColumn, Address);
        if ((Catalogue.IdColumn ?? HatsPositions.RowWord) is var own && own != idColumn)
            throw new ArgumentException($"DatasetOptions.IdColumn is '{idColumn}', but the ids of '{path}' are "
                + (Catalogue.IdColumn is null ? "row numbers" : $"those of '{own}'") + ". Leave it out, or save a query of the catalogue "
                + "itself.");
    }

    private void Select(SavedQuery saved, YamlMap map)
    {
        try
        {
            Query query = new(this);
            if (saved.IsNative)
                query = query.Native();
            foreach (string condition in saved.Where)
                query = query.Where(condition);
            foreach (SavedRegion region in saved.Regions)
                query = region.Narrow(query);
            if (saved.Ids is { } ids)
                query = query.Ids(ids.Select(ParseId));
            foreach ((string expression, bool descending) in saved.Order)
                query = query.OrderBy(expression, descending);
            if (saved.Limit is { } limit)
                query = query.Limit(limit);
            if (saved.Columns is { } columns)
            {
                _ = View(query.View).FindAll(columns, withHeavy: true); // rejects unknown columns
                query = query.Columns(columns);
            }
            (Saved, savedRows) = (saved, query);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw map.Invalid(ArgumentText.Of(e).TrimEnd('.'));
        }
    }
}
