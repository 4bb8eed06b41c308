using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;
using Pile.Writing;

namespace Pile.Builders.Sources.Cube;

/// <summary>Reads cubes of integral-field spectrographs and radio telescopes: one row per file, with values, noise, mask, line-spread
/// function, reconstructed images and derived maps.</summary>
/// <remarks>Each file is a unit. <c>SOURCE.md</c> describes the keys of the recipe.</remarks>
[DatasetBuilder("cube")]
internal sealed class CubeBuilder : IDatasetBuilder
{
    private const long BudgetBytes = 256L << 20;

    private readonly RecipeSource source;
    private readonly WcsCubeRecipe recipe;
    private readonly Dictionary<string, int> numberOf;
    private readonly Lazy<FirstCube> first;
    private readonly CubeMemory memory;
    private int areOthersReported;

    /// <summary>Creates a builder for the files of a recipe.</summary>
    /// <param name="source">Keys: see <c>SOURCE.md</c>.</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
    public CubeBuilder(RecipeSource source)
    {
        (this.source, recipe) = (source, WcsCubeRecipe.Read(source));
        numberOf = recipe.Files.Select((path, number) => (path, number)).ToDictionary(f => f.path, f => f.number, StringComparer.Ordinal);
        first = new(FindFirst);
        memory = new(BudgetBytes, recipe.Files.Count);
    }

    // What all cubes of a dataset have in common: that of the first readable file.
    private sealed record FirstCube(string Path, string Medium, string? Unit, string Layout);

    /// <summary>Modality, spectral medium and time scale. The medium is that of the first readable file; the others must have the
    /// same.</summary>
    /// <exception cref="PileException">No file is readable as a cube.</exception>
    public DatasetFacts Facts => new()
    {
        Modality = "cube",
        SpectralMedium = first.Value.Medium,
        TimeScale = recipe.TimeScale,
        Codec = PieceCodec.None,
    };

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken)
    {
        context.Report($"{source.NameOf(first.Value.Path)}: {first.Value.Layout}");
        return source.Units().Select(unit => unit with { Files = [unit.Files[0], .. recipe.CompanionFiles(numberOf[unit.Files[0]])] })
            .ToAsyncEnumerable();
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, CancellationToken cancellationToken) =>
        Rows(unit, context, cancellationToken).ToAsyncEnumerable();

    private IEnumerable<RowBatch> Rows(SourceUnit unit, BuildContext context, CancellationToken cancellationToken)
    {
        using CubeMemory.Lease lease = memory.Rent(unit.Files.Sum(f => LargeGzip.SizeOf(f).Bytes), cancellationToken);
        if (Read(numberOf[unit.Files[0]], lease, context, cancellationToken) is { } row)
            yield return row;
    }

    private RowBatch? Read(int number, CubeMemory.Lease lease, BuildContext context, CancellationToken cancellationToken)
    {
        using CubeFile file = CubeFile.Open(recipe, number);
        RequireSame(file);
        context.OnFacts?.Invoke(new UnitFacts { UnknownKeywords = [.. recipe.Keywords.Where(k => !file.Keywords.Has(k))] });
        if (file.Layout != first.Value.Layout)
            context.Report(file.Layout);
        if (OtherCubes.Finding(file) is { } others && Interlocked.Exchange(ref areOthersReported, 1) == 0)
            context.Report($"{others}. Other such files are not reported.");
        try
        {
            CubeObject cube = new(file);
            (double raDeg, double decDeg) = cube.Position();
            if (file.Sky is null && file.Recipe.Position.RaColumn is null && cube.PositionKeywords is var (ra, dec))
                context.Report($"the cube has no celestial WCS; its position is that of the keywords {ra} and {dec}");
            Voxels voxels = new(file, lease, cancellationToken);
            List<ColumnData> columns = [.. new CubeValues(file, voxels).Read(), .. BandImages.Read(file), .. DerivedMaps.Read(file)];
            HashSet<string> taken = [.. columns.Select(c => c.Schema.Name), .. Modality.Common.Columns.Select(c => c.Name), "cube_file"];
            columns.AddRange(cube.Columns((raDeg, decDeg), taken));
            return new Observation { ObjectId = cube.Id(), RaDeg = raDeg, DecDeg = decDeg, Columns = columns }.ToBatch();
        }
        catch (ValueInvalidException e)
        {
            context.Reject(e);
            return null;
        }
    }

    private FirstCube FindFirst() => FirstReadable.Of(Enumerable.Range(0, recipe.Files.Count), number =>
    {
        using CubeFile file = CubeFile.Open(recipe, number);
        return new FirstCube(file.Path, SpectralMediums.Word(file.Spectrum.Medium), file.Unit, file.Layout);
    });

    private void RequireSame(CubeFile file)
    {
        FirstCube expected = first.Value;
        if (file.Spectrum.WavelengthAngstrom is not null && SpectralMediums.Word(file.Spectrum.Medium) != expected.Medium)
            throw new SchemaMismatchException(file.Path, null,
                $"its wavelengths are in {SpectralMediums.Word(file.Spectrum.Medium)}, "
                    + $"but those of {expected.Path} are in {expected.Medium}",
                "Build a dataset for each medium");
        if (!FitsUnits.AreEqual(file.Unit, expected.Unit))
            throw new SchemaMismatchException(file.Path, null,
                $"its values have the unit '{file.Unit}', but those of {expected.Path} '{expected.Unit}'",
                "Set 'unit' in the recipe's source to convert all, or build a dataset for each unit");
    }
}
