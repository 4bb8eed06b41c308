using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>Writes the manifest's aliases as the JSON text that every shard contains.</summary>
internal static class AliasJson
{
    internal static string Write(IEnumerable<AliasSchema> aliases)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (AliasSchema alias in aliases)
            {
                json.WriteStartObject();
                WriteText("name", alias.Name);
                WriteText("native", alias.Native);
                if (alias.Scale != 1)
                    json.WriteNumber("scale", alias.Scale);
                WriteText("expr", alias.Expression);
                WriteText("unit", alias.Unit);
                WriteText("ucd", alias.Ucd);
                WriteText("description", alias.Description);
                json.WriteEndObject();
            }
            json.WriteEndArray();

            void WriteText(string key, string? value)
            {
                if (value is not null)
                    json.WriteString(key, value);
            }
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
