using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>The columns of one table of measurements that a recipe refers to, and the columns of light curves that they become.</summary>
internal sealed class MeasurementTable
{
    private readonly LightCurveTableRecipe recipe;
    private readonly ITableReader table;
    private readonly SampleTimes times;

    /// <param name="table">The table.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="plausible">Receives the times outside the usual years.</param>
    /// <param name="report">Receives messages about the table.</param>
    /// <exception cref="SchemaMismatchException">A column is missing, the unit of the times is not a unit of time, or the file
    /// and the recipe declare different times.</exception>
    internal MeasurementTable(ITableReader table, LightCurveTableRecipe recipe, PlausibleTimes plausible, Action<string> report)
    {
        (this.table, this.recipe) = (table, recipe);
        Column(recipe.Time.Column);
        ColumnSchema flux = Column(recipe.Flux);
        ColumnSchema? err = recipe.FluxErr is { } e ? Column(e) : null, quality = recipe.Quality is { } q ? Column(q) : null;
        if (recipe.Band.Column is { } band)
            Column(band);
        Id = Column(recipe.Id);
        times = new SampleTimes(table, recipe, plausible, report);
        string? unit = UnitOf(flux);
        Schema = new LightCurveSchema(times.Axis, (FloatOf(flux), unit),
            err is null ? null : (FloatOf(err), SampleUnits.OfErrors(Path, err.Name, err.Unit, unit)),
            quality is null ? null : quality.DType is DType.UInt32 or DType.Int64 or DType.UInt64 ? DType.Int64 : DType.Int32);
    }

    internal string Path => table.Path;

    internal ColumnSchema Id { get; }

    internal LightCurveSchema Schema { get; }

    /// <summary>The names of the columns to read, without those of positions.</summary>
    internal IEnumerable<string> Names =>
        ((string?[])[recipe.Id, recipe.Time.Column, recipe.Flux, recipe.FluxErr, recipe.Quality, recipe.Band.Column]).OfType<string>();

    /// <summary>Returns the samples of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="bands">The bands of the table.</param>
    /// <param name="firstRow">The row of the table that is first in the batch.</param>
    /// <param name="reject">Receives each row without a band or flags, or whose time is infinite or no time.</param>
    /// <exception cref="SchemaMismatchException">A column has a wrong type.</exception>
    internal Sample[] Samples(RowBatch batch, BandIndex bands, long firstRow, Action<ValueInvalidException> reject)
    {
        int[] band = bands.Of(batch, firstRow, reject);
        double[] time = times.Days(batch, firstRow, reject), flux = SampleColumns.Float64(batch[recipe.Flux], Path);
        double[]? err = recipe.FluxErr is { } e ? SampleColumns.Float64(batch[e], Path) : null;
        long[]? quality = recipe.Quality is { } q ? SampleColumns.Int64(batch[q], Path, firstRow, reject) : null;
        Sample[] samples = new Sample[batch.RowCount];
        for (int row = 0; row < samples.Length; row++)
            samples[row] = new(band[row], time[row], flux[row], err?[row] ?? double.NaN, quality?[row] ?? 0);
        return samples;
    }

    /// <summary>Returns the ids of a batch as int64 or text.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="firstRow">The row of the table that is first in the batch.</param>
    /// <param name="reject">Receives each row without an id.</param>
    /// <exception cref="SchemaMismatchException">The column does not hold text or integers.</exception>
    internal ColumnData Ids(RowBatch batch, long firstRow, Action<ValueInvalidException> reject)
    {
        ColumnData ids = batch[recipe.Id];
        if (ids.Schema.DType != DType.String && !ids.Schema.DType.IsInteger())
            throw new SchemaMismatchException(Path, recipe.Id, $"expected ids as integers or text, found {ids.Schema.DType.Name()}",
                "Set 'id' in the recipe's source to another column");
        for (int row = 0; row < ids.RowCount; row++)
            if (ids.IsNullAt(row) || (ids is TextColumnData text && text.Element(row).TrimEnd((byte)' ').IsEmpty))
                reject(new(Path, firstRow + row, recipe.Id, "a missing value", "an id", "Add the value, or remove the row"));
        return ids switch
        {
            TextColumnData or ColumnData<long> => ids,
            ColumnData<ulong> c => TextColumnData.From(Id with { DType = DType.String },
                [.. c.Values.ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture))]),
            _ => new ColumnData<long>(Id with { DType = DType.Int64 }, SampleColumns.Int64(ids, Path, firstRow, reject)),
        };
    }

    private ColumnSchema Column(string name) => table.Columns.FirstOrDefault(c => c.Name == name) is not { } column
        ? throw SchemaMismatchException.Unknown(Path, name, table.Columns.Select(c => c.Name), "Correct the recipe's source")
        : column.IsScalar ? column
        : throw new SchemaMismatchException(Path, name, "expected one value per row, but its rows hold lists",
            "Choose another column, or build the table as a catalogue ('kind: table'), which keeps lists");

    private string? UnitOf(ColumnSchema flux) => string.IsNullOrEmpty(flux.Unit) ? recipe.FluxUnit
        : recipe.FluxUnit is null || recipe.FluxUnit == flux.Unit ? flux.Unit
        : throw new SchemaMismatchException(Path, flux.Name,
            $"its unit is '{flux.Unit}', but 'flux_unit' in the recipe is '{recipe.FluxUnit}'",
            "Remove 'flux_unit' from the recipe; fluxes are not converted");

    private static DType FloatOf(ColumnSchema column) => column.DType == DType.Float32 ? DType.Float32 : DType.Float64;
}
