using System.Globalization;
using Pile.Format;

namespace Pile.Tables;

/// <summary>The errors of rows without a position on the sky.</summary>
internal static class PositionFault
{
    private const string SkipRemedy = "Correct the value, or skip bad rows (BuildSettings.SkipsBadRows)";

    /// <summary>Creates the error of a row without a position.</summary>
    /// <param name="path">The table.</param>
    /// <param name="columns">Its columns of positions.</param>
    /// <param name="batch">The batch with the row.</param>
    /// <param name="row">The row of the table.</param>
    /// <param name="firstRow">The row of the table that is first in the batch.</param>
    /// <param name="remedy">What to do next.</param>
    internal static ValueInvalidException Missing(string path, PositionColumns columns, RowBatch batch, long row, long firstRow,
        string remedy = SkipRemedy) =>
        new(path, row, IsMissing(batch[columns.Ra.Name], (int)(row - firstRow)) ? columns.Ra.Name : columns.Dec.Name, "a missing value",
            "a position", remedy);

    /// <summary>Creates the error of a position out of range, with the columns and values of the table.</summary>
    /// <param name="path">The table.</param>
    /// <param name="columns">Its columns of positions.</param>
    /// <param name="batch">The batch with the row.</param>
    /// <param name="position">The positions of the batch.</param>
    /// <param name="outside">The row of the table.</param>
    /// <param name="firstRow">The row of the table that is first in the batch.</param>
    /// <param name="remedy">What to do next.</param>
    internal static ValueInvalidException OutOfRange(string path, PositionColumns columns, RowBatch batch, PositionBatch position,
        long outside, long firstRow, string remedy = SkipRemedy)
    {
        int row = (int)(outside - firstRow);
        double raDeg = position.RaDeg.Span[row], decDeg = position.DecDeg.Span[row];
        return Math.Abs(decDeg) > 90
            ? new ValueInvalidException(path, outside, columns.Dec.Name, Written(batch[columns.Dec.Name], row, decDeg),
                "a declination in degrees, -90 to 90", remedy)
            : new ValueInvalidException(path, outside, columns.Ra.Name, Written(batch[columns.Ra.Name], row, raDeg),
                "a right ascension in degrees, 0 to 360", remedy);
    }

    /// <summary>Formats an angle as in the file, and also in degrees if that is a different number.</summary>
    internal static string Written(ColumnData column, int row, double degrees)
    {
        string read = degrees.ToString(CultureInfo.InvariantCulture), written = column switch
        {
            TextColumnData text => $"'{text.Text(row).Trim()}'",
            ColumnData<double> c => c.Values.Span[row].ToString(CultureInfo.InvariantCulture),
            ColumnData<float> c => c.Values.Span[row].ToString(CultureInfo.InvariantCulture),
            ColumnData<long> c => c.Values.Span[row].ToString(CultureInfo.InvariantCulture),
            ColumnData<int> c => c.Values.Span[row].ToString(CultureInfo.InvariantCulture),
            _ => read,
        };
        return written.Trim('\'') == read ? written : $"{written} ({read} degrees)";
    }

    /// <summary>True if a row has no value: null, NaN, or blank text.</summary>
    internal static bool IsMissing(ColumnData column, int row) => column.IsNullAt(row) || column switch
    {
        ColumnData<double> c => double.IsNaN(c.Values.Span[row]),
        ColumnData<float> c => float.IsNaN(c.Values.Span[row]),
        TextColumnData text => string.IsNullOrWhiteSpace(text.Text(row)),
        _ => false,
    };
}
