using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>The columns of one table of measurements that a recipe names: checked, and what they give the dataset.</summary>
internal sealed class MeasurementTable
{
    private readonly LightCurveTableRecipe recipe;
    private readonly ITableReader table;
    private readonly double daysPerUnit;

    /// <exception cref="SchemaMismatchException">A column is missing, or a unit is none of times.</exception>
    internal MeasurementTable(ITableReader table, LightCurveTableRecipe recipe)
    {
        (this.table, this.recipe) = (table, recipe);
        ColumnSchema time = Column(recipe.Time.Column), flux = Column(recipe.Flux);
        ColumnSchema? err = recipe.FluxErr is { } e ? Column(e) : null, quality = recipe.Quality is { } q ? Column(q) : null;
        if (recipe.Band.Column is { } band)
            Column(band);
        Id = Column(recipe.Id);
        daysPerUnit = DaysPer(time);
        string? unit = UnitOf(flux);
        Schema = new LightCurveSchema(recipe.Time.Axis, (FloatOf(flux), unit),
            err is null ? null : (FloatOf(err), string.IsNullOrEmpty(err.Unit) ? unit : err.Unit),
            quality is null ? null : quality.DType is DType.UInt32 or DType.Int64 or DType.UInt64 ? DType.Int64 : DType.Int32);
    }

    internal string Path => table.Path;

    internal ColumnSchema Id { get; }

    internal LightCurveSchema Schema { get; }

    /// <summary>The columns to read, but for those of positions.</summary>
    internal IEnumerable<string> Names =>
        ((string?[])[recipe.Id, recipe.Time.Column, recipe.Flux, recipe.FluxErr, recipe.Quality, recipe.Band.Column]).OfType<string>();

    /// <summary>The samples of a batch.</summary>
    /// <exception cref="PileException">A column holds something else, or a row lacks its band or flags.</exception>
    internal Sample[] Samples(RowBatch batch, BandIndex bands, long firstRow)
    {
        int[] band = bands.Of(batch, firstRow);
        double[] time = SampleColumns.Float64(batch[recipe.Time.Column], Path), flux = SampleColumns.Float64(batch[recipe.Flux], Path);
        double[]? err = recipe.FluxErr is { } e ? SampleColumns.Float64(batch[e], Path) : null;
        long[]? quality = recipe.Quality is { } q ? SampleColumns.Int64(batch[q], Path, firstRow) : null;
        Sample[] samples = new Sample[batch.RowCount];
        for (int row = 0; row < samples.Length; row++)
            samples[row] = new(band[row], daysPerUnit == 1 ? time[row] : time[row] * daysPerUnit, flux[row], err?[row] ?? double.NaN,
                quality?[row] ?? 0);
        return samples;
    }

    /// <summary>The ids of a batch: int64, or text.</summary>
    /// <exception cref="PileException">The column holds no ids, or a row has none.</exception>
    internal ColumnData Ids(RowBatch batch, long firstRow)
    {
        ColumnData ids = batch[recipe.Id];
        if (ids.Schema.DType is DType.Float32 or DType.Float64 or DType.Bool)
            throw new SchemaMismatchException(Path, recipe.Id, $"an id is an integer or a text, found {ids.Schema.DType.Name()}",
                "Name another column as 'id' in the recipe's source");
        for (int row = 0; row < ids.RowCount; row++)
            if (ids.IsNullAt(row) || (ids is TextColumnData text && text.Element(row).TrimEnd((byte)' ').IsEmpty))
                throw new ValueInvalidException(Path, firstRow + row, recipe.Id, "a missing value", "an id",
                    "Give it one, or leave the row out");
        return ids switch
        {
            TextColumnData or ColumnData<long> => ids,
            ColumnData<ulong> c => TextColumnData.From(Id with { DType = DType.String },
                [.. c.Values.ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture))]),
            _ => new ColumnData<long>(Id with { DType = DType.Int64 }, SampleColumns.Int64(ids, Path, firstRow)),
        };
    }

    private ColumnSchema Column(string name) => table.Columns.FirstOrDefault(c => c.Name == name) is not { } column
        ? throw SchemaMismatchException.Unknown(Path, name, table.Columns.Select(c => c.Name), "Correct the recipe's source")
        : column.IsScalar ? column
        : throw new SchemaMismatchException(Path, name, "a row of it holds several values, and a table of measurements has one a row",
            "Name another column, or build the table as a catalogue ('kind: table'), where lists stay light curves");

    private double DaysPer(ColumnSchema time) =>
        // "BJD - 2457000, days": what the zero point is the recipe says.
        string.IsNullOrWhiteSpace(time.Unit) || time.Unit.Contains("JD", StringComparison.Ordinal) ? 1
        : Units.TryConvert(time.Unit, "d", out double factor) ? factor
        : throw new SchemaMismatchException(Path, time.Name, $"'{time.Unit}' is no unit of time",
            "Name another column as 'time' in the recipe's source");

    private string? UnitOf(ColumnSchema flux) => string.IsNullOrEmpty(flux.Unit) ? recipe.FluxUnit
        : recipe.FluxUnit is null || recipe.FluxUnit == flux.Unit ? flux.Unit
        : throw new SchemaMismatchException(Path, flux.Name,
            $"its unit is '{flux.Unit}', and 'flux_unit' of the recipe says '{recipe.FluxUnit}'",
            "Leave 'flux_unit' out: fluxes are not converted");

    private static DType FloatOf(ColumnSchema column) => column.DType == DType.Float32 ? DType.Float32 : DType.Float64;
}
