using System.Globalization;
using System.Text.Json;
using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Formats single values of columns as text or JSON.</summary>
internal static class CellText
{
    /// <summary>Returns the value of a row as text; vectors in brackets.</summary>
    internal static string Of(ColumnData column, int row)
    {
        if (column.IsNullAt(row))
            return "";
        string[] elements = Elements(column, row);
        return column.Schema.IsScalar ? elements[0] : $"[{string.Join(", ", elements)}]";
    }

    /// <summary>Writes the value of a row as JSON: vectors as arrays, null and NaN as null.</summary>
    internal static void Write(Utf8JsonWriter json, ColumnData column, int row)
    {
        if (column.IsNullAt(row))
        {
            json.WriteNullValue();
            return;
        }
        if (!column.Schema.IsScalar)
            json.WriteStartArray();
        switch (column)
        {
            case TextColumnData text:
                for (int i = 0; i < text.ElementsOf(row); i++)
                    json.WriteStringValue(text.Element(row, i));
                break;
            case ColumnData<bool> c: Each(c, row, json.WriteBooleanValue); break;
            case ColumnData<sbyte> c: Each(c, row, v => json.WriteNumberValue(v)); break;
            case ColumnData<byte> c: Each(c, row, v => json.WriteNumberValue(v)); break;
            case ColumnData<short> c: Each(c, row, v => json.WriteNumberValue(v)); break;
            case ColumnData<ushort> c: Each(c, row, v => json.WriteNumberValue(v)); break;
            case ColumnData<int> c: Each(c, row, json.WriteNumberValue); break;
            case ColumnData<uint> c: Each(c, row, json.WriteNumberValue); break;
            case ColumnData<long> c: Each(c, row, json.WriteInteger); break;
            case ColumnData<ulong> c:
                Each(c, row,
                v =>
                {
                    if (v <= 1UL << 53)
                        json.WriteNumberValue(v);
                    else json.WriteStringValue(v.ToString(CultureInfo.InvariantCulture));
                }); break;
            case ColumnData<float> c:
                Each(c, row, v => { if (float.IsFinite(v)) json.WriteNumberValue(v); else json.WriteNullValue(); });
                break;
            case ColumnData<double> c: Each(c, row, json.WriteFloat); break;
        }
        if (!column.Schema.IsScalar)
            json.WriteEndArray();
    }

    private static string[] Elements(ColumnData column, int row) => column switch
    {
        TextColumnData text => [.. Enumerable.Range(0, text.ElementsOf(row)).Select(i => text.Text(row, i))],
        ColumnData<bool> c => Map(c, row, v => v ? "true" : "false"),
        ColumnData<sbyte> c => Map(c, row, v => v.ToString(CultureInfo.InvariantCulture)),
        ColumnData<byte> c => Map(c, row, v => v.ToString(CultureInfo.InvariantCulture)),
        ColumnData<short> c => Map(c, row, v => v.ToString(CultureInfo.InvariantCulture)),
        ColumnData<ushort> c => Map(c, row, v => v.ToString(CultureInfo.InvariantCulture)),
        ColumnData<int> c => Map(c, row, v => v.ToString(CultureInfo.InvariantCulture)),
        ColumnData<uint> c => Map(c, row, v => v.ToString(CultureInfo.InvariantCulture)),
        ColumnData<long> c => Map(c, row, v => v.ToString(CultureInfo.InvariantCulture)),
        ColumnData<ulong> c => Map(c, row, v => v.ToString(CultureInfo.InvariantCulture)),
        ColumnData<float> c => Map(c, row, v => v.ToString(CultureInfo.InvariantCulture)),
        ColumnData<double> c => Map(c, row, v => v.ToString(CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException($"The type {column.Schema.DType} of column '{column.Schema.Name}' is not supported.",
            nameof(column)),
    };

    private static string[] Map<T>(ColumnData<T> column, int row, Func<T, string> text) where T : unmanaged
    {
        ReadOnlySpan<T> values = column.Row(row);
        string[] elements = new string[values.Length];
        for (int i = 0; i < values.Length; i++)
            elements[i] = text(values[i]);
        return elements;
    }

    private static void Each<T>(ColumnData<T> column, int row, Action<T> write) where T : unmanaged
    {
        foreach (T value in column.Row(row))
            write(value);
    }
}
