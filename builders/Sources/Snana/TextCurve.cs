using System.Globalization;
using Pile.Builders.Sources.LightCurve;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.Snana;

/// <summary>Makes the object of a text file into a row.</summary>
internal sealed class TextCurve(SnanaText file, SnanaRecipe recipe, HeaderTypes types)
{
    private const string Remedy = "Correct the line, or leave out this file";

    private readonly ObservationColumns columns = ObservationColumns.Find(file.Path, file.Columns, recipe);

    /// <summary>Reads the row.</summary>
    /// <exception cref="PileException">A value is missing or invalid; file, line and value are named.</exception>
    internal RowBatch Read()
    {
        BandIndex bands = new(columns.BandRecipe(recipe), file.Path);
        LightCurveBlock block = new(new(recipe.Time.Axis, (DType.Float64, recipe.FluxUnit), (DType.Float64, recipe.FluxUnit),
            columns.Quality is null ? null : DType.Int32));
        block.Add(Id(), Position(), Samples(bands), bands);
        return new([.. block.Take().Columns, .. file.Header.Where(e => SnanaNative.IsKept(e.Name)).Select(Native)]);
    }

    private string Id()
    {
        string id = HeaderValues.Id(recipe.Id, key => Required(key) is var entry ? entry.Number ?? entry.Text : "");
        return id.Length > 0 ? id : throw new SchemaMismatchException(file.Path, recipe.Id, "the id is empty", Remedy);
    }

    private HeaderEntry Required(string key) => file.Find(key)
        ?? throw new SchemaMismatchException(file.Path, key, "the header has no such key, or no value for it",
            key is "SNID" or "RA" or "DEC" ? Remedy : "Correct 'id' in the recipe's source, or leave out this file");

    private (double RaDeg, double DecDeg) Position()
    {
        HeaderEntry ra = Required("RA"), dec = file.Find("DEC") ?? file.Find("DECL") ?? Required("DEC");
        double raDeg = Degrees(ra, -180, 360);
        return SnanaNative.IsMissing(raDeg, Degrees(dec, -90, 90))
            ? throw file.Invalid(ra.Line, ra.Name, "the position is missing (-9)", Remedy)
            : HeaderValues.ToIcrs(ra.Number!, dec.Number!, RaUnit.Degrees, recipe.Frame,
                (isRa, expected) => file.Invalid((isRa ? ra : dec).Line, (isRa ? ra : dec).Name, $"expected {expected}", Remedy));
    }

    private double Degrees(HeaderEntry entry, double least, double most)
    {
        bool isNumber = HeaderEntry.TryNumber(entry.Number ?? "", out double degrees);
        bool isInDegrees = entry.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is
            [_] or [_, "deg" or "(deg)" or "degree" or "degrees"];
        return isNumber && isInDegrees && degrees >= least && degrees <= most ? degrees
            : throw file.Invalid(entry.Line, entry.Name, $"'{entry.Text}' is not an angle of {least} to {most} degrees", Remedy);
    }

    private List<Sample> Samples(BandIndex bands)
    {
        int time = file.Columns.IndexOf(columns.Time), flux = file.Columns.IndexOf(columns.Flux);
        int err = file.Columns.IndexOf(columns.FluxErr), band = file.Columns.IndexOf(columns.Band);
        int quality = columns.Quality is { } name ? file.Columns.IndexOf(name) : -1;
        int[] bandOf = bands.Of(new([TextColumnData.From(new() { Name = columns.Band, DType = DType.String },
            [.. file.Rows.Select(row => row.Fields[band])])]), 0, SampleColumns.Throw);
        List<Sample> samples = new(file.Rows.Count);
        for (int row = 0; row < file.Rows.Count; row++)
        {
            if (double.IsInfinity(Number(row, time)))
                throw Invalid(row, time, "a finite time");
            samples.Add(new(bandOf[row], Number(row, time), Number(row, flux), Number(row, err), quality < 0 ? 0 : Flags(row, quality)));
        }
        return samples;
    }

    private double Number(int row, int column) => HeaderEntry.TryNumber(file.Rows[row].Fields[column], out double number) ? number
        : throw Invalid(row, column, "a number");

    private int Flags(int row, int column) =>
        int.TryParse(file.Rows[row].Fields[column], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int flags) ? flags
        : throw Invalid(row, column, "an integer of 32 bits");

    private ValueInvalidException Invalid(int row, int column, string expected) => new(file.Path, row, file.Columns[column],
        $"'{file.Rows[row].Fields[column]}' in line {file.Rows[row].Line}", expected, Remedy);

    private ColumnData Native(HeaderEntry entry)
    {
        DType type = types.TypeOf(entry.Name);
        bool isNull = type == DType.String ? entry.Text.Length == 0 : entry.Number is null;
        ColumnSchema schema = SnanaNative.WithSentinel(
            new() { Name = SnanaNative.NameOf(entry.Name), DType = type, Nullable = isNull });
        bool[] nulls = isNull ? [true] : [];
        return type switch
        {
            DType.Int64 => new ColumnData<long>(schema,
                new[] { isNull ? 0 : long.Parse(entry.Number!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) }, nulls),
            DType.Float64 => new ColumnData<double>(schema,
                new[] { !isNull && HeaderEntry.TryNumber(entry.Number!, out double number) ? number : double.NaN }, nulls),
            _ => TextColumnData.From(schema, [isNull ? null : entry.Text]),
        };
    }
}
