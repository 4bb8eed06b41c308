using System.Numerics;
using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>Computes the values of a side that conditions compare: errors in arcseconds and times as MJD; NaN if missing.</summary>
internal static class SideValues
{
    /// <summary>Returns the numbers of a column for some rows; NaN if missing.</summary>
    internal delegate void NumbersOf(int column, Span<double> destination);

    /// <summary>Computes the errors of rows: the values of one column, or the root mean square of several.</summary>
    /// <param name="factors">The factor for the values of each column.</param>
    /// <param name="numbersOf">Returns the numbers of a column.</param>
    /// <param name="destination">Receives the errors.</param>
    internal static void Errors(double[] factors, NumbersOf numbersOf, Span<double> destination)
    {
        if (factors.Length == 1)
        {
            // The values of a single column are not squared, which would change the last bit and overflow for large values.
            numbersOf(0, destination);
            foreach (ref double error in destination)
                error = Valid(error * factors[0]);
            return;
        }
        double[] numbers = new double[destination.Length];
        destination.Clear();
        for (int column = 0; column < factors.Length; column++)
        {
            numbersOf(column, numbers);
            for (int row = 0; row < numbers.Length; row++)
                destination[row] += numbers[row] < 0 ? double.NaN : numbers[row] * factors[column] * (numbers[row] * factors[column]);
        }
        foreach (ref double error in destination)
            error = Valid(Math.Sqrt(error / factors.Length));
    }

    /// <summary>Returns the times of rows.</summary>
    internal static void Mjd(ColumnData times, int firstRow, Span<double> destination)
    {
        if (times is TextColumnData text)
            for (int row = 0; row < destination.Length; row++)
                destination[row] = text.IsNullAt(firstRow + row) ? double.NaN : TimeText.MjdOf(text.Text(firstRow + row));
        else
            Numbers(times, firstRow, destination);
        foreach (ref double mjd in destination)
            if (!double.IsFinite(mjd))
                mjd = double.NaN;
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

    /// <summary>Returns the factor that converts a column of errors to arcseconds.</summary>
    internal static double FactorToArcsec(MatchSide side, ColumnSchema column)
    {
        if (!column.IsScalar || column.DType is DType.String or DType.Bool)
            throw new ArgumentException($"Column '{column.Name}' of {side.Name} cannot be used as an error, because it does not have "
                + "numbers.");
        return string.IsNullOrWhiteSpace(column.Unit) ? 1
            : Units.TryConvert(column.Unit, "arcsec", out double factor) ? factor
            : throw new ArgumentException(
                $"Column '{column.Name}' of {side.Name} cannot be used as a position error, because '{column.Unit}' is "
                + "not a unit of angle. Choose another column.");
    }

    private static double Valid(double error) => double.IsFinite(error) && error >= 0 ? error : double.NaN;

    private static void Fill<T>(ReadOnlySpan<T> values, int firstRow, Span<double> numbers) where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = double.CreateChecked(values[firstRow + i]);
    }
}
