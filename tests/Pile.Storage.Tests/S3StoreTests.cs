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
        Assert.Empty(uploads.MultipartUploads ?? []);
    }

    [Fact]
    public async Task Listing_reads_all_pages()
    {
        IFileStore store = await StoreWithAsync();
        await Parallel.ForAsync(0, 1005, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token },
            async (i, _) => await gateway.PutAsync(bucket, $"some/prefix/{i:D4}", [1]));
        List<StoredFile> files = await store.ListAsync(cancellationToken: Token).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 1005).Select(i => $"{i:D4}"), files.Select(f => f.Path));
    }

    [Fact]
    public async Task A_dataset_can_occupy_a_complete_bucket()
    {
        await StoreWithAsync("x");
        IFileStore store = Stores.S3(gateway, $"s3://{bucket}", Stores.Options(Folder["cache"]));
        Assert.Equal(Content, await store.ReadAllAsync("some/prefix/x", Content.Length, Token));
        Assert.Equal(["some/prefix-of-another/x", "some/prefix/x"],
            (await store.ListAsync(cancellationToken: Token).ToListAsync()).Select(f => f.Path));
    }

    [Fact]
    public async Task One_of_many_conditional_writes_succeeds()
    {
        IFileStore store = await StoreWithAsync();
        bool[] written = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => store.PutAsync("x", new MemoryStream([(byte)i]), ifAbsent: true, Token)));
        Assert.Single(written, true);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("utf-8")]
    public async Task Objects_with_a_stored_encoding_are_read_as_they_are(string encoding)
    {
        IFileStore store = await StoreWithAsync();
        PutObjectRequest request = new() { BucketName = bucket, Key = "some/prefix/x", InputStream = new MemoryStream(Content) };
        request.Headers.ContentEncoding = encoding;
        await gateway.Client.PutObjectAsync(request, Token);
        Assert.Equal(encoding, (await gateway.Client.GetObjectMetadataAsync(bucket, "some/prefix/x", Token)).Headers.ContentEncoding);
        Assert.Equal(Content, await store.ReadAllAsync("x", Content.Length, Token));
        using IRandomAccessFile file = await store.OpenAsync("x", Token);
        byte[] part = new byte[10];
        await file.ReadAsync(20, part, Token);
        Assert.Equal(Content[20..30], part);
        using LocalCopy copy = await store.LocalPathAsync("x", cancellationToken: Token);
        Assert.Equal(Content, await File.ReadAllBytesAsync(copy.Path, Token));
    }

    [Fact]
    public async Task Opening_a_file_of_known_length_sends_no_request()
    {
        IFileStore store = await StoreWithAsync("x");
        using IRandomAccessFile file = store.Open("x", Content.Length);
        Assert.Equal(0, store.Statistics.Requests);
        await file.ReadAsync(10, new byte[100], Token);
        await file.ReadAsync(200, new byte[50], Token);
        Assert.Equal((2, 150, 0), (store.Statistics.Requests, store.Statistics.BytesFetched, store.Statistics.Retries));
    }
}
