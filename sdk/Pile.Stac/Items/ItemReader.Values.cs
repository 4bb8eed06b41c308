using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pile.Stac;

internal ref partial struct ItemReader
{
    /// <summary>Returns the name of the current member.</summary>
    private readonly string Name() => NamePool.Find(json.ValueSpan) ?? json.GetString()!;

    /// <summary>Returns the current value unparsed, and moves to its end.</summary>
    private JsonValue Raw()
    {
        int start = (int)json.TokenStartIndex;
        json.Skip();
        return new JsonValue(document[start..(int)json.BytesConsumed]);
    }

    private string Text(string field) => TextOrNull(field) ?? throw Invalid(field, "null", "a text");

    private string? TextOrNull(string field) => json.TokenType switch
    {
        JsonTokenType.String => json.ValueIsEscaped ? json.GetString() : NamePool.Find(json.ValueSpan) ?? json.GetString(),
        JsonTokenType.Null => null,
        _ => throw Invalid(field, Found(), "a text"),
    };

    private double? NumberOrNull(string field) => json.TokenType switch
    {
        JsonTokenType.Number when json.TryGetDouble(out double number) && double.IsFinite(number) => number,
        JsonTokenType.Null => null,
        _ => throw Invalid(field, Found(), "a finite number"),
    };

    /// <summary>Returns a "no data" value: a number, or one of the texts that stand for numbers which JSON does not have.</summary>
    private double? NodataOrNull(string field)
    {
        if (json.TokenType is not JsonTokenType.String)
            return NumberOrNull(field);
        return Text(field).ToUpperInvariant() switch
        {
            "NAN" => double.NaN,
            "INF" => double.PositiveInfinity,
            "-INF" => double.NegativeInfinity,
            _ => throw Invalid(field, $"'{json.GetString()}'", "a number, 'nan', 'inf' or '-inf'"),
        };
    }

    /// <summary>Reads a list of finite numbers, at most as many as the destination has room for. Returns their count.</summary>
    private int Numbers(string field, scoped Span<double> destination)
    {
        Start(field, JsonTokenType.StartArray, "a list of numbers");
        int count = 0;
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (count == destination.Length)
                throw Invalid(field, $"more than {destination.Length} numbers", "fewer");
            destination[count++] = NumberOrNull(field) ?? throw Invalid(field, "null", "a finite number");
        }
        return count;
    }

    private ImmutableArray<string> Texts(string field)
    {
        if (json.TokenType is JsonTokenType.Null)
            return [];
        if (json.TokenType is JsonTokenType.String) // a single instrument or role, as old items have it
            return [Text(field)];
        Start(field, JsonTokenType.StartArray, "a list of texts");
        ImmutableArray<string>.Builder list = ImmutableArray.CreateBuilder<string>(1); // of roles and instruments, most often
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
            list.Add(Text(field));
        return list.DrainToImmutable();
    }

    private readonly void Start(string field, JsonTokenType expected, string what)
    {
        if (json.TokenType != expected)
            throw Invalid(field, Found(), what);
    }

    /// <summary>Returns the current token for a message.</summary>
    private readonly string Found() => json.TokenType switch
    {
        JsonTokenType.String => string.Create(CultureInfo.InvariantCulture, $"'{Encoding.UTF8.GetString(json.ValueSpan)}'"),
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.Null => "null",
        _ => Encoding.UTF8.GetString(json.ValueSpan),
    };
}
