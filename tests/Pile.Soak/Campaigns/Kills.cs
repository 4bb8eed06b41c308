using System.Diagnostics;
using System.Globalization;
using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Soak.Campaigns;

/// <summary>Kills the program while it writes, then runs it again.</summary>
internal sealed class Kills : Campaign
{
    private readonly List<Work> works = [];

    internal override string Name => "kills";

    internal override string Promise =>
        "A build, copy, match or index rebuild is killed (SIGKILL) at a random moment. Its result is then absent, or complete; running it "
            + "again gives the same bytes as " +
        "an undisturbed run, and leaves no temporary files.";

    internal override int FullCount => 500;

    internal override async Task PrepareAsync(string folder)
    {
        string catalogue = await SampleDataset.Catalogue.BuildAsync(folder), spectra = await SampleDataset.Spectra.BuildAsync(folder),
            table = TestPaths.Data("catalog/gaia_results.fits");
        string recipe = Path.Combine(TestPaths.Root, "examples", "demo", "sdss.yaml");
        works.Add(new Work("build of a table", output => ["build", "--from", table, "--out", output], ["--resume"], ["--replace"],
            null));
        works.Add(new Work("build of spectra", output => ["build", recipe, "--out", output], ["--resume"], ["--replace"], null));
        works.Add(new Work("copy", output => ["copy", spectra, output, "--yes"], ["--resume"], ["--resume"], null));
        works.Add(new Work("match to a file", output => ["crossmatch", catalogue, table, "--radius", "5", "--columns", "b.parallax",
            "--out", output + ".parquet"], ["--replace"], ["--replace"], null));
        works.Add(new Work("match to a dataset",
            output => ["crossmatch", catalogue, catalogue, "--radius", "0.1", "--out", output + "/"], [], ["--replace"], null));
        works.Add(new Work("index rebuild", output => ["index", "rebuild", output], [], [], catalogue));
        foreach (Work work in works)
        {
            string own = Directory.CreateDirectory(Path.Combine(folder, work.Name)).FullName, output = Path.Combine(own, "output");
            long began = Stopwatch.GetTimestamp();
            PileResult result = await work.RunAsync(own, output, killAfter: null, isAgain: false);
            if (result.ExitCode != 0)
                throw new UnreachableException($"The {work.Name} fails without a kill: {result.Error}");
            (work.Duration, work.Expected) = (Stopwatch.GetElapsedTime(began), Work.HashOf(own));
        }
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        Work work = works[number % works.Count];
        TimeSpan after = work.Duration * (random.NextDouble() * 1.1);
        string output = Path.Combine(folder, "output"),
            what = string.Create(CultureInfo.InvariantCulture, $"{work.Name}, killed after {after.TotalMilliseconds:F0} ms");
        PileResult killed = await work.RunAsync(folder, output, after, isAgain: false);
        // A kill between the last rename and the end of the process also leaves a complete result.
        bool isDone = killed.ExitCode == 0 || (work.Before is null && Work.HashOf(folder) == work.Expected);
        if (Work.HashOf(folder) is var left && left.Length > 0 && left != work.Expected && work.Before is null
            && (!Directory.Exists(output) || File.Exists(Path.Combine(output, "pile.yaml"))))
            log.Fail(number, $"{what}: an incomplete result has the name of a complete one");
        // After a kill that late, the next run that replaces the result removes what is left beside it.
        string[]? options = !isDone || work.Before is not null ? work.Again : Leftovers(folder).Length > 0 ? work.AgainAfterResult : null;
        PileResult? again = options is null ? null : await work.RunAsync(folder, output, killAfter: null, isAgain: true, options);
        if (again is { ExitCode: not 0 })
            log.Fail(number, $"{what}: the second run ends with {again.ExitCode}: {again.Error}");
        else if (Work.HashOf(folder) != work.Expected)
            log.Fail(number, $"{what}: the second run gives other bytes");
        else if (Leftovers(folder) is { Length: > 0 } leftovers)
            log.Fail(number, $"{what}: left behind: {string.Join(", ", leftovers)}");
        else
            log.Count($"{work.Name}: {(isDone ? "finished before the kill" : "killed, then completed")}");
    }

    private static string[] Leftovers(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(Path.Combine(folder, "tmp")).Concat(Directory.EnumerateFileSystemEntries(folder, ".*"))
            .Select(p => Path.GetRelativePath(folder, p)),
        .. Directory.EnumerateFiles(folder, "*.unfinished", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(folder, p)),
    ];

    private sealed record Work(string Name, Func<string, string[]> Arguments, string[] Again, string[] AgainAfterResult, string? Before)
    {
        internal TimeSpan Duration { get; set; }

        internal string Expected { get; set; } = "";

        internal Task<PileResult> RunAsync(string folder, string output, TimeSpan? killAfter, bool isAgain, params string[] options)
        {
            if (Before is not null && !isAgain)
                SampleDataset.Link(Before, output);
            bool areOptionsNeeded = options.Length > 0 && (options[0] != "--resume"
                || Directory.EnumerateFileSystemEntries(folder).Any(e => !e.EndsWith("/tmp", StringComparison.Ordinal)));
            return PileProcess.RunAsync(folder, killAfter, [.. Arguments(output), .. areOptionsNeeded ? options : []]);
        }

        // The result is a folder or a file named "output".
        internal static string HashOf(string folder) =>
            string.Concat(Directory.EnumerateFileSystemEntries(folder, "output*").Order(StringComparer.Ordinal).Select(PileProcess.HashOf));
    }
}
