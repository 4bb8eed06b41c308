using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pile.Storage;

internal sealed partial class RemoteReader
{
    private const int MaxBodyBytes = 4096;

    private async Task<Exception> ErrorAsync(RemoteRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        RemoteObject file = request.Object;
        string body = await BodyAsync(response, cancellationToken).ConfigureAwait(false);
        if (store.ErrorOf(file, response, body) is { } explained)
            return explained;
        string status = $"HTTP {(int)response.StatusCode}";
        return response.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone =>
                new FileNotFoundException($"There is no file '{file.Address}' ({status}).", file.Address),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired =>
                new StoreException(StoreFault.Denied, file.Address, $"{After(request)}the server denies access ({status})",
                    "Check that the address is correct and public: Pile does not send passwords over HTTP"),
            HttpStatusCode.PreconditionFailed => file.Changed($"its ETag is no longer {file.Tag}"),
            HttpStatusCode.RequestedRangeNotSatisfiable =>
                new EndOfStreamException($"'{file.Address}' ends before byte {request.OffsetBytes + request.Received} ({status})."),
            HttpStatusCode.TooManyRequests => new TransientException(StoreFault.Throttled, $"the store limits the request rate ({status})",
                RetryAfter(response)),
            HttpStatusCode.ServiceUnavailable =>
                new TransientException(StoreFault.Throttled, $"the store is too busy ({status})", RetryAfter(response)),
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError =>
                new TransientException(StoreFault.Unreachable, $"the store failed ({status})", RetryAfter(response)),
            _ => new StoreException(StoreFault.InvalidResponse, file.Address,
                $"{After(request)}the server returned {status} {response.ReasonPhrase}", "Check the address"),
        };
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            byte[] bytes = new byte[MaxBodyBytes];
            int count = await body.ReadAtLeastAsync(bytes, MaxBodyBytes, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return Encoding.UTF8.GetString(bytes.AsSpan(0, count));
        }
        catch (IOException)
        {
            return ""; // the status is sufficient
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is { } after ? after.Delta
            ?? (after.Date - DateTimeOffset.UtcNow is { } wait && wait > TimeSpan.Zero ? wait : null) : null;

    // Without path and query, where signatures are stored.
    private static string After(RemoteRequest request) =>
        request.RedirectedTo is { } server ? $"after a redirect to '{server}', " : "";

    private static string Reason(HttpRequestException e) => e switch
    {
        { HttpRequestError: HttpRequestError.NameResolutionError } => "the server name cannot be resolved",
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "the server refused the connection",
        { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"no secure connection could be established: {e.InnerException?.Message ?? e.Message}",
        { HttpRequestError: HttpRequestError.ConnectionError } =>
            $"no connection could be established: {e.InnerException?.Message ?? e.Message}",
        _ => $"the connection was lost: {e.InnerException?.Message ?? e.Message}",
    };
}
