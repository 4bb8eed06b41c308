using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Builders.Sources.SkyImages;
using Pile.Format;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>Cuts out the positions of a catalogue from FITS images in several bands, each with its own WCS.</summary>
/// <remarks>Pixels are not resampled. A unit is a block of the catalogue's rows. If several frames of a band cover an object, the builder
/// uses the one in which it is most central. Objects that no frame of any band covers are skipped.</remarks>
[DatasetBuilder("fits-cutout", "2")]
internal sealed class FitsCutoutBuilder : IDatasetBuilder
{
    private const int MaxRows = 4096;

    private readonly RecipeSource source;
    private readonly CutoutRecipe recipe;
    private readonly CatalogueBlocks blocks;
    private readonly Lazy<Bands> bands;
    private readonly ConcurrentBag<PixelMemory> unused = []; // of units that were read

    /// <summary>Creates a builder for the catalogue and the images of a recipe.</summary>
    /// <param name="source">Keys: <c>catalogue</c>, <c>id</c>, <c>ra</c>, <c>dec</c>, <c>ra_unit</c>, <c>size</c>, <c>bands</c>; see
    /// <c>SOURCE.md</c>.</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
    /// <exception cref="SourceUnreadableException">The noise or mask file of a frame is missing.</exception>
    public FitsCutoutBuilder(RecipeSource source)
    {
        (this.source, recipe) = (source, CutoutRecipe.Read(source));
        blocks = new(recipe.Catalogue, () => ImagePlanes.RowBytes(recipe.Bands, recipe.Height, recipe.Width), MaxRows);
        bands = new(() => new(recipe));
    }

    /// <inheritdoc/>
    public DatasetFacts Facts { get; } = new() { Modality = "image" };

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken)
    {
        foreach ((string path, PileException reason) in bands.Value.Indices.SelectMany(index => index.Unusable))
            CatalogueBlocks.SkipFile(source, context, path, reason);
        foreach (string note in bands.Value.Indices.SelectMany(index => index.Notes))
            context.Report(note);
        return blocks.PlanAsync(context, recipe.Files(), cancellationToken)
            .Select(unit => unit with { HasFixedColumns = true });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!unused.TryTake(out PixelMemory? memory))
            memory = new();
        await foreach (RowBatch rows in blocks.ReadAsync(unit, context, targets => Cut(context, targets, memory, cancellationToken),
            cancellationToken).ConfigureAwait(false))
            yield return rows;
        unused.Add(memory);
    }

    private RowBatch? Cut(BuildContext context, Targets targets, PixelMemory memory, CancellationToken cancellationToken)
    {
        SkyImagePicker<Frame>[] pickers = [.. bands.Value.Indices.Select(index => new SkyImagePicker<Frame>(index.Near))];
        try
        {
            ImagePosition<Frame>?[][] picked =
                [.. Enumerable.Range(0, targets.Count).Select(i => targets.HasPosition(i)
                    ? Array.ConvertAll(pickers, p => p.Pick(targets.RaDeg[i], targets.DecDeg[i])) : [])];
            int[] covered = [.. Enumerable.Range(0, targets.Count).Where(i => picked[i].Any(p => p is not null))];
            SkipUncovered(context, targets, covered);
            if (covered.Length == 0)
                return null;

            SortedDictionary<int, PileException> unreadable = [];
            CutoutBlock block = new(recipe, bands.Value.Columns, covered.Length, memory);
            for (int band = 0; band < pickers.Length; band++)
                foreach (IGrouping<Frame, (int Row, ImagePosition<Frame> At)> frame in Enumerable.Range(0, covered.Length)
                    .Where(row => picked[covered[row]][band] is not null)
                    .Select(row => (row, picked[covered[row]][band]!.Value))
                    .GroupBy(p => p.Value.Image)
                    .OrderBy(g => g.Key.Number).ThenBy(g => g.Key.HduIndex))
                    block.Cut(band, frame.Key, pickers[band].WcsOf(frame.Key), [.. frame],
                        context.SkipsBadRows ? (row, reason) => unreadable.TryAdd(row, reason) : null, cancellationToken);
            block.SetObjects(targets, covered);
            ImmutableArray<ColumnData> columns = block.ToColumns();
            if (unreadable.Count == 0)
                return targets.Batch(covered, columns);
            SkipUnreadable(context, targets, unreadable.Select(u => (covered[u.Key], u.Value.Message)));
            int[] kept = [.. Enumerable.Range(0, covered.Length).Where(row => !unreadable.ContainsKey(row))];
            return kept.Length == 0 ? null
                : targets.Batch([.. kept.Select(row => covered[row])], columns.Select(column => column.Take(kept)));
        }
        finally
        {
            Array.ForEach(pickers, p => p.Dispose());
        }
    }

    private void SkipUncovered(BuildContext context, Targets targets, int[] covered)
    {
        int[] skipped = [.. Enumerable.Range(0, targets.Count).Except(covered)];
        foreach (int row in skipped)
            blocks.Skip(context, targets, row,
                targets.HasPosition(row) ? "no image of any band contains the object's position" : "the object has no position");
        int without = skipped.Count(row => !targets.HasPosition(row)), outside = skipped.Length - without;
        if (without > 0)
            context.Report($"{without} of {targets.Count} objects have no position and are skipped");
        if (outside > 0)
            context.Report($"{outside} of {targets.Count} objects are outside of every image and are skipped");
    }

    private void SkipUnreadable(BuildContext context, Targets targets, IEnumerable<(int Row, string Reason)> unreadable)
    {
        foreach (IGrouping<string, int> rows in unreadable.GroupBy(u => u.Reason, u => u.Row))
        {
            context.Report($"{rows.Count()} of {targets.Count} objects are skipped: {rows.Key}");
            foreach (int row in rows)
                blocks.Skip(context, targets, row, rows.Key);
        }
    }

    /// <summary>The headers and footprints of the images, which all units share.</summary>
    private sealed class Bands
    {
        internal Bands(CutoutRecipe recipe)
        {
            Indices = [.. recipe.Bands.Select(FrameIndex.Read)];
            Columns = new(recipe.Bands, [.. Indices.Select(i => i.Unit)], areBandsOfDataset: true, recipe.Height, recipe.Width);
        }

        internal FrameIndex[] Indices { get; }

        internal ImageColumns Columns { get; }
    }
}
