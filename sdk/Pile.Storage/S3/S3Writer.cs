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

    private readonly ResiliencePipeline retry = RetryPolicy.Create(options, counters);
    private readonly Lazy<AmazonS3Client> client = new(() => CreateClient(settings, options));

    /// <summary>Runs one operation, again and again while it fails in passing.</summary>
    /// <param name="key">What messages name.</param>
    /// <param name="operation">The operation; may run more than once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<T> RunAsync<T>(string key, Func<AmazonS3Client, CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
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
                    throw S3Refusals.Of(file, address.Bucket, settings, e.StatusCode, e.ErrorCode ?? "", null, null) ?? (e.StatusCode >= HttpStatusCode.InternalServerError || e.StatusCode is default(HttpStatusCode) or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
                        ? new TransientException(e.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests ? StoreFault.Throttled : StoreFault.Unreachable, $"the store failed (HTTP {(int)e.StatusCode}, {e.ErrorCode})", inner: e)
                        : new RefusedException(e));
                }
                catch (Exception e) when (e is HttpRequestException or IOException or AmazonClientException || (e is OperationCanceledException && !token.IsCancellationRequested))
                {
                    throw new TransientException(StoreFault.Unreachable, $"the connection broke ({e.GetBaseException().Message})", inner: e);
                }
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (TransientException e)
        {
            throw new StoreException(e.Fault, file, $"{e.Message} (asked {attempts} times)", "Check address and network, and that the server runs; then try again", e.InnerException);
        }
        catch (RefusedException e)
        {
            throw new StoreException(StoreFault.WrongAnswer, file, $"the store refuses it (HTTP {(int)e.Answer.StatusCode}, {e.Answer.ErrorCode})", "Check the address, and what the store's operator says of this code", e.Answer);
        }
    }

    /// <summary>Writes an object; large ones in parts, which become an object all at once.</summary>
    internal async Task<bool> PutAsync(string key, Stream content, bool ifAbsent, CancellationToken cancellationToken)
    {
        try
        {
            byte[] first = new byte[content.CanSeek ? Math.Clamp(content.Length - content.Position, 0, PartBytes) : PartBytes];
            int count = await content.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            bool isAll = count < PartBytes || (content.CanSeek && content.Position == content.Length);
            if (!isAll && ifAbsent && await ExistsAsync(key, cancellationToken).ConfigureAwait(false))
                return false; // before much is sent
            if (isAll)
                await PutWholeAsync(key, first.AsMemory(0, count), ifAbsent, cancellationToken).ConfigureAwait(false);
            else
                await PutPartsAsync(key, first, content, ifAbsent, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StoreException e) when (ifAbsent && e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict })
        {
            return false;
        }
    }

    private Task<PutObjectResponse> PutWholeAsync(string key, ReadOnlyMemory<byte> bytes, bool ifAbsent, CancellationToken cancellationToken)
    {
        string md5 = Md5(bytes.Span);
        return RunAsync(key, async (client, token) =>
        {
            PutObjectRequest request = new() { BucketName = address.Bucket, Key = key, InputStream = Body(bytes), MD5Digest = md5, AutoCloseStream = true };
            if (ifAbsent)
                AbsentOnly(request);
            PutObjectResponse response = await client.PutObjectAsync(request, token).ConfigureAwait(false);
            counters.Sent(bytes.Length);
            return response;
        }, cancellationToken);
    }

    private async Task PutPartsAsync(string key, byte[] first, Stream content, bool ifAbsent, CancellationToken cancellationToken)
    {
        int partBytes = content.CanSeek ? (int)Math.Max(PartBytes, Math.Min(content.Length / (MostParts - 1), 1 << 30)) : PartBytes;
        InitiateMultipartUploadResponse upload = await RunAsync(key, (client, token) => client.InitiateMultipartUploadAsync(address.Bucket, key, token), cancellationToken).ConfigureAwait(false);
        try
        {
            List<PartETag> parts = await SendPartsAsync(key, upload.UploadId, first, content, partBytes, cancellationToken).ConfigureAwait(false);
            CompleteMultipartUploadRequest request = new() { BucketName = address.Bucket, Key = key, UploadId = upload.UploadId, PartETags = parts };
            if (ifAbsent)
                AbsentOnly(request);
            await RunAsync(key, (client, token) => client.CompleteMultipartUploadAsync(request, token), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // What was sent takes room until somebody says that it is not wanted; the first error is the one to tell.
            try
            {
                await RunAsync(key, (client, token) => client.AbortMultipartUploadAsync(address.Bucket, key, upload.UploadId, token), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is StoreException or IOException)
            {
            }
            throw;
        }
    }

    private async Task<List<PartETag>> SendPartsAsync(string key, string uploadId, byte[] first, Stream content, int partBytes, CancellationToken cancellationToken)
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
                    throw new StoreException(StoreFault.NotSupported, $"s3://{address.Bucket}/{key}", $"the object has more than {MostParts} parts of {partBytes} bytes", "Write smaller files, or from a file whose length is known");
                underWay.Add(SendPartAsync(key, uploadId, number, buffer.AsMemory(0, count), failed.Token));
                if (underWay.Count >= PartsAtOnce)
                    await TakeAsync().ConfigureAwait(false);
                buffer = new byte[partBytes];
                count = await content.ReadAtLeastAsync(buffer, partBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
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

    private Task<PartETag> SendPartAsync(string key, string uploadId, int number, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
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

    private async Task<bool> ExistsAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(key, (client, token) => client.GetObjectMetadataAsync(address.Bucket, key, token), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StoreException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound })
        {
            return false;
        }
    }

    // This version of the SDK has no property for it; the header is signed with the others.
    private static void AbsentOnly(AmazonWebServiceRequest request) => ((Amazon.Runtime.Internal.IAmazonWebServiceRequest)request).AddBeforeRequestHandler((_, arguments) =>
    {
        if (arguments is WebServiceRequestEventArgs web)
            web.Headers["If-None-Match"] = "*";
    });

#pragma warning disable CA5351, CA1850 // S3 checks bodies by MD5; it guards against accidents, not against people
    private static string Md5(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(bytes));
#pragma warning restore CA5351, CA1850

    private static MemoryStream Body(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : throw new InvalidOperationException("Bodies are arrays.");

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
