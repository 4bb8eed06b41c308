using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Amazon.S3.Model;

namespace Pile.Storage;

/// <summary>A prefix of a bucket, on Amazon S3 or a compatible server.</summary>
internal sealed class S3Store : RemoteStore
{
    private readonly S3Address address;
    private readonly S3Settings settings;
    private readonly S3Signer? signer;
    private readonly S3Writer writer;
    private readonly string root;

    private S3Store(S3Address address, S3Settings settings, StoreOptions options)
        : base(address.ToString(), $"{settings.Endpoint} {address}", options)
    {
        (this.address, this.settings) = (address, settings);
        signer = settings.Credentials is { } credentials ? new S3Signer(credentials, settings.Region, Address) : null;
        writer = new S3Writer(address, settings, options, Counters);
        // No TLS certificate covers a host name with a dotted bucket, so such
        // a bucket is put in the path. Other servers always use the path.
        root = settings.Endpoint is { } endpoint ? $"{endpoint.AbsoluteUri.TrimEnd('/')}/{address.Bucket}"
            : address.Bucket.Contains('.', StringComparison.Ordinal) ? $"https://s3.{settings.Region}.amazonaws.com/{address.Bucket}"
            : $"https://{address.Bucket}.s3.{settings.Region}.amazonaws.com";
    }

    internal static S3Store Create(string address, StoreOptions options)
    {
        S3Address parsed = S3Address.Parse(address);
        return new S3Store(parsed, S3Settings.FromEnvironment(parsed.ToString()), options);
    }

    internal static S3Store Create(string address, StoreOptions options,
        S3Settings settings) => new(S3Address.Parse(address), settings, options);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<StoredFile> ListAsync(string prefix = "",
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int skipped = address.Prefix.Length == 0 ? 0 : address.Prefix.Length + 1;
        ListObjectsV2Request request = new() { BucketName = address.Bucket, Prefix = address.KeyOf(prefix) };
        do
        {
            ListObjectsV2Response page = await writer.RunAsync(request.Prefix, (client, token) => client.ListObjectsV2Async(request, token),
                cancellationToken).ConfigureAwait(false);
            foreach (S3Object found in page.S3Objects ?? [])
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!found.Key.EndsWith('/')) // a folder placeholder of some tools
                    yield return new StoredFile(found.Key[skipped..], found.Size ?? throw Incomplete(found, "size"))
                    {
                        ModifiedMicros = MicrosOf(found.LastModified ?? throw Incomplete(found, "time")),
                        ETag = found.ETag,
                    };
            }
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    private static long MicrosOf(DateTime time) => (time.ToUniversalTime() - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private StoreException Incomplete(S3Object found, string what) => new(StoreFault.InvalidResponse, $"s3://{address.Bucket}/{found.Key}",
        $"the store lists the object without its {what}", "Check that the address is one of an S3 store");

    /// <inheritdoc/>
    public override async Task<bool> PutAsync(string path, Stream content, bool ifAbsent = false,
        CancellationToken cancellationToken = default)
    {
        bool isWritten = await writer.PutAsync(address.KeyOf(path), content, ifAbsent, null, cancellationToken).ConfigureAwait(false);
        Invalidate(path);
        return isWritten;
    }

    /// <inheritdoc/>
    public override async Task PutAsync(string path, Stream content, KnownFile known, CancellationToken cancellationToken = default)
    {
        await writer.PutAsync(address.KeyOf(path), content, ifAbsent: false, known.Sha256, cancellationToken).ConfigureAwait(false);
        Invalidate(path);
    }

    /// <inheritdoc/>
    public override async ValueTask<KnownFile?> FindAsync(string path, CancellationToken cancellationToken = default) =>
        await writer.FindAsync(address.KeyOf(path), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override Task DiscardUnfinishedAsync(CancellationToken cancellationToken = default) =>
        writer.AbortAllAsync(address.KeyOf(""), cancellationToken);

    /// <inheritdoc/>
    public override async Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        string key = address.KeyOf(path);
        await writer.RunAsync(key, (client, token) => client.DeleteObjectAsync(address.Bucket, key, token), cancellationToken)
            .ConfigureAwait(false);
        Invalidate(path);
    }

    internal override Uri UriOf(string path) => new($"{root}/{EscapedPath.Of(address.KeyOf(path))}",
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    internal override ValueTask SignAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        signer?.SignAsync(request, DateTime.UtcNow) ?? default;

    // Content-Encoding is metadata of an object: S3 returns the bytes that were stored.
    internal override bool StoresEncoded(RemoteObject file, HttpContentHeaders headers) => true;

    internal override Exception? ErrorOf(RemoteObject file, HttpResponseMessage response, string body)
    {
        string code = Between(body, "<Code>", "</Code>");
        if (code.Length == 0 && response.StatusCode == HttpStatusCode.NotFound)
            return null; // HEAD has no body: a missing key, or a missing bucket that the next request reports
        // S3 names the right region in a header if it redirects, and in the body if the signature is for another region.
        string? region = response.Headers.TryGetValues("x-amz-bucket-region", out IEnumerable<string>? regions) ? regions.First()
            : Between(body, "<Region>", "</Region>") is { Length: > 0 } named ? named : null;
        return S3Errors.Of(file.Address, address.Bucket, settings, response.StatusCode, code, region, response.Headers.RetryAfter?.Delta);
    }

    private static string Between(string text, string before, string after)
    {
        int start = text.IndexOf(before, StringComparison.Ordinal),
            end = start < 0 ? -1 : text.IndexOf(after, start, StringComparison.Ordinal);
        return end < 0 ? "" : text[(start + before.Length)..end];
    }
}
