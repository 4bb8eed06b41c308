using System.Numerics;
using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>Computes the values of a side that conditions compare: errors in arcseconds and times as MJD; NaN if missing.</summary>
internal static class SideValues
{
    /// <summary>Returns the numbers of a column for some rows; NaN if missing.</summary>
    internal delegate void NumbersOf(int column, Span<double> destination);

    /// <summary>Converts rows of a column to numbers.</summary>
    internal delegate void ConvertRows(ColumnData column, int firstRow, Span<double> destination);

    /// <summary>Computes the times of rows.</summary>
    /// <param name="column">The column.</param>
    /// <param name="toCommon">Converts an MJD to the common scale; null to leave it.</param>
    /// <param name="read">Reads the values of the rows with a conversion.</param>
    /// <param name="destination">Receives MJD; NaN if missing.</param>
    internal static void Mjd(TimeColumn column, Func<double, double>? toCommon, Action<Span<double>, ConvertRows> read,
        Span<double> destination)
    {
        read(destination, column.IsUtc ? TimesInUtc : Times);
        foreach (ref double mjd in destination)
        {
            mjd = column.Mjd(mjd);
            if (toCommon is not null && !double.IsNaN(mjd))
                mjd = toCommon(mjd);
        }
    }

    private static void Times(ColumnData times, int firstRow, Span<double> destination) => Times(times, firstRow, destination, false);

    private static void TimesInUtc(ColumnData times, int firstRow, Span<double> destination) => Times(times, firstRow, destination, true);

    // Dates as text are MJD.
    private static void Times(ColumnData times, int firstRow, Span<double> destination, bool isUtc)
    {
        if (times is TextColumnData text)
            for (int row = 0; row < destination.Length; row++)
                destination[row] = text.IsNullAt(firstRow + row) ? double.NaN : TimeText.MjdOf(text.Text(firstRow + row), isUtc);
        else
            Numbers(times, firstRow, destination);
    }

    /// <summary>Returns the numbers of rows; NaN if missing.</summary>
    internal static void Numbers(ColumnData data, int firstRow, Span<double> destination)
    {
        switch (data)
        {
            case ColumnData<double> c: c.Values.Span.Slice(firstRow, destination.Length).CopyTo(destination); break;
            case ColumnData<float> c: Fill(c.Values.Span, firstRow, destination); break;
            case ColumnData<long> c: Fill(c.Values.Span, firstRow, destination); break;
            case ColumnData<int> c: Fill(c.Values.Span, firstRow, destination); break;
            case ColumnData<short> c: Fill(c.Values.Span, firstRow, destination); break;
            case ColumnData<byte> c: Fill(c.Values.Span, firstRow, destination); break;
            case ColumnData<sbyte> c: Fill(c.Values.Span, firstRow, destination); break;
            case ColumnData<ushort> c: Fill(c.Values.Span, firstRow, destination); break;
            case ColumnData<uint> c: Fill(c.Values.Span, firstRow, destination); break;
            case ColumnData<ulong> c: Fill(c.Values.Span, firstRow, destination); break;
            default:
                throw new ArgumentException($"Column '{data.Schema.Name}' has type {data.Schema.DType.Name()}, expected numbers.",
                    nameof(data));
        }
        for (int row = 0; !data.IsNull.IsEmpty && row < destination.Length; row++)
            if (data.IsNullAt(firstRow + row))
                destination[row] = double.NaN;
    }

    /// <summary>Returns true if a number is neither 0 nor missing.</summary>
    internal static bool HasOtherThanZero(ColumnData data)
    {
        double[] values = new double[data.RowCount];
        Numbers(data, 0, values);
        return Array.Exists(values, value => value is not (0 or double.NaN));
    }

    /// <summary>Returns the factor that converts a column of errors or angles.</summary>
    /// <param name="side">The side.</param>
    /// <param name="column">The column.</param>
    /// <param name="to">The unit to convert to.</param>
    /// <param name="unitIfNone">The unit of a column without one.</param>
    /// <exception cref="ArgumentException">The column does not have angles.</exception>
    internal static double AngleFactor(MatchSide side, ColumnSchema column, string to, string unitIfNone)
    {
        RequireNumbers(side, column);
        return Units.TryConvert(string.IsNullOrWhiteSpace(column.Unit) ? unitIfNone : column.Unit, to, out double factor) ? factor
            : throw new ArgumentException(
                $"Column '{column.Name}' of {side.Name} cannot be used as a position error, because '{column.Unit}' is "
                + "not a unit of angle. Choose another column.");
    }

    /// <summary>Requires that a column has numbers.</summary>
    /// <returns>1, the factor of a number without a unit.</returns>
    /// <exception cref="ArgumentException">The column does not have numbers.</exception>
    internal static double RequireNumbers(MatchSide side, ColumnSchema column) =>
        column.IsScalar && column.DType is not (DType.String or DType.Bool) ? 1
            : throw new ArgumentException($"Column '{column.Name}' of {side.Name} cannot be used as an error, because it does not have "
                + "numbers.");

    private static void Fill<T>(ReadOnlySpan<T> values, int firstRow, Span<double> numbers) where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = double.CreateChecked(values[firstRow + i]);
    }
}
