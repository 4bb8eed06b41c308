using System.Text.Json;

namespace Pile.Stac;

/// <summary>Compares JSON texts by their meaning.</summary>
internal static class JsonText
{
    /// <summary>Returns true if two texts are equal, or have the same tokens: white space and escapes do not matter, but the order of
    /// members and the notation of numbers do.</summary>
    internal static bool Equal(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right)
    {
        if (left.Span.SequenceEqual(right.Span))
            return true;
        Utf8JsonReader a = new(left.Span), b = new(right.Span);
        while (a.Read())
            if (!b.Read() || a.TokenType != b.TokenType || (a.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                ? a.GetString() != b.GetString() : !a.ValueSpan.SequenceEqual(b.ValueSpan)))
                return false;
        return !b.Read();
    }
}
