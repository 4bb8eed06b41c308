using Amazon.S3;
using Amazon.S3.Model;
using Pile.Format;
using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;
using static Pile.Publishing.Tests.Copying.CopiedDataset;

namespace Pile.Publishing.Tests.Copying;

/// <summary>Copies to and from a real S3 server and a web server, with injected faults.</summary>
public sealed class StoreCopyTests(CopiedDataset dataset) : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private S3Gateway gateway = null!;
    private FaultProxy proxy = null!;
    private string bucket = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Address => $"s3://{bucket}/published/noise";

    /// <summary>Options with few attempts, short delays and a separate cache.</summary>
    private CopyOptions Options =>
        new() { Storage = new StoreOptions { CacheFolder = folder["cache"], Attempts = 2, RetryDelay = TimeSpan.FromMilliseconds(5) } };

    private CopyOptions Resumed => Options with { Resume = true };

    public async ValueTask InitializeAsync()
    {
        gateway = await S3Gateway.SharedAsync();
        bucket = await gateway.NewBucketAsync();
        proxy = new FaultProxy(gateway.Endpoint);
        gateway.UseHere();
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", proxy.Address.GetLeftPart(UriPartial.Authority));
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        folder.Dispose();
    }

    private async Task<Dictionary<string, long>> ObjectsAsync(string prefix = "published/noise/") =>
        (await gateway.Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = prefix }, Token)).S3Objects?
            .ToDictionary(o => o.Key[prefix.Length..], o => o.Size!.Value, StringComparer.Ordinal) ?? [];

    private Task<CopySummary> PublishAsync(CopyOptions? options = null, CancellationToken? token = null) =>
        DatasetCopy.RunAsync(dataset.Path, Address, options ?? Options, token ?? Token);

    private bool Matches(HttpHead request, string method,
        string file) => request.Method == method && Uri.UnescapeDataString(request.Target).Contains(file, StringComparison.Ordinal);

    [Fact]
    public async Task A_dataset_copied_through_every_kind_of_store_is_unchanged()
    {
        CopySummary whole = new(dataset.Files.Length, dataset.Bytes, 0);
        Assert.Equal(whole, await PublishAsync());
        Assert.Equal(dataset.Files, (await ObjectsAsync()).Keys.Order(StringComparer.Ordinal));
        Assert.Contains("is inside",
            (await Assert.ThrowsAsync<ArgumentException>(() => DatasetCopy.RunAsync(Address, Address + "/mirror", Options, Token))).Message,
            StringComparison.Ordinal);
        Assert.Equal(whole, await DatasetCopy.RunAsync(Address, $"s3://{bucket}/mirror", Options, Token));
        Assert.Equal(whole, await DatasetCopy.RunAsync($"s3://{bucket}/mirror", folder["home"], Options, Token));
        AssertSame(dataset.Path, folder["home"]);
        foreach (bool supportsRanges in (bool[])[true, false])
        {
            await using FileServer server = new(dataset.Path, supportsRanges);
            Assert.Equal(whole, await DatasetCopy.RunAsync(server.Address.AbsoluteUri, folder[$"http-{supportsRanges}"], Options, Token));
            AssertSame(dataset.Path, folder[$"http-{supportsRanges}"]);
        }

        // The large shard was sent in parts with its SHA-256, and the manifest after all other files.
        string[] puts = [.. proxy.Requests.Where(r => r.Method == "PUT" && r.Target.Contains("/published/", StringComparison.Ordinal))
            .Select(r => r.Target)];
        Assert.Equal(2, puts.Count(t => t.Contains("partNumber=", StringComparison.Ordinal)));
        Assert.EndsWith(DatasetPaths.Manifest, puts[^1], StringComparison.Ordinal);
        Assert.EndsWith(".pile-copy", puts[0], StringComparison.Ordinal);
        Assert.All(proxy.Requests.Where(r => r.Method == "PUT"), r => Assert.NotNull(r["Content-MD5"]));
        await Assert.ThrowsAsync<OutputExistsException>(() => PublishAsync());
    }

    [Fact]
    public async Task A_part_is_published_and_skipped_when_resumed()
    {
        CopyOptions part = Options with { Where = "dec < 0.35", WorkFolder = folder.Path };
        CopySummary sent = await PublishAsync(part);
        Assert.Equal(new CopySummary(0, 0, sent.Files), await PublishAsync(part with { Resume = true }));
        await using Reading.Dataset opened = await Reading.Dataset.OpenAsync(Address, new() { Storage = Options.Storage }, Token);
        Assert.Equal(4, opened.Manifest.Rows);
        Assert.DoesNotContain(Directory.EnumerateDirectories(folder.Path),
            d => Path.GetFileName(d).StartsWith("pile-part-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_interrupted_copy_has_no_manifest_and_a_resumed_one_sends_only_the_rest()
    {
        using CancellationTokenSource stop = new();
        proxy.Plan = (request, _) =>
        {
            if (Matches(request, "PUT", "partNumber=2"))
                stop.Cancel();
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PublishAsync(token: stop.Token));
        await proxy.QuietAsync(Token); // a completely sent request can still create an object
        Assert.DoesNotContain(DatasetPaths.Manifest, (await ObjectsAsync()).Keys);
        Assert.Contains(".pile-copy", (await ObjectsAsync()).Keys);
        await Assert.ThrowsAsync<OutputExistsException>(() => PublishAsync());

        // A killed process also leaves parts of an unfinished upload. The list of files has the right length but wrong bytes.
        await gateway.Client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = bucket, Key = "published/noise/left" }, Token);
        string list = "published/noise/" + DatasetPaths.Files;
        await gateway.PutAsync(bucket, list, new byte[new FileInfo(Path.Combine(dataset.Path, DatasetPaths.Files)).Length]);
        proxy.Plan = static (_, _) => null;
        proxy.Requests.Clear();
        int there = (await ObjectsAsync()).Count;
        CopySummary rest = await PublishAsync(Resumed);
        Assert.Equal(there - 2, rest.Skipped); // all except the record and the damaged list
        Assert.Equal(dataset.Files.Length, rest.Files + rest.Skipped);
        Assert.Empty((await gateway.Client.ListMultipartUploadsAsync(bucket, Token)).MultipartUploads ?? []);
        await DatasetCopy.RunAsync(Address, folder["home"], Options, Token);
        AssertSame(dataset.Path, folder["home"]);
        proxy.Requests.Clear();
        Assert.Equal(new CopySummary(0, 0, dataset.Files.Length), await PublishAsync(Resumed));
        // verified by the stored SHA-256
        Assert.DoesNotContain(proxy.Requests, r => Matches(r, "PUT", ".hdf5") || Matches(r, "GET", ".hdf5"));
    }

    [Fact]
    public async Task An_object_without_a_stored_SHA256_is_read_back()
    {
        await gateway.PutFolderAsync(bucket, "published/noise", dataset.Path); // as another tool does
        Assert.Equal(new CopySummary(0, 0, dataset.Files.Length), await PublishAsync(Resumed));
        await gateway.PutAsync(bucket, $"published/noise/{dataset.LargeShard}",
            new byte[new FileInfo(Path.Combine(dataset.Path, dataset.LargeShard)).Length]);
        Assert.Equal(1, (await PublishAsync(Resumed)).Files);
    }

    [Fact]
    public async Task Bytes_damaged_in_transit_are_read_again_once()
    {
        await PublishAsync();
        int damaged = 0, times = 1;
        proxy.Plan = (request, _) => Matches(request, "GET", dataset.LargeShard) && request["Range"] == "bytes=0-4194303"
            && damaged++ < times
            ? new Fault { Bytes = static (bytes, at) => bytes.Span[0] ^= (byte)(at == 0 ? 1 : 0) } : null;
        await DatasetCopy.RunAsync(Address, folder["once"], Options, Token);
        AssertSame(dataset.Path, folder["once"]);
        (damaged, times) = (0, 2);
        DatasetInvalidException twice =
            await Assert.ThrowsAsync<DatasetInvalidException>(() => DatasetCopy.RunAsync(Address, folder["twice"], Options, Token));
        Assert.Contains($"the file '{dataset.LargeShard}' has SHA-256", twice.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FilesOf(folder["twice"]), f => f == DatasetPaths.Manifest || f == dataset.LargeShard);
    }

    [Fact]
    public async Task A_missing_object_is_reported()
    {
        await PublishAsync();
        await gateway.Client.DeleteObjectAsync(bucket, $"published/noise/{dataset.LargeShard}", Token);
        DatasetInvalidException missing =
            await Assert.ThrowsAsync<DatasetInvalidException>(() => DatasetCopy.RunAsync(Address, folder["home"], Options, Token));
        Assert.Contains($"the file '{dataset.LargeShard}' is missing", missing.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder["home"], DatasetPaths.Manifest)));
        Assert.Equal(1, (await PublishAsync(Resumed)).Files);
        await DatasetCopy.RunAsync(Address, folder["home"], Resumed, Token);
        AssertSame(dataset.Path, folder["home"]);
    }

    [Fact]
    public async Task A_permanent_failure_of_the_store_leaves_no_manifest_and_no_parts()
    {
        proxy.Plan = (request, _) => Matches(request, "PUT", "partNumber=2") ? new Fault { Status = 503 } : null;
        StoreException failed = await Assert.ThrowsAsync<StoreException>(() => PublishAsync());
        Assert.Contains(dataset.LargeShard, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(DatasetPaths.Manifest, (await ObjectsAsync()).Keys);
        Assert.Empty((await gateway.Client.ListMultipartUploadsAsync(bucket, Token)).MultipartUploads ?? []);
        int once = 0;
        proxy.Plan = (request, _) => Matches(request, "PUT", "partNumber=1") && once++ == 0 ? new Fault { Status = 503 } : null;
        Assert.InRange((await PublishAsync(Resumed)).Skipped, 0, dataset.Files.Length - 2);
        Assert.Contains(DatasetPaths.Manifest, (await ObjectsAsync()).Keys);
    }

    [Fact]
    public async Task Permissions_determine_what_can_be_copied()
    {
        await PublishAsync();
        foreach (string file in (await ObjectsAsync()).Keys)
            await gateway.Client.PutObjectAclAsync(new PutObjectAclRequest
            {
                BucketName = bucket,
                Key = $"published/noise/{file}",
                ACL = S3CannedACL.PublicRead
            }, Token);
        using (As(gateway.StrangerAccessKey, gateway.StrangerSecretKey))
        {
            // A dataset can be copied without the permission to list objects, because its list of files is used.
            await DatasetCopy.RunAsync(Address, folder["home"], Options, Token);
            AssertSame(dataset.Path, folder["home"]);
            StoreException denied = await Assert.ThrowsAsync<StoreException>(
                () => DatasetCopy.RunAsync(dataset.Path, $"s3://{bucket}/elsewhere", Options, Token));
            Assert.Equal(StoreFault.Denied, denied.Fault);
            Assert.Contains("s3:ListBucket", denied.Message, StringComparison.Ordinal);
        }
        using (As(gateway.AccessKey, "a-wrong-secret"))
            Assert.Equal(StoreFault.Denied,
                (await Assert.ThrowsAsync<StoreException>(() => DatasetCopy.RunAsync(dataset.Path, $"s3://{bucket}/elsewhere", Options,
                    Token))).Fault);
        Assert.Empty(await ObjectsAsync("elsewhere"));
        Assert.Equal(StoreFault.NotFound,
            (await Assert.ThrowsAsync<StoreException>(() => DatasetCopy.RunAsync(dataset.Path, "s3://no-such-bucket/d", Options,
                Token))).Fault);
    }

    [Fact]
    public async Task A_copy_without_the_permission_to_delete_is_complete_and_the_error_says_so()
    {
        proxy.Plan = static (request, _) => request.Method == "DELETE"
            ? new Fault { Status = 403, Body = "<Error><Code>AccessDenied</Code></Error>" } : null;
        StoreException denied = await Assert.ThrowsAsync<StoreException>(() => PublishAsync());
        Assert.Contains("every file of the dataset was copied, but the record of the copy, '.pile-copy', could not be deleted",
            denied.Message, StringComparison.Ordinal);
        Assert.Contains("s3:DeleteObject", denied.Message, StringComparison.Ordinal);
        Assert.Equal(dataset.Files.Append(".pile-copy").Order(StringComparer.Ordinal),
            (await ObjectsAsync()).Keys.Order(StringComparer.Ordinal));
        proxy.Plan = static (_, _) => null;
        Assert.Equal(dataset.Files.Length, (await PublishAsync(Resumed)).Skipped);
        Assert.Equal(dataset.Files, (await ObjectsAsync()).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_callback_for_the_size_can_cancel_the_copy()
    {
        CopyPlan seen = default;
        await Assert.ThrowsAsync<InvalidOperationException>(() => PublishAsync(Options with
        {
            Planned = plan =>
        {
            seen = plan;
            throw new InvalidOperationException("too much");
        }
        }));
        Assert.Equal(new CopyPlan(dataset.Files.Length, dataset.Bytes, IsToRemote: true), seen);
        Assert.Empty(await ObjectsAsync());
    }

    private static OtherUser As(string accessKey, string secretKey) => new(accessKey, secretKey);

    /// <summary>Sends requests as another user until it is disposed.</summary>
    private sealed class OtherUser : IDisposable
    {
        private readonly string? key = Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID"),
            secret = Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY");

        internal OtherUser(string accessKey, string secretKey) => Set(accessKey, secretKey);

        public void Dispose() => Set(key, secret);

        private static void Set(string? accessKey, string? secretKey)
        {
            Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", accessKey);
            Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", secretKey);
        }
    }
}
