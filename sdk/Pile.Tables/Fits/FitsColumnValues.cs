using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables.Fits;

/// <summary>Converts the rows of a FITS table to columns of a batch.</summary>
internal static class FitsColumnValues
{
    /// <summary>Appends rows of one column.</summary>
    internal static void Append(FitsTable table, FitsTableColumn source, ColumnBuilder destination, long firstRow, int rowCount,
        string path, InvalidRows invalid)
    {
        FitsColumn column = source.Column;
        switch (destination)
        {
            case NumberColumnBuilder<double> c when source.Missing is { NeedsFloat: true }:
                FitsWideArrays.Append(table, column, c, firstRow, rowCount);
                break;
            case NumberColumnBuilder<long> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid, source.Missing); break;
            case NumberColumnBuilder<ulong> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid, source.Missing); break;
            case TextColumnBuilder c: AppendText(table, column, c, firstRow, rowCount); break;
            case NumberColumnBuilder<bool> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid); break;
            case NumberColumnBuilder<sbyte> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid); break;
            case NumberColumnBuilder<byte> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid); break;
            case NumberColumnBuilder<short> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid); break;
            case NumberColumnBuilder<ushort> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid); break;
            case NumberColumnBuilder<int> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid); break;
            case NumberColumnBuilder<uint> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid); break;
            case NumberColumnBuilder<float> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid); break;
            case NumberColumnBuilder<double> c: AppendNumbers(table, column, c, firstRow, rowCount, path, invalid); break;
        }
    }

    private static void AppendNumbers<T>(FitsTable table, FitsColumn column, NumberColumnBuilder<T> destination, long firstRow,
        int rowCount, string path, InvalidRows invalid, MissingElements? missing = null) where T : unmanaged
    {
        bool canBeNull = destination.Schema.Nullable;
        if (column.IsVariableLength)
        {
            AppendArrays(table, column, destination, firstRow, rowCount, path, invalid, missing);
            return;
        }
        int before = destination.RowCount;
        Span<T> values = destination.AddRows(rowCount);
        if (!canBeNull)
        {
            ReadValid(table, column, destination.Schema.Name, firstRow, values, default, path, invalid);
            return;
        }
        bool[] isNull = ArrayPool<bool>.Shared.Rent(values.Length);
        try
        {
            ReadValid(table, column, destination.Schema.Name, firstRow, values, isNull.AsSpan(0, values.Length), path, invalid);
            int elements = column.Repeat;
            for (int row = 0; row < rowCount; row++)
                FlagNull(destination, before + row, values.Slice(row * elements, elements), isNull.AsSpan(row * elements, elements), path,
                    firstRow + row, invalid, missing);
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(isNull);
        }
    }

    /// <summary>Reads rows of a column. Fields of an ASCII table that are not numbers are invalid rows.</summary>
    private static void ReadValid<T>(FitsTable table, FitsColumn column, string name, long firstRow, Span<T> values, Span<bool> isNull,
        string path, InvalidRows invalid) where T : unmanaged
    {
        int elements = Math.Max(column.Repeat, 1), rowCount = values.Length / elements;
        for (int done = 0; done < rowCount;)
            try
            {
                table.Read(column, firstRow + done, rowCount - done, values[(done * elements)..],
                    isNull.IsEmpty ? default : isNull[(done * elements)..]);
                return;
            }
            catch (FitsException e) when (e.Field is { } field)
            {
                invalid.Add(new ValueInvalidException(path, field.Row, name, $"'{field.Text}'", field.Expected,
                    "Correct the value, or remove the row"));
                done = (int)(field.Row - firstRow) + 1;
                if (!isNull.IsEmpty)
                    isNull[done - 1] = false;
            }
    }

    private static void AppendArrays<T>(FitsTable table, FitsColumn column, NumberColumnBuilder<T> destination, long firstRow, int rowCount,
        string path, InvalidRows invalid, MissingElements? missing) where T : unmanaged
    {
        long[] lengths = new long[rowCount];
        table.ReadLengths(column, firstRow, lengths);
        for (int row = 0; row < rowCount; row++)
        {
            int before = destination.RowCount;
            int length = checked((int)lengths[row]);
            Span<T> values = destination.AddRow([length]);
            if (!destination.Schema.Nullable)
            {
                table.ReadRow(column, firstRow + row, values);
                continue;
            }
            bool[] isNull = new bool[length];
            table.ReadRow(column, firstRow + row, values, isNull);
            FlagNull(destination, before, values, isNull, path, firstRow + row, invalid, missing);
        }
    }

    /// <summary>Flags a row as null if all its elements are missing. Single missing elements are NaN already, or cannot be represented in
    /// the column's type.</summary>
    private static void FlagNull<T>(NumberColumnBuilder<T> destination, int row, Span<T> values, ReadOnlySpan<bool> isNull, string path,
        long fileRow, InvalidRows invalid, MissingElements? elements) where T : unmanaged
    {
        int missing = isNull.Count(true);
        if (missing == 0)
            return;
        if (missing == isNull.Length)
        {
            destination.FlagNull(row);
            if (!destination.Schema.DType.IsFloat())
                values.Clear();
        }
        else if (!destination.Schema.DType.IsFloat())
            invalid.Add(new ValueInvalidException(path, fileRow, destination.Schema.Name,
                $"an array with {missing} of {isNull.Length} elements missing",
                $"an array of {destination.Schema.DType.Name()}, {elements?.Reason ?? "whose elements are all missing or none"}",
                "Leave the column out, or correct the file"));
    }

    private static void AppendText(FitsTable table, FitsColumn column, TextColumnBuilder destination, long firstRow, int rowCount)
    {
        if (column.IsVariableLength || column.NullText is not null || column.Width == 0)
        {
            AppendStrings(table, column, destination, firstRow, rowCount);
            return;
        }
        int bytes = rowCount * column.RowBytes;
        byte[] text = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            table.ReadTextBytes(column, firstRow, rowCount, text.AsSpan(0, bytes));
            for (int i = 0; i < rowCount * column.Repeat; i++)
            {
                ReadOnlySpan<byte> one = text.AsSpan(i * column.Width, column.Width).WithoutPadding();
                destination.Add(Utf8.IsValid(one) ? one : Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(one)));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static void AppendStrings(FitsTable table, FitsColumn column, TextColumnBuilder destination, long firstRow, int rowCount)
    {
        int elements = column.IsVariableLength ? 1 : column.Repeat;
        string[] texts = new string[rowCount * elements];
        bool[] isNull = new bool[texts.Length];
        table.ReadText(column, firstRow, rowCount, texts, isNull);
        for (int i = 0; i < texts.Length; i++)
        {
            if (isNull[i] && elements == 1)
                destination.AddNull();
            else
                destination.Add(Encoding.UTF8.GetBytes(texts[i]));
        }
    }
}
