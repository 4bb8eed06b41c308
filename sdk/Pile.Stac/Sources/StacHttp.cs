using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Pile.Storage;

namespace Pile.Stac;

/// <summary>Sends requests to STAC APIs with the connections and the retries of <c>Pile.Storage</c>.</summary>
/// <remarks>A search changes nothing, so POST is retried as GET is. Redirects are not followed. Messages contain addresses without their
/// queries.</remarks>
internal sealed class StacHttp(StoreOptions options)
{
    private const int MostErrorBytes = 1 << 14, MostErrorChars = 300;

    private readonly RetryPolicy retries = new(options, new StoreCounters());

    /// <summary>Sends a request.</summary>
    /// <exception cref="StoreException">The server denies the request, fails until the last attempt, or sends more than
    /// <paramref name="maxBytes"/>.</exception>
    internal async Task<byte[]> SendAsync(StacRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            byte[] response = [];
            await retries.RunAsync(async token => response = await AttemptAsync(request, maxBytes, token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch (TransientException e)
        {
            throw new StoreException(e.Fault, request.Shown, $"{e.Message} (tried {options.Attempts} times)",
                "Check the address and the network; then try again", e.InnerException);
        }
    }

    private async ValueTask<byte[]> AttemptAsync(StacRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.IdleTimeout);
        try
        {
            using HttpRequestMessage message = Message(request);
            using HttpResponseMessage response = await Connections.Client
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw Error(request, response, await MessageOf(request, response, timeout.Token).ConfigureAwait(false));
            using Stream body = await response.Content.ReadAsStreamAsync(timeout.Token).ConfigureAwait(false);
            using MemoryStream received = new();
            byte[] part = new byte[1 << 16];
            while (true)
            {
                timeout.CancelAfter(options.IdleTimeout);
                int count = await body.ReadAsync(part, timeout.Token).ConfigureAwait(false);
                if (count == 0)
                    return received.ToArray();
                if (received.Length + count > maxBytes)
                    throw new StoreException(StoreFault.InvalidResponse, request.Shown, $"the response has more than {maxBytes} bytes",
                        "Ask for fewer items on a page");
                received.Write(part, 0, count);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException(StoreFault.Unreachable, string.Create(CultureInfo.InvariantCulture,
                $"the server sent no data for {options.IdleTimeout.TotalSeconds:0.#} s"),
                inner: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new TransientException(StoreFault.Unreachable, $"the connection failed: {e.InnerException?.Message ?? e.Message}",
                inner: e);
        }
    }

    private static HttpRequestMessage Message(StacRequest request)
    {
        HttpRequestMessage message = new(request.IsPost ? HttpMethod.Post : HttpMethod.Get, request.Address);
        message.Headers.Accept.ParseAdd("application/geo+json, application/json;q=0.9");
        foreach ((string name, string value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        if (request.IsPost)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        return message;
    }

    /// <summary>Returns what the server says about an error, as STAC API and other services write it; empty if it says nothing.</summary>
    private static async Task<string> MessageOf(StacRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] first = new byte[MostErrorBytes];
        try
        {
            using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            int count = await body.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            JsonElement error = JsonElement.Parse(first.AsSpan(0, count));
            foreach (string name in (string[])["description", "detail", "message", "title"])
                if (error.ValueKind is JsonValueKind.Object && error.TryGetProperty(name, out JsonElement value))
                {
                    string text = value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
                    text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
                    text = string.Concat(text.Where(c => !char.IsControl(c)).Take(MostErrorChars));
                    return text.Length is 0 || HasSecret(text, request.Address) ? "" : $": '{text}'";
                }
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            // The status says enough.
        }
        return "";
    }

    // Keys and tokens are parameters of the address, which a server may repeat.
    private static bool HasSecret(string text, Uri address) => address.Query.TrimStart('?').Split('&').Any(parameter =>
        parameter.Split('=', 2) is [var name, { Length: > 0 } value] && !SearchQuery.Parameters.Contains(name)
        && (text.Contains(value, StringComparison.Ordinal) || text.Contains(Uri.UnescapeDataString(value), StringComparison.Ordinal)));

    private static Exception Error(StacRequest request, HttpResponseMessage response, string message)
    {
        string status = $"HTTP {(int)response.StatusCode}";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new StoreException(StoreFault.Denied, request.Shown,
                $"the server denies access ({status}){message}", "Check the address; Pile does not send passwords over HTTP"),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new TransientException(StoreFault.Throttled,
                $"the server is too busy ({status}){message}", response.Headers.RetryAfter?.Delta),
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError =>
                new TransientException(StoreFault.Unreachable, $"the server failed ({status}){message}"),
            HttpStatusCode.MethodNotAllowed => new StoreException(StoreFault.NotSupported, request.Shown,
                $"the server rejects the method ({status})", "Search with another method ('method: get' in a recipe)"),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest when response.Headers.Location is { } place =>
                new StoreException(StoreFault.InvalidResponse, request.Shown, $"the server redirects ({status}) to "
                    + $"'{new Uri(request.Address, place).GetLeftPart(UriPartial.Path)}'", "Give that address if it is a STAC API"),
            _ => new StoreException(StoreFault.InvalidResponse, request.Shown, $"the server returned {status}{message}",
                "Check the address and the query"),
        };
    }
}
