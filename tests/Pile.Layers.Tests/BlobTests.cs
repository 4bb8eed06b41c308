using System.Collections.Concurrent;
using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using Pile.TestServices;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Blobs of layers: what is stored, what is read, and damage.</summary>
[Collection("S3")]
public sealed class BlobTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    [Fact]
    public async Task Blobs_are_read_back_verified_and_equal_bytes_are_stored_once()
    {
        string layer = await fixture.NewLayerAsync();
        Dictionary<long, byte[]> files = MakeFiles("a", 40);
        LayerCommit commit = await SetAsync(layer, files, "a");
        BlobPack pack = Assert.Single(commit.Operations[^1].Packs);
        Assert.Equal(files.Values.DistinctBy(Convert.ToBase64String).Sum(f => f.Length), pack.Bytes);
        Assert.Equal(pack.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(layer, "blobs",
            pack.Sha256 + ".pack")))));
        (IReadOnlyDictionary<long, BlobReference> blobs, LayerSnapshot snapshot) = await ValuesAsync(layer);
        Assert.Equal(files.Keys.Order(), blobs.Keys.Order());
        foreach ((long id, BlobReference blob) in blobs)
            Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(files[id])), files[id].Length), (blob.Sha256, blob.Bytes));
        Assert.Equal("image/png", blobs[3].Encoding);
        AssertEqual(files, await ReadAsync(snapshot, blobs));

        await using (LayerWorkspace open = await fixture.OpenAsync(layer))
            await open.WriteStateAsync(default);
        await SetAsync(layer, new() { [3] = [1, 2, 3] }, "b");
        files[3] = [1, 2, 3];
        (blobs, snapshot) = await ValuesAsync(layer);
        AssertEqual(files, await ReadAsync(snapshot, blobs));
        using (LayerDatabase database = new(threads: 1))
            Assert.Equal(blobs[3], BlobReference.Parse(
                (await LayerBlame.RunAsync(snapshot, new ObjectId(3), () => database, default))[0].Value!, layer));
        Assert.Equal((2, 2, 1), await LayerVerification.RunAsync(snapshot.Store, default));
        Assert.Equal((0, 0), await LayerCleaning.RunAsync(snapshot.Store, default));
        string copy = fixture.Folder + "/copy" + Guid.NewGuid().ToString("N");
        await LayerFork.RunAsync(snapshot, copy, null, default);
        (blobs, snapshot) = await ValuesAsync(copy);
        AssertEqual(files, await ReadAsync(snapshot, blobs));
    }

    [Fact]
    public async Task Changed_missing_and_forgotten_bytes_are_errors_that_say_so()
    {
        string layer = await fixture.NewLayerAsync();
        LayerCommit commit = await SetAsync(layer, MakeFiles("c", 5), "c");
        (IReadOnlyDictionary<long, BlobReference> blobs, LayerSnapshot snapshot) = await ValuesAsync(layer);
        string path = Path.Combine(layer, "blobs", commit.Operations[^1].Packs[0].Sha256 + ".pack");
        byte[] bytes = File.ReadAllBytes(path), changed = [.. bytes];
        changed[^1] ^= 1;
        File.WriteAllBytes(path, changed);
        Assert.Contains("have changed", (await Assert.ThrowsAsync<LayerInvalidException>(() => ReadAsync(snapshot, blobs))).Message);
        File.WriteAllBytes(path, bytes[..^1]);
        Assert.Contains("ends at byte", (await Assert.ThrowsAsync<LayerInvalidException>(() => ReadAsync(snapshot, blobs))).Message);
        File.Delete(path);
        Assert.Contains("is missing", (await Assert.ThrowsAsync<LayerInvalidException>(() => ReadAsync(snapshot, blobs))).Message);
        await Assert.ThrowsAsync<LayerInvalidException>(() => LayerVerification.RunAsync(snapshot.Store, default));
        File.WriteAllBytes(path, bytes);
        using LayerDatabase database = new(threads: 1);
        await LayerForget.RunAsync(snapshot.Store, [1], "Eve", "wrong pictures", () => database, default);
        Assert.False(File.Exists(path));
        LayerInvalidException forgotten = await Assert.ThrowsAsync<LayerInvalidException>(() => ReadAsync(snapshot, blobs));
        Assert.All((string[])["Eve", "commit 2", "wrong pictures"], part => Assert.Contains(part, forgotten.Message));
        Assert.Empty((await ValuesAsync(layer)).Blobs);
        await Assert.ThrowsAsync<LayerInvalidException>(() => Task.Run(() => BlobReference.Parse("{\"sha256\":\"x\"}", layer)));
    }

    [Fact]
    public async Task Wrong_paths_and_types_are_rejected()
    {
        string layer = await fixture.NewLayerAsync();
        ValueInvalidException missing = await Assert.ThrowsAsync<ValueInvalidException>(() => SetAsync(layer, [], "d", "nowhere.png"));
        Assert.All((string[])["row 0", "'thumb'", "nowhere.png"], part => Assert.Contains(part, missing.Message));
        await Assert.ThrowsAsync<ValueInvalidException>(() => SetAsync(layer, [], "d", "/dev/zero"));
        ValueInvalidException folder = await Assert.ThrowsAsync<ValueInvalidException>(() => SetAsync(layer, [], "d", "/dev"));
        Assert.Contains("it is a folder", folder.Message);
        await fixture.SetAsync(layer, Ids(1), Column("thumb", 1));
        await Assert.ThrowsAsync<ValueInvalidException>(() => SetAsync(layer, MakeFiles("d", 1), "d"));
    }

    [Fact]
    public async Task Blobs_of_a_bucket_are_read_with_few_requests_and_queries_read_none()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        gateway.UseHere();
        string layer = await fixture.NewLayerAsync($"s3://{await gateway.NewBucketAsync()}/notes");
        Dictionary<long, byte[]> files = MakeFiles("e", 200);
        LayerCommit commit = await SetAsync(layer, files, "e");
        (IReadOnlyDictionary<long, BlobReference> blobs, LayerSnapshot snapshot) = await ValuesAsync(layer);
        long before = snapshot.Store.Files.Statistics.Requests;
        AssertEqual(files, await ReadAsync(snapshot, blobs));
        Assert.InRange(snapshot.Store.Files.Statistics.Requests - before, 2, 4);
        Assert.Single(commit.Operations[^1].Packs);
    }

    [Fact]
    public async Task Bytes_of_a_bucket_are_kept_in_the_cache_verified_and_fetched_again_if_the_cache_is_damaged_or_full()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        gateway.UseHere();
        string layer = await fixture.NewLayerAsync($"s3://{await gateway.NewBucketAsync()}/notes");
        Dictionary<long, byte[]> files = MakeFiles("f", 300);
        string pack = (await SetAsync(layer, files, "f")).Operations[^1].Packs[0].Sha256;
        (IReadOnlyDictionary<long, BlobReference> blobs, LayerSnapshot snapshot) = await ValuesAsync(layer);
        AssertEqual(files, await ReadAsync(snapshot, blobs));
        string cached = Assert.Single(Directory.GetFiles(fixture.Options.Storage!.CacheFolder!, $"{pack}.pack",
            SearchOption.AllDirectories));

        (_, snapshot) = await ValuesAsync(layer);
        StoreStatistics before = snapshot.Store.Files.Statistics;
        AssertEqual(files, await ReadAsync(snapshot, blobs));
        Assert.InRange(snapshot.Store.Files.Statistics.Requests - before.Requests, 0, 1); // the length of the pack
        Assert.Equal(before.BytesFetched, snapshot.Store.Files.Statistics.BytesFetched);

        byte[] damaged = File.ReadAllBytes(cached);
        for (int i = 1000; i < damaged.Length; i += 40_000)
            damaged[i] ^= 0x10;
        File.WriteAllBytes(cached, damaged);
        AssertEqual(files, await ReadAsync(snapshot, blobs));
        AssertEqual(files, await ReadAsync(snapshot, blobs));
        Assert.NotEqual(damaged, File.ReadAllBytes(cached));

        LayerStore small = await LayerStore.OpenAsync(layer, new StoreOptions
        {
            CacheFolder = Path.Combine(fixture.Folder, "small"),
            CacheBytes = 40_000
        }, default);
        snapshot = LayerSnapshot.Of(small, await small.ResolveAsync(null, default));
        AssertEqual(files, await ReadAsync(snapshot, blobs));
    }

    [Theory]
    [InlineData("../secret.txt")]
    [InlineData("link.txt")]
    [InlineData("linked/secret.txt")]
    [InlineData("")]
    public async Task Files_outside_of_the_folder_of_the_table_are_read_only_if_their_folder_is_named(string path)
    {
        string folder = Path.Combine(fixture.Folder, "tables"), secret = Path.Combine(fixture.Folder, "secret.txt");
        Directory.CreateDirectory(folder);
        File.WriteAllText(secret, "secret");
        if (!Path.Exists(Path.Combine(folder, "linked")))
        {
            File.CreateSymbolicLink(Path.Combine(folder, "link.txt"), "../secret.txt");
            File.CreateSymbolicLink(Path.Combine(folder, "linked"), fixture.Folder);
        }
        await using LayerWorkspace open = await fixture.OpenAsync(await fixture.NewLayerAsync());
        StageOptions options = new()
        {
            Types = new Dictionary<string, FieldType> { ["thumb"] = FieldType.Blob },
            BlobFolder = folder,
        };
        Task<PatchDraft> StageAsync(StageOptions staged) =>
            open.StageAsync(Batches(Ids(1), Text("thumb", path.Length == 0 ? secret : path)), "object_id", staged, default);

        string message = (await Assert.ThrowsAsync<ValueInvalidException>(() => StageAsync(options))).Message;
        Assert.Contains($"is not the path of a file in the folder of the table ('{folder}')", message);
        Assert.Equal(1, (await StageAsync(options with { FurtherBlobFolder = fixture.Folder })).Rows);
    }

    [Fact]
    public async Task Labels_are_compared_by_name_and_unknown_names_are_listed()
    {
        string layer = await fixture.NewLayerAsync();
        await using (LayerWorkspace open = await fixture.OpenAsync(layer))
            await open.CommitAsync(LayerChange.Of(await open.StageAsync(Batches(Ids(1, 2, 3, 4), Text("kind", "WBC", "RBC", "it's", null)),
                "object_id", new StageOptions { Types = new Dictionary<string, FieldType> { ["kind"] = FieldType.Label } }, default), "A",
                "x"), default);
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        foreach ((string condition, long[] expected) in ((string, long[])[])[
            ("kind = 'WBC'", [1]), ("'RBC' = kind", [2]), ("kind <> 'WBC'", [2, 3]), ("kind IN ('WBC', 'it''s') AND object_id > 0", [1, 3]),
            ("kind NOT IN ('WBC')", [2, 3]), ("kind = 0 OR kind = 1", [2, 1]), ("kind IS NOT DISTINCT FROM 'RBC'", [2]),
            ("/* é 'x' */ kind = 'RBC' -- 'WBC'", [2])])
        {
            List<long> found = [];
            await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where(condition).Columns("object_id")))
                found.AddRange(batch.Values<long>("object_id"));
            Assert.Equal(expected.Order(), found.Order());
        }
        ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(
            () => dataset.CountAsync(dataset.Query().Where("kind = 'WBCs'")));
        Assert.Contains("'WBCs' is not a category of 'kind'", unknown.Message);
        Assert.Contains("WBC", unknown.Message);
    }

    // Some files are equal; the fourth is a picture by its first bytes.
    private Dictionary<long, byte[]> MakeFiles(string name, int count)
    {
        Random random = new(count);
        Directory.CreateDirectory(Path.Combine(fixture.Folder, name));
        Dictionary<long, byte[]> files = [];
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = new byte[i % 7 == 6 ? 10 : random.Next(3000)];
            if (i % 7 != 6)
                random.NextBytes(bytes);
            files[i] = i == 3 ? [0x89, .. "PNG\r\n\u001A\n"u8, .. bytes] : bytes;
        }
        return files;
    }

    private async Task<LayerCommit> SetAsync(string layer, Dictionary<long, byte[]> files, string name, params string[] paths)
    {
        string folder = Path.Combine(fixture.Folder, name);
        Directory.CreateDirectory(folder);
        foreach ((long id, byte[] bytes) in files)
            File.WriteAllBytes(Path.Combine(folder, $"{id}.png"), bytes);
        long[] ids = paths.Length > 0 ? [1] : [.. files.Keys];
        await using LayerWorkspace open = await fixture.OpenAsync(layer);
        PatchDraft patch = await open.StageAsync(Batches(Ids(ids), Text("thumb", paths.Length > 0 ? paths
            : [.. ids.Select(i => $"{i}.png")])), "object_id", new StageOptions
            {
                Types = new Dictionary<string, FieldType> { ["thumb"] = FieldType.Blob },
                BlobFolder = folder,
            }, default);
        return await open.CommitAsync(LayerChange.Of(patch, "Ann", "x"), default);
    }

    private async Task<(IReadOnlyDictionary<long, BlobReference> Blobs, LayerSnapshot Layer)> ValuesAsync(string layer)
    {
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        Dictionary<long, BlobReference> blobs = [];
        if (dataset.LayeredManifest.Column("thumb") is not null)
            await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where("thumb IS NOT NULL").Columns("object_id", "thumb")))
                for (int i = 0; i < batch.RowCount; i++)
                    blobs[batch.Values<long>("object_id")[i]] = BlobReference.Parse(((TextColumnData)batch["thumb"]).Text(i), layer);
        LayerSnapshot snapshot = dataset.Layers[0].Snapshot;
        return (blobs, snapshot);
    }

    private static async Task<Dictionary<long, byte[]>> ReadAsync(LayerSnapshot layer, IReadOnlyDictionary<long, BlobReference> blobs)
    {
        long[] ids = [.. blobs.Keys];
        ConcurrentDictionary<long, byte[]> read = [];
        await new BlobReader(layer).ReadAsync([.. ids.Select(i => blobs[i])], (i, bytes) =>
        {
            read[ids[i]] = bytes.ToArray();
            return Task.CompletedTask;
        }, default);
        return new(read);
    }

    private static void AssertEqual(Dictionary<long, byte[]> expected, Dictionary<long, byte[]> found)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        foreach ((long id, byte[] bytes) in expected)
            Assert.Equal(bytes, found[id]);
    }
}
