using Pile.Format;

namespace Pile.Builders.Sources.SdssSpectrum;

/// <summary>Reads spectra of SDSS, BOSS and eBOSS from <c>spec-PPPP-MMMMM-FFFF.fits</c> files. Each file is a unit and becomes one
/// row.</summary>
/// <remarks>Flux is in 1e-17 erg/s/cm²/Å, wavelengths are vacuum wavelengths in Å. <c>SOURCE.md</c> describes the columns and their
/// origin.</remarks>
[DatasetBuilder("sdss-spectrum")]
internal sealed class SdssSpectrumBuilder : FileBuilder
{
    /// <summary>Creates a builder for the files of a recipe.</summary>
    /// <param name="source">Keys: <c>kind</c>, <c>files</c> (a glob or a list of them).</param>
    /// <exception cref="DocumentInvalidException">A key is missing or unknown.</exception>
    public SdssSpectrumBuilder(RecipeSource source) : base(source)
    {
        source.Map.RequireKeys("kind", "files");
        _ = source.Map.Required("files");
    }

    /// <inheritdoc/>
    public override DatasetFacts Facts { get; } = new()
    {
        Modality = "spectrum",
        SpectralMedium = "vacuum", // SpecFile rejects a file that does not declare it
        TimeScale = "TAI",
        TimeReference = "TOPOCENTER",
        Aliases =
        [
            new() { Name = "z", Native = "Z", Unit = "", Ucd = "src.redshift", Description = "redshift of the best template" },
            new() { Name = "z_err", Native = "Z_ERR", Unit = "", Ucd = "stat.error;src.redshift",
                Description = "its error; negative where the fit failed" },
        ],
    };

    /// <inheritdoc/>
    protected override IEnumerable<Observation> Read(string path, BuildContext context) => [Read(path)];

    private static Observation Read(string path)
    {
        using SpecFile file = SpecFile.Open(path);
        ColumnData[] spectrum = [.. SpectrumColumns.Read(file)];
        CatalogueRow row = new(file);
        (double? startMjd, double? endMjd) = file.ExposureMjd();
        return new Observation
        {
            ObjectId = row.SpecObjId,
            RaDeg = row.PlugRaDeg,
            DecDeg = row.PlugDecDeg,
            Columns = [.. row.GroupId(), Time("mjd", startMjd), Time("mjd_end", endMjd), .. spectrum, .. row.Native(spectrum)],
        };
    }

    private static ColumnData<double> Time(string name, double? mjd) =>
        new(Modality.Common.Find(name)!.With(DType.Float64, []) with { Nullable = true }, new[] { mjd ?? double.NaN },
            new[] { mjd is null });
}
