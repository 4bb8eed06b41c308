using Amazon.S3.Model;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using Pile.TestServices;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Several writers at once: no commit is lost, and none is made twice.</summary>
[Collection("S3")]
public sealed class WriterRaceTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    [Theory]
    [InlineData(false, 16, 3)]
    [InlineData(true, 3, 5)]
    public async Task No_commit_of_several_writers_is_lost_or_doubled(bool isOnS3, int writers, int commitsEach)
    {
        string? address = null;
        if (isOnS3)
        {
            S3Gateway gateway = await S3Gateway.SharedAsync();
            gateway.UseHere();
            address = $"s3://{await gateway.NewBucketAsync()}/lab/notes";
        }
        string layer = await fixture.NewLayerAsync(address);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            await using LayerWorkspace open = await fixture.OpenAsync(layer);
            for (int i = 0; i < commitsEach; i++)
            {
                PatchDraft patch = await open.StageAsync(Batches(Ids((w * commitsEach) + i), Column("n", w), Column($"m{w}", i)),
                    "object_id",
                    new StageOptions(), default);
                await open.CommitAsync(LayerChange.Of(patch, $"writer {w}", $"{i}"), default);
            }
        })));
        LayerStore store = await LayerStore.OpenAsync(layer, fixture.Options.Storage, default);
        LayerCommit[] commits = await store.ReadAsync(1, await store.NewestAsync(default), default);
        Assert.Equal(Enumerable.Range(0, writers).SelectMany(w => Enumerable.Range(0, commitsEach).Select(i => $"writer {w} {i}")).Order(),
            commits.Select(c => $"{c.Author} {c.Message}").Order());
        await LayerVerification.RunAsync(store, default);
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        Assert.Equal(writers * commitsEach, await dataset.CountAsync(dataset.Query().Where("n IS NOT NULL")));
        for (int w = 0; w < writers; w++)
            Assert.Equal(commitsEach, await dataset.CountAsync(dataset.Query().Where($"n = {w} AND m{w} = object_id - {w * commitsEach}")));
    }

    [Fact]
    public async Task A_store_that_ignores_the_condition_of_a_write_is_rejected_before_the_first_commit()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        string address = $"s3://{await gateway.NewBucketAsync()}/notes";
        gateway.UseHere();
        string layer = await fixture.NewLayerAsync($"{address}-before");
        await using FaultProxy proxy = new(gateway.Endpoint);
        HashSet<string> written = [];
        // A write of a file that exists is reported as done, as by servers that do not know the condition.
        proxy.Plan = (request, _) => request.Method != "PUT" || request["If-None-Match"] is null || written.Add(request.Target) ? null
            : new Fault { Status = 200 };
        foreach ((string name, string value) in gateway.Variables(proxy.Address))
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            StoreException create = await Assert.ThrowsAsync<StoreException>(() => fixture.NewLayerAsync(address)),
                commit = await Assert.ThrowsAsync<StoreException>(() => fixture.SetAsync(layer, Ids(1), Column("n", 1)));
            Assert.All([create, commit], e => Assert.Contains("ignores 'If-None-Match: *'", e.Message));
            Assert.DoesNotContain(written, target => target.Contains("commits", StringComparison.Ordinal));
        }
        finally
        {
            gateway.UseHere();
        }
    }

    [Fact]
    public async Task A_missing_commit_of_a_remote_layer_is_reported_and_is_not_made_again()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        gateway.UseHere();
        string bucket = await gateway.NewBucketAsync(), layer = await fixture.NewLayerAsync($"s3://{bucket}/notes");
        for (int i = 0; i < 4; i++)
            await fixture.SetAsync(layer, Ids(1), Column("n", i));
        await gateway.Client.DeleteObjectAsync(bucket, "notes/commits/00000003.json");
        LayerInvalidException e = await Assert.ThrowsAsync<LayerInvalidException>(() => fixture.SetAsync(layer, Ids(1), Column("n", 9)));
        Assert.Contains("commit 3 is missing", e.Message);
    }

    [Fact]
    public async Task A_remote_layer_is_read_and_a_changed_or_missing_patch_is_detected()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        gateway.UseHere();
        string bucket = await gateway.NewBucketAsync(), layer = await fixture.NewLayerAsync($"s3://{bucket}/notes");
        LayerCommit commit = await fixture.SetAsync(layer, Ids(1, 2, 3), Column("n", 1, 2, 3));
        string key = $"notes/data/{commit.Operations[^1].Patch}.parquet";
        await gateway.PutFolderAsync(bucket, "zoo", fixture.Dataset);
        await using (Dataset remote = await Dataset.OpenAsync($"s3://{bucket}/zoo", fixture.Options with { Layers = [layer] }))
        {
            Assert.Equal(2, await remote.CountAsync(remote.Query().Where("n > 1 AND i8 IS NOT NULL")));
            await foreach (RowBatch batch in remote.QueryAsync(remote.Query().Where("n = 3").Columns("object_id", "n")))
                Assert.Equal((3L, 3), (batch.Values<long>("object_id")[0], batch.Values<int>("n")[0]));
        }
        Directory.Delete(Path.Combine(fixture.Folder, "cache"), recursive: true);
        byte[] bytes;
        using (GetObjectResponse found = await gateway.Client.GetObjectAsync(bucket, key))
        using (MemoryStream copy = new())
        {
            await found.ResponseStream.CopyToAsync(copy);
            bytes = copy.ToArray();
        }
        bytes[bytes.Length / 2] ^= 4;
        await gateway.PutAsync(bucket, key, bytes);
        await Assert.ThrowsAnyAsync<PileException>(() => Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] }));
        await gateway.Client.DeleteObjectAsync(bucket, key);
        LayerInvalidException missing = await Assert.ThrowsAsync<LayerInvalidException>(
            () => Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] }));
        Assert.Contains("missing", missing.Message);
    }
}
