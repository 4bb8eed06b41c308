using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Pile.Earth;
using Pile.Format;
using Pile.Proj;
using Pile.Stac;
using Pile.Storage;
using Pile.Writing;

namespace Pile.Builders.Sources.Stac;

/// <summary>Divides the scenes of STAC items and EO3 documents into chips, whose pixels stay in the scenes' files. Each file of
/// documents is a unit.</summary>
[DatasetBuilder("stac-chips")]
internal sealed class StacChipsBuilder : IDatasetBuilder, IMountingBuilder, INotingBuilder, IAgreeingBuilder, IDisposable
{
    /// <summary>Chips of a larger grid, as that of a mosaic, are placed when they are written: their rows would fill the memory.</summary>
    private const int MostChipsAhead = 1 << 16;

    private readonly ChipRecipe recipe;
    private readonly RasterPlaces places;
    private readonly ChipBands bands;
    private readonly SceneNotes notes = new();
    private readonly ChipColumns columns = new();

    /// <summary>Creates a builder for the documents of a recipe.</summary>
    /// <param name="source">Keys: <c>items</c> (a glob or a list: items, ItemCollections, NDJSON, catalogs, EO3 documents), <c>api</c>
    /// (a search) or <c>scenes</c> (a dataset of scenes), <c>chip</c> (<c>size</c>: pixels, or a list; <c>edge</c>: drop, pad or
    /// overlap), <c>bands</c> (assets, names or common names; all data by default), <c>resample</c> (none, nearest, bilinear, or one of
    /// them by band), <c>stats</c> (<c>indexer</c>: none, landsat, sentinel-2, modis or one of a plug-in; or <c>mask</c>, or
    /// <c>flags</c>), <c>max_nodata</c>, <c>assets</c> (<c>include</c>, <c>exclude</c>, <c>mount</c>), <c>sensor</c>, <c>join</c> and
    /// <c>probe</c>.</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
    public StacChipsBuilder(RecipeSource source)
    {
        recipe = ChipRecipe.Read(source);
        places = new RasterPlaces(recipe.Scenes.Folder, recipe.Scenes.StoredMounts, readsBlocks: true);
        bands = new ChipBands(recipe, places);
    }

    /// <inheritdoc/>
    public DatasetFacts Facts => recipe.Facts;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Mounts => places.Mounts;

