using System.Globalization;
using System.Text.Json;

namespace Pile.Format;

/// <summary>Writes floats as JSON numbers that readers do not take for integers, as Python does: <c>1.0</c>, <c>-0.0</c>.</summary>
internal static class JsonFloat
{
    /// <summary>The maximum length of a number.</summary>
    internal const int LongestBytes = 64;

    /// <summary>Formats a finite number in the shortest form that can be read back exactly.</summary>
    /// <returns>The number of bytes.</returns>
    internal static int Format<T>(T value, Span<byte> to) where T : IUtf8SpanFormattable
    {
        value.TryFormat(to, out int length, default, CultureInfo.InvariantCulture);
        if (!to[..length].ContainsAny((byte)'.', (byte)'E'))
        {
            ".0"u8.CopyTo(to[length..]);
            length += 2;
        }
        return length;
    }

    /// <summary>Writes a finite number.</summary>
    internal static void WriteFinite<T>(this Utf8JsonWriter json, T value) where T : IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[LongestBytes];
        json.WriteRawValue(text[..Format(value, text)], skipInputValidation: true);
    }
}
