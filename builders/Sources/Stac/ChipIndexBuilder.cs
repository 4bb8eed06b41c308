using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Earth;
using Pile.Format;
using Pile.Proj;
using Pile.Stac;
using Pile.Storage;
using Pile.Writing;

namespace Pile.Builders.Sources.Stac;

/// <summary>Makes chips of an index that stacchip wrote, and of the STAC items that it names. The pixels stay in the items' files. All
/// files are one unit, because any file of the index may name any item.</summary>
[DatasetBuilder("chip-index")]
internal sealed class ChipIndexBuilder : IDatasetBuilder, IMountingBuilder, INotingBuilder, IAgreeingBuilder, IDisposable
{
    private const string Unit = "index";
    private static readonly DateOnly MjdZero = new(1858, 11, 17);

    private readonly ChipRecipe recipe;
    private readonly RasterPlaces places;
    private readonly ChipBands bands;
    private readonly SceneNotes notes = new();
    private readonly ChipColumns columns = new();
    private readonly RecipeSource source;

    /// <summary>Creates a builder for an index.</summary>
    /// <param name="source">Keys: <c>index</c> (a glob or a list of files of stacchip), <c>items</c>, <c>api</c> or <c>scenes</c>,
    /// <c>chip</c> (<c>size</c>: the pixels of the chips of the index; <c>edge</c>), and <c>bands</c>, <c>resample</c>, <c>assets</c>,
    /// <c>sensor</c>, <c>join</c> and <c>probe</c> as for <c>stac-chips</c>.</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
    public ChipIndexBuilder(RecipeSource source)
    {
        this.source = source;
        recipe = ChipRecipe.ReadOfIndex(source);
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
    public async IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SourceUnit[] scenes = await ScenesAsync(cancellationToken).ConfigureAwait(false);
        string[] index = [.. source.Files(source.Map.Required("index"))];
        yield return new SourceUnit(Unit, [.. index, .. scenes.SelectMany(u => u.Files)])
        {
            EstimatedBytes = index.Sum(f => new FileInfo(f).Length) + scenes.Sum(u => u.EstimatedBytes),
            Datasets = [.. scenes.SelectMany(u => u.Datasets).Distinct()],
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ChipIndex index = await IndexAsync(context, cancellationToken).ConfigureAwait(false);
        SourceUnit items = unit with { Files = [.. (await ScenesAsync(cancellationToken).ConfigureAwait(false)).SelectMany(u => u.Files)] };
        ResampledNames resampled = new(recipe.Resampling.Names);
        await foreach (Scene scene in recipe.Scenes.ReadAsync(items, context, cancellationToken).ConfigureAwait(false))
        {
            resampled.Add(scene);
            if (index.Take(scene.Id) is not { } chips)
                continue;
            (ChipRows rows, SceneChipLayout layout)? made = null;
            try
            {
                made = await RowsOfAsync(scene, cancellationToken).ConfigureAwait(false);
            }
            catch (SceneInvalidException e)
            {
                SceneRecipe.Reject(context, unit.Id, e);
            }
            if (made is not var (rows, layout))
                continue;
            foreach (IndexedChip chip in chips)
            {
                if (Contradiction(chip, scene, layout.Grid) is { } fault || !TryAdd(rows, chip, out fault))
                    context.Reject(fault);
                if (rows.IsFull)
                    yield return rows.Take();
            }
            if (rows.HasRows)
                yield return rows.Take();
        }
        resampled.ReportTo(context);
        string key = Array.Find([StoredScenes.Key, SceneSearch.Key], name => source.Map.Find(name) is not null) ?? "items";
        foreach ((string item, IndexedChip chip) in index.Left)
            context.Reject(new ValueInvalidException(chip.File, chip.Row, "item", $"'{item}'", "one of the items",
                $"Add it to '{key}' of the recipe"));
    }

    /// <inheritdoc/>
    public void RequireAgreement(IEnumerable<UnitFacts> facts) => ResampledNames.RequireAgreement(recipe.Resampling.Names, facts);

    /// <inheritdoc/>
    public void Dispose()
    {
        places.Dispose();
        recipe.Scenes.Dispose();
    }

    private async Task<SourceUnit[]> ScenesAsync(CancellationToken cancellationToken) =>
        await recipe.Scenes.UnitsAsync(cancellationToken).ToArrayAsync(cancellationToken).ConfigureAwait(false);

    private async Task<ChipIndex> IndexAsync(BuildContext context, CancellationToken cancellationToken)
    {
        ChipIndex index = new();
        foreach (string file in source.Files(source.Map.Required("index")))
            await foreach ((string item, IndexedChip chip) in ChipIndexFile.ReadAsync(file, context.Reject, cancellationToken)
                .ConfigureAwait(false))
                try
                {
                    index.Add(item, chip);
                }
                catch (ValueInvalidException e)
                {
                    context.Reject(e);
                }
        return index;
    }

    private async Task<(ChipRows Rows, SceneChipLayout Layout)> RowsOfAsync(Scene scene, CancellationToken cancellationToken)
    {
        try
        {
            double[] boundsDeg = SceneFacts.BoxOf(recipe.Scenes.FootprintOf(scene).Measures.Bounds);
            ImmutableArray<ChipBand> found = await bands.OfAsync(scene, boundsDeg, note => notes.Add(note, scene), cancellationToken)
                .ConfigureAwait(false);
            if (found.FirstOrDefault(band => !band.Slices.IsEmpty) is { } sliced)
                throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id,
                    $"assets.{sliced.Asset.Key}", $"it has {sliced.Slices.Length} time slices, which an index does not tell apart",
                    "Use the builder 'stac-chips'");
            SceneChipLayout layout = SceneChipLayout.Of(scene, found, recipe.SizesPixels[0], recipe, notes, columns);
            ChipRows rows = new(scene, layout.Grid, layout.Groups, layout.ToLonLat, hasStatistics: true)
            {
                HasClouds = true,
                Tiles = recipe.Scenes.Tiles,
            };
            return (rows, layout);
        }
        catch (PileException e) when (e is SourceUnreadableException or CrsInvalidException or StoreException)
        {
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, "",
                e.Message.TrimEnd('.'), "", e);
        }
    }

    private static ValueInvalidException? Contradiction(IndexedChip chip, Scene scene, ChipGrid grid)
    {
        if (chip.X >= grid.CountX)
            return Of("chip_index_x", chip.X, $"below {grid.CountX}, the number of chips of {grid.SizePixels} pixels in a row of {scene}");
        if (chip.Y >= grid.CountY)
            return Of("chip_index_y", chip.Y,
                $"below {grid.CountY}, the number of chips of {grid.SizePixels} pixels in a column of {scene}");
        return chip.Date is { } date && (date < DayOf(scene.Time.StartMjd) || date > DayOf(scene.Time.EndMjd))
            ? Of("date", $"{date:yyyy-MM-dd}", $"the date of {scene}, {DayOf(scene.Time.StartMjd):yyyy-MM-dd}") : null;

        ValueInvalidException Of(string column, object value, string expected) => new(chip.File, chip.Row, column, $"{value}", expected,
            "Give the items and the size ('chip.size') from which the index was made");
    }

    private static bool TryAdd(ChipRows rows, IndexedChip chip, out ValueInvalidException fault)
    {
        fault = null!;
        try
        {
            if (rows.TryAdd(chip.X, chip.Y, chip.Id, chip.NodataShare, chip.CloudShare, chip.Bounds))
                return true;
        }
        catch (SceneInvalidException e) when (rows.Tiles is not null)
        {
            fault = new ValueInvalidException(chip.File, chip.Row, Partition.Tile, "a chip on no tile of the grid", e.Message.TrimEnd('.'),
                "Use another grid ('partition' of the recipe), or none");
            return false;
        }
        fault = new ValueInvalidException(chip.File, chip.Row, "geometry", "the footprint",
            $"that of chip ({chip.X}, {chip.Y}) of the item", "Give the items and the size ('chip.size') from which the index was made");
        return false;
    }

    private static DateOnly DayOf(double mjd) => MjdZero.AddDays((int)Math.Floor(mjd));
}
