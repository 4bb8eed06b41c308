using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Storage.Tests;

/// <summary>Whatever happens between client and server ends in right bytes or in an error that says what happened.</summary>
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

    private static async Task<StoreException> RefusedAsync(IFileStore store, StoreFault fault)
    {
        StoreException e = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(store));
        Assert.Equal(fault, e.Fault);
        Assert.Contains("/d/x: ", e.Message, StringComparison.Ordinal);
        return e;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Broken_connections_are_taken_up_where_they_broke(string kind)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        // What fits into the receiver's buffer however slow it is: a reset takes along what was not sent yet.
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
    public async Task A_file_cut_on_its_way_whole_is_whole_in_the_end(string kind)
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
    public async Task A_store_in_trouble_is_asked_again_and_then_no_more(string kind, int status, StoreFault fault)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        proxy.Plan = (_, number) => number < 4 ? new Fault { Status = status } : null;
        Assert.Equal(Content[1000..201_000], await ReadAsync(store));
        proxy.Plan = (_, _) => new Fault { Status = status };
        StoreException e = await RefusedAsync(store, fault);
        Assert.Contains($"HTTP {status}", e.Message, StringComparison.Ordinal);
        Assert.Contains("asked 5 times", e.Message, StringComparison.Ordinal);
        Assert.Equal(10, proxy.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Silence_and_dribble_are_not_waited_for(string kind)
    {
        // a busy machine may be silent as well
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
        Assert.InRange(proxy.Requests.Count, 4, 12); // three attempts given up: waited for, each of them ends well
        Assert.InRange(clock.Elapsed.TotalSeconds, 2, double.MaxValue);
        (store, proxy) = await ThroughProxyAsync(kind, o => o with { IdleTimeout = TimeSpan.FromMilliseconds(200) });
        proxy.Plan = (_, _) => new Fault { StallAfter = 1000 };
        await RefusedAsync(store, StoreFault.Unreachable);
    }

    [Theory]
    [InlineData("s3", "bytes 0-199999/500000")]
    [InlineData("http", "bytes 0-199999/500000")]
    [InlineData("http", "bytes 1000-300999/500000")]
    [InlineData("http", "bytes 1000-99999/500000")]
    [InlineData("http", null)]
    public async Task Another_range_than_the_one_asked_for_is_an_error(string kind, string? range)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        proxy.Plan = (_, _) => new Fault { Head = head => head["Content-Range"] = range };
        StoreException e = await RefusedAsync(store, StoreFault.WrongAnswer);
        Assert.Contains("bytes 1000 to 200999 were asked for", e.Message, StringComparison.Ordinal);
        Assert.Single(proxy.Requests);
    }

    [Fact]
    public async Task An_encoded_answer_is_an_error()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("http");
        proxy.Plan = (_, _) => new Fault { Head = head => head["Content-Encoding"] = "gzip" };
        await RefusedAsync(store, StoreFault.WrongAnswer);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_that_changes_under_a_reader_is_an_error_and_no_mixture(string kind)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        await ReadAsync(store);
        byte[] other = Stores.Bytes(Content.Length, seed: 2);
        if (kind == "s3")
            await (await S3Gateway.SharedAsync()).PutAsync(bucket, "d/x", other);
        else
            await File.WriteAllBytesAsync(folder["www/d/x"], other, Token);
        StoreException e = await RefusedAsync(store, StoreFault.Changed);
        Assert.Contains("Open the dataset again", e.Message, StringComparison.Ordinal);
        Assert.NotNull(proxy.Requests.Last()["If-Match"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_server_that_does_not_look_at_If_Match_is_found_out_by_its_answer(string kind)
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync(kind);
        proxy.Plan = (_, number) => number == 1 ? new Fault { Head = head => head["ETag"] = "\"another\"" } : null;
        await ReadAsync(store);
        Assert.Contains("\"another\"", (await RefusedAsync(store, StoreFault.Changed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_changes_between_two_attempts_is_an_error_too()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("http");
        proxy.Plan = (_, number) =>
        {
            if (number == 1)
                File.WriteAllBytes(folder["www/d/x"], Stores.Bytes(Content.Length, seed: 3));
            return number == 0 ? new Fault { CutAfter = 50_000 } : null;
        };
        await RefusedAsync(store, StoreFault.Changed);
    }

    [Fact]
    public async Task Damage_on_the_way_into_the_cache_is_mended_or_told()
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
    public async Task Nobody_there_is_an_error_in_time(string kind)
    {
        // Taken and not listened to: a port that is free could be another server's by now.
        using Socket port = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Uri nobody = new($"http://{port.LocalEndPoint}");
        StoreOptions options = Stores.Options(folder["cache"]);
        IFileStore store = kind == "s3" ? Stores.S3(await S3Gateway.SharedAsync(), "s3://bucket/d", options, nobody)
            : FileStore.For($"{nobody}d", options);
        Assert.Contains("refuses connections (asked 5 times)", (await RefusedAsync(store, StoreFault.Unreachable)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Distance_is_hidden_by_asking_in_parallel()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("s3");
        // No answer before sixteen requests are there: one after another, none would come.
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
    public async Task Cancelling_ends_a_wait_for_the_store()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("s3");
        proxy.Plan = (_, _) => new Fault { StallAfter = 10 };
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(200));
        using IRandomAccessFile file = store.Open("x", Content.Length);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await file.ReadAsync(0, new byte[1000], soon.Token));
    }

    [Fact]
    public async Task Parts_of_an_upload_are_sent_again()
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
    public async Task An_upload_that_cannot_end_leaves_nothing()
    {
        (IFileStore store, FaultProxy proxy) = await ThroughProxyAsync("s3");
        proxy.Plan = (request, _) => request.Target.Contains("partNumber=3", StringComparison.Ordinal) ? new Fault { Status = 503 } : null;
        StoreException e = await Assert.ThrowsAsync<StoreException>(
            () => store.PutAsync("large", new MemoryStream(Stores.Bytes(40 << 20)), cancellationToken: Token));
        Assert.Equal(StoreFault.Throttled, e.Fault);
        S3Gateway gateway = await S3Gateway.SharedAsync();
        Assert.Empty((await gateway.Client.ListMultipartUploadsAsync(bucket, Token)).MultipartUploads);
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.ReadAllAsync("large", 1, Token));
    }

    [Fact]
    public async Task A_large_file_comes_in_parts_and_each_is_taken_up_where_it_broke()
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
    public async Task A_large_file_comes_whole_from_a_server_without_ranges()
    {
        Directory.CreateDirectory(folder["www"]);
        byte[] large = Stores.Bytes((17 << 20) + 11);
        await File.WriteAllBytesAsync(folder["www/large"], large, Token);
        FileServer server = new(folder["www"], knowsRanges: false);
        servers.Add(server);
        IFileStore store = FileStore.For(server.Address.AbsoluteUri, Stores.Options(folder["cache"]));
        using LocalCopy copy = await store.LocalPathAsync("large",
            new KnownFile(large.Length, Convert.ToHexStringLower(SHA256.HashData(large))), Token);
        Assert.Equal(large, await File.ReadAllBytesAsync(copy.Path, Token));
    }
}
