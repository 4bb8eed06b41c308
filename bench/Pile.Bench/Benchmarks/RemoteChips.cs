using System.Diagnostics;
using System.Globalization;
using Pile.Bench.Harness;
using Pile.Reading;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures how fast chips of cloud-optimized GeoTIFFs in an object store are read, with the latency of a remote one.</summary>
internal sealed class RemoteChips : IBenchmark
{
    private const string Input = "chips", InputScript = "chips.py", Script = "chips_s3.py", Column = "chip_array", Prefix = "chips";
    private const int Rounds = 3, BatchRows = 64, CheckedChips = 60, BlockChips = 4, Bands = 3;
    private const double LatencyMs = 20, MinOpened = 5, MaxRequests = 1.1, MaxExcess = 0.05;

    public string Name => "chips-remote";

    public IReadOnlyList<string> PeerScripts => [InputScript, Script];

    private static int Count => Math.Max((int)(1000 * InputScale.Factor), 2 * CheckedChips);

    private string Work => Folders.Work(Name);

    public void Require()
    {
        Gateway.Require();
        Folders.RequireProgram();
    }

    public async Task<Section> RunAsync()
    {
        Peer.Generate(InputScript, Input);
        await using Gateway gateway = await Gateway.StartAsync();
        await Gateway.PutAsync(Folders.Work(Input, "scenes"), $"{Prefix}/scenes");
        using DelayProxy far = DelayProxy.Start(gateway.Endpoint, TimeSpan.FromMilliseconds(LatencyMs));
        Build();
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL", far.Address.AbsoluteUri.TrimEnd('/'));
        (int Row, int Scene, int X, int Y)[] chips = await ChipsAsync();
        chips = chips[..Math.Min(Count, chips.Length)];
        NpyFile.Write<long>(Folders.Work(Name, "order.npy"), "<i8",
            chips.SelectMany(c => (long[])[c.Scene, c.X, c.Y]).ToArray());
        int[] rows = [.. chips.Select(c => c.Row)];
        using Peer peer = Peer.Start(Script, Work, Gateway.AddressOf($"{Prefix}/scenes")["s3://".Length..], far.Address.Authority);
        string found = await Sha256Async(rows), expected = peer.Run("pixels").Checksum;
        if (found != expected)
            throw new BenchFailedException($"the pixels differ from rasterio's: SHA-256 {found}, expected {expected}.");

        List<Figure> figures =
        [
            Against("opened 2", "rasterio, opened for each chip, 2 threads", MinOpened),
            Against("kept 2", "rasterio, files kept open, 2 threads", MinOpened),
            Against("kept 16", "rasterio, files kept open, 16 threads"),
            .. await CostAsync(rows, chips),
        ];
        return new Section(
            "Chips of scenes in an object store",
            $"""
            {rows.Length:N0} random chips of 3 × 256 × 256 uint16, of the scenes of *Chips of scenes*, from Ceph's S3 gateway on the same
            two cores behind a proxy that delays requests by {LatencyMs:0} ms, {Rounds} rounds. Ours opens the dataset anew in each round,
            so that no block is kept, and reads batches of {BatchRows} chips; opening the dataset, which is local, is not timed. rasterio
            reads through `/vsis3` with the settings that GDAL recommends for cloud-optimized files. The pixels of {CheckedChips} chips are
            compared by SHA-256. *Scattered* chips share no block.
            """,
            [("ours", Commands.Of(Name)), ("peer", Peer.CommandOf(Script, "serve", Work, $"bench/{Prefix}/scenes", "ENDPOINT"))],
            figures);

        Figure Against(string pass, string name, double? least = null) => Figure.Of("random chips, 20 ms away",
            Duel.Run($"chips of a store / {name}", () => ReadAsync(rows).GetAwaiter().GetResult(), () => peer.Run(pass), Rounds,
                warmUp: false),
            seconds => string.Create(CultureInfo.InvariantCulture, $"{rows.Length / seconds:N0} chips/s"), name, least);
    }

    private async Task<List<Figure>> CostAsync(int[] rows, (int Row, int Scene, int X, int Y)[] chips)
    {
        int[] scattered = [.. chips.DistinctBy(c => (c.Scene, c.X / BlockChips, c.Y / BlockChips)).Select(c => c.Row)];
        (double requests, _) = await CountAsync(scattered);
        (_, double excess) = await CountAsync(rows);
        return
        [
            Figure.Alone("requests per band and chip, scattered chips", string.Create(CultureInfo.InvariantCulture, $"{requests:0.000}"),
                $"≤ {MaxRequests.ToString(CultureInfo.InvariantCulture)}", requests <= MaxRequests),
            Figure.Alone("bytes read beyond whole blocks", string.Create(CultureInfo.InvariantCulture, $"{excess:0.0 %}"),
                $"≤ {MaxExcess:0 %}", excess <= MaxExcess),
        ];
    }

    private async Task<(double Requests, double Excess)> CountAsync(int[] rows)
    {
        await using Dataset dataset = await OpenAsync();
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().Columns(Column));
        long before = dataset.Statistics.Requests;
        await ChipReads.SumAsync(reader, rows, BatchRows);
        ReadStatistics reads = dataset.Reads;
        Progress.Say($"  {rows.Length} chips: {dataset.Statistics.Requests - before} requests, {reads}");
        return ((dataset.Statistics.Requests - before) / (double)(rows.Length * Bands), (reads.BytesRead / (double)reads.BytesUsed) - 1);
    }

    private async Task<Pass> ReadAsync(int[] rows)
    {
        await using Dataset dataset = await OpenAsync();
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().Columns(Column));
        long start = Stopwatch.GetTimestamp();
        long sum = await ChipReads.SumAsync(reader, rows, BatchRows);
        return new Pass(Stopwatch.GetElapsedTime(start).TotalSeconds, sum.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<string> Sha256Async(int[] rows)
    {
        await using Dataset dataset = await OpenAsync();
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().Columns(Column));
        return await ChipReads.Sha256Async(reader, rows[..CheckedChips], BatchRows);
    }

    // In a random order, with the rows of a reader.
    private async Task<(int Row, int Scene, int X, int Y)[]> ChipsAsync()
    {
        await using Dataset dataset = await OpenAsync();
        (int Row, int Scene, int X, int Y)[] shuffled =
            [.. (await ChipReads.PlacesAsync(dataset)).Select((chip, row) => (row, chip.Scene, chip.X, chip.Y))];
        new Random(1).Shuffle(shuffled);
        return shuffled;
    }

    private Task<Dataset> OpenAsync() => Dataset.OpenAsync(Folders.Work(Name, "d"), new DatasetOptions
    {
        Mounts = new Dictionary<string, string>
        {
            [Gateway.AddressOf($"{Prefix}/scenes")] = Gateway.AddressOf($"{Prefix}/scenes"),
        },
    });

    private void Build()
    {
        Directory.CreateDirectory(Folders.Work(Name, ""));
        File.WriteAllText(Folders.Work(Name, "scenes.yaml"), $$"""
            pile: 1
            name: scenes
            provenance: { project: Pile, survey: bench, instrument: none, release: "1" }
            licence: CC0-1.0
            citation: none
            source:
              kind: stac-chips
              items: ../{{Input}}/scenes.ndjson
              assets: { mount: "{{Gateway.AddressOf($"{Prefix}/scenes")}}" }
              chip: { size: 256 }
              probe: headers

            """);
        SurveyBuilds.Remove($"{Work}/d");
        ProgramRun.Run(Folders.Program, "build", $"{Work}/scenes.yaml", "--out", $"{Work}/d", "--quiet");
    }
}
