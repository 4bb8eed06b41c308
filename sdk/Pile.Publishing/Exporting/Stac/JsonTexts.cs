using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;
using Pile.Stac;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>Values of columns as JSON.</summary>
internal static class JsonTexts
{
    /// <summary>Returns a text as a JSON string with its quotation marks.</summary>
    internal static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>Returns a text as a value.</summary>
    internal static JsonValue Of(string text) => Raw(Quoted(text));

    /// <summary>Returns a finite number.</summary>
    internal static JsonValue Number(double number) => Raw(number.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Returns finite numbers as a list.</summary>
    internal static JsonValue List(params ReadOnlySpan<double> numbers)
    {
        StringBuilder text = new("[");
        foreach (double number in numbers)
            text.Append(text.Length > 1 ? "," : "").Append(number.ToString("R", CultureInfo.InvariantCulture));
        return Raw(text.Append(']').ToString());
    }

    /// <summary>Returns the value of a light column; null for a missing value, for NaN and infinities, and for arrays of several
    /// axes.</summary>
    internal static JsonValue? Of(ColumnData column, int row)
    {
        if (column.IsNullAt(row) || column.Schema.Shape.Length > 1)
            return null;
        int count = column.Schema.Shape.Length == 0 ? 1 : column.ShapeOf(row)[0];
        string?[] elements = new string?[count];
        for (int i = 0; i < count; i++)
            elements[i] = Element(column, row, i);
        return elements.Contains(null) ? null : Raw(column.Schema.Shape.Length == 0 ? elements[0]! : $"[{string.Join(',', elements)}]");
    }

    private static JsonValue Raw(string json) => new(Encoding.UTF8.GetBytes(json));

    private static string? Element(ColumnData column, int row, int i) => column switch
    {
        TextColumnData c => Quoted(c.Text(row, i)),
        ColumnData<bool> c => c.Row(row)[i] ? "true" : "false",
        ColumnData<double> c => double.IsFinite(c.Row(row)[i]) ? Float(c.Row(row)[i]) : null,
        ColumnData<float> c => float.IsFinite(c.Row(row)[i]) ? Float(c.Row(row)[i]) : null,
        ColumnData<sbyte> c => Text(c.Row(row)[i]),
        ColumnData<byte> c => Text(c.Row(row)[i]),
        ColumnData<short> c => Text(c.Row(row)[i]),
        ColumnData<ushort> c => Text(c.Row(row)[i]),
        ColumnData<int> c => Text(c.Row(row)[i]),
        ColumnData<uint> c => Text(c.Row(row)[i]),
        ColumnData<long> c => Text(c.Row(row)[i]),
        ColumnData<ulong> c => Text(c.Row(row)[i]),
        _ => null,
    };

    private static string Float<T>(T number) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<byte> text = stackalloc byte[JsonFloat.LongestBytes];
        return Encoding.UTF8.GetString(text[..JsonFloat.Format(number, text)]);
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
