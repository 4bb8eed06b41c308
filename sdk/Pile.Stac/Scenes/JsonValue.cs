using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Pile.Stac;

/// <summary>A JSON value as it stands in a document, valid UTF-8. The text is parsed when it is asked for.</summary>
/// <param name="Json">The text of the value.</param>
internal readonly record struct JsonValue(ReadOnlyMemory<byte> Json)
{
    /// <summary>The kind, from the first character.</summary>
    internal JsonValueKind Kind => Json.Length == 0 ? JsonValueKind.Undefined : Json.Span[0] switch
    {
        (byte)'{' => JsonValueKind.Object,
        (byte)'[' => JsonValueKind.Array,
        (byte)'"' => JsonValueKind.String,
        (byte)'t' => JsonValueKind.True,
        (byte)'f' => JsonValueKind.False,
        (byte)'n' => JsonValueKind.Null,
        _ => JsonValueKind.Number,
    };

    /// <summary>Returns the text of a string; null for another kind.</summary>
    internal string? AsText() => Kind is JsonValueKind.String ? Start().GetString() : null;

    /// <summary>Returns a number as float64; null for another kind, and for a number outside of its range.</summary>
    internal double? AsDouble() =>
        Kind is JsonValueKind.Number && Utf8Parser.TryParse(Json.Span, out double number, out int length) && length == Json.Length
            && double.IsFinite(number) ? number : null;

    /// <summary>Returns a number as int64; null for another kind, and for a fraction or a number outside of its range.</summary>
    internal long? AsInt64() => Kind is JsonValueKind.Number && Utf8Parser.TryParse(Json.Span, out long number, out int length)
        && length == Json.Length ? number : null;

    /// <summary>The texts that stand for the numbers of YAML that JSON does not have. Their escape, which no text of YAML gets, tells them
    /// from the texts <c>nan</c>, <c>inf</c> and <c>-inf</c>.</summary>
    internal static string NotANumber => "\"\\u006ean\"";

    /// <inheritdoc cref="NotANumber"/>
    internal static string Infinity => "\"\\u0069nf\"";

    /// <inheritdoc cref="NotANumber"/>
    internal static string NegativeInfinity => "\"-\\u0069nf\"";

    /// <summary>Returns NaN or infinity for one of the texts that stand for them, such as <see cref="NotANumber"/>; null for any other
    /// value.</summary>
    internal double? AsSpecialNumber() => Json.Length is < 10 or > 11 || Kind is not JsonValueKind.String ? null : ToString() switch
    {
        var text when text == NotANumber => double.NaN,
        var text when text == Infinity => double.PositiveInfinity,
        var text when text == NegativeInfinity => double.NegativeInfinity,
        _ => null,
    };

    /// <summary>Returns a boolean; null for another kind.</summary>
    internal bool? AsBool() => Kind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    /// <summary>Returns the members of an object or the items of an array for further reading.</summary>
    internal JsonElement AsElement()
    {
        Utf8JsonReader reader = new(Json.Span);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>Returns true if two values have the same text.</summary>
    public bool Equals(JsonValue other) => Json.Span.SequenceEqual(other.Json.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        hash.AddBytes(Json.Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Json.Span);

    private Utf8JsonReader Start()
    {
        Utf8JsonReader reader = new(Json.Span);
        reader.Read();
        return reader;
    }
}
