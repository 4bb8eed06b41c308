using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats rows as CSV, TSV or ECSV into its own buffer. It must not be used by several threads concurrently.</summary>
internal sealed class CsvRows(bool isEcsv, byte delimiter = (byte)',') : IRowFormat
{
    private static readonly CellFormat.Words CsvWords = new("true"u8.ToArray(), "false"u8.ToArray(), "inf"u8.ToArray(),
        "-inf"u8.ToArray());
    private static readonly CellFormat.Words EcsvWords = new("True"u8.ToArray(), "False"u8.ToArray(), "inf"u8.ToArray(),
        "-inf"u8.ToArray());
    private static readonly CellFormat.Words JsonWords = new("true"u8.ToArray(), "false"u8.ToArray(), "Infinity"u8.ToArray(),
        "-Infinity"u8.ToArray());
    private static readonly SearchValues<byte> CommaNeedsQuotes = SearchValues.Create("\",\r\n"u8),
        TabNeedsQuotes = SearchValues.Create("\"\t\r\n"u8);

    private readonly CellFormat.Words words = isEcsv ? EcsvWords : CsvWords;
    private readonly SearchValues<byte> needQuotes = delimiter == '\t' ? TabNeedsQuotes : CommaNeedsQuotes;
    private readonly ArrayBufferWriter<byte> text = new(1 << 16), json = new();

    /// <summary>The line of column names.</summary>
    internal ReadOnlySpan<byte> Names(ImmutableArray<ColumnSchema> columns)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (i > 0)
                text.Write([delimiter]);
            Text(Encoding.UTF8.GetBytes(columns[i].Name));
        }
        text.Write("\n"u8);
        return Take();
    }

    /// <inheritdoc/>
    public void Format(ColumnData[] columns, long batchRow, int firstRow, int endRow)
    {
        ScalarText?[] scalars = [.. columns.Select(column => ScalarText.Of(column, words))];
        for (int row = firstRow; row < endRow; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                if (scalars[i] is { } scalar && !columns[i].IsNullAt(row))
                {
                    Span<byte> free = text.GetSpan(ScalarText.LongestBytes + 1);
                    free[0] = delimiter;
                    int comma = i > 0 ? 1 : 0;
                    text.Advance(comma + scalar.Write(row, free[comma..]));
                    continue;
                }
                if (i > 0)
                    text.Write([delimiter]);
                Cell(columns[i], row, isOnlyColumn: columns.Length == 1);
            }
            text.Write("\n"u8);
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Take()
    {
        ReadOnlySpan<byte> taken = text.WrittenSpan;
        text.ResetWrittenCount();
        return taken;
    }

    private void Cell(ColumnData column, int row, bool isOnlyColumn)
    {
        if (column.IsNullAt(row))
        {
            if (isOnlyColumn)
                text.Write("\"\""u8); // an empty line would not be a row
        }
        else if (!column.Schema.IsScalar)
        {
            json.ResetWrittenCount();
            CellFormat.Json(json, column, row, JsonWords);
            Text(json.WrittenSpan);
        }
        else
            Text(((TextColumnData)column).Element(row));
    }

    private void Text(ReadOnlySpan<byte> utf8)
    {
        bool isQuoted = utf8.IsEmpty || utf8.ContainsAny(needQuotes) || utf8[0] is (byte)' ' or (byte)'\t' or (byte)'#'
            || utf8[^1] is (byte)' ' or (byte)'\t';
        if (!isQuoted)
        {
            text.Write(utf8);
            return;
        }
        text.Write("\""u8);
        for (int quote; (quote = utf8.IndexOf((byte)'"')) >= 0; utf8 = utf8[(quote + 1)..])
        {
            text.Write(utf8[..quote]);
            text.Write("\"\""u8);
        }
        text.Write(utf8);
        text.Write("\""u8);
    }
}
