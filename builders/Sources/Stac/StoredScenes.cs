using System.Globalization;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The key <c>scenes</c> of a recipe: the documents of a dataset of scenes, and where it has the files of their assets.
/// Thread-safe.</summary>
/// <remarks>The scenes are read in the order of their ids, so that the result does not depend on how the dataset is stored.</remarks>
internal sealed class StoredScenes : IDisposable
{
    /// <summary>The key.</summary>
    internal const string Key = "scenes";

    private const int MostScenesOfUnit = 256, UnitsOfSmallDataset = 256;

    private readonly YamlScalar place;
    private readonly IStoredDatasets datasets;
    private readonly string address;
    private readonly Lock opening = new();
    private Task<IStoredDataset>? opened;

    /// <exception cref="DocumentInvalidException">The program reads no datasets; line and column are named.</exception>
    internal StoredScenes(YamlScalar place, RecipeSource recipe)
    {
        this.place = place;
        datasets = recipe.Datasets ?? throw place.Invalid("this program reads no datasets as sources; create the builders with "
            + "'SourceBuilders.All.WithDatasets()'");
        address = place.Text.Contains("://", StringComparison.Ordinal) ? place.Text : recipe.PathOf(place.Text);
        recipe.DatasetAddress = address;
    }

    /// <summary>Divides the scenes into units: one for each scene of a small dataset, otherwise one for some of them.</summary>
    /// <exception cref="DocumentInvalidException">There is no such dataset, or it has no scenes with documents.</exception>
    internal async Task<IReadOnlyList<SourceUnit>> UnitsAsync(CancellationToken cancellationToken)
    {
        IStoredDataset dataset = await DatasetAsync(cancellationToken).ConfigureAwait(false);
        long all = dataset.Manifest.Rows, ofUnit = Math.Clamp((all + UnitsOfSmallDataset - 1) / UnitsOfSmallDataset, 1, MostScenesOfUnit);
        List<SourceUnit> units = [];
        for (long first = 0; first < all; first += ofUnit)
        {
            long count = Math.Min(ofUnit, all - first);
            units.Add(new SourceUnit(string.Create(CultureInfo.InvariantCulture, $"{dataset.Manifest.Name}, scene {first:D9}")
                + (count > 1 ? string.Create(CultureInfo.InvariantCulture, $" to {first + count - 1:D9}") : ""), [])
            {
                FirstRow = first,
                RowCount = count,
                EstimatedBytes = dataset.Manifest.Bytes * count / all,
                Datasets = [dataset.Source],
            });
        }
        return units;
    }

    /// <summary>Reads the scenes of a unit.</summary>
    /// <exception cref="SceneInvalidException">A document is not valid, and <see cref="SceneReadOptions.OnInvalid"/> is null.</exception>
    /// <exception cref="DocumentInvalidException">A scene has no document.</exception>
    internal async IAsyncEnumerable<Scene> ReadAsync(SourceUnit unit, SceneReadOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IStoredDataset dataset = await DatasetAsync(cancellationToken).ConfigureAwait(false);
        long index = unit.FirstRow;
        await foreach (RowBatch rows in dataset.ReadAsync(index, unit.RowCount ?? dataset.Manifest.Rows, StoredScene.Columns,
            cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < rows.RowCount; row++, index++)
            {
                StoredScene stored = new(rows, row, dataset.Address, index);
                if (!stored.HasDocument)
                    throw Invalid($"the scene '{stored.Id}' (row {index} by id) has no document");
                Scene? scene = null;
                try
                {
                    scene = stored.Read();
                }
                catch (SceneInvalidException e)
                {
                    options.Report(e);
                }
                if (scene is not null)
                    yield return scene;
            }
    }

    /// <summary>Where the files are; known once a scene is read.</summary>
    internal StoredPlaces? Places { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (opened is { IsCompletedSuccessfully: true })
            opened.Result.Dispose();
    }

    private Task<IStoredDataset> DatasetAsync(CancellationToken cancellationToken)
    {
        lock (opening)
            return (opened ??= OpenAsync(cancellationToken)).WaitAsync(cancellationToken);
    }

    private async Task<IStoredDataset> OpenAsync(CancellationToken cancellationToken)
    {
        IStoredDataset dataset;
        try
        {
            dataset = await datasets.OpenAsync(address, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DatasetNotFoundException or DatasetInvalidException or DocumentInvalidException
            or VersionNotSupportedException or AccessDeniedException)
        {
            throw Invalid(e.Message.TrimEnd('.'));
        }
        catch (ArgumentException e)
        {
            throw Invalid(BuilderFailedException.LineOf(e).TrimEnd('.'));
        }
        Manifest manifest = dataset.Manifest;
        string? fault = manifest.Modality != Modality.OfScenes
                ? $"it has the modality '{manifest.Modality}', expected '{Modality.OfScenes}' (a dataset of 'stac-scenes' or 'eo3-scenes')"
            : manifest.Rows == 0 ? "it has no scenes"
            : manifest.Column(StoredScene.Document) is null ? $"it has no column '{StoredScene.Document}'; build it again from its items"
            : null;
        if (fault is not null)
        {
            dataset.Dispose();
            throw Invalid($"the dataset '{Redaction.Apply(dataset.Address)}': {fault}");
        }
        Places = new StoredPlaces(dataset);
        return dataset;
    }

    private DocumentInvalidException Invalid(string finding) => place.Invalid(finding);
}
