using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Polly;

namespace Pile.Storage;

/// <summary>Lists, writes and deletes through the AWS SDK, with this room's retries and errors.</summary>
internal sealed class S3Writer(S3Address address, S3Settings settings, StoreOptions options, StoreCounters counters)
{
    // Up to this size one request; beyond it parts of this size, larger where there would be more than S3 takes.
    private const int PartBytes = 16 << 20;
    private const int MostParts = 10_000;
    private const int PartsAtOnce = 4;
    private const string Sha256Name = "x-amz-meta-sha256";

    private readonly ResiliencePipeline retry = RetryPolicy.Create(options, counters);
    private readonly Lazy<AmazonS3Client> client = new(() => CreateClient(settings, options));

    /// <summary>Runs one operation, again and again while it fails in passing.</summary>
    /// <param name="key">What messages name.</param>
    /// <param name="operation">The operation; may run more than once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<T> RunAsync<T>(string key, Func<AmazonS3Client, CancellationToken, Task<T>> operation,
        CancellationToken cancellationToken)
    {
        string file = $"s3://{address.Bucket}/{key}";
        int attempts = 0;
        try
        {
            return await retry.ExecuteAsync(async token =>
            {
                attempts++;
                counters.Request();
                try
                {
                    return await operation(client.Value, token).ConfigureAwait(false);
                }
                catch (AmazonS3Exception e)
                {
                    throw S3Refusals.Of(file, address.Bucket, settings, e.StatusCode, e.ErrorCode ?? "", null, null)
                        ?? (e.StatusCode >= HttpStatusCode.InternalServerError
                            || e.StatusCode is default(HttpStatusCode) or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
                        ? new TransientException(e.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests
                            ? StoreFault.Throttled : StoreFault.Unreachable,
                            $"the store failed (HTTP {(int)e.StatusCode}, {e.ErrorCode})", inner: e)
                        : new RefusedException(e));
                }
                catch (Exception e) when (e is HttpRequestException or IOException or AmazonClientException
                    || (e is OperationCanceledException && !token.IsCancellationRequested))
                {
                    throw new TransientException(StoreFault.Unreachable,
                        $"the connection broke ({e.GetBaseException().Message})", inner: e);
                }
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (TransientException e)
        {
            throw new StoreException(e.Fault, file, $"{e.Message} (asked {attempts} times)",
                "Check address and network, and that the server runs; then try again", e.InnerException);
        }
        catch (RefusedException e)
        {
            throw new StoreException(StoreFault.WrongAnswer, file,
                $"the store refuses it (HTTP {(int)e.Answer.StatusCode}, {e.Answer.ErrorCode})",
                "Check the address, and what the store's operator says of this code", e.Answer);
        }
    }

    /// <summary>Writes an object; large ones in parts, which become an object all at once. Every request has its body's MD5, which the
    /// server checks.</summary>
    /// <param name="key">The object.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="ifAbsent">True to leave one that is there.</param>
    /// <param name="sha256">What its content is known by, kept as metadata; null for nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<bool> PutAsync(string key, Stream content, bool ifAbsent, string? sha256, CancellationToken cancellationToken)
    {
        try
        {
            byte[] first = new byte[content.CanSeek ? Math.Clamp(content.Length - content.Position, 0, PartBytes) : PartBytes];
            int count = await content.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            bool isAll = count < PartBytes || (content.CanSeek && content.Position == content.Length);
            if (!isAll && ifAbsent && await FindAsync(key, cancellationToken).ConfigureAwait(false) is not null)
                return false; // before much is sent
            if (isAll)
                await PutWholeAsync(key, first.AsMemory(0, count), ifAbsent, sha256, cancellationToken).ConfigureAwait(false);
            else
                await PutPartsAsync(key, first, content, ifAbsent, sha256, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StoreException e) when (ifAbsent
            && e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict })
        {
            return false;
        }
    }

    private Task<PutObjectResponse> PutWholeAsync(string key, ReadOnlyMemory<byte> bytes, bool ifAbsent, string? sha256,
        CancellationToken cancellationToken)
    {
        string md5 = Md5(bytes.Span);
        return RunAsync(key, async (client, token) =>
        {
            PutObjectRequest request = new()
            {
                BucketName = address.Bucket,
                Key = key,
                InputStream = Body(bytes),
                MD5Digest = md5,
                AutoCloseStream = true
            };
            if (sha256 is not null)
                request.Metadata.Add(Sha256Name, sha256);
            if (ifAbsent)
                AbsentOnly(request);
            PutObjectResponse response = await client.PutObjectAsync(request, token).ConfigureAwait(false);
            counters.Sent(bytes.Length);
            return response;
        }, cancellationToken);
    }

    private async Task PutPartsAsync(string key, byte[] first, Stream content, bool ifAbsent, string? sha256,
        CancellationToken cancellationToken)
    {
        int partBytes = content.CanSeek ? (int)Math.Max(PartBytes, Math.Min(content.Length / (MostParts - 1), 1 << 30)) : PartBytes;
        InitiateMultipartUploadRequest begin = new() { BucketName = address.Bucket, Key = key };
        if (sha256 is not null)
            begin.Metadata.Add(Sha256Name, sha256);
        InitiateMultipartUploadResponse upload =
            await RunAsync(key, (client, token) => client.InitiateMultipartUploadAsync(begin, token), cancellationToken)
                .ConfigureAwait(false);
        try
        {
            List<PartETag> parts = await SendPartsAsync(key, upload.UploadId, first, content, partBytes, cancellationToken)
                .ConfigureAwait(false);
            CompleteMultipartUploadRequest request = new()
            {
                BucketName = address.Bucket,
                Key = key,
                UploadId = upload.UploadId,
                PartETags = parts
            };
            if (ifAbsent)
                AbsentOnly(request);
            await RunAsync(key, (client, token) => client.CompleteMultipartUploadAsync(request, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            // What was sent takes room until somebody says that it is not wanted; the first error is the one to tell.
            try
            {
                await RunAsync(key, (client, token) => client.AbortMultipartUploadAsync(address.Bucket, key, upload.UploadId, token),
                    CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is StoreException or IOException)
            {
            }
            throw;
        }
    }

    private async Task<List<PartETag>> SendPartsAsync(string key, string uploadId, byte[] first, Stream content, int partBytes,
        CancellationToken cancellationToken)
    {
        List<PartETag> done = [];
        List<Task<PartETag>> underWay = [];
        using CancellationTokenSource failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            byte[] buffer = first;
            int count = first.Length;
            for (int number = 1; count > 0; number++)
            {
                if (number > MostParts)
                    throw new StoreException(StoreFault.NotSupported, $"s3://{address.Bucket}/{key}",
                        $"the object has more than {MostParts} parts of {partBytes} bytes",
                        "Write smaller files, or from a file whose length is known");
                underWay.Add(SendPartAsync(key, uploadId, number, buffer.AsMemory(0, count), failed.Token));
                if (underWay.Count >= PartsAtOnce)
                    await TakeAsync().ConfigureAwait(false);
                buffer = new byte[partBytes];
                count = await content.ReadAtLeastAsync(buffer, partBytes, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
            }
            while (underWay.Count > 0)
                await TakeAsync().ConfigureAwait(false);
        }
        catch
        {
            await failed.CancelAsync().ConfigureAwait(false);
            foreach (Task<PartETag> task in underWay)
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        done.Sort(static (a, b) => a.PartNumber.CompareTo(b.PartNumber));
        return done;

        async Task TakeAsync()
        {
            Task<PartETag> ready = await Task.WhenAny(underWay).ConfigureAwait(false);
            underWay.Remove(ready);
            done.Add(await ready.ConfigureAwait(false));
        }
    }

    private Task<PartETag> SendPartAsync(string key, string uploadId, int number, ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken)
    {
        string md5 = Md5(bytes.Span);
        return RunAsync(key, async (client, token) =>
        {
            UploadPartResponse response = await client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = address.Bucket,
                Key = key,
                UploadId = uploadId,
                PartNumber = number,
                PartSize = bytes.Length,
                InputStream = Body(bytes),
                MD5Digest = md5,
            }, token).ConfigureAwait(false);
            counters.Sent(bytes.Length);
            return new PartETag(number, response.ETag);
        }, cancellationToken);
    }

    /// <summary>An object's length, and the SHA-256 it was put with; null where there is no such object.</summary>
    internal async Task<KnownFile?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            GetObjectMetadataResponse found =
                await RunAsync(key, (client, token) => client.GetObjectMetadataAsync(address.Bucket, key, token), cancellationToken)
                    .ConfigureAwait(false);
            return new KnownFile(found.ContentLength, found.Metadata[Sha256Name] is { Length: > 0 } sha256 ? sha256 : null);
        }
        catch (Exception e) when (e is FileNotFoundException
            or StoreException { InnerException: AmazonS3Exception { StatusCode: HttpStatusCode.NotFound } })
        {
            return null;
        }
    }

    /// <summary>Gives back the room of multipart uploads below a prefix that nobody will complete: those of a process that was
    /// killed.</summary>
    internal async Task AbortAllAsync(string prefix, CancellationToken cancellationToken)
    {
        ListMultipartUploadsRequest request = new() { BucketName = address.Bucket, Prefix = prefix };
        ListMultipartUploadsResponse page;
        do
        {
            page = await RunAsync(prefix, (client, token) => client.ListMultipartUploadsAsync(request, token), cancellationToken)
                .ConfigureAwait(false);
            foreach (MultipartUpload left in page.MultipartUploads)
                await RunAsync(left.Key, (client, token) => client.AbortMultipartUploadAsync(address.Bucket, left.Key, left.UploadId,
                    token), cancellationToken).ConfigureAwait(false);
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated);
    }

    // This version of the SDK has no property for it; the header is signed with the others.
    private static void AbsentOnly(AmazonWebServiceRequest request) =>
        ((Amazon.Runtime.Internal.IAmazonWebServiceRequest)request).AddBeforeRequestHandler((_, arguments) =>
    {
        if (arguments is WebServiceRequestEventArgs web)
            web.Headers["If-None-Match"] = "*";
    });

#pragma warning disable CA5351, CA1850 // S3 checks bodies by MD5; it guards against accidents, not against people
    private static string Md5(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(bytes));
#pragma warning restore CA5351, CA1850

    private static MemoryStream Body(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : throw new InvalidOperationException("Bodies are arrays.");

    private static AmazonS3Client CreateClient(S3Settings settings, StoreOptions options)
    {
        AmazonS3Config config = new() { MaxErrorRetry = 0, Timeout = options.IdleTimeout * 10, AuthenticationRegion = settings.Region };
        if (settings.Endpoint is { } endpoint)
            (config.ServiceURL, config.ForcePathStyle) = (endpoint.AbsoluteUri, true);
        else
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region);
        return new AmazonS3Client(settings.Credentials ?? new AnonymousAWSCredentials(), config);
    }

    private sealed class RefusedException(AmazonS3Exception answer) : Exception(answer.Message, answer)
    {
        internal AmazonS3Exception Answer => answer;
    }
}
