using System.Text;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>From columns of a batch to rows of a FITS table.</summary>
internal static class FitsRows
{
    /// <summary>Writes a column's rows.</summary>
    /// <exception cref="ValueInvalidException">A text is not ASCII.</exception>
    internal static void Write(FitsTableWriter table, int index, FitsColumnDefinition definition, ColumnData column, long firstRow, string path, string name)
    {
        switch (column)
        {
            case TextColumnData c: WriteText(table, index, c, firstRow, path, name); break;
            case ColumnData<bool> c: WriteNumbers(table, index, definition, c, firstRow); break;
            case ColumnData<sbyte> c: WriteNumbers(table, index, definition, c, firstRow); break;
            case ColumnData<byte> c: WriteNumbers(table, index, definition, c, firstRow); break;
            case ColumnData<short> c: WriteNumbers(table, index, definition, c, firstRow); break;
            case ColumnData<ushort> c: WriteNumbers(table, index, definition, c, firstRow); break;
            case ColumnData<int> c: WriteNumbers(table, index, definition, c, firstRow); break;
            case ColumnData<uint> c: WriteNumbers(table, index, definition, c, firstRow); break;
            case ColumnData<long> c: WriteNumbers(table, index, definition, c, firstRow); break;
            case ColumnData<ulong> c: WriteNumbers(table, index, definition, c, firstRow); break;
            case ColumnData<float> c: WriteNumbers(table, index, definition, c, firstRow); break;
            case ColumnData<double> c: WriteNumbers(table, index, definition, c, firstRow); break;
        }
    }

    private static void WriteNumbers<T>(FitsTableWriter table, int index, FitsColumnDefinition definition, ColumnData<T> column, long firstRow) where T : unmanaged
    {
        int elements = definition.Repeat;
        if (column.IsNull.IsEmpty)
        {
            table.Write(index, firstRow, column.Values.Span);
            return;
        }
        // Null rows of an array come back from the spool without elements: here each gets its own.
        T[] values = new T[column.RowCount * elements];
        bool[] isNull = new bool[values.Length];
        for (int row = 0; row < column.RowCount; row++)
        {
            if (column.IsNullAt(row))
                isNull.AsSpan(row * elements, elements).Fill(true);
            else
                column.Row(row).CopyTo(values.AsSpan(row * elements, elements));
        }
        table.Write<T>(index, firstRow, values, isNull);
    }

    private static void WriteText(FitsTableWriter table, int index, TextColumnData column, long firstRow, string path, string name)
    {
        string[] texts = new string[column.RowCount];
        for (int row = 0; row < texts.Length; row++)
        {
            ReadOnlySpan<byte> utf8 = column.Element(row);
            texts[row] = Ascii.IsValid(utf8) ? Encoding.ASCII.GetString(utf8)
                : throw new ValueInvalidException(path, firstRow + row, name, $"'{Encoding.UTF8.GetString(utf8)}'", "ASCII, all that FITS can hold", "Write another format, or leave the column out");
        }
        table.WriteText(index, firstRow, texts);
    }
}
