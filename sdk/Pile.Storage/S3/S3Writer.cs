using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pile.Storage;

/// <summary>Lists, writes and deletes through the AWS SDK, with the retries and errors of this project.</summary>
internal sealed class S3Writer(S3Address address, S3Settings settings, StoreOptions options, StoreCounters counters)
{
    // Objects up to this size are sent with one request, larger ones in parts of this size, or larger if S3's limit of parts requires it.
    private const int PartBytes = 16 << 20;
    private const int MaxParts = 10_000;
    private const int ParallelParts = 4;
    private const string Sha256Name = "x-amz-meta-sha256";

    private readonly RetryPolicy retries = new(options, counters);
    private readonly Lazy<AmazonS3Client> client = new(() => CreateClient(settings, options));

    /// <summary>Runs one operation, and retries it while it fails transiently.</summary>
    /// <param name="key">The key for messages.</param>
    /// <param name="operation">The operation; may run more than once.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal async Task<T> RunAsync<T>(string key, Func<AmazonS3Client, CancellationToken, Task<T>> operation,
        CancellationToken cancellationToken)
    {
        string file = $"s3://{address.Bucket}/{key}";
        int attempts = 0;
        try
        {
            T result = default!;
            await retries.RunAsync(async token =>
            {
                attempts++;
                counters.Request();
                try
                {
                    result = await operation(client.Value, token).ConfigureAwait(false);
                }
                catch (AmazonS3Exception e)
                {
                    throw S3Errors.Of(file, address.Bucket, settings, e.StatusCode, e.ErrorCode ?? "", RegionOf(e), null)
                        ?? (e.StatusCode >= HttpStatusCode.InternalServerError || IsWithoutCode(e)
                            || e.StatusCode is default(HttpStatusCode) or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
                        ? new TransientException(e.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests
                            ? StoreFault.Throttled : StoreFault.Unreachable,
                            $"the store failed (HTTP {(int)e.StatusCode}, {e.ErrorCode})", inner: e)
                        : new RejectedException(e));
                }
                catch (Exception e) when (e is HttpRequestException or IOException or AmazonClientException
                    || (e is OperationCanceledException && !token.IsCancellationRequested))
                {
                    throw new TransientException(StoreFault.Unreachable,
                        $"the connection was lost ({e.GetBaseException().Message})", inner: e);
                }
            }, cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch (TransientException e)
        {
            throw new StoreException(e.Fault, file, $"{e.Message} (tried {attempts} times)",
                "Check the address, the network, and that the server is running; then try again", e.InnerException);
        }
        catch (RejectedException e)
        {
            throw new StoreException(StoreFault.InvalidResponse, file,
                $"the store rejected the request (HTTP {(int)e.Answer.StatusCode}, {e.Answer.ErrorCode})",
                "Check the address, and the store's documentation of this code", e.Answer);
        }
    }

    /// <summary>Writes an object; a large one in parts, which S3 combines atomically.
    /// Every request has the MD5 of its body, which the server checks.</summary>
    /// <param name="key">The key of the object.</param>
    /// <param name="content">The content.</param>
    /// <param name="ifAbsent">True to keep an existing object.</param>
    /// <param name="sha256">The SHA-256 to store as metadata; null for none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal async Task<bool> PutAsync(string key, Stream content, bool ifAbsent, string? sha256, CancellationToken cancellationToken)
    {
        try
        {
            byte[] first = new byte[content.CanSeek ? Math.Clamp(content.Length - content.Position, 0, PartBytes) : PartBytes];
            int count = await content.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            bool isAll = count < PartBytes || (content.CanSeek && content.Position == content.Length);
            if (!isAll && ifAbsent && await FindAsync(key, cancellationToken).ConfigureAwait(false) is not null)
                return false; // before the parts are sent
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
                request.IfNoneMatch = "*";
            PutObjectResponse response = await client.PutObjectAsync(request, token).ConfigureAwait(false);
            counters.Sent(bytes.Length);
            return response;
        }, cancellationToken);
    }

    private async Task PutPartsAsync(string key, byte[] first, Stream content, bool ifAbsent, string? sha256,
        CancellationToken cancellationToken)
    {
        int partBytes = content.CanSeek ? (int)Math.Max(PartBytes, Math.Min(content.Length / (MaxParts - 1), 1 << 30)) : PartBytes;
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
                request.IfNoneMatch = "*";
            await RunAsync(key, (client, token) => client.CompleteMultipartUploadAsync(request, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            // Parts occupy storage until the upload is aborted; only the first error is reported.
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
                if (number > MaxParts)
                    throw new StoreException(StoreFault.NotSupported, $"s3://{address.Bucket}/{key}",
                        $"the object has more than {MaxParts} parts of {partBytes} bytes",
                        "Write smaller objects, or write from a stream whose length is known");
                underWay.Add(SendPartAsync(key, uploadId, number, buffer.AsMemory(0, count), failed.Token));
                if (underWay.Count >= ParallelParts)
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
        done.Sort(static (a, b) => a.PartNumber.GetValueOrDefault().CompareTo(b.PartNumber.GetValueOrDefault()));
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

    /// <summary>Returns an object's length and the SHA-256 in its metadata; null if there is no such object.</summary>
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

    /// <summary>Aborts the multipart uploads below a prefix that killed processes have left, to free their storage.</summary>
    internal async Task AbortAllAsync(string prefix, CancellationToken cancellationToken)
    {
        ListMultipartUploadsRequest request = new() { BucketName = address.Bucket, Prefix = prefix };
        ListMultipartUploadsResponse page;
        do
        {
            page = await RunAsync(prefix, (client, token) => client.ListMultipartUploadsAsync(request, token), cancellationToken)
                .ConfigureAwait(false);
            foreach (MultipartUpload left in page.MultipartUploads ?? [])
                await RunAsync(left.Key, (client, token) => client.AbortMultipartUploadAsync(address.Bucket, left.Key, left.UploadId,
                    token), cancellationToken).ConfigureAwait(false);
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated is true);
    }

    // S3 names a code for each invalid request. Without one, the server could not read the request: a busy gateway that refuses a
    // conditional write before its body arrives takes the body for the next request of the connection.
    private static bool IsWithoutCode(AmazonS3Exception e) =>
        e is { StatusCode: HttpStatusCode.BadRequest, ErrorCode: null or "" or nameof(HttpStatusCode.BadRequest) };

    // The SDK keeps the response's element <Region> to itself. The message is: the region 'us-east-1' is wrong; expecting 'eu-west-1'.
    private static string? RegionOf(AmazonS3Exception e) =>
        e.ErrorCode == "AuthorizationHeaderMalformed" && e.Message.Split('\'') is [.., _, { Length: > 0 } region, _]
            ? region : null;

#pragma warning disable CA5351, CA1850 // S3 checks bodies by MD5, which detects damage but not tampering
    private static string Md5(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(bytes));
#pragma warning restore CA5351, CA1850

    private static MemoryStream Body(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : throw new InvalidOperationException("Bodies must be arrays.");

    private static AmazonS3Client CreateClient(S3Settings settings, StoreOptions options)
    {
        // Bodies have an MD5. The checksums that the SDK adds by itself are unknown to older servers.
        AmazonS3Config config = new()
        {
            MaxErrorRetry = 0,
            Timeout = options.IdleTimeout * 10,
            AuthenticationRegion = settings.Region,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint)
            (config.ServiceURL, config.ForcePathStyle) = (endpoint.AbsoluteUri, true);
        else
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region);
        return new AmazonS3Client(settings.Credentials ?? new AnonymousAWSCredentials(), config);
    }

    private sealed class RejectedException(AmazonS3Exception answer) : Exception(answer.Message, answer)
    {
        internal AmazonS3Exception Answer => answer;
    }
}
