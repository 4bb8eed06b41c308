using Pile.Builders.Sources.SkyImages;
using Pile.Format;
using Pile.Writing;

namespace Pile.Builders.Sources.FitsFrames;

/// <summary>Makes whole FITS images, or tiles of them, into rows, in one or several bands, each with its own WCS.</summary>
/// <remarks>Pixels are not resampled. A unit is a run of tiles of one frame, or a whole frame.</remarks>
[DatasetBuilder("fits-image")]
internal sealed class FitsImageBuilder : IDatasetBuilder
{
    private const long BlockBytes = 64L << 20, LargestRowPixels = 1L << 29;

    private readonly FrameRecipe recipe;
    private readonly Lazy<IReadOnlyList<FrameSet>> sets;
    private readonly Lazy<Dictionary<string, FrameSet>> setOfName;
    private readonly Lazy<FrameFacts> facts;

    /// <summary>Creates a builder for the images of a recipe.</summary>
    /// <param name="source">Keys: see <c>SOURCE.md</c>.</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
    /// <exception cref="SourceUnreadableException">The noise or mask file of a frame is missing.</exception>
    public FitsImageBuilder(RecipeSource source)
    {
        recipe = FrameRecipe.Read(source);
        IReadOnlyList<FrameSet> ofFiles = FrameSet.Read(source, recipe);
        sets = new(() => FrameSet.OfImages(recipe, ofFiles));
        setOfName = new(() => sets.Value.ToDictionary(s => s.Name, StringComparer.Ordinal));
        facts = new(() => new(recipe, sets.Value));
    }

    /// <inheritdoc/>
    public DatasetFacts Facts => new() { Modality = "image", TimeScale = recipe.TimeScale };

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken) =>
        Plan(context).ToAsyncEnumerable();

    /// <inheritdoc/>
    public IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, CancellationToken cancellationToken) =>
        Read(unit, context, cancellationToken).ToAsyncEnumerable();

    private IEnumerable<SourceUnit> Plan(BuildContext context)
    {
        foreach (string note in facts.Value.Notes)
            context.Report(note);
        foreach (SourceUnit unit in sets.Value.SelectMany(UnitsOf))
            yield return unit;
    }

    private IEnumerable<SourceUnit> UnitsOf(FrameSet set, int number)
    {
        string[] files = [.. recipe.Bands.SelectMany((b, i) => set.Numbers[i] < 0 ? [] : b.FilesOf(set.Numbers[i]))
            .Distinct(StringComparer.Ordinal)];
        if (facts.Value.Sizes[number] is not var (width, height) || recipe.Tile is null)
        {
            yield return new(set.Name, files)
            {
                HasFixedColumns = recipe.Keywords.IsEmpty,
                EstimatedBytes = facts.Value.Sizes[number] is var (x, y) ? ImagePlanes.RowBytes(recipe.Bands, y, x) : 0,
            };
            yield break;
        }
        (TileAxis xs, TileAxis ys) = recipe.TilesOf(width, height);
        long tileBytes = ImagePlanes.RowBytes(recipe.Bands, ys.Length, xs.Length), all = xs.Count * ys.Count,
            most = Math.Clamp(BlockBytes / tileBytes, 1, int.MaxValue);
        for (long first = 0; first < all; first += most)
            yield return new($"{set.Name}:{first}", files)
            {
                FirstRow = first,
                RowCount = Math.Min(most, all - first),
                HasFixedColumns = recipe.Keywords.IsEmpty,
                EstimatedBytes = Math.Min(most, all - first) * tileBytes,
            };
    }

    private IEnumerable<RowBatch> Read(SourceUnit unit, BuildContext context, CancellationToken cancellationToken)
    {
        FrameSet set = setOfName.Value[unit.RowCount is null ? unit.Id : unit.Id[..unit.Id.LastIndexOf(':')]];
        Frame[] frames = set.Open(recipe);
        (TileAxis X, TileAxis Y) tiles = recipe.TilesOf(frames[0].Width, frames[0].Height);
        IReadOnlyList<BandRecipe> bands = facts.Value.BandsOf(frames[0]);
        if (tiles.X.Length * tiles.Y.Length * bands.Count > LargestRowPixels)
            throw new SchemaMismatchException(frames[0].Path, null, $"an image of {tiles.X.Length} x {tiles.Y.Length} pixels in "
                + $"{bands.Count} bands is too large for one row, which has at most {LargestRowPixels} pixels",
                "Set 'tile' in the recipe's source")
            { IsOfCaller = true };
        FrameKeywords keywords = new(recipe, frames);
        context.OnFacts?.Invoke(new UnitFacts { UnknownKeywords = [.. keywords.Unknown] });
        ColumnData[] ofFrame = [.. keywords.Columns()];
        FrameTiles block = new(bands, frames, tiles, unit.FirstRow, (int)(unit.RowCount ?? tiles.X.Count * tiles.Y.Count));
        block.Read(cancellationToken);
        block.SetExtinction();
        if (Keep(block, unit, context) is not { Length: > 0 } rows)
            yield break;
        yield return block.ToBatch(rows, set.Name, recipe.Tile is not null, new(bands, facts.Value.Units, facts.Value.AreBandsOfDataset,
            (int)tiles.Y.Length, (int)tiles.X.Length), ofFrame);
    }

    private int[] Keep(FrameTiles block, SourceUnit unit, BuildContext context)
    {
        int[] onSky = block.OnSky();
        foreach (int row in Enumerable.Range(0, block.Count).Except(onSky))
            context.Skip(unit.Files[0], unit.FirstRow + row, "the centre of the tile is outside of the sky");
        return recipe.LeavesOutEmpty ? [.. onSky.Where(block.Planes.HasGoodPixel)] : onSky;
    }
}
