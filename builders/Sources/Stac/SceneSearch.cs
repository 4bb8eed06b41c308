using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Pile.Earth;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Stac;
using Pile.Storage;

namespace Pile.Builders.Sources.Stac;

/// <summary>The key <c>api</c> of a recipe: items that a STAC API finds when the dataset is built.</summary>
internal sealed class SceneSearch
{
    /// <summary>The key.</summary>
    internal const string Key = "api";

    private static readonly DateTime MjdZero = new(1858, 11, 17, 0, 0, 0, DateTimeKind.Utc);

    private readonly Uri address;
    private readonly SearchQuery query;

    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal SceneSearch(YamlMap map)
    {
        map.RequireKeys("url", "collections", "ids", "bbox", "datetime", "intersects", "query", "max_items", "method");
        YamlScalar url = map.Required("url").AsScalar();
        address = Uri.TryCreate(url.Text, UriKind.Absolute, out Uri? found) && found is { Scheme: "http" or "https", UserInfo.Length: 0 }
            ? found : throw url.Invalid($"expected an address of a STAC API with http or https and without a password, found "
                + $"'{Redaction.Apply(url.Text)}'");
        YamlScalar? method = map.Find("method")?.AsScalar();
        query = new SearchQuery
        {
            Collections = [.. SceneRecipe.Texts(map.Find("collections"))],
            Ids = [.. SceneRecipe.Texts(map.Find("ids"))],
            BboxDeg = map.Find("bbox") is { } box ? BoxOf(box.AsList()) : [],
            Datetime = map.Find("datetime")?.AsScalar() is { } times ? TimesOf(times) : null,
            Intersects = map.Find("intersects") is { } geometry ? JsonOf(geometry.AsMap()) : null,
            Query = map.Find("query") is { } conditions ? JsonOf(conditions.AsMap()) : null,
            MaxItems = map.Find("max_items")?.AsScalar() is { } most ? most.AsInt64() is > 0 and var count ? count
                : throw most.Invalid($"expected a number of items above 0, found '{most.Text}'") : null,
            UsesGet = method is not null && (method.Text is "get" || (method.Text is "post" ? false
                : throw method.Invalid($"expected get or post, found '{method.Text}'"))),
        };
        if (map.Find("bbox") is { } region && query.Intersects is not null)
            throw region.Invalid("a search has either 'bbox' or 'intersects', not both; remove one of them");
        if (query.UsesGet && (query.Intersects is not null || query.Query is not null))
            throw method!.Invalid("'intersects' and 'query' need the method post");
    }

    /// <summary>The address, for reports.</summary>
    internal string Name => address.GetLeftPart(UriPartial.Path);

    /// <summary>Searches, page after page. An item with a link to itself is read as the document at that address.</summary>
    /// <exception cref="SceneInvalidException">A page is not valid.</exception>
    /// <exception cref="StoreException">The server denies the request, or fails until the last attempt.</exception>
    internal async IAsyncEnumerable<Scene> ReadAsync(SceneReadOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Scene scene in StacSearch.ReadAsync(address, query, new StacHttp(new StoreOptions()).SendAsync, options,
            cancellationToken).ConfigureAwait(false))
            yield return OwnAddressOf(scene) is { } own ? scene with { Source = own } : scene;
    }

    private static string? OwnAddressOf(Scene scene)
    {
        foreach (SceneLink link in scene.Links)
            if (link.Rel == "self" && Uri.TryCreate(link.Href, UriKind.Absolute, out Uri? own) && own.Scheme is "http" or "https")
                return SignedQuery.Remove(link.Href);
        return null;
    }

    private static ImmutableArray<double> BoxOf(YamlList box)
    {
        double[] sides = [.. box.Items.Select(side => side.AsScalar().AsDouble())];
        return sides is [>= -180 and <= 180, >= -90 and var south, >= -180 and <= 180, <= 90 and var north] && south <= north ? [.. sides]
            : throw box.Invalid("expected west, south, east and north in degrees, for example [-17, 20, -16, 21]; west is greater than "
                + "east across ±180");
    }

    // Servers require times: a day, month or year is from its first to its last millisecond. The end of an interval belongs to it.
    private static string TimesOf(YamlScalar times)
    {
        try
        {
            UtcInterval interval = UtcInterval.Parse(times.Text);
            if (interval.IsInstant)
                return TimeOf(interval.StartMjd, shiftMs: 0);
            string end = times.Text[(times.Text.IndexOf('/', StringComparison.Ordinal) + 1)..];
            bool isExact = double.IsFinite(interval.EndMjd) && UtcInterval.Parse(end).IsInstant;
            return $"{TimeOf(interval.StartMjd, shiftMs: 0)}/{TimeOf(interval.EndMjd, isExact ? 0 : -1)}";
        }
        catch (FormatException e)
        {
            throw times.Invalid(e.Message.TrimEnd('.'));
        }
    }

    private static string TimeOf(double mjd, int shiftMs) => !double.IsFinite(mjd) ? ".."
        : MjdZero.AddMilliseconds(Math.Round(mjd * 86_400_000.0) + shiftMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            CultureInfo.InvariantCulture);

    private static JsonValue JsonOf(YamlMap map)
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json))
            Write(writer, map);
        return new JsonValue(json.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMap map:
                json.WriteStartObject();
                foreach ((YamlScalar key, YamlNode value) in map.Entries)
                {
                    json.WritePropertyName(key.Text);
                    Write(json, value);
                }
                json.WriteEndObject();
                break;
            case YamlList list:
                json.WriteStartArray();
                foreach (YamlNode item in list.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case YamlScalar { IsNull: true }:
                json.WriteNullValue();
                break;
            case YamlScalar { IsPlain: true, Text: "true" or "false" } truth:
                json.WriteBooleanValue(truth.Text == "true");
                break;
            case YamlScalar { IsPlain: true } whole when long.TryParse(whole.Text, NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture, out long integer): // an id may have more digits than a float64
                json.WriteNumberValue(integer);
                break;
            case YamlScalar { IsPlain: true } number when double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture,
                out double value) && double.IsFinite(value):
                json.WriteNumberValue(value);
                break;
            default:
                json.WriteStringValue(node.AsScalar().Text);
                break;
        }
    }
}
