using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pile.Earth;
using Pile.Stac;
using Pile.Tables;

namespace Pile.Builders.Sources.Stac;

/// <summary>Reads the STAC items of a stac-geoparquet file.</summary>
/// <remarks>Source: stac-geoparquet specification 1.0: a row for each item, its members and those of <c>properties</c> as columns, the
/// geometry as WKB. A member that only other items have is null in a row, also in <c>assets</c>; it is left out.</remarks>
internal static partial class StacGeoParquet
{
    private static readonly string[] Members = ["stac_version", "stac_extensions", "id", "links", "assets", "collection"];

    /// <summary>Returns whether a file has rows instead of documents.</summary>
    internal static bool IsFile(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase)
        || path.EndsWith(".geoparquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads all items in their order.</summary>
    /// <exception cref="SceneInvalidException">A row is not an item, and <see cref="SceneReadOptions.OnInvalid"/> is null.</exception>
    /// <exception cref="Format.SourceUnreadableException">The file is not a Parquet file.</exception>
    internal static IEnumerable<Scene> Read(string path, SceneReadOptions options, CancellationToken cancellationToken)
    {
        long index = 0;
        foreach (string row in ParquetJson.Read(path, cancellationToken))
        {
            Scene? scene = null;
            try
            {
                scene = StacItem.Parse(ItemOf(row, path, index), path, index, options);
            }
            catch (SceneInvalidException e)
            {
                options.Report(e);
            }
            index++;
            if (scene is not null)
                yield return scene;
        }
    }

    private static byte[] ItemOf(string text, string path, long index)
    {
        using JsonDocument row = JsonDocument.Parse(WithoutSpecialNumbers(text));
        if (((string[])["id", "geometry", "assets"]).FirstOrDefault(name => !row.RootElement.TryGetProperty(name, out _)) is { } missing)
            throw new SceneInvalidException(SceneProblem.NotScene, path, index, null, missing, "the file has no such column, which "
                + "stac-geoparquet requires", "Give a file of STAC items");
        ArrayBufferWriter<byte> item = new();
        using (Utf8JsonWriter json = new(item, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("type", "Feature");
            foreach (JsonProperty member in row.RootElement.EnumerateObject())
                if (Members.Contains(member.Name) && member.Value.ValueKind is not JsonValueKind.Null)
                {
                    json.WritePropertyName(member.Name);
                    if (member is { Name: "assets", Value.ValueKind: JsonValueKind.String })
                        WriteAssets(json, member.Value.GetString()!, row.RootElement, path, index);
                    else
                        Write(json, member.Value);
                }
            WriteGeometry(json, row.RootElement, path, index);
            json.WriteStartObject("properties");
            if (!row.RootElement.TryGetProperty("datetime", out _))
                json.WriteNull("datetime");
            foreach (JsonProperty member in row.RootElement.EnumerateObject())
                if (!Members.Contains(member.Name) && member.Name is not ("type" or "geometry" or "bbox")
                    && (member.Value.ValueKind is not JsonValueKind.Null || member.Name == "datetime"))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value);
                }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return item.WrittenSpan.ToArray();
    }

    /// <summary>Replaces NaN and infinite numbers, which JSON does not have: they are null, as pandas writes missing numbers, but those of
    /// <c>nodata</c> are texts as in STAC.</summary>
    private static string WithoutSpecialNumbers(string row)
    {
        if (!row.Contains("NaN", StringComparison.Ordinal) && !row.Contains("Infinity", StringComparison.Ordinal))
            return row;
        string lastText = "";
        return TextOrSpecialNumber().Replace(row, match =>
        {
            if (match.ValueSpan[0] is '"')
                return lastText = match.Value;
            string text = match.Value switch { "NaN" => "nan", "Infinity" => "inf", _ => "-inf" };
            return lastText is "\"nodata\"" ? $"\"{text}\"" : "null";
        });
    }

    [GeneratedRegex("""
        "([^"\\]|\\.)*"|-?(NaN|Infinity)
        """, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TextOrSpecialNumber();

    private static void WriteGeometry(Utf8JsonWriter json, JsonElement row, string path, long index)
    {
        string? id = row.GetProperty("id").ToString();
        JsonElement geometry = row.GetProperty("geometry");
        if (geometry.ValueKind is JsonValueKind.Null)
            json.WriteNull("geometry");
        else if (geometry.ValueKind is not JsonValueKind.String)
            throw new SceneInvalidException(SceneProblem.InvalidValue, path, index, id, "geometry", "the column is not WKB, which "
                + "stac-geoparquet requires", "Write the file again with the geometry encoding WKB");
        else
            try
            {
                json.WritePropertyName("geometry");
                json.WriteRawValue(Footprint.FromWkb(Convert.FromHexString(geometry.GetString()!)).ToGeoJson());
            }
            catch (FormatException e)
            {
                throw new SceneInvalidException(SceneProblem.InvalidValue, path, index, id, "geometry", e.Message.TrimEnd('.'),
                    "Correct the file, or leave the row out", e);
            }
        if (!row.TryGetProperty("bbox", out JsonElement box) || box.ValueKind is JsonValueKind.Null)
            return;
        json.WriteStartArray("bbox");
        foreach (JsonElement side in box.ValueKind is JsonValueKind.Object ? box.EnumerateObject().Select(m => m.Value)
            : box.ValueKind is JsonValueKind.Array ? box.EnumerateArray() : Enumerable.Empty<JsonElement>())
            side.WriteTo(json);
        json.WriteEndArray();
    }

    // Assets of different types are JSON text.
    private static void WriteAssets(Utf8JsonWriter json, string text, JsonElement row, string path, long index)
    {
        try
        {
            using JsonDocument assets = JsonDocument.Parse(WithoutSpecialNumbers(text));
            Write(json, assets.RootElement);
        }
        catch (JsonException e)
        {
            throw new SceneInvalidException(SceneProblem.InvalidValue, path, index, row.GetProperty("id").ToString(), "assets",
                "the text is not JSON", "Write the file again", e);
        }
    }

    private static void Write(Utf8JsonWriter json, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Array)
        {
            json.WriteStartArray();
            foreach (JsonElement element in value.EnumerateArray())
                Write(json, element);
            json.WriteEndArray();
        }
        else if (value.ValueKind is JsonValueKind.Object)
        {
            json.WriteStartObject();
            foreach (JsonProperty member in value.EnumerateObject())
                if (member.Value.ValueKind is not JsonValueKind.Null)
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value);
                }
            json.WriteEndObject();
        }
        else
            value.WriteTo(json);
    }
}
