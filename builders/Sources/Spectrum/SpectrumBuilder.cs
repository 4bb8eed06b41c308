using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Format;
using Pile.Writing;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Reads spectra of FITS files and other tables by a recipe: tables with a row per wavelength, tables with a row per spectrum, and
/// images with a line per spectrum. Arms and orders of an object are joined.</summary>
/// <remarks>Each file is a unit. <c>SOURCE.md</c> describes the keys of the recipe.</remarks>
[DatasetBuilder("spectrum")]
internal sealed class SpectrumBuilder : FileBuilder, IAgreeingBuilder
{
    private readonly SpectrumRecipe recipe;
    private readonly PlausibleTimes plausible = new("If the values are not MJD, name another column or keyword, or give the column its "
        + "unit and the reference time (MJDREF)");
    private readonly Dictionary<string, int> numberOf;
    private int isUnreadReported, isNoiselessReported;
    private readonly Lazy<(string Path, string Medium, string? Scale)> first;
    private readonly Lazy<ObjectCatalogue?> catalogue;

    /// <summary>Creates a builder for the files of a recipe.</summary>
    /// <param name="source">Keys: see <c>SOURCE.md</c>.</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
    public SpectrumBuilder(RecipeSource source) : base(source)
    {
        recipe = SpectrumRecipe.Read(source);
        numberOf = recipe.Files.Select((path, number) => (path, number)).ToDictionary(f => f.path, f => f.number, StringComparer.Ordinal);
        // All units share the catalogue, so that no unit may cancel reading it.
        catalogue = new(() => recipe.Catalogue is not { } objects ? null
            : Task.Run(() => ObjectCatalogue.ReadAsync(objects, "spectrum_", CancellationToken.None)).GetAwaiter().GetResult());
        first = new(() => FirstReadable.Of(Enumerable.Range(0, recipe.Files.Count), number =>
        {
            using SpectrumFile file = SpectrumFile.Open(recipe, number);
            return (recipe.Files[number], SpectralMediums.Word(file.Medium), ScaleOf(file));
        }));
    }

    /// <summary>Modality, spectral medium and time scale. The medium is that of the first readable file; the others must have the
    /// same.</summary>
    /// <exception cref="PileException">No file is readable, none has a known medium, or the catalogue is invalid.</exception>
    public override DatasetFacts Facts
    {
        get
        {
            _ = catalogue.Value; // an error in it is not one of a unit, which may be skipped
            return new()
            {
                Modality = "spectrum",
                SpectralMedium = first.Value.Medium,
                TimeScale = first.Value.Scale ?? (recipe.TimeKey is not { } key ? null
                    : throw key.Invalid("times need 'time_scale', for example 'time_scale: UTC', because "
                        + $"{first.Value.Path} does not declare it (TIMESYS)")),
                TimeReference = recipe.TimeReference,
            };
        }
    }

    // The files of a recipe without a time scale must have that of the first.
    private string? ScaleOf(SpectrumFile file) => recipe.TimeScale
        ?? (recipe.TimeKey is null || file.Spectra is not [var spectrum, ..] ? null
        : new ObjectRow(file, recipe, spectrum, catalogue.Value).DeclaredScale());

    /// <inheritdoc/>
    protected override IEnumerable<string> FilesBeside(string path) => recipe.FilesBeside(numberOf[path]);

