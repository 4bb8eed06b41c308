using System.Collections.Immutable;
using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>Extracts a spectrum and a white-light image for every position of a catalogue from integral-field cubes.</summary>
/// <remarks>A spectrum is the sum over a circle on the sky. A unit is a block of the catalogue's rows. If several cubes contain a
/// position, the builder uses the one in which it is most central. Objects that no cube contains, or that have no valid spaxel in their
/// aperture, are skipped.</remarks>
[DatasetBuilder("cube-spectrum")]
internal sealed class CubeSpectrumBuilder : IDatasetBuilder
{
    private const int MaxRows = 1024;

    private readonly RecipeSource source;
    private readonly CubeRecipe recipe;
    private readonly Lazy<CubeSet> cubes;
    private readonly CatalogueBlocks blocks;

    /// <summary>Creates a builder for the catalogue and the cubes of a recipe.</summary>
    /// <param name="source">Keys: <c>catalogue</c>, <c>id</c>, <c>ra</c>, <c>dec</c>, <c>ra_unit</c>, <c>frame</c>, <c>files</c>,
    /// <c>hdu</c>, <c>ivar</c>, <c>mask</c>, <c>unit</c>, <c>scale</c>,
    /// <c>wavelength</c>, <c>lsf</c>, <c>aperture</c>, <c>image</c>; see <c>SOURCE.md</c>.</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
    /// <exception cref="SourceUnreadableException">The noise or mask file of a cube is missing.</exception>
    public CubeSpectrumBuilder(RecipeSource source)
    {
        (this.source, recipe) = (source, CubeRecipe.Read(source));
        cubes = new(() => CubeSet.Read(recipe));
        blocks = new(recipe.Catalogue, () => RowBytes, MaxRows);
    }

    /// <summary>Modality and spectral medium. The medium is read from the headers of the cubes.</summary>
    /// <exception cref="PileException">No cube is usable, or the cubes have different media or units.</exception>
    public DatasetFacts Facts => new() { Modality = "spectrum", SpectralMedium = SpectralMediums.Word(cubes.Value.Medium) };

    /// <summary>The memory that one row needs while it is measured and written: float64 sums and float32 columns.</summary>
    private long RowBytes => (cubes.Value.Cubes.Max(c => (long)c.WavelengthAngstrom.Length) * 64)
        + ((long)recipe.ImageSize * recipe.ImageSize * 32);

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken)
    {
        foreach ((string path, PileException reason) in cubes.Value.Unusable)
            CatalogueBlocks.SkipFile(source, context, path, reason);
        return blocks.PlanAsync(context, recipe.AllFiles(), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, CancellationToken cancellationToken) =>
        blocks.ReadAsync(unit, context, targets => Measure(context, targets, cancellationToken), cancellationToken);

    private RowBatch? Measure(BuildContext context, Targets targets, CancellationToken cancellationToken)
    {
        using SkyImagePicker<Cube> picker = new(cubes.Value.Near);
        ImagePosition<Cube>?[] picked =
            [.. Enumerable.Range(0, targets.Count)
                .Select(i => targets.HasPosition(i) ? picker.Pick(targets.RaDeg[i], targets.DecDeg[i]) : null)];
        SortedDictionary<int, (ObjectSpectrum Spectrum, double[]? Lsf)> measured = [];
        Dictionary<int, PileException> unreadable = [];
        foreach (IGrouping<Cube, int> rows in Enumerable.Range(0, targets.Count).Where(i => picked[i] is not null)
            .GroupBy(i => picked[i]!.Value.Image).OrderBy(g => g.Key.Number))
        {
            CubeImages images;
            try
            {
                images = new(recipe, rows.Key);
            }
            catch (PileException e) when (context.SkipsBadRows && SkippedUnit.IsOfUnit(e))
            {
                foreach (int row in rows)
                    unreadable.Add(row, e);
                continue;
            }
            using (images)
            {
                double[]? lsf = images.LsfSigmaAngstrom();
                foreach (int row in rows)
                    try
                    {
                        if (Measure(context, $"row {targets.Rows[row]} of {recipe.Catalogue.Name}", picked[row]!.Value,
                            picker.WcsOf(rows.Key), images, cancellationToken) is { IsMeasured: true } spectrum)
                            measured.Add(row, (spectrum, lsf));
                    }
                    catch (PileException e) when (context.SkipsBadRows && SkippedUnit.IsOfUnit(e))
                    {
                        unreadable.Add(row, e);
                    }
            }
        }
        Skip(context, targets, picked, measured.Keys, unreadable);
        if (measured.Count == 0)
            return null;
        ImmutableArray<ColumnData> columns = cubes.Value.Columns.Of([.. measured.Values.Select(m => m.Spectrum)],
            [.. measured.Values.Select(m => m.Lsf)]);
        HashSet<string> taken = [.. columns.Select(c => c.Schema.Name)];
        return (targets with { Native = [.. targets.NativeBeside(taken.Contains)] }).Batch([.. measured.Keys], columns);
    }

    private ObjectSpectrum Measure(BuildContext context, string name, ImagePosition<Cube> at, Wcs sky, CubeImages images,
        CancellationToken cancellationToken)
    {
        try
        {
            return ObjectSpectrum.Measure(recipe, name, at, sky, images, cancellationToken);
        }
        catch (FitsException e) when (!context.SkipsBadRows) // a skipped object is listed by its row
        {
            throw new FitsException(e.Path, e.Hdu, $"{name}: {e.Finding}", e);
        }
    }

    private void Skip(BuildContext context, Targets targets, ImagePosition<Cube>?[] picked, ICollection<int> measured,
        Dictionary<int, PileException> unreadable)
    {
        int[] skipped = [.. Enumerable.Range(0, targets.Count).Except(measured)];
        foreach (IGrouping<string, int> rows in skipped.GroupBy(Reason))
        {
            context.Report($"{rows.Count()} of {targets.Count} objects are skipped: {rows.Key}");
            foreach (int row in rows)
                blocks.Skip(context, targets, row, rows.Key);
        }

        string Reason(int row) => !targets.HasPosition(row) ? "no position"
            : picked[row] is null ? "no cube contains the position"
            : unreadable.TryGetValue(row, out PileException? reason) ? reason.Message : "no valid spaxel in the aperture";
    }
}
