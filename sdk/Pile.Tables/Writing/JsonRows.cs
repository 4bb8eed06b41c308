using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats rows as JSON objects, one per line (RFC 8259): arrays nested by their shape, integers exact, NaN as null.</summary>
/// <remarks>JSON has no infinite numbers: they are an error, because null would lose a value.</remarks>
/// <param name="path">The file, for messages.</param>
internal sealed class JsonRows(string path) : IRowFormat
{
    private readonly ArrayBufferWriter<byte> text = new(1 << 16);

    /// <inheritdoc/>
    public void Format(ColumnData[] columns, long batchRow, int firstRow, int endRow)
    {
        using Utf8JsonWriter json = new(text,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        JsonEncodedText[] names = [.. columns.Select(c => JsonEncodedText.Encode(c.Schema.Name,
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        for (int row = firstRow; row < endRow; row++)
        {
            json.WriteStartObject();
            for (int i = 0; i < columns.Length; i++)
            {
                json.WritePropertyName(names[i]);
                Write(json, columns[i], row, batchRow + row);
            }
            json.WriteEndObject();
            json.Flush();
            json.Reset();
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

    private void Write(Utf8JsonWriter json, ColumnData column, int row, long tableRow)
    {
        if (column.IsNullAt(row))
        {
            json.WriteNullValue();
            return;
        }
        if (column is TextColumnData texts && column.Schema is { IsJson: true, IsScalar: true })
            json.WriteRawValue(texts.Element(row), skipInputValidation: true);
        else if (column.Schema.IsScalar)
            Write(json, column, row, 0, 1, tableRow);
        else
            json.WriteNested(column.ShapeOf(row), (Rows: this, Column: column, Row: row, TableRow: tableRow),
                static (json, cell, first, count) => cell.Rows.Write(json, cell.Column, cell.Row, first, count, cell.TableRow));
    }

    private void Write(Utf8JsonWriter json, ColumnData column, int row, int first, int count, long tableRow)
    {
        switch (column)
        {
            case TextColumnData c:
                for (int i = first; i < first + count; i++)
                    json.WriteStringValue(c.Element(row, i));
                break;
            case ColumnData<bool> c: foreach (bool v in c.Row(row).Slice(first, count)) json.WriteBooleanValue(v); break;
            case ColumnData<sbyte> c: foreach (sbyte v in c.Row(row).Slice(first, count)) json.WriteNumberValue(v); break;
            case ColumnData<byte> c: foreach (byte v in c.Row(row).Slice(first, count)) json.WriteNumberValue(v); break;
            case ColumnData<short> c: foreach (short v in c.Row(row).Slice(first, count)) json.WriteNumberValue(v); break;
            case ColumnData<ushort> c: foreach (ushort v in c.Row(row).Slice(first, count)) json.WriteNumberValue(v); break;
            case ColumnData<int> c: foreach (int v in c.Row(row).Slice(first, count)) json.WriteNumberValue(v); break;
            case ColumnData<uint> c: foreach (uint v in c.Row(row).Slice(first, count)) json.WriteNumberValue(v); break;
            case ColumnData<long> c: foreach (long v in c.Row(row).Slice(first, count)) json.WriteNumberValue(v); break;
            case ColumnData<ulong> c: foreach (ulong v in c.Row(row).Slice(first, count)) json.WriteNumberValue(v); break;
            case ColumnData<float> c: foreach (float v in c.Row(row).Slice(first, count)) Number(json, v, c, tableRow); break;
            case ColumnData<double> c: foreach (double v in c.Row(row).Slice(first, count)) Number(json, v, c, tableRow); break;
            default:
                throw new ArgumentException($"Column '{column.Schema.Name}': {column.Schema.DType.Name()} cannot be written.",
                    nameof(column));
        }
    }

    private void Number(Utf8JsonWriter json, float value, ColumnData column, long tableRow)
    {
        if (float.IsFinite(value))
            json.WriteFinite(value);
        else
            WriteNaN(json, value, column, tableRow);
    }

    private void Number(Utf8JsonWriter json, double value, ColumnData column, long tableRow)
    {
        if (double.IsFinite(value))
            json.WriteFinite(value);
        else
            WriteNaN(json, value, column, tableRow);
    }

    private void WriteNaN(Utf8JsonWriter json, double value, ColumnData column, long tableRow)
    {
        if (double.IsInfinity(value))
            throw new ValueInvalidException(path, tableRow, column.Schema.Name, value < 0 ? "-Infinity" : "Infinity", "a number in JSON",
                "Use Parquet, FITS or CSV instead");
        json.WriteNullValue();
    }
}
