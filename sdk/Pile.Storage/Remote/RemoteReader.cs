using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;
using Pile.Format;

namespace Pile.Storage;

/// <summary>Reads files and ranges of files from a remote store, with retries.</summary>
#pragma warning disable CA1001 // a semaphore needs no disposal while its wait handle is unused
internal sealed partial class RemoteReader(RemoteStore store, HttpClient client, StoreOptions options, StoreCounters counters)
#pragma warning restore CA1001
{
    // Files up to this size are fetched with one request, larger ones in parts of this size in parallel.
    private const int PartBytes = 16 << 20;
    private const int ParallelParts = 6;

    private readonly RetryPolicy retries = new(options, counters);

    // Waiting for a free slot is not the store's delay, so it happens before any timeout starts.
    private readonly SemaphoreSlim turns = new(options.ParallelRequests);

    /// <summary>Fetches the ETag, and the length if the response to HEAD states it.</summary>
    internal ValueTask HeadAsync(RemoteObject file, CancellationToken cancellationToken) =>
        RunAsync(new RemoteRequest { Object = file, Bytes = 0 }, HttpMethod.Head, cancellationToken);

    /// <summary>Fetches the length and ETag. The length stays unknown if the server states it nowhere.</summary>
    /// <remarks>A response to HEAD may omit the length (RFC 9110, 8.6), as that of a server that sends files in chunks. The response to a
    /// request for a range has it in <c>Content-Range</c>.</remarks>
    internal async ValueTask FindLengthAsync(RemoteObject file, CancellationToken cancellationToken)
    {
        await HeadAsync(file, cancellationToken).ConfigureAwait(false);
        if (file.LengthBytes >= 0)
            return;
        try
        {
            await ReadAsync(new RemoteRequest { Object = file, Bytes = 1, Memory = new byte[1] }, cancellationToken).ConfigureAwait(false);
        }
        catch (EndOfStreamException)
        {
            file.RequireUnchanged(null, 0); // there is no first byte
        }
        catch (StoreException e) when (e.Fault == StoreFault.NoRanges)
        {
            // The response may still state the length of the complete file.
        }
    }

    /// <summary>Fills the request's destination.</summary>
    internal ValueTask ReadAsync(RemoteRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, HttpMethod.Get, cancellationToken);

    /// <summary>Reads a small file completely, with one request.</summary>
    internal async Task<byte[]> ReadAllAsync(RemoteObject file, int maxBytes, CancellationToken cancellationToken)
    {
        RemoteRequest request = new() { Object = file, Bytes = -1, IsWhole = true, MaxBytes = maxBytes };
        await ReadAsync(request, cancellationToken).ConfigureAwait(false);
        return request.Received > maxBytes ? throw TooLong(file, $"more than {maxBytes}", maxBytes)
            : request.Memory[..(int)request.Received].ToArray();
    }

    /// <summary>Downloads a complete file into a local one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="knownBytes">The length of the file, if known.</param>
    /// <param name="destination">A local file that is open for writing.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The length of the file.</returns>
    internal async Task<long> DownloadAsync(RemoteObject file, long? knownBytes, SafeFileHandle destination,
        CancellationToken cancellationToken)
    {
        if (knownBytes is > PartBytes and var bytes)
            try
            {
                await Parallel.ForAsync(0, (bytes + PartBytes - 1) / PartBytes,
                    new ParallelOptions { MaxDegreeOfParallelism = ParallelParts, CancellationToken = cancellationToken },
                    (part, token) => ReadAsync(new RemoteRequest
                    {
                        Object = file,
                        OffsetBytes = part * PartBytes,
                        Bytes = Math.Min(PartBytes, bytes - part * PartBytes),
                        File = destination
                    }, token)).ConfigureAwait(false);
                return file.LengthBytes >= 0 ? file.LengthBytes : bytes;
            }
            catch (StoreException e) when (e.Fault == StoreFault.NoRanges)
            {
                // Fetch it with a single request below.
            }
        if (knownBytes == 0)
            return 0;
        RemoteRequest whole = new() { Object = file, Bytes = knownBytes ?? -1, IsWhole = true, File = destination };
        await ReadAsync(whole, cancellationToken).ConfigureAwait(false);
        return whole.Received;
    }

    private async ValueTask RunAsync(RemoteRequest request, HttpMethod method, CancellationToken cancellationToken)
    {
        try
        {
            await retries.RunAsync(token => AttemptAsync(request, method, token), cancellationToken).ConfigureAwait(false);
        }
        catch (TransientException e)
        {
            string times = request.Attempts == 1 ? "once" : $"{request.Attempts} times";
            throw new StoreException(e.Fault, request.Object.Address, $"{After(request)}{e.Message} (tried {times})",
                e.Fault == StoreFault.Throttled ? "Try again later, or with fewer workers"
                    : "Check the address, the network, and that the server is running; then try again", e.InnerException);
        }
    }

    private async ValueTask AttemptAsync(RemoteRequest request, HttpMethod method, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            request.Attempts++;
            timeout.CancelAfter(options.IdleTimeout);
            (HttpRequestMessage message, HttpResponseMessage response) =
                await SendAsync(request, method, timeout.Token).ConfigureAwait(false);
            using HttpRequestMessage sent = message;
            using HttpResponseMessage answer = response;
            if (!response.IsSuccessStatusCode)
                throw await ErrorAsync(request, response, timeout.Token).ConfigureAwait(false);
            long expected = Accept(request, method, message, response);
            if (request.MaxBytes is { } most)
                request.Memory = expected <= most ? new byte[expected >= 0 ? expected : most + 1]
                    : throw TooLong(request.Object, expected.ToString(), most);
            if (method == HttpMethod.Get)
                await ReceiveAsync(request, response, expected, timeout).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException(StoreFault.Unreachable,
                string.Create(CultureInfo.InvariantCulture,
                    $"the store sent no data for {options.IdleTimeout.TotalSeconds:0.#} s, or sent it too slowly"), inner: e);
        }
        catch (HttpRequestException e)
        {
            throw new TransientException(StoreFault.Unreachable, Reason(e), inner: e);
        }
        catch (HttpIOException e)
        {
            throw new TransientException(StoreFault.Unreachable, LostConnection(request, e.HttpRequestError.ToString()), inner: e);
        }
        catch (IOException e) when (e is not (FileNotFoundException or EndOfStreamException))
        {
            throw new TransientException(StoreFault.Unreachable, LostConnection(request, e.Message), inner: e);
        }
        finally
        {
            turns.Release();
        }
    }

    private async ValueTask<(HttpRequestMessage Message, HttpResponseMessage Response)> SendAsync(
        RemoteRequest request, HttpMethod method, CancellationToken cancellationToken)
    {
        Uri uri = request.Object.Uri;
        request.RedirectedTo = null;
        for (int redirects = 0; ; redirects++)
        {
            HttpRequestMessage message = Message(request, method, uri);
            try
            {
                await store.SignAsync(message, cancellationToken).ConfigureAwait(false);
                counters.Request();
                HttpResponseMessage response =
                    await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
                if (!store.FollowsRedirects || !Redirect.Is(response.StatusCode))
                    return (message, response);
                using (response)
                    uri = Redirect.Target(request.Object.Address, uri, response, redirects, store.MayLeaveServer);
                request.RedirectedTo = uri.Authority == request.Object.Uri.Authority ? null : $"{uri.Scheme}://{uri.Authority}";
            }
            catch
            {
                message.Dispose();
                throw;
            }
            message.Dispose();
        }
    }

    private static HttpRequestMessage Message(RemoteRequest request, HttpMethod method, Uri uri)
    {
        HttpRequestMessage message = new(method, uri);
        // After a lost connection only the missing bytes are requested, also of a complete file.
        if (method == HttpMethod.Get && (!request.IsWhole || (request.Received > 0 && request.Bytes > 0)))
            message.Headers.Range = new RangeHeaderValue(request.OffsetBytes + request.Received, request.OffsetBytes + request.Bytes - 1);
        else
            request.Received = 0;
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (request.Object.StrongTag is { } tag)
            message.Headers.TryAddWithoutValidation("If-Match", tag);
        return message;
    }

    // Checks the headers of a response against the request; returns the expected length of the body, -1 if unknown.
    private long Accept(RemoteRequest request, HttpMethod method, HttpRequestMessage message, HttpResponseMessage response)
    {
        RemoteObject file = request.Object;
        HttpContentHeaders headers = response.Content.Headers;
        if (!store.StoresEncoded(file, headers))
            ContentRange.RequireUnencoded(headers, file.Address);
        string? tag = Tag(response);
        if (message.Headers.Range is null)
        {
            file.RequireUnchanged(tag, headers.ContentLength ?? -1);
            if (request.IsWhole && request.Bytes >= 0 && headers.ContentLength is { } length && length != request.Bytes)
                throw LocalFolder.WrongLength(length, request.Bytes);
            return method == HttpMethod.Head ? 0 : headers.ContentLength ?? request.Bytes;
        }
        long first = request.OffsetBytes + request.Received, last = request.OffsetBytes + request.Bytes - 1;
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            long whole = ContentRange.RequireRange(headers, file.Address, first, last);
            file.RequireUnchanged(tag, whole);
            return whole >= 0 && whole <= last ? throw LocalFolder.WrongLength(whole, request.OffsetBytes + request.Bytes)
                : last - first + 1;
        }
        // The complete file instead of a range: acceptable only if the range is the complete file.
        file.RequireUnchanged(tag, headers.ContentLength ?? -1);
        if (request.IsWhole || (request.OffsetBytes == 0 && headers.ContentLength == request.Bytes))
        {
            request.Received = 0;
            return request.Bytes;
        }
        throw new StoreException(StoreFault.NoRanges, file.Address, "the server does not support range requests",
            "Rows cannot be read from this server: copy the dataset to a folder or object store, or use a server that supports "
                + "range requests (nginx, Apache, S3)");
    }

    private async ValueTask ReceiveAsync(RemoteRequest request, HttpResponseMessage response, long expected,
        CancellationTokenSource timeout)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(timeout.Token).ConfigureAwait(false);
        long began = Environment.TickCount64, got = 0;
        byte[]? buffer = request.File is null ? null : System.Buffers.ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            while (got != expected)
            {
                long room = expected < 0 ? long.MaxValue : expected - got;
                Memory<byte> part = buffer ?? request.Memory[(int)request.Received..];
                if (part.Length > room)
                    part = part[..(int)room];
                if (part.IsEmpty)
                    break; // the destination is full
                timeout.CancelAfter(options.IdleTimeout);
                int count = await body.ReadAsync(part, timeout.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    if (expected < 0)
                        return;
                    throw new TransientException(StoreFault.Unreachable, $"the response ended after {got} of {expected} bytes");
                }
                if (buffer is not null)
                    await WriteAsync(request, part[..count], timeout.Token).ConfigureAwait(false);
                request.Received += count;
                got += count;
                counters.Fetched(count);
                if (got != expected && IsTooSlow(got, Environment.TickCount64 - began))
                    throw new TransientException(StoreFault.Unreachable,
                        string.Create(CultureInfo.InvariantCulture,
                            $"only {got} of {expected} bytes were received in {(Environment.TickCount64 - began) / 1000.0:0.#} s"));
            }
        }
        finally
        {
            if (buffer is not null)
                System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask WriteAsync(RemoteRequest request, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(request.File!, bytes, request.OffsetBytes + request.Received, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (FileFault.Is(e))
        {
            throw new LocalWriteException(e);
        }
    }

    private bool IsTooSlow(long bytes, long elapsedMs) =>
        (elapsedMs - options.IdleTimeout.TotalMilliseconds) * options.SlowestBytesPerSecond / 1000 > bytes;

    private static InvalidDataException TooLong(RemoteObject file, string found,
        int most) => new($"'{file.Address}' has {found} bytes; at most {most} are expected.");

    private static string? Tag(HttpResponseMessage response) =>
        response.Headers.TryGetValues("ETag", out IEnumerable<string>? tags) ? tags.First()
        : response.Content.Headers.LastModified is { } changed ? $"of {changed:O}" : null;

    private static string LostConnection(RemoteRequest request, string reason) =>
        $"the connection was lost after {request.Received} {(request.Bytes < 0 ? "" : $"of {request.Bytes} ")}bytes ({reason})";
}
