using System.Globalization;
using Pile.Fits;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>Reads light curves of Kepler, K2 and TESS from <c>_llc.fits</c>, <c>_slc.fits</c> and <c>_lc.fits</c> files.</summary>
/// <remarks>Each file is a unit and becomes one row.</remarks>
[DatasetBuilder("lightcurve-fits")]
internal sealed class LightCurveFitsBuilder : IDatasetBuilder
{
    // Keywords of the primary header about target and observation; a keyword that a mission does not use is null in its rows.
    private static readonly string[] Texts = ["OBJECT", "TELESCOP", "OBSMODE"],
        Integers = ["QUARTER", "CAMPAIGN", "SECTOR", "CAMERA", "CCD"],
        Floats = ["KEPMAG", "TESSMAG", "TEFF", "LOGG", "FEH", "MH", "RADIUS"];

    private readonly RecipeSource source;
    private readonly string flux, fluxErr;
    private readonly string? quality;
    private readonly Lazy<TimeAxis> time;
    private readonly PlausibleTimes plausible = new("The reference time of the header (BJDREFI, BJDREFF) may be wrong, or the times "
        + "absolute; the builder 'lightcurve-table' reads such files, with a zero point that the recipe states");

    /// <summary>Creates a builder for the files of a recipe.</summary>
    /// <param name="source">Keys (and defaults): <c>files</c>, <c>flux</c> (PDCSAP_FLUX), <c>flux_err</c> (the flux column with the suffix
    /// _ERR), <c>quality</c> (SAP_QUALITY or QUALITY).</param>
    /// <exception cref="DocumentInvalidException">A key is missing or unknown.</exception>
    public LightCurveFitsBuilder(RecipeSource source)
    {
        YamlMap map = source.Map;
        map.RequireKeys("kind", "files", "flux", "flux_err", "quality");
        _ = map.Required("files");
        this.source = source;
        flux = map.TextOrNull("flux") ?? "PDCSAP_FLUX";
        fluxErr = map.TextOrNull("flux_err") ?? $"{flux}_ERR";
        quality = map.TextOrNull("quality");
        time = new(() => FirstReadable.Of(source.Units(), unit =>
        {
            using LightCurveFile file = LightCurveFile.Open(unit.Files[0]);
            return file.Time;
        }));
    }

    /// <summary>Modality and times. The time scale is read from the header of the first readable file; the others must have the
    /// same.</summary>
    /// <exception cref="PileException">No file is a light curve.</exception>
    public DatasetFacts Facts => new() { Modality = "time-series", TimeScale = time.Value.Scale, TimeReference = time.Value.Reference };

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken) =>
        source.Units().ToAsyncEnumerable();

    /// <inheritdoc/>
    public IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, CancellationToken cancellationToken) =>
        unit.Files.Select(path => Read(path, context)).ToAsyncEnumerable();

    private RowBatch Read(string path, BuildContext context)
    {
        using LightCurveFile file = LightCurveFile.Open(path);
        FitsColumn fluxColumn = Column(file, "flux", flux), errColumn = Column(file, "flux_err", fluxErr);
        FitsColumn flags = Column(file, "quality", quality ?? (file.Samples.TryColumn("SAP_QUALITY", out _) ? "SAP_QUALITY" : "QUALITY"));
        string? errUnit = SampleUnits.OfErrors(path, errColumn.Name, errColumn.Unit, fluxColumn.Unit);
        LightCurveSchema schema = new(file.Time, (FloatOf(fluxColumn), fluxColumn.Unit), (FloatOf(errColumn), errUnit), IntegerOf(flags));
        BandIndex band = new(new(null, file.Primary.GetText("TELESCOP")?.Trim() is { Length: > 0 } telescope ? telescope
            : throw file.Unlike("TELESCOP", "the keyword is missing in the primary header"), []), path);

        double[] t = file.Read<double>(file.Samples.Column("TIME"));
        double[] f = file.Read<double>(fluxColumn), e = file.Read<double>(errColumn);
        long[] q = file.Read<long>(flags);
        for (int i = 0; i < t.Length; i++)
        {
            SampleColumns.CheckTime(t[i], path, i, "TIME", SampleColumns.Throw);
            if (!PlausibleTimes.IsPlausible(t[i] + schema.ZeroMjd))
                plausible.Report(t[i] + schema.ZeroMjd, "TIME", t[i].ToString("R", CultureInfo.InvariantCulture),
                    message => context.Report($"{path}: {message}"));
        }
        LightCurveBlock block = new(schema);
        block.Add(file.Name, file.Position(), [.. t.Select((day, i) => new Sample(0, day, f[i], e[i], q[i]))], band);
        ColumnSchema group = Modality.Common.Find("group_id")!.With(DType.Int64, []);
        return new RowBatch([.. block.Take().Columns, new ColumnData<long>(group, new[] { file.TargetId }), .. Native(file.Primary)]);
    }

    /// <summary>Returns a column that the recipe names, or the default column.</summary>
    private FitsColumn Column(LightCurveFile file, string key, string name) => source.Map.Find(key) is null ? file.Samples.Column(name)
        : file.Samples.TryColumn(name, out FitsColumn? column) ? column
        : throw SchemaMismatchException.Unknown($"{file.Path}, HDU 'LIGHTCURVE'", name, file.Samples.Columns.Select(c => c.Name),
            $"Correct '{key}' in the recipe's source");

    private static DType IntegerOf(FitsColumn column) => column.Type is FitsType.UInt32 or FitsType.Int64 ? DType.Int64 : DType.Int32;

    private static DType FloatOf(FitsColumn column) => column.Type == FitsType.Float64 ? DType.Float64 : DType.Float32;

    private static IEnumerable<ColumnData> Native(FitsHeader header)
    {
        foreach (string keyword in Texts)
            yield return TextColumnData.From(Schema(header, keyword, DType.String),
                [HasValue(header, keyword) ? header.GetText(keyword)!.Trim() : null]);
        foreach (string keyword in Integers)
            yield return Number(Schema(header, keyword, DType.Int64), HasValue(header, keyword) ? header.GetInt64(keyword) : null, 0);
        foreach (string keyword in Floats)
            yield return Number(Schema(header, keyword, DType.Float64), HasValue(header, keyword) ? header.GetFloat64(keyword) : null,
                double.NaN);
    }

    private static ColumnData<T> Number<T>(ColumnSchema schema, T? value, T missing) where T : unmanaged
    {
        T[] values = [value ?? missing];
        bool[] isNull = [value is null];
        return new(schema, values, isNull);
    }

    // The headers of these archives have keywords without a value: "TEFF    =   / [K] effective temperature".
    private static bool HasValue(FitsHeader header, string keyword) => !string.IsNullOrWhiteSpace(header.GetText(keyword));

    private static ColumnSchema Schema(FitsHeader header, string keyword, DType type) =>
        new()
        {
            Name = keyword,
            DType = type,
            Nullable = true,
            Description = header.Find(keyword)?.Comment is { Length: > 0 } comment ? comment : null
        };
}