    /// <inheritdoc/>
    public IEnumerable<string> Notes => notes.Lines;

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken) =>
        recipe.Scenes.UnitsAsync(cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The chips of scenes that follow are computed while those of one are written.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<SceneChips>> ahead = new();
        ResampledNames resampled = new(recipe.Resampling.Names);
        int mostAhead = Environment.ProcessorCount + 1;
        try
        {
            await foreach (Scene scene in recipe.Scenes.ReadAsync(unit, context, cancellationToken).ConfigureAwait(false))
            {
                resampled.Add(scene);
                ahead.Enqueue(Task.Run(() => ChipsOfAsync(scene, stop.Token), stop.Token));
                if (ahead.Count > mostAhead)
                    foreach (RowBatch batch in Reported(await ahead.Dequeue().ConfigureAwait(false), unit, context))
                        yield return batch;
            }
            while (ahead.TryDequeue(out Task<SceneChips>? next))
                foreach (RowBatch batch in Reported(await next.ConfigureAwait(false), unit, context))
                    yield return batch;
            resampled.ReportTo(context);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(ahead)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void RequireAgreement(IEnumerable<UnitFacts> facts) => ResampledNames.RequireAgreement(recipe.Resampling.Names, facts);

    /// <inheritdoc/>
    public void Dispose()
    {
        places.Dispose();
        recipe.Scenes.Dispose();
    }

    private static IEnumerable<RowBatch> Reported(SceneChips chips, SourceUnit unit, BuildContext context)
    {
        if (chips.Fault is { } fault)
            SceneRecipe.Reject(context, unit.Id, fault);
        foreach (RowBatch batch in chips.Batches.SelectMany(placed => placed))
            yield return batch;
        foreach (string message in chips.Messages) // some are known after the last batch
            context.Report(message);
    }

    private async Task<SceneChips> ChipsOfAsync(Scene scene, CancellationToken cancellationToken)
    {
        List<string> messages = [.. scene.Notes.Select(note => $"{scene}: {note}")];
        try
        {
            double[] boundsDeg = SceneFacts.BoxOf(recipe.Scenes.FootprintOf(scene).Measures.Bounds);
            ImmutableArray<ChipBand> found = await bands.OfAsync(scene, boundsDeg, note => notes.Add(note, scene), cancellationToken)
                .ConfigureAwait(false);
            List<IEnumerable<RowBatch>> batches = [];
            foreach (int sizePixels in recipe.SizesPixels)
                foreach (SceneSlice slice in SceneSlices.Of(scene, found))
                    await AddAsync(slice, boundsDeg, sizePixels, batches, messages, cancellationToken).ConfigureAwait(false);
            return new SceneChips(batches, messages, null);
        }
        catch (SceneInvalidException e)
        {
            return new SceneChips([], messages, e);
        }
        catch (PileException e) when (e is SourceUnreadableException or CrsInvalidException or StoreException)
        {
            return new SceneChips([], messages, new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index,
                scene.Id, "", e.Message.TrimEnd('.'), "", e));
        }
    }

    private async Task AddAsync(SceneSlice slice, double[] boundsDeg, int sizePixels, List<IEnumerable<RowBatch>> batches,
        List<string> messages, CancellationToken cancellationToken)
    {
        Scene scene = slice.Scene;
        SceneChipLayout layout = SceneChipLayout.Of(scene, slice.Bands, sizePixels, recipe, notes, columns);
        ChipGrid grid = layout.Grid;
        using ChipMeter? meter = recipe.Indexer is null ? null : await ChipMeter.OpenAsync(recipe.Indexer, slice, boundsDeg,
            layout, recipe, places, note => notes.Add(note, scene), cancellationToken).ConfigureAwait(false);
        ChipRows rows = new(scene, grid, layout.Groups, layout.ToLonLat, meter is not null)
        {
            Tiles = recipe.Scenes.Tiles,
            IdPrefix = slice.IdPrefix,
            HasClouds = meter?.MeasuresClouds ?? false,
        };
        if (meter is null)
        {
            IEnumerable<RowBatch> placed = Place(rows, scene, grid, sizePixels, messages, cancellationToken);
            bool isPlacedLater = grid.Count > MostChipsAhead && rows.Tiles is null; // a chip without a tile rejects the scene
            batches.Add(isPlacedLater ? placed : [.. placed]);
            return;
        }
        List<RowBatch> full = [];
        long dropped = 0;
        for (int chipY = 0; chipY < grid.CountY; chipY++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (ChipStatistics Counts, int Pixels)[] measured = await meter.MeasureRowAsync(chipY, cancellationToken).ConfigureAwait(false);
            for (int chipX = 0; chipX < grid.CountX; chipX++)
            {
                (ChipStatistics counts, int pixels) = measured[chipX];
                if (counts.NodataPixels > recipe.MaxNodata * pixels)
                {
                    dropped++;
                    continue;
                }
                rows.Add(chipX, chipY, counts, pixels);
                if (rows.IsFull)
                    full.Add(rows.Take());
            }
        }
        if (rows.HasRows)
            full.Add(rows.Take());
        batches.Add(full);
        if (dropped > 0)
            messages.Add(string.Create(CultureInfo.InvariantCulture,
                $"{scene}: {dropped} of {grid.Count} {(grid.Count == 1 ? "chip" : "chips")} of {sizePixels} pixels "
                + $"{(dropped == 1 ? "is" : "are")} left out, because more than {recipe.MaxNodata:P0} of "
                + $"{(dropped == 1 ? "its" : "their")} pixels have no data"));
        AddMessages(rows, scene, grid, sizePixels, messages);
    }

    private static IEnumerable<RowBatch> Place(ChipRows rows, Scene scene, ChipGrid grid, int sizePixels, List<string> messages,
        CancellationToken cancellationToken)
    {
        for (int chipY = 0; chipY < grid.CountY; chipY++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int chipX = 0; chipX < grid.CountX; chipX++)
            {
                rows.Add(chipX, chipY, null);
                if (rows.IsFull)
                    yield return rows.Take();
            }
        }
        if (rows.HasRows)
            yield return rows.Take();
        AddMessages(rows, scene, grid, sizePixels, messages);
    }

    private static void AddMessages(ChipRows rows, Scene scene, ChipGrid grid, int sizePixels, List<string> messages)
    {
        if (rows.WithoutPlace > 0)
            messages.Add($"{scene}: {rows.WithoutPlace} {(rows.WithoutPlace == 1 ? "chip" : "chips")} of {sizePixels} pixels "
                + (rows.WithoutPlace == 1 ? "is left out, because it has" : "are left out, because they have")
                + " no longitude and latitude");
        if (grid.Count == 0)
            messages.Add($"{scene}: no chip of {sizePixels} pixels fits into {grid.Rows} × {grid.Columns} pixels");
    }

    private sealed record SceneChips(IReadOnlyList<IEnumerable<RowBatch>> Batches, IReadOnlyList<string> Messages,
        SceneInvalidException? Fault);
}
