using System.Buffers;
using System.Text.Json;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>Finds the JSON texts that have other names or other kinds of values than all before. The types of columns follow from these
/// alone.</summary>
internal sealed class JsonShapes
{
    private readonly HashSet<string> found = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<char> shape = new();

    /// <summary>Adds a text, and returns whether its shape is a new one.</summary>
    internal bool Add(ReadOnlySpan<byte> text)
    {
        shape.ResetWrittenCount();
        Utf8JsonReader json = new(text);
        while (json.Read())
        {
            char kind = KindOf(json);
            shape.Write([kind]);
            if (json.TokenType is not JsonTokenType.PropertyName)
                continue;
            foreach (byte letter in json.ValueSpan)
                shape.Write([(char)letter]);
            shape.Write(['\0']);
        }
        return found.GetAlternateLookup<ReadOnlySpan<char>>().Add(shape.WrittenSpan);
    }

    private static char KindOf(in Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.True or JsonTokenType.False => 't',
        JsonTokenType.Null => '0',
        JsonTokenType.String => 's',
        JsonTokenType.Number when json.ValueSpan.ContainsAny((byte)'.', (byte)'e', (byte)'E') => 'd',
        JsonTokenType.Number => json.TryGetInt64(out long number) ? (number < 0 ? '-' : '+') : json.TryGetUInt64(out _) ? 'u' : 'h',
        JsonTokenType.PropertyName => 'p',
        JsonTokenType.StartObject => '{',
        JsonTokenType.StartArray => '[',
        _ => ']',
    };
}