    /// <inheritdoc/>
    protected override IEnumerable<Observation> Read(string path, BuildContext context)
    {
        using SpectrumFile file = SpectrumFile.Open(recipe, numberOf[path]);
        if (SpectralMediums.Word(file.Medium) != first.Value.Medium)
            throw new SchemaMismatchException(path, null, $"its wavelengths are in {SpectralMediums.Word(file.Medium)}, "
                + $"those of {first.Value.Path} in {first.Value.Medium}", "Build a dataset for each medium");
        EqualWavelengths equal = new();
        NoiseCount noise = new();
        foreach (SpectrumParts spectrum in file.Spectra)
            if (Read(file, spectrum, equal, noise, context) is { } observation)
                yield return observation;
        equal.Report(context.Report);
        if (noise.Finding is { } finding && Interlocked.Exchange(ref isNoiselessReported, 1) == 0)
            context.Report($"{finding}. Other such files are not reported.");
        if (file.UnreadTables() is { } unread && Interlocked.Exchange(ref isUnreadReported, 1) == 0)
            context.Report($"{unread}. Other such files are not reported.");
        context.OnFacts?.Invoke(new UnitFacts
        {
            UnknownColumns = [.. file.UnknownExcluded()],
            UnknownKeywords = [.. file.UnknownKeywords()],
            PropertyKinds = recipe.Unit is null ? []
                : [.. file.ColumnUnits().Where(c => !recipe.Excluded.Contains(NameOf(c))
                    && !context.Decisions.MixedUnits.Contains(NameOf(c)))],
        });
    }

    /// <summary>Leaves out the columns of flux and noise whose units differ between the files.</summary>
    /// <exception cref="ReadAgainException">There is such a column.</exception>
    public void RequireAgreement(IEnumerable<UnitFacts> facts)
    {
        string[] mixed = [.. facts.SelectMany(f => f.PropertyKinds).Distinct(StringComparer.Ordinal)
            .CountBy(NameOf, StringComparer.Ordinal).Where(column => column.Value > 1).Select(column => column.Key)
            .Order(StringComparer.Ordinal)];
        if (mixed.Length > 0)
            throw new ReadAgainException($"the files have different units of {string.Join(", ", mixed)}; only the "
                + "standard columns, in the unit of the recipe, are kept.",
                decisions => decisions with { MixedUnits = decisions.MixedUnits.Union(mixed) });
    }

    private void Check(ColumnData[] times, ObjectRow row, BuildContext context)
    {
        foreach (ColumnData<double> time in times.Cast<ColumnData<double>>())
            if (!time.IsNullAt(0) && time.Values.Span[0] is var mjd && double.IsFinite(mjd) && !PlausibleTimes.IsPlausible(mjd))
            {
                string name = (time.Schema.Name == "mjd" ? recipe.Mjd : recipe.MjdEnd)!;
                plausible.Report(mjd, name, row.TimeAsText(name), context.Report);
            }
    }

    private static string NameOf(string columnAndUnit) => columnAndUnit.Split('\t')[0];

    private Observation? Read(SpectrumFile file, SpectrumParts spectrum, EqualWavelengths equal, NoiseCount noise, BuildContext context)
    {
        ObjectRow row = new(file, recipe, spectrum, catalogue.Value);
        try
        {
            if (row.IsDropped)
                return null;
            Segment values = file.Read(spectrum);
            if (values.Length == 0)
                throw row.Empty();
            equal.Add(values.Angstrom);
            noise.Add(values.Ivar);
            (double raDeg, double decDeg) = row.Position();
            ColumnData[] times = [.. row.Times()];
            if (times.Length > 0 && !HeaderValues.AreSame(row.Scale, first.Value.Scale))
                throw new SchemaMismatchException(spectrum.First.Flux.Path, recipe.Mjd ?? recipe.MjdEnd,
                    $"its times are {row.Scale}, those of {first.Value.Path} {first.Value.Scale}", "Build a dataset for each time scale");
            Check(times, row, context);
            ColumnData[] columns = [.. times, .. SpectrumColumns.Of(values, spectrum.First.Scale.Unit)];
            HashSet<string> taken = [.. columns.Select(c => c.Schema.Name), .. Modality.Common.Columns.Select(c => c.Name)];
            return new Observation
            {
                ObjectId = row.Id(),
                SourceRow = row.Number,
                RaDeg = raDeg,
                DecDeg = decDeg,
                Columns = [.. columns, .. row.Native(taken, context.Decisions.MixedUnits)],
            };
        }
        catch (ValueInvalidException e)
        {
            context.Reject(e);
            return null;
        }
        catch (SchemaMismatchException e) when (e.IsOfRow && file.Spectra.Count > 1 && context.SkipsBadRows)
        {
            context.Skip(spectrum.First.Flux.Path, row.Number, e.Finding);
            return null;
        }
    }
}
