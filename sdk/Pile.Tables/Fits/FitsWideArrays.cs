using System.Numerics;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.Fits;

/// <summary>Arrays of 64-bit integers with TNULL, whose type depends on whether single elements are missing.</summary>
internal static class FitsWideArrays
{
    /// <summary>Reads a column once for its missing elements; null for other columns.</summary>
    internal static MissingElements? MissingOf(FitsTable table, ColumnSchema schema, FitsColumn column)
    {
        if (!MissingElements.IsFor(schema))
            return null;
        MissingElements found = new();
        for (long row = 0; row < table.RowCount; row += table.BlockRowCount)
        {
            int count = (int)Math.Min(table.BlockRowCount, table.RowCount - row);
            if (schema.DType is DType.UInt64)
                Add<ulong>(row, count);
            else
                Add<long>(row, count);
        }
        return found;

        void Add<T>(long firstRow, int rowCount) where T : unmanaged, INumber<T>
        {
            foreach ((long row, T[] values, bool[] isNull) in Rows<T>(table, column, firstRow, rowCount))
                found.Add<T>(values, isNull, isNull.AsSpan().Count(true), row);
        }
    }

    /// <summary>Appends rows as float64, with NaN for missing elements.</summary>
    internal static void Append(FitsTable table, FitsColumn column, NumberColumnBuilder<double> destination, long firstRow, int rowCount)
    {
        if (column.Type is FitsType.UInt64)
            Append<ulong>(table, column, destination, firstRow, rowCount);
        else
            Append<long>(table, column, destination, firstRow, rowCount);
    }

    private static void Append<T>(FitsTable table, FitsColumn column, NumberColumnBuilder<double> destination, long firstRow, int rowCount)
        where T : unmanaged, INumber<T>
    {
        foreach ((_, T[] stored, bool[] isNull) in Rows<T>(table, column, firstRow, rowCount))
        {
            if (isNull.Length > 0 && !isNull.Contains(false))
                destination.FlagNull(destination.RowCount);
            Span<double> values = destination.Schema.IsRagged ? destination.AddRow([stored.Length]) : destination.AddRows(1);
            for (int i = 0; i < stored.Length; i++)
                values[i] = isNull[i] ? double.NaN : double.CreateChecked(stored[i]);
        }
    }

    private static IEnumerable<(long Row, T[] Values, bool[] IsNull)> Rows<T>(FitsTable table, FitsColumn column, long firstRow,
        int rowCount) where T : unmanaged
    {
        long[] lengths = new long[rowCount];
        if (column.IsVariableLength)
            table.ReadLengths(column, firstRow, lengths);
        else
            Array.Fill(lengths, column.Repeat);
        for (int i = 0; i < rowCount; i++)
        {
            T[] values = new T[lengths[i]];
            bool[] isNull = new bool[lengths[i]];
            if (column.IsVariableLength)
                table.ReadRow<T>(column, firstRow + i, values, isNull);
            else
                table.Read<T>(column, firstRow + i, 1, values, isNull);
            yield return (firstRow + i, values, isNull);
        }
    }
}
