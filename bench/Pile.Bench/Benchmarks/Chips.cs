using System.Diagnostics;
using System.Globalization;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Publishing;
using Pile.Reading;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures how fast chips of cloud-optimized GeoTIFFs are read, indexed and found.</summary>
internal sealed class Chips : IBenchmark
{
    private const string Script = "chips.py", Column = "chip_array";
    private const int Rounds = 3, BatchRows = 256, CheckedChips = 300, Regions = 50, WarmRegions = 10, Threads = 2;
    private const double MinOpened = 3.5, MinKept = 1.8, MinOpenedInOrder = 12, MinKeptInOrder = 1.5, MinShare = 0.8, MinBuild = 20,
        MaxSearchMs = 30;

    public string Name => "chips";

    public IReadOnlyList<string> PeerScripts => [Script];

    private static int Count => Math.Max((int)(10_000 * InputScale.Factor), 2 * CheckedChips);

    private string Work => Folders.Work(Name);

    public void Require()
    {
        ProgramRun.RequireTime();
        Folders.RequireProgram();
    }

    public async Task<Section> RunAsync()
    {
        Peer.Generate(Script, Name);
        WriteRecipe("scenes", "scenes.ndjson", "probe: headers");
        foreach (string items in (string[])["items", "searched"])
            WriteRecipe(items, $"{items}.ndjson", "sensor: sentinel-2-l2a\n  bands: [B04, B03, B02]");
        Build("scenes");
        List<Figure> figures = [.. await ReadsAsync(), BuildFigure(out long rows), .. await SearchesAsync()];
        return new Section(
            "Chips of scenes",
            $"""
            {Count:N0} chips of 3 × 256 × 256 uint16 of synthetic scenes of 7,680² pixels (cloud-optimized GeoTIFFs, blocks of 1,024²,
            deflate with predictor), from a warm file cache, {Rounds} rounds. Ours reads batches of {BatchRows} chips through
            `RowReader.ReadAsync`. rasterio reads window by window on {Threads} threads, and opens each file for each chip, or keeps all
            files open on each thread. The pixels of {CheckedChips} chips are compared by SHA-256. *libdeflate* decompresses the same rows
            of the same blocks on as many threads, and does nothing else. The build makes {rows:N0} chips of copies of a real Sentinel-2
            item, without reading pixels: whole processes; its peer computes the footprints in a loop, and writes no index. The searches
            are over ten million such chips, in an open dataset.
            """,
            [("ours", Commands.Of(Name)), ("build", $"out/pile {string.Join(' ', BuildArguments("items"))}"),
                ("peer", Peer.CommandOf(Script, "serve", Work)), ("peer", Peer.CommandOf(Script, "build", $"{Work}/items.ndjson", "256"))],
            figures);
    }

    private async Task<List<Figure>> ReadsAsync()
    {
        string folder = Folders.Work(Name, "d/scenes"), copyFolder = Folders.Work(Name, "d/copy");
        await using Dataset dataset = await Dataset.OpenAsync(folder);
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().Columns(Column));
        Random random = new(1);
        int[] inOrder = [.. Enumerable.Range(0, reader.Count).Take(Count)], shuffled = [.. Enumerable.Range(0, reader.Count)];
        random.Shuffle(shuffled);
        shuffled = shuffled[..inOrder.Length];
        (int Scene, int X, int Y)[] places = await ChipReads.PlacesAsync(dataset);
        WriteOrder("random", shuffled, places);
        WriteOrder("index", inOrder, places);
        using Peer peer = Peer.Start(Script, Work);
        string found = await ChipReads.Sha256Async(reader, shuffled[..CheckedChips], BatchRows), expected = peer.Run("pixels").Checksum;
        if (found != expected)
            throw new BenchFailedException($"the pixels differ from rasterio's: SHA-256 {found}, expected {expected}.");

        List<Figure> figures =
        [
            Against("random chips", shuffled, "opened random", "rasterio, opened for each chip", MinOpened),
            Against("random chips", shuffled, "kept random", "rasterio, files kept open", MinKept),
            Against("chips in the order of the index", inOrder, "opened index", "rasterio, opened for each chip", MinOpenedInOrder),
            Against("chips in the order of the index", inOrder, "kept index", "rasterio, files kept open", MinKeptInOrder),
        ];
        BareBlocks bare = await BareBlocks.OpenAsync(Folders.Work(Name, "scenes"), [.. shuffled.Select(row => places[row])]);
        Duel share = Duel.Run("bare libdeflate", () => Read(reader, shuffled) with { Checksum = "" },
            () => bare.Run(Threads), Rounds);
        figures.Add(Figure.Of("random chips, of the speed of libdeflate alone", share, Rate(shuffled.Length),
            "libdeflate, the same rows of the same blocks", MinShare));

