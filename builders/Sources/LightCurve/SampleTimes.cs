using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>Reads the times of one table of measurements as days since the zero point of their axis: numbers, and dates as text.</summary>
internal sealed class SampleTimes
{
    private readonly string path, column;
    private readonly string? scale;
    private readonly double daysPerUnit;
    private readonly bool hasUnit;
    private readonly PlausibleTimes plausible;
    private readonly Action<string> report;

    /// <param name="table">The table.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="plausible">Receives the times outside the usual years.</param>
    /// <param name="report">Receives messages about the table.</param>
    /// <exception cref="SchemaMismatchException">The unit of the times is not a unit of time, or the file and the recipe declare different
    /// times.</exception>
    internal SampleTimes(ITableReader table, LightCurveTableRecipe recipe, PlausibleTimes plausible, Action<string> report)
    {
        (path, column, Axis) = (table.Path, recipe.Time.Column, recipe.Time.AxisIn(table));
        (daysPerUnit, hasUnit) = recipe.Time.UnitOf(table);
        scale = Axis?.Scale ?? recipe.TimeScale;
        (this.plausible, this.report) = (plausible, report);
        if (recipe.Time.OtherZeroIn(table) is { } contradiction)
            report(contradiction);
    }

    /// <summary>The time axis; null for MJD in the time scale of the dataset.</summary>
    internal TimeAxis? Axis { get; }

    /// <summary>Returns the times of a batch; NaN for missing ones.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="firstRow">The row of the table that is first in the batch.</param>
    /// <param name="reject">Receives each row whose time is infinite or no time.</param>
    /// <exception cref="SchemaMismatchException">The column holds neither numbers nor texts, or texts without a time scale.</exception>
    internal double[] Days(RowBatch batch, long firstRow, Action<ValueInvalidException> reject)
    {
        double zeroMjd = Axis?.ZeroMjd ?? 0;
        TextColumnData? texts = batch[column] as TextColumnData;
        double[] days = texts is null ? SampleColumns.Float64(batch[column], path) : new double[batch.RowCount];
        for (int row = 0; row < days.Length; row++)
        {
            if (texts is not null)
                days[row] = texts.IsNullAt(row) ? double.NaN : OfText(texts.Text(row), zeroMjd, firstRow + row, reject);
            else if (daysPerUnit != 1)
                days[row] *= daysPerUnit;
            SampleColumns.CheckTime(days[row], path, firstRow + row, column, reject);
            if (!PlausibleTimes.IsPlausible(days[row] + zeroMjd) && double.IsFinite(days[row]) && !plausible.IsReported)
                plausible.Report(days[row] + zeroMjd, column, texts is not null ? $"'{texts.Text(row)}'"
                    : (days[row] / daysPerUnit).ToString("G15", CultureInfo.InvariantCulture), report);
        }
        return days;
    }

    // The unit and the zero point of a number as text are those of numbers. A date has neither.
    private double OfText(string text, double zeroMjd, long row, Action<ValueInvalidException> reject)
    {
        if (IsMissing(text))
            return double.NaN;
        if (hasUnit && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            return number * daysPerUnit;
        if (scale is null)
            throw new SchemaMismatchException(path, column, $"its times are text, such as '{text}', and neither the file nor the recipe "
                + "states their time scale", $"Set 'time: {{ column: {column}, scale: … }}' in the recipe's source (UTC, TAI, TDB …)")
            { IsOfCaller = true };
        if (TimeText.TryDate(text, scale, out double mjd))
            return mjd - zeroMjd;
        reject(new(path, row, column, $"'{text}'", TimeText.Expected(scale) + (hasUnit ? ""
            : "; numbers as text need 'unit' in 'time' of the recipe's source"), "Correct the value, or leave it empty if it is missing"));
        return double.NaN;
    }

    private static bool IsMissing(string text) => text.AsSpan().Trim() is var value && (value.IsEmpty
        || value.Equals("null", StringComparison.OrdinalIgnoreCase) || value.Equals("nan", StringComparison.OrdinalIgnoreCase));
}
