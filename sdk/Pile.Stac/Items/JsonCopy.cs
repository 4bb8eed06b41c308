using System.Text.Json;

namespace Pile.Stac;

/// <summary>Copies JSON values without white space. Numbers keep their digits.</summary>
internal static class JsonCopy
{
    /// <summary>Writes a member.</summary>
    internal static void Write(Utf8JsonWriter json, SceneProperty property)
    {
        json.WritePropertyName(property.Name);
        Write(json, property.Value.Json);
    }

    /// <summary>Writes a value.</summary>
    internal static void Write(Utf8JsonWriter json, ReadOnlyMemory<byte> value)
    {
        Utf8JsonReader reader = new(value.Span);
        while (reader.Read())
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    json.WriteStartObject();
                    break;
                case JsonTokenType.EndObject:
                    json.WriteEndObject();
                    break;
                case JsonTokenType.StartArray:
                    json.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    json.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName:
                    json.WritePropertyName(reader.GetString()!);
                    break;
                case JsonTokenType.String:
                    json.WriteStringValue(reader.GetString());
                    break;
                case JsonTokenType.Number:
                    json.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    json.WriteBooleanValue(reader.TokenType is JsonTokenType.True);
                    break;
                default:
                    json.WriteNullValue();
                    break;
            }
    }
}
