using System.Buffers;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats rows as TABLEDATA of a VOTable. A missing value is an empty cell, or the NaN of an array
/// of floats of fixed size.</summary>
/// <param name="path">The table, for messages.</param>
internal sealed class VoTableRows(string path) : IRowFormat
{
    // VOTable 1.4 §6: STILTS reads "Inf" without a sign as a missing value.
    private static readonly CellFormat.Words Words = new("true"u8.ToArray(), "false"u8.ToArray(), "+Inf"u8.ToArray(), "-Inf"u8.ToArray());
    // XML 1.0 §2.2
    private static readonly SearchValues<byte> Forbidden =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(c => c is not (9 or 10 or 13)).Select(c => (byte)c)]);

    private readonly ArrayBufferWriter<byte> text = new(1 << 16), json = new();

    /// <inheritdoc/>
    public void Format(ColumnData[] columns, long batchRow, int firstRow, int endRow)
    {
        // A ulong may be too large for this format, which is checked cell by cell.
        ScalarText?[] scalars = [.. columns.Select(column => column is ColumnData<ulong> ? null : ScalarText.Of(column, Words))];
        for (int row = firstRow; row < endRow; row++)
        {
            text.Write("<TR>"u8);
            for (int i = 0; i < columns.Length; i++)
                if (scalars[i] is { } scalar && !columns[i].IsNullAt(row))
                    Scalar(scalar, row);
                else
                    Cell(columns[i], row, batchRow + row);
            text.Write("</TR>\n"u8);
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Take()
    {
        ReadOnlySpan<byte> taken = text.WrittenSpan;
        text.ResetWrittenCount();
        return taken;
    }

    private void Scalar(ScalarText scalar, int row)
    {
        ReadOnlySpan<byte> begin = "<TD>"u8, end = "</TD>"u8;
        Span<byte> free = text.GetSpan(begin.Length + ScalarText.LongestBytes + end.Length);
        begin.CopyTo(free);
        int length = begin.Length + scalar.Write(row, free[begin.Length..]);
        end.CopyTo(free[length..]);
        text.Advance(length + end.Length);
    }

    private void Cell(ColumnData column, int row, long tableRow)
    {
        if (column.IsNullAt(row))
        {
            Missing(column);
            return;
        }
        text.Write("<TD>"u8);
        if (column is TextColumnData strings)
        {
            json.ResetWrittenCount();
            if (!column.Schema.IsScalar)
                CellFormat.Json(json, column, row, Words);
            Text(column.Schema.IsScalar ? strings.Element(row) : json.WrittenSpan, column.Schema, tableRow);
        }
        else
        {
            int elements = 1;
            foreach (int length in column.ShapeOf(row))
                elements *= length;
            for (int i = 0; i < elements; i++)
            {
                if (i > 0)
                    text.Write(" "u8);
                if (column is ColumnData<ulong> unsigned && unsigned.Row(row)[i] > long.MaxValue)
                    throw new ValueInvalidException(path, tableRow, column.Schema.Name, $"{unsigned.Row(row)[i]}", "a VOTable long",
                        "Use Parquet, FITS or CSV instead");
                CellFormat.Element(text, column, row, i, Words);
            }
        }
        text.Write("</TD>"u8);
    }

    // VOTable 1.4 §6: a cell of an array of fixed size has all its elements, and NaN is the missing one.
    private void Missing(ColumnData column)
    {
        if (column is not (ColumnData<float> or ColumnData<double>) || column.Schema is { IsScalar: true } or { IsRagged: true })
        {
            text.Write("<TD/>"u8);
            return;
        }
        text.Write("<TD>NaN"u8);
        for (int i = 1; i < column.Schema.ElementsPerRow; i++)
            text.Write(" NaN"u8);
        text.Write("</TD>"u8);
    }

    private void Text(ReadOnlySpan<byte> utf8, ColumnSchema schema, long tableRow)
    {
        if (utf8.ContainsAny(Forbidden))
            throw new ValueInvalidException(path, tableRow, schema.Name, "text with control characters", "text that is valid in XML",
                "Remove them, or use another format");
        while (utf8.IndexOfAny("&<>\r"u8) is >= 0 and int at)
        {
            text.Write(utf8[..at]);
            text.Write(utf8[at] switch { (byte)'&' => "&amp;"u8, (byte)'<' => "&lt;"u8, (byte)'>' => "&gt;"u8, _ => "&#xD;"u8 });
            utf8 = utf8[(at + 1)..];
        }
        text.Write(utf8);
    }
}
