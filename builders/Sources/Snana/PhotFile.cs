using Pile.Builders.Sources.Cube;
using Pile.Builders.Sources.LightCurve;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Snana;

/// <summary>An open PHOT file, which has the measurements of all objects of a HEAD file.</summary>
internal sealed class PhotFile : IDisposable
{
    private const double SeparatorMjd = -777; // of the row after the measurements of each object

    private readonly FitsFile file;
    private readonly FitsTable table;
    private readonly ObservationColumns columns;
    private readonly FitsColumn? quality;

    private PhotFile(FitsFile file, FitsTable table, SnanaRecipe recipe)
    {
        (this.file, this.table) = (file, table);
        columns = ObservationColumns.Find(file.Path, [.. table.Columns.Select(c => c.Name)], recipe);
        quality = columns.Quality is { } name ? table.Column(name) : null;
        FitsColumn flux = table.Column(columns.Flux), err = table.Column(columns.FluxErr);
        Schema = new(recipe.Time.Axis, (FloatOf(flux), flux.Unit ?? recipe.FluxUnit), (FloatOf(err), err.Unit ?? recipe.FluxUnit),
            quality is null ? null : quality.Type is FitsType.UInt32 or FitsType.Int64 ? DType.Int64 : DType.Int32);
        Bands = new(columns.BandRecipe(recipe), file.Path);
    }

    /// <summary>The number of rows, separators included.</summary>
    internal long RowCount => table.RowCount;

    internal LightCurveSchema Schema { get; }

    internal BandIndex Bands { get; }

    /// <summary>The columns that are not read.</summary>
    internal IEnumerable<string> OtherColumns => table.Columns.Select(c => c.Name).Except(columns.Names, StringComparer.Ordinal);

    /// <summary>Returns the path of the PHOT file of a HEAD file: the one in its header, otherwise the one with its name; null if there is
    /// no such file.</summary>
    /// <param name="head">The HEAD file.</param>
    /// <param name="name">The name in the header; null without one.</param>
    /// <remarks>Surveys rename and compress files after SNANA has written their names into them.</remarks>
    internal static string? PathOf(string head, string? name) => Names(head, name)
        .SelectMany(n => (string[])[n, n.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? n[..^3] : $"{n}.gz"])
        .Select(n => Path.Combine(Path.GetDirectoryName(head)!, n)).FirstOrDefault(path => path != head && File.Exists(path));

    /// <summary>The names under which the PHOT file of a HEAD file is looked for, without those that differ by compression.</summary>
    internal static IEnumerable<string> Names(string head, string? name)
    {
        if (name is not null)
            yield return Path.GetFileName(name);
        string own = Path.GetFileName(head);
        int at = own.LastIndexOf("HEAD", StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
            yield return $"{own[..at]}{(char.IsLower(own[at]) ? "phot" : "PHOT")}{own[(at + 4)..]}";
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="FitsException">The file is not a FITS file, or is truncated.</exception>
    /// <exception cref="SchemaMismatchException">The file is not a PHOT file, or has no column that the recipe names.</exception>
    internal static PhotFile Open(string path, SnanaRecipe recipe)
    {
        FitsFile opened = LargeGzip.Open(path);
        try
        {
            return new(opened, SnanaTable.Find(opened, recipe.Time.Column)
                ?? throw new SchemaMismatchException(path, null,
                    $"there is no table with a column '{recipe.Time.Column}', so that it is not a PHOT file. "
                        + opened.Contents().TrimEnd('.'), "Get both files again"), recipe);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Reads the measurements of an object.</summary>
    /// <exception cref="ValueInvalidException">A row separates objects, or has no valid band or flags.</exception>
    internal List<Sample> Read(long firstRow, int rowCount)
    {
        double[] time = Numbers(columns.Time);
        if (Array.IndexOf(time, SeparatorMjd) is >= 0 and int row)
            throw new ValueInvalidException(file.Path, firstRow + row, columns.Time, "-777, which separates objects,",
                "a time of the object", "Get both files again: PTROBS_MIN and PTROBS_MAX in HEAD do not match this file");
        for (int i = 0; i < time.Length; i++)
            SampleColumns.CheckTime(time[i], file.Path, firstRow + i, columns.Time, SampleColumns.Throw);
        double[] flux = Numbers(columns.Flux), err = Numbers(columns.FluxErr);
        long[]? flags = quality is null ? null : SnanaTable.Read<long>(file.Path, table, quality, firstRow, rowCount);
        int[] band = Bands.Of(new([TextColumnData.From(new() { Name = columns.Band, DType = DType.String },
            SnanaTable.Texts(file.Path, table, table.Column(columns.Band), firstRow, rowCount))]), firstRow, SampleColumns.Throw);
        return [.. time.Select((mjd, i) => new Sample(band[i], mjd, flux[i], err[i], flags?[i] ?? 0))];

        double[] Numbers(string name) => SnanaTable.Read<double>(file.Path, table, table.Column(name), firstRow, rowCount);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static DType FloatOf(FitsColumn column) => column.Type is FitsType.Float32 ? DType.Float32 : DType.Float64;
}
