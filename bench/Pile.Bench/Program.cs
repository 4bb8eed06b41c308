using System.Globalization;
using Pile.Bench.Benchmarks;
using Pile.Bench.Harness;
using Pile.Bench.Skies;

if (args is ["sky", var kind, var rows, var folder, .. var more] && more is [] or ["--columns"])
{
    (SkyKind sky, int count) = (Enum.Parse<SkyKind>(kind, ignoreCase: true), int.Parse(rows, CultureInfo.InvariantCulture));
    foreach (string side in (string[])["a", "b"])
        Console.WriteLine(await SkyDataset.MakeAsync(folder, sky, count, side, withColumns: more.Length > 0));
    return 0;
}

// Child processes of the bench: the delay proxy, and loaders and matches whose memory is measured.
if (args is [DelayProxy.Verb, var server, var delayMs])
    return await DelayProxy.ServeAsync(new Uri(server), int.Parse(delayMs, CultureInfo.InvariantCulture));
if (args is [LoaderProcess.Verb, var what, var dataset])
    return await LoaderProcess.MeasureAsync(what, dataset);
if (args is [MatchProcess.Verb, var sideA, var sideB])
    return await MatchProcess.MeasureAsync(sideA, sideB);

IBenchmark[] all = [new RandomRows(), new RemoteRows(), new LoaderRuns(), new AngToPix(), new CatalogueBuild(), new StatisticsCost(),
    new IndexScan(), new RegionQueries(), new CrossMatchPairs(), new LayerRuns(), new BlobReads()];
// These need much time, memory or disk, so they run only by name.
IBenchmark[] large = [new SurveyBuilds(), new AdoptedArchives(), new Chips(), new RemoteChips(), new Scenes(), new CrossMatchLarge(),
    new ScienceMatches()];
IBenchmark[] asked = args is ["all"] ? all : [.. all.Concat(large).Where(b => args is [var name, ..] && b.Name == name)];
bool isKept = args is ["all"] or [_, "keep"];
if (asked.Length == 0 || (args.Length > 1 && !isKept))
{
    Console.Error.WriteLine($"bench: expected one of {string.Join(", ", all.Concat(large).Select(b => b.Name))}, or all, which writes "
        + "bench/RESULTS.md. 'NAME keep' replaces only its section in that file.");
    return 2;
}
try
{
    // Detects a missing peer before the first benchmark runs.
    SortedDictionary<string, string> versions = new(StringComparer.OrdinalIgnoreCase);
    foreach (IBenchmark benchmark in asked)
    {
        benchmark.Require();
        foreach (string script in benchmark.PeerScripts)
            foreach ((string name, string version) in Peer.VersionsOf(script))
                versions[name] = version;
    }

    MachineFacts machine = MachineFacts.Read();
    List<Section> sections = [];
    foreach (IBenchmark benchmark in asked)
    {
        Progress.Say($"{benchmark.Name}:");
        sections.Add(await benchmark.RunAsync());
    }
    string report = Report.Render(args[0], machine, versions, sections);
    if (isKept && InputScale.IsFull)
        await File.WriteAllTextAsync(Folders.Results,
            args is ["all"] ? report : Report.Replace(await File.ReadAllTextAsync(Folders.Results), machine, sections));
    Console.Out.Write(report);
    return 0;
}
catch (BenchFailedException e)
{
    Console.Error.WriteLine($"bench: {e.Message}");
    return 1;
}
