using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Formats single values of columns as text or JSON.</summary>
internal static class CellText
{
    /// <summary>Returns the value of a row as text; vectors in brackets, lists of texts as JSON, geometries as WKT.</summary>
    internal static string Of(ColumnData column, int row)
    {
        if (column.IsNullAt(row))
            return "";
        if (GeometryText.IsGeometry(column.Schema))
            return GeometryText.Wkt(column, row);
        string[] elements = ElementText.Of(column, row);
        if (column.Schema.IsScalar)
            return elements[0];
        return column is TextColumnData ? $"[{string.Join(",", elements.Select(Quoted))}]" : $"[{string.Join(", ", elements)}]";
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>Writes the value of a row as JSON: arrays as lists nested by their shape, geometries as GeoJSON, null and NaN as null,
    /// infinite numbers as texts.</summary>
    internal static void Write(Utf8JsonWriter json, ColumnData column, int row)
    {
        if (column.IsNullAt(row))
        {
            json.WriteNullValue();
            return;
        }
        if (GeometryText.IsGeometry(column.Schema))
        {
            json.WriteRawValue(GeometryText.GeoJson(column, row), skipInputValidation: true);
            return;
        }
        if (column is TextColumnData document && column.Schema is { IsJson: true, IsScalar: true })
            json.WriteRawValue(document.Element(row), skipInputValidation: true);
        else
            json.WriteNested(column.ShapeOf(row), (Column: column, Row: row),
                static (json, cell, first, count) => Write(json, cell.Column, cell.Row, first, count));
    }

    private static void Write(Utf8JsonWriter json, ColumnData column, int row, int first, int count)
    {
        switch (column)
        {
            case TextColumnData text:
                for (int i = first; i < first + count; i++)
                    json.WriteStringValue(text.Element(row, i));
                break;
            case ColumnData<bool> c: Each(c, row, first, count, json.WriteBooleanValue); break;
            case ColumnData<sbyte> c: Each(c, row, first, count, v => json.WriteNumberValue(v)); break;
            case ColumnData<byte> c: Each(c, row, first, count, v => json.WriteNumberValue(v)); break;
            case ColumnData<short> c: Each(c, row, first, count, v => json.WriteNumberValue(v)); break;
            case ColumnData<ushort> c: Each(c, row, first, count, v => json.WriteNumberValue(v)); break;
            case ColumnData<int> c: Each(c, row, first, count, json.WriteNumberValue); break;
            case ColumnData<uint> c: Each(c, row, first, count, json.WriteNumberValue); break;
            case ColumnData<long> c: Each(c, row, first, count, json.WriteInteger); break;
            case ColumnData<ulong> c:
                Each(c, row, first, count,
                v =>
                {
                    if (v <= 1UL << 53)
                        json.WriteNumberValue(v);
                    else json.WriteStringValue(v.ToString(CultureInfo.InvariantCulture));
                }); break;
            case ColumnData<float> c: Each(c, row, first, count, json.WriteNumber); break;
            case ColumnData<double> c: Each(c, row, first, count, json.WriteNumber); break;
        }
    }

    private static void Each<T>(ColumnData<T> column, int row, int first, int count, Action<T> write) where T : unmanaged
    {
        foreach (T value in column.Row(row).Slice(first, count))
            write(value);
    }
}
