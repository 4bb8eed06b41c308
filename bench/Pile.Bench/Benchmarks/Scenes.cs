using System.Globalization;
using System.Text.Json;
using Pile.Bench.Harness;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures how fast lines of STAC items become a dataset of scenes.</summary>
internal sealed class Scenes : IBenchmark
{
    private const string Script = "scenes.py", Python = "/usr/bin/python3";
    private const int Rounds = 3;
    private const double MinBytesPerSecond = 100e6, MaxGiB = 1, GiB = 1 << 30;

    public string Name => "scenes";

    public IReadOnlyList<string> PeerScripts => [Script];

    private string Items => $"{Folders.Work(Name)}/items.ndjson";

    private string[] BuildArguments => ["build", $"{Folders.Work(Name)}/items.yaml", "--out", $"{Folders.Work(Name)}/dataset", "--quiet",
        "--json"];

    public void Require()
    {
        ProgramRun.RequireTime();
        Folders.RequireProgram();
    }

    public Task<Section> RunAsync()
    {
        Peer.Generate(Script, Name);
        File.WriteAllText(Folders.Work(Name, "items.yaml"), """
            pile: 1
            name: items
            provenance: { project: Pile, survey: bench, instrument: none, release: "1" }
            licence: CC0-1.0
            citation: none
            source: { kind: stac-scenes, items: items.ndjson }

            """);
        List<ProgramRun> builds = [];
        string rows = "";
        Duel duel = Duel.Run("scenes", () =>
        {
            SurveyBuilds.Remove($"{Folders.Work(Name)}/dataset");
            builds.Add(ProgramRun.RunWithMemory(Folders.Program, BuildArguments));
            using JsonDocument summary = JsonDocument.Parse(builds[^1].Output);
            return new Pass(builds[^1].Seconds, summary.RootElement.GetProperty("rows").GetRawText());
        }, () =>
        {
            ProgramRun loop = ProgramRun.Run(Python, $"bench/peers/{Script}", "read", Items);
            return new Pass(loop.Seconds, rows = loop.Output.Trim());
        }, Rounds, warmUp: false);
        SurveyBuilds.Remove($"{Folders.Work(Name)}/dataset");
        double bytes = new FileInfo(Items).Length;
        Spread ofCore = Spread.Of(builds.Select(b => bytes / b.ProcessorSeconds));
        return Task.FromResult(new Section(
            "Scenes of STAC items",
            string.Create(CultureInfo.InvariantCulture, $"""
            {bytes / 1e9:0.0} GB of lines of JSON, {rows} copies of a real Sentinel-2 item at other places and times, from a warm file
            cache, {Rounds} rounds of whole processes. The speed of one core is the size of the items divided by the processor time of all
            threads. The peer is a loop over the items with json and shapely, which keeps a row of each in memory and writes nothing.
            """),
            [("ours", $"out/pile {string.Join(' ', BuildArguments)}"), ("peer", Peer.CommandOf(Script, "read", Items))],
            [
                Figure.Of("scenes of the items", duel, seconds => Rate(bytes / seconds), "json, shapely"),
                Figure.Alone("the same, for each core", ofCore.Times(1e-6).Text("0", " MB/s"), $"≥ {Rate(MinBytesPerSecond)}",
                    ofCore.Median >= MinBytesPerSecond),
                Figure.Alone("the same, peak memory", SurveyBuilds.MemoryOf(builds), $"≤ {MaxGiB:0} GiB",
                    builds.Max(b => b.PeakBytes) <= MaxGiB * GiB),
            ]));
    }

    private static string Rate(double bytesPerSecond) => string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond / 1e6:0} MB/s");
}