        if (Directory.Exists(copyFolder))
            Directory.Delete(copyFolder, recursive: true);
        await DatasetCopy.RunAsync(folder, copyFolder, new CopyOptions { Materialize = true });
        await using Dataset copy = await Dataset.OpenAsync(copyFolder);
        RowReader stored = await copy.OpenRowsAsync(copy.Query().Columns(Column));
        Duel materialized = Duel.Run("materialized", () => Read(stored, shuffled), () => Read(reader, shuffled), Rounds);
        figures.Add(Figure.Of("random chips of a copy that stores them", materialized, Rate(shuffled.Length),
            "ours, windows of the scenes"));
        return figures;

        Figure Against(string what, int[] order, string pass, string name, double least) => Figure.Of(what,
            Duel.Run($"{what} / {name}", () => Read(reader, order), () => peer.Run(pass), Rounds, warmUp: pass == "opened random"),
            Rate(order.Length), name, least);
    }

    private Figure BuildFigure(out long rows)
    {
        List<double> ours = [], peers = [];
        rows = 0;
        for (int round = 0; round < Rounds; round++)
        {
            ProgramRun loop = ProgramRun.Run("/usr/bin/python3", $"bench/peers/{Script}", "build", $"{Work}/items.ndjson", "256");
            rows = long.Parse(loop.Output.Trim(), CultureInfo.InvariantCulture);
            peers.Add(loop.Seconds);
            ours.Add(Build("items").Seconds);
            Progress.Say($"  build: ours {ours[^1]:0.0} s, peer {peers[^1]:0.0} s");
        }
        Duel duel = new(Spread.Of(ours), Spread.Of(peers), Spread.Of(peers.Zip(ours, (p, o) => p / o)));
        long count = rows;
        return Figure.Of("building chips of items", duel, Rate(count), "a loop over shapely and pyproj", MinBuild);
    }

    private async Task<List<Figure>> SearchesAsync()
    {
        Build("searched");
        await using Dataset dataset = await Dataset.OpenAsync(Folders.Work(Name, "d/searched"));
        Random random = new(2);
        List<double> seconds = [], tiles = [];
        long rows = 0;
        for (int i = -WarmRegions; i < Regions; i++)
        {
            (double west, double south) = (-18.5 + (4.5 * random.NextDouble()), -5 + (50 * random.NextDouble()));
            string region = string.Create(CultureInfo.InvariantCulture, $"POLYGON(({west} {south},{west + 0.2} {south},{west + 0.2} "
                + $"{south + 0.2},{west} {south + 0.2},{west} {south}))");
            long start = Stopwatch.GetTimestamp();
            Query query = dataset.Query().Footprint(region).During($"202{random.Next(5)}").Columns("object_id", "item", "mjd");
            await foreach (RowBatch batch in dataset.QueryAsync(query))
                rows += batch.RowCount;
            if (i >= 0)
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            tiles.Add((await dataset.PlanAsync(query)).Tiles.Length);
        }
        Spread spread = Spread.Of(seconds).Times(1000), read = Spread.Of(tiles);
        int all = (await dataset.FilesAsync()).Tiles.Length;
        return
        [
            Figure.Alone(string.Create(CultureInfo.InvariantCulture,
                $"chips of a region of 0.2° and a year, of {dataset.Manifest.Rows:N0} "
                    + $"({rows / (double)(Regions + WarmRegions):0.#} chips)"), spread.Text("0.0", " ms"),
                $"≤ {MaxSearchMs:0} ms", spread.Median <= MaxSearchMs),
            Figure.Alone("files read of the index for it", string.Create(CultureInfo.InvariantCulture,
                $"{read.Median:0.#} ({read.Least:0} – {read.Most:0}) of {all}")),
        ];
    }

    private static Pass Read(RowReader reader, int[] order)
    {
        long start = Stopwatch.GetTimestamp();
        long sum = ChipReads.SumAsync(reader, order, BatchRows).GetAwaiter().GetResult();
        return new Pass(Stopwatch.GetElapsedTime(start).TotalSeconds, sum.ToString(CultureInfo.InvariantCulture));
    }

    private void WriteOrder(string name, int[] order, (int Scene, int X, int Y)[] places) =>
        NpyFile.Write<long>(Folders.Work(Name, $"{name}.npy"), "<i8",
            order.SelectMany(row => (long[])[places[row].Scene, places[row].X, places[row].Y]).ToArray());

    private void WriteRecipe(string name, string items, string keys) => File.WriteAllText(Folders.Work(Name, $"{name}.yaml"), $$"""
        pile: 1
        name: {{name}}
        provenance: { project: Pile, survey: bench, instrument: none, release: "1" }
        licence: CC0-1.0
        citation: none
        source:
          kind: stac-chips
          items: {{items}}
          chip: { size: 256 }
          {{keys}}

        """);

    private ProgramRun Build(string name)
    {
        SurveyBuilds.Remove($"{Work}/d/{name}");
        return ProgramRun.RunWithMemory(Folders.Program, BuildArguments(name));
    }

    private string[] BuildArguments(string name) => ["build", $"{Work}/{name}.yaml", "--out", $"{Work}/d/{name}", "--quiet"];

    private static Func<double, string> Rate(long count) =>
        seconds => string.Create(CultureInfo.InvariantCulture, $"{count / seconds:N0} chips/s");
}
