using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Converts columns of a batch to rows of a FITS table.</summary>
internal static class FitsRows
{
    /// <summary>Writes a column's rows.</summary>
    /// <exception cref="ValueInvalidException">A text is not ASCII.</exception>
    internal static void Write(FitsTableWriter table, int index, FitsColumnDefinition definition, ColumnData column, long firstRow,
        string path, string name)
    {
        switch (column)
        {
            case TextColumnData c: WriteText(table, index, definition, c, firstRow, path, name); break;
            case ColumnData<bool> c when definition.Type is FitsType.UInt8: WriteBytes(table, index, c, firstRow); break;
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

    /// <summary>Creates the exception for a text that is not ASCII.</summary>
    internal static ValueInvalidException NotAscii(string path, long row, string name, ReadOnlySpan<byte> utf8) =>
        new(path, row, name, $"'{Encoding.UTF8.GetString(utf8)}'", "ASCII text, because FITS supports no other",
            "Use another format, or leave the column out");

    private static void WriteNumbers<T>(FitsTableWriter table, int index, FitsColumnDefinition definition, ColumnData<T> column,
        long firstRow) where T : unmanaged
    {
        if (definition.MaxRowLength is not null) // FITS can only represent a missing row as an empty one
        {
            for (int row = 0; row < column.RowCount; row++)
                if (!column.IsNullAt(row))
                    table.WriteRow(index, firstRow + row, column.Row(row));
            return;
        }
        int elements = definition.Repeat;
        if (column.IsNull.IsEmpty)
        {
            table.Write(index, firstRow, column.Values.Span);
            return;
        }
        // The temporary file returns null rows of an array without elements: here they get their elements.
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

    private static void WriteBytes(FitsTableWriter table, int index, ColumnData<bool> column, long firstRow)
    {
        for (int row = 0; row < column.RowCount; row++)
            if (!column.IsNullAt(row))
                table.WriteRow(index, firstRow + row, MemoryMarshal.AsBytes(column.Row(row)));
    }

    private static void WriteText(FitsTableWriter table, int index, FitsColumnDefinition definition, TextColumnData column, long firstRow,
        string path, string name)
    {
        string[] texts = new string[column.RowCount * definition.Repeat];
        Array.Fill(texts, "");
        for (int row = 0; row < column.RowCount; row++)
        {
            if (column.IsNullAt(row))
                continue;
            for (int i = 0; i < column.ElementsOf(row); i++)
            {
                ReadOnlySpan<byte> utf8 = column.Element(row, i);
                if (!Ascii.IsValid(utf8))
                    throw NotAscii(path, firstRow + row, name, utf8);
                if (definition.Repeat == column.ElementsOf(row))
                    texts[(row * definition.Repeat) + i] = Encoding.ASCII.GetString(utf8);
                else
                    ReadArray(utf8, texts.AsSpan(row * definition.Repeat, definition.Repeat));
            }
        }
        table.WriteText(index, firstRow, texts);
    }

    /// <summary>Parses the JSON in which the temporary file stores arrays of text with several axes, row-major.</summary>
    private static void ReadArray(ReadOnlySpan<byte> json, Span<string> texts)
    {
        Utf8JsonReader reader = new(json);
        for (int next = 0; reader.Read();)
            if (reader.TokenType is JsonTokenType.String)
                texts[next++] = reader.GetString()!;
    }
}
