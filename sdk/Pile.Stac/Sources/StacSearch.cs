using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Pile.Stac;

/// <summary>Searches a STAC API, page after page.</summary>
/// <remarks>Source: STAC API 1.0.0, "Item Search", "Paging": a page has a link <c>next</c> with a method, an address, and for POST a body
/// that replaces the last one, or is merged into it. Requests are sent to the server of the first one only.</remarks>
internal static class StacSearch
{
    private const int MostEmptyPages = 100;
    private const string Remedy = "Check the address; contact the operator of the server if this happens again";
    private const int MostPageBytes = 256 << 20;

    /// <summary>Reads all scenes that a search returns.</summary>
    /// <param name="api">The address of the API, or of its search (ends with <c>/search</c>).</param>
    /// <param name="query">What to search for.</param>
    /// <param name="send">Sends requests; see <see cref="StacHttp"/>.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="SceneInvalidException">A page is not valid, leads to another server, or leads back to an earlier page.</exception>
    internal static async IAsyncEnumerable<Scene> ReadAsync(Uri api, SearchQuery query, StacSend send, SceneReadOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string address = api.GetLeftPart(UriPartial.Path).TrimEnd('/');
        Uri search = new((address.EndsWith("/search", StringComparison.Ordinal) ? address : address + "/search") + api.Query);
        string source = search.GetLeftPart(UriPartial.Path);
        HashSet<UInt128> requests = [], pages = [];
        long count = 0;
        int emptyPages = 0;
        for (StacRequest? request = query.First(search); request is not null;)
        {
            if (!requests.Add(Hash(request)))
                throw Problem(source, count, SceneProblem.LinkLoop, "the link 'next' leads back to an earlier page");
            byte[] page = await send(request, MostPageBytes, cancellationToken).ConfigureAwait(false);
            (List<ReadOnlyMemory<byte>> features, JsonElement? next) = Parse(page, source, count);
            emptyPages = features.Count == 0 ? emptyPages + 1 : 0;
            if (emptyPages > MostEmptyPages)
                throw Problem(source, count, SceneProblem.LinkLoop, $"{MostEmptyPages} pages without items follow each other");
            if (features.Count > 0 && !pages.Add(Hash(features)))
                throw Problem(source, count, SceneProblem.LinkLoop, "the server returned the same page twice, under different links");
            (Scene? Scene, SceneInvalidException? Problem)[] scenes = new (Scene?, SceneInvalidException?)[features.Count];
            Parallel.For(0, features.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Parallelism) },
                i => scenes[i] = ParseItem(features[i], source, count + i, options));
            foreach ((Scene? scene, SceneInvalidException? problem) in scenes)
            {
                if (count == query.MaxItems)
                    yield break;
                count++;
                if (scene is not null)
                    yield return scene;
                else
                    options.Report(problem!);
            }
            if (count == query.MaxItems)
                yield break;
            request = next is { } link ? Next(request, link, source, count) : null;
        }
    }

    private static (Scene?, SceneInvalidException?) ParseItem(ReadOnlyMemory<byte> item, string source, long index,
        SceneReadOptions options)
    {
        try
        {
            return (StacItem.Parse(item.ToArray(), source, index, options), null);
        }
        catch (SceneInvalidException e)
        {
            return (null, e);
        }
    }

    private static (List<ReadOnlyMemory<byte>>, JsonElement? Next) Parse(byte[] page, string source, long count)
    {
        List<ReadOnlyMemory<byte>> features = [];
        JsonElement? next = null;
        bool hasFeatures = false;
        try
        {
            Utf8JsonReader json = new(page);
            json.Read();
            if (json.TokenType is not JsonTokenType.StartObject)
                throw Problem(source, count, SceneProblem.NotScene, "the response is not a FeatureCollection");
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                bool isFeatures = json.ValueTextEquals("features"u8), isLinks = json.ValueTextEquals("links"u8);
                json.Read();
                if (isFeatures && json.TokenType is JsonTokenType.StartArray)
                {
                    hasFeatures = true;
                    while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
                    {
                        int start = (int)json.TokenStartIndex;
                        json.Skip();
                        features.Add(page.AsMemory(start, (int)json.BytesConsumed - start));
                    }
                }
                else if (isLinks && json.TokenType is JsonTokenType.StartArray)
                    next = FindNext(JsonElement.ParseValue(ref json));
                else
                    json.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new SceneInvalidException(SceneProblem.NotParsed, source, count, null, "", "the response is not valid JSON",
                Remedy, e);
        }
        return hasFeatures ? (features, next) : throw Problem(source, count, SceneProblem.NotScene,
            "the response is not a FeatureCollection");
    }

    private static JsonElement? FindNext(JsonElement links)
    {
        foreach (JsonElement link in links.EnumerateArray())
            if (link.ValueKind is JsonValueKind.Object && link.TryGetProperty("rel", out JsonElement rel)
                && rel.ValueKind is JsonValueKind.String && rel.ValueEquals("next"))
                return link;
        return null;
    }

    private static StacRequest Next(StacRequest last, JsonElement link, string source, long count)
    {
        if (!link.TryGetProperty("href", out JsonElement href) || href.ValueKind is not JsonValueKind.String
            || !Uri.TryCreate(last.Address, href.GetString(), out Uri? address) || address.Scheme is not ("http" or "https"))
            throw Problem(source, count, SceneProblem.InvalidValue, "the link 'next' has no valid address");
        // Servers behind a proxy give links with http.
        if (!address.IdnHost.Equals(last.Address.IdnHost, StringComparison.OrdinalIgnoreCase)
            || (address.Port != last.Address.Port && !(address.IsDefaultPort && last.Address.IsDefaultPort)))
            throw Problem(source, count, SceneProblem.LinkOutside, $"the link 'next' leads to another server, '{address.Authority}'");
        if (address.UserInfo.Length > 0)
            throw Problem(source, count, SceneProblem.LinkOutside, "the link 'next' contains credentials");
        if (last.Address.Scheme == "https" && address.Scheme == "http")
            address = new UriBuilder(address) { Scheme = "https", Port = last.Address.Port }.Uri;
        bool isPost = link.TryGetProperty("method", out JsonElement method) && method.ValueKind is JsonValueKind.String
            && method.GetString()!.Equals("POST", StringComparison.OrdinalIgnoreCase);
        return new StacRequest(isPost, address, isPost ? Body(last, link) : default, Headers(link));
    }

    private static ImmutableArray<KeyValuePair<string, string>> Headers(JsonElement link)
    {
        if (!link.TryGetProperty("headers", out JsonElement headers) || headers.ValueKind is not JsonValueKind.Object)
            return [];
        return [.. headers.EnumerateObject().Where(h => h.Value.ValueKind is JsonValueKind.String)
            .Select(h => new KeyValuePair<string, string>(h.Name, h.Value.GetString()!))];
    }

    private static ReadOnlyMemory<byte> Body(StacRequest last, JsonElement link)
    {
        bool hasBody = link.TryGetProperty("body", out JsonElement body) && body.ValueKind is JsonValueKind.Object;
        bool merges = link.TryGetProperty("merge", out JsonElement merge) && merge.ValueKind is JsonValueKind.True;
        if (!hasBody)
            return last.Body;
        ArrayBufferWriter<byte> buffer = new(256);
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartObject();
        if (merges && !last.Body.IsEmpty)
            foreach (JsonProperty member in new JsonValue(last.Body).AsElement().EnumerateObject())
                if (!body.TryGetProperty(member.Name, out _))
                    member.WriteTo(json);
        foreach (JsonProperty member in body.EnumerateObject())
            member.WriteTo(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static UInt128 Hash(StacRequest request) =>
        Hash([System.Text.Encoding.UTF8.GetBytes($"{request.IsPost} {request.Address.AbsoluteUri}\n"), request.Body]);

    private static UInt128 Hash(List<ReadOnlyMemory<byte>> parts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<byte> part in parts)
            hash.AppendData(part.Span);
        byte[] value = hash.GetHashAndReset();
        return new UInt128(BitConverter.ToUInt64(value), BitConverter.ToUInt64(value, 8));
    }

    private static SceneInvalidException Problem(string source, long count, SceneProblem problem, string finding) =>
        new(problem, source, count, null, "links", finding, Remedy);
}
