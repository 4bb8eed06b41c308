using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Storage.Tests;

/// <summary>Network faults end in correct bytes or in an error that states what happened.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private static readonly byte[] Content = Stores.Bytes(500_000);
    private readonly TemporaryFolder folder = new();
    private readonly List<IAsyncDisposable> servers = [];
    private string bucket = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => ["s3", "http"];

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable server in servers)
            await server.DisposeAsync();
        folder.Dispose();
    }

    private async Task<(IFileStore Store, FaultProxy Proxy)> ThroughProxyAsync(string kind, Func<StoreOptions, StoreOptions>? with = null)
    {
        StoreOptions options = Stores.Options(folder["cache"]);
        options = with?.Invoke(options) ?? options;
        if (kind == "s3")
        {
            S3Gateway gateway = await S3Gateway.SharedAsync();
            bucket = await gateway.NewBucketAsync();
            await gateway.PutAsync(bucket, "d/x", Content);
            FaultProxy proxy = new(gateway.Endpoint);
            servers.Add(proxy);
            return (Stores.S3(gateway, $"s3://{bucket}/d", options, proxy.Address), proxy);
        }
        Directory.CreateDirectory(folder["www/d"]);
        await File.WriteAllBytesAsync(folder["www/d/x"], Content, Token);
        FileServer server = new(folder["www"]);
        FaultProxy between = new(server.Address);
        servers.AddRange([between, server]);
        return (FileStore.For($"{between.Address}d", options), between);
    }

    private static async Task<byte[]> ReadAsync(IFileStore store, int offset = 1000, int count = 200_000)
    {
        using IRandomAccessFile file = store.Open("x", Content.Length);
        byte[] bytes = new byte[count];
        await file.ReadAsync(offset, bytes, Token);
        return bytes;
    }

    private static async Task<StoreException> ReadFailsAsync(IFileStore store, StoreFault fault)
    {
        StoreException e = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(store));
        Assert.Equal(fault, e.Fault);
        Assert.Contains("/d/x: ", e.Message, StringComparison.Ordinal);
        return e;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Reads_resume_where_the_connection_was_lost(string kind)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        // Small enough for the receiver's buffer on a slow machine: a reset discards what was not sent yet.
        proxy.Plan = (_, number) => number switch
        {
            0 => new Fault { CutAfter = 40_000 },
            1 => new Fault { CutAfter = 0 },
            2 => new Fault { CutAfter = 30_000 },
            _ => null
        };
        Assert.Equal(Content[1000..201_000], await ReadAsync(store));
        Assert.Equal(["bytes=1000-200999", "bytes=41000-200999", "bytes=41000-200999", "bytes=71000-200999"],
            proxy.Requests.Select(r => r["Range"]));
        Assert.Equal((4, 3, 200_000), (store.Statistics.Requests, store.Statistics.Retries, store.Statistics.BytesFetched));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Complete_reads_resume_after_lost_connections(string kind)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        proxy.Plan = (_, number) => number < 2 ? new Fault { CutAfter = 100_000 } : null;
        Assert.Equal(Content, await store.ReadAllAsync("x", Content.Length, Token));
        proxy.Plan = (_, number) => number is 3 or 4 ? new Fault { CutAfter = 100_000 } : null;
        using LocalCopy copy = await store.LocalPathAsync("x",
            new KnownFile(Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content))), Token);
        Assert.Equal(Content, await File.ReadAllBytesAsync(copy.Path, Token));
    }

    [Theory]
    [InlineData("s3", 500, StoreFault.Unreachable)]
    [InlineData("s3", 503, StoreFault.Throttled)]
    [InlineData("http", 502, StoreFault.Unreachable)]
    [InlineData("http", 429, StoreFault.Throttled)]
    public async Task Failed_requests_are_retried_until_the_last_attempt(string kind, int status, StoreFault fault)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        proxy.Plan = (_, number) => number < 4 ? new Fault { Status = status } : null;
        Assert.Equal(Content[1000..201_000], await ReadAsync(store));
        proxy.Plan = (_, _) => new Fault { Status = status };
        StoreException e = await ReadFailsAsync(store, fault);
        Assert.Contains($"HTTP {status}", e.Message, StringComparison.Ordinal);
        Assert.Contains("tried 5 times", e.Message, StringComparison.Ordinal);
        Assert.Equal(10, proxy.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Silent_and_slow_responses_time_out(string kind)
    {
        // A busy machine may be silent as well.
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind,
            o => o with { IdleTimeout = TimeSpan.FromSeconds(1), SlowestBytesPerSecond = 1 << 20, Attempts = 12 });
        proxy.Plan = (_, number) => number switch
        {
            0 => new Fault { StallAfter = 1000 },
            1 => new Fault { Delay = TimeSpan.FromMinutes(1) },
            2 => new Fault { BytesPerSecond = 2000 },
            _ => null
        };
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal(Content[1000..201_000], await ReadAsync(store));
        Assert.InRange(proxy.Requests.Count, 4, 12); // three attempts are given up; each would succeed if waited for
        Assert.InRange(clock.Elapsed.TotalSeconds, 2, double.MaxValue);
        (store, proxy) = await ThroughProxyAsync(kind, o => o with { IdleTimeout = TimeSpan.FromMilliseconds(200) });
        proxy.Plan = (_, _) => new Fault { StallAfter = 1000 };
        await ReadFailsAsync(store, StoreFault.Unreachable);
    }

    [Theory]
    [InlineData("s3", "bytes 0-199999/500000")]
    [InlineData("http", "bytes 0-199999/500000")]
    [InlineData("http", "bytes 1000-300999/500000")]
    [InlineData("http", "bytes 1000-99999/500000")]
    [InlineData("http", null)]
    public async Task A_response_with_another_range_is_an_error(string kind, string? range)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        proxy.Plan = (_, _) => new Fault { Head = head => head["Content-Range"] = range };
        StoreException e = await ReadFailsAsync(store, StoreFault.InvalidResponse);
        Assert.Contains("bytes 1000 to 200999 were requested", e.Message, StringComparison.Ordinal);
        Assert.Single(proxy.Requests);
    }

    [Fact]
    public async Task An_encoded_response_is_an_error()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("http");
        proxy.Plan = (_, _) => new Fault { Head = head => head["Content-Encoding"] = "gzip" };
        await ReadFailsAsync(store, StoreFault.InvalidResponse);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_that_changes_between_reads_is_an_error(string kind)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        await ReadAsync(store);
        byte[] other = Stores.Bytes(Content.Length, seed: 2);
        if (kind == "s3")
            await (await S3Gateway.SharedAsync()).PutAsync(bucket, "d/x", other);
        else
            await File.WriteAllBytesAsync(folder["www/d/x"], other, Token);
        StoreException e = await ReadFailsAsync(store, StoreFault.Changed);
        Assert.Contains("Open the dataset again", e.Message, StringComparison.Ordinal);
        Assert.NotNull(proxy.Requests.Last()["If-Match"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_changed_ETag_is_detected_if_the_server_ignores_If_Match(string kind)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        proxy.Plan = (_, number) => number == 1 ? new Fault { Head = head => head["ETag"] = "\"another\"" } : null;
        await ReadAsync(store);
        Assert.Contains("\"another\"", (await ReadFailsAsync(store, StoreFault.Changed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_changes_between_attempts_is_an_error()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("http");
        proxy.Plan = (_, number) =>
        {
            if (number == 1)
                File.WriteAllBytes(folder["www/d/x"], Stores.Bytes(Content.Length, seed: 3));
            return number == 0 ? new Fault { CutAfter = 50_000 } : null;
        };
        await ReadFailsAsync(store, StoreFault.Changed);
    }

    [Fact]
    public async Task A_damaged_download_is_fetched_again_and_then_reported()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("s3");
        KnownFile known = new(Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)));
        Fault flip = new() { Bytes = (bytes, at) => bytes.Span[0] ^= (byte)(at == 0 ? 1 : 0) };
        proxy.Plan = (_, number) => number == 0 ? flip : null;
        using (LocalCopy copy = await store.LocalPathAsync("x", known, Token))
            Assert.Equal(Content, await File.ReadAllBytesAsync(copy.Path, Token));
        File.Delete(Path.Combine(store.LocalRoot, "x"));
        proxy.Plan = (_, _) => flip;
        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(() => store.LocalPathAsync("x", known, Token));
        Assert.Contains($"s3://{bucket}/d/x' has SHA-256", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(store.LocalRoot));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_refused_connection_is_reported_after_the_last_attempt(string kind)
    {
        // The port is bound but not listening: a free port could be taken by another server meanwhile.
        using Socket port = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Uri unused = new($"http://{port.LocalEndPoint}");
        StoreOptions options = Stores.Options(folder["cache"]);
        IFileStore store = kind == "s3" ? Stores.S3(await S3Gateway.SharedAsync(), "s3://bucket/d", options, unused)
            : FileStore.For($"{unused}d", options);
        Assert.Contains("refused the connection (tried 5 times)", (await ReadFailsAsync(store, StoreFault.Unreachable)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ranges_are_requested_in_parallel()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("s3");
        // The proxy responds to none before sixteen requests have arrived: sequential requests would never get a response.
        TaskCompletionSource together = new(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Plan = (_, number) =>
        {
            if (number == 15)
                together.SetResult();
            return new Fault { After = together.Task };
        };
        byte[] all = new byte[Content.Length];
        using IRandomAccessFile file = store.Open("x", Content.Length);
        await file.ReadRangesAsync(Enumerable.Range(0, 250).Select(i => new FileRange(i * 2000, all.AsMemory(i * 2000, 2000))).ToArray(),
            Token);
        Assert.Equal(Content, all);
        Assert.Equal((250, 0), (store.Statistics.Requests, store.Statistics.Retries));
    }

    [Fact]
    public async Task Cancelling_ends_a_stalled_read()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("s3");
        proxy.Plan = (_, _) => new Fault { StallAfter = 10 };
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(200));
        using IRandomAccessFile file = store.Open("x", Content.Length);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await file.ReadAsync(0, new byte[1000], soon.Token));
    }

    [Fact]
    public async Task Failed_parts_of_an_upload_are_retried()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("s3");
        int failures = 0;
        proxy.Plan = (request, _) => request.Target.Contains("partNumber=2", StringComparison.Ordinal)
            && Interlocked.Increment(ref failures) < 3 ? new Fault { Status = 503 } : null;
        byte[] large = Stores.Bytes(40 << 20);
        await store.PutAsync("large", new MemoryStream(large), cancellationToken: Token);
        Assert.Equal(large, await store.ReadAllAsync("large", large.Length, Token));
        Assert.True(store.Statistics.Retries >= 2);
    }

    [Fact]
    public async Task A_request_that_the_server_could_not_read_is_sent_again()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("s3");
        await store.PutAsync("x", new MemoryStream([1]), cancellationToken: Token);
        int failures = 0;
        proxy.Plan = (request, _) => request.Method == "DELETE" && Interlocked.Increment(ref failures) < 3
            ? new Fault { Status = 400 } : null;
        await store.DeleteAsync("x", Token);
        Assert.Equal(3, failures);
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.ReadAllAsync("x", 1, Token));
    }

    [Fact]
    public async Task A_failed_upload_leaves_no_parts()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("s3");
        proxy.Plan = (request, _) => request.Target.Contains("partNumber=3", StringComparison.Ordinal) ? new Fault { Status = 503 } : null;
        StoreException e = await Assert.ThrowsAsync<StoreException>(
            () => store.PutAsync("large", new MemoryStream(Stores.Bytes(40 << 20)), cancellationToken: Token));
        Assert.Equal(StoreFault.Throttled, e.Fault);
        S3Gateway gateway = await S3Gateway.SharedAsync();
        Assert.Empty((await gateway.Client.ListMultipartUploadsAsync(bucket, Token)).MultipartUploads ?? []);
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.ReadAllAsync("large", 1, Token));
    }

    [Fact]
    public async Task A_large_file_is_fetched_in_parts_that_resume()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("s3");
        byte[] large = Stores.Bytes((35 << 20) + 11);
        await (await S3Gateway.SharedAsync()).PutAsync(bucket, "d/large", large);
        proxy.Plan = (_, number) => number % 2 == 0 ? new Fault { CutAfter = 3_000_000 } : null;
        KnownFile known = new(large.Length, Convert.ToHexStringLower(SHA256.HashData(large)));
        using LocalCopy copy = await store.LocalPathAsync("large", known, Token);
        Assert.Equal(large, await File.ReadAllBytesAsync(copy.Path, Token));
        Assert.True(proxy.Requests.Count > 3);
        Assert.Equal(large.Length, store.Statistics.BytesFetched);
    }

    [Fact]
    public async Task A_large_file_is_fetched_completely_from_a_server_without_ranges()
    {
        Directory.CreateDirectory(folder["www"]);
        byte[] large = Stores.Bytes((17 << 20) + 11);
        await File.WriteAllBytesAsync(folder["www/large"], large, Token);
        FileServer server = new(folder["www"], supportsRanges: false);
        servers.Add(server);
        IFileStore store = FileStore.For(server.Address.AbsoluteUri, Stores.Options(folder["cache"]));
        using LocalCopy copy = await store.LocalPathAsync("large",
            new KnownFile(large.Length, Convert.ToHexStringLower(SHA256.HashData(large))), Token);
        Assert.Equal(large, await File.ReadAllBytesAsync(copy.Path, Token));
    }
}
