using Amazon.S3.Model;
using Pile.TestServices;

namespace Pile.Storage.Tests;

public sealed class S3StoreTests : StoreWritingContract
{
    private S3Gateway gateway = null!;
    private string bucket = null!;

    internal override async Task<IFileStore> StoreWithAsync(params string[] paths)
    {
        gateway = await S3Gateway.SharedAsync();
        bucket = await gateway.NewBucketAsync();
        foreach (string path in paths)
            await gateway.PutAsync(bucket, $"some/prefix/{path}", Content);
        await gateway.PutAsync(bucket, "some/prefix-of-another/x", [1]);
        return Stores.S3(gateway, $"s3://{bucket}/some/prefix/", Stores.Options(Folder["cache"]));
    }

    protected override async Task RequireNoLeftoversAsync()
    {
        ListMultipartUploadsResponse uploads = await gateway.Client.ListMultipartUploadsAsync(bucket, Token);
        Assert.Empty(uploads.MultipartUploads);
    }

    [Fact]
    public async Task More_than_a_page_is_listed()
    {
        IFileStore store = await StoreWithAsync();
        await Parallel.ForAsync(0, 1005, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token },
            async (i, _) => await gateway.PutAsync(bucket, $"some/prefix/{i:D4}", [1]));
        List<StoredFile> files = await store.ListAsync(cancellationToken: Token).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 1005).Select(i => $"{i:D4}"), files.Select(f => f.Path));
    }

    [Fact]
    public async Task A_bucket_may_be_a_dataset_as_a_whole()
    {
        await StoreWithAsync("x");
        IFileStore store = Stores.S3(gateway, $"s3://{bucket}", Stores.Options(Folder["cache"]));
        Assert.Equal(Content, await store.ReadAllAsync("some/prefix/x", Content.Length, Token));
        Assert.Equal(["some/prefix-of-another/x", "some/prefix/x"],
            (await store.ListAsync(cancellationToken: Token).ToListAsync()).Select(f => f.Path));
    }

    [Fact]
    public async Task Of_two_who_put_what_is_absent_one_does()
    {
        IFileStore store = await StoreWithAsync();
        bool[] written = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => store.PutAsync("x", new MemoryStream([(byte)i]), ifAbsent: true, Token)));
        Assert.Single(written, true);
    }

    [Fact]
    public async Task A_known_length_costs_no_request_and_reads_are_counted()
    {
        IFileStore store = await StoreWithAsync("x");
        using IRandomAccessFile file = store.Open("x", Content.Length);
        Assert.Equal(0, store.Statistics.Requests);
        await file.ReadAsync(10, new byte[100], Token);
        await file.ReadAsync(200, new byte[50], Token);
        Assert.Equal((2, 150, 0), (store.Statistics.Requests, store.Statistics.BytesFetched, store.Statistics.Retries));
    }
}
