using System.Diagnostics;
using System.Globalization;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Layers;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures reading the blobs of a layer from an object store with the latency of a remote one.</summary>
/// <remarks>Does not measure blobs of many commits, each of which has a file of its own.</remarks>
internal sealed class BlobReads : IBenchmark
{
    private const int BlobBytes = 100_000, Rounds = 3;
    private const double LatencyMs = 20, MinRatio = 10;
    private const string Prefix = "blobs";

    private static int Blobs { get; } = Math.Max(50, (int)(1000 * InputScale.Factor));

    public string Name => "blobs";

    public IReadOnlyList<string> PeerScripts => [];

    public void Require()
    {
        Folders.RequireProgram();
        Gateway.Require();
    }

    public async Task<Section> RunAsync()
    {
        string table = Folders.Work(Name, "rows.parquet"), dataset = Folders.Work(Name, "dataset"), files = Folders.Work(Name, "files"),
            paths = Folders.Work(Name, "paths.csv");
        await ParquetInput.MakeAsync(table, Blobs, CatalogueBuild.Batch);
        if (!Directory.Exists(dataset))
            ProgramRun.Run(Folders.Program, ["build", "--from", table, "--out", dataset, "--quiet"]);
        long[] ids = await IdsAsync(dataset);
        MakeFiles(files, ids);
        await File.WriteAllLinesAsync(paths, ["object_id,thumb", .. ids.Select(i => $"{i},files/{i}.bin")]);

        await using Gateway gateway = await Gateway.StartAsync();
        string layer = Gateway.AddressOf(Prefix);
        ProgramRun.Run(Folders.Program, ["layer", "create", layer, "--of", dataset]);
        ProgramRun.Run(Folders.Program, ["layer", "set", layer, paths, "--as", "thumb=blob", "--message", "blobs"]);
        using DelayProxy far = DelayProxy.Start(gateway.Endpoint, TimeSpan.FromMilliseconds(LatencyMs));
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", far.Address.GetLeftPart(UriPartial.Authority));
        BlobReference[] blobs = await ValuesAsync(dataset, layer);
        Duel duel = Duel.Run("blobs", () => TimeAsync(layer, blobs, atOnce: blobs.Length).GetAwaiter().GetResult(),
            () => TimeAsync(layer, blobs, atOnce: 1).GetAwaiter().GetResult(), Rounds, warmUp: false);
        Pass warm = await TimeAsync(layer, blobs, blobs.Length, clears: false), again = await TimeAsync(layer, blobs, blobs.Length,
            clears: false);
        return new Section(
            "Blobs of a layer",
            string.Create(CultureInfo.InvariantCulture, $"{Blobs:N0} blobs of {BlobBytes:N0} bytes of one commit, from Ceph's S3 gateway ")
                + string.Create(CultureInfo.InvariantCulture, $"behind a proxy that delays requests by {LatencyMs:0} ms, with an empty ")
                + "cache, against reading one after another; all are verified.",
            [("bench", Commands.Of(Name))],
            [
                Figure.Of(string.Create(CultureInfo.InvariantCulture, $"{Blobs:N0} blobs"), duel,
                    s => string.Create(CultureInfo.InvariantCulture, $"{s:0.00} s"), "one after another", MinRatio),
                Figure.Alone("the same from the cache", string.Create(CultureInfo.InvariantCulture,
                    $"{Math.Min(warm.Seconds, again.Seconds):0.00} s")),
            ]);
    }

    private async Task<Pass> TimeAsync(string layer, BlobReference[] blobs, int atOnce, bool clears = true)
    {
        string cache = Folders.Work(Name, "cache");
        if (clears && Directory.Exists(cache))
            Directory.Delete(cache, recursive: true);
        LayerStore store = await LayerStore.OpenAsync(layer, new StoreOptions { CacheFolder = cache }, default);
        BlobReader reader = new(LayerSnapshot.Of(store, await store.ResolveAsync(null, default)));
        long bytes = 0, start = Stopwatch.GetTimestamp();
        foreach (BlobReference[] part in blobs.Chunk(atOnce))
            await reader.ReadAsync(part, (_, blob) =>
            {
                Interlocked.Add(ref bytes, blob.Length);
                return Task.CompletedTask;
            }, default);
        return new Pass(Stopwatch.GetElapsedTime(start).TotalSeconds, string.Create(CultureInfo.InvariantCulture, $"{bytes}"));
    }

    private static async Task<long[]> IdsAsync(string dataset)
    {
        await using Dataset rows = await Dataset.OpenAsync(dataset);
        List<long> ids = [];
        await foreach (RowBatch batch in rows.QueryAsync(rows.Query().Columns("object_id")))
            ids.AddRange(batch.Values<long>("object_id"));
        return [.. ids];
    }

    private static async Task<BlobReference[]> ValuesAsync(string dataset, string layer)
    {
        await using Dataset rows = await Dataset.OpenAsync(dataset, new() { Layers = [layer] });
        List<BlobReference> blobs = [];
        await foreach (RowBatch batch in rows.QueryAsync(rows.Query().Columns("thumb")))
            for (int i = 0; i < batch.RowCount; i++)
                blobs.Add(BlobReference.Parse(((TextColumnData)batch["thumb"]).Text(i), layer));
        return [.. blobs];
    }

    private static void MakeFiles(string folder, long[] ids)
    {
        Directory.CreateDirectory(folder);
        byte[] bytes = new byte[BlobBytes];
        foreach (long id in ids)
        {
            new Random((int)(id % int.MaxValue)).NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{id}.bin")), bytes);
        }
    }
}
