using System.Diagnostics;
using System.Globalization;
using Pile.Layers.Tests;
using Pile.Soak.Running;

namespace Pile.Soak.Campaigns;

/// <summary>Kills the program while it changes a layer, and replays random histories of commits.</summary>
internal sealed class LayerKills : Campaign
{
    private const int HistoriesOfCase = 50;

    private readonly string[] works = ["set", "unset", "merge", "clean", "forget", "rename-field"];
    private string dataset = "", layer = "", fork = "", table = "", more = "";
    private TimeSpan duration;

    internal override string Name => "layers";

    internal override string Promise =>
        "Odd cases: 50 random histories of commits give the same table as pandas after every commit. Even cases: set, unset, merge, clean, "
            + "forget or rename of a layer is killed (SIGKILL) at a random moment. The log is then valid, the layer can be read, and "
                + "the next commit follows.";

    internal override int FullCount => 400;

    internal override async Task PrepareAsync(string folder)
    {
        string[] ids = [.. Enumerable.Range(1, 2000).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        string rows = Path.Combine(folder, "rows.csv");
        await File.WriteAllLinesAsync(rows, ids.Select(i => $"{i},{i}e-1,1").Prepend("object_id,ra,dec"));
        (table, more) = (Path.Combine(folder, "table.csv"), Path.Combine(folder, "more.csv"));
        await File.WriteAllLinesAsync(table, ids.Select(i => $"{i},{i}.5,note {i}").Prepend("object_id,score,note"));
        await File.WriteAllLinesAsync(more, ids.Take(1000).Select(i => $"{i},7").Prepend("object_id,grade"));
        (dataset, layer, fork) = (Path.Combine(folder, "data"), Path.Combine(folder, "layer"), Path.Combine(folder, "fork"));
        await RunAsync(folder, "build", "--from", rows, "--out", dataset);
        await RunAsync(folder, "layer", "create", layer, "--of", dataset);
        await RunAsync(folder, "layer", "set", layer, table, "--message", "first");
        await RunAsync(folder, "layer", "fork", layer, fork);
        await RunAsync(folder, "layer", "set", fork, more, "--message", "in the fork");
        string probe = Path.Combine(folder, "probe");
        await RunAsync(folder, "layer", "fork", layer, probe);
        long began = Stopwatch.GetTimestamp();
        await RunAsync(folder, "layer", "set", probe, more, "--of", dataset, "--message", "x");
        duration = Stopwatch.GetElapsedTime(began);
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        if (number % 2 == 1)
        {
            int[] seeds = [.. Enumerable.Range(0, HistoriesOfCase).Select(i => (number * HistoriesOfCase) + i)];
            if (await RandomHistory.FindDifferenceAsync(folder, seeds) is { } difference)
                log.Fail(number, difference);
            else
                log.Count("50 histories as in pandas");
            return;
        }
        string own = Path.Combine(folder, "layer"), work = works[number / 2 % works.Length];
        SampleDataset.Link(layer, own);
        TimeSpan after = duration * (random.NextDouble() * 1.2);
        await PileProcess.RunAsync(folder, after, work switch
        {
            "set" => ["layer", "set", own, more, "--of", dataset, "--message", "killed"],
            "unset" => ["layer", "unset", own, "note", "--ids", IdsFile(folder), "--of", dataset, "--message", "killed"],
            "merge" => ["layer", "merge", own, fork],
            "clean" => ["layer", "clean", own, "--yes"],
            "forget" => ["layer", "forget", own, "--commit", "1", "--message", "killed", "--yes"],
            _ => ["layer", "rename-field", own, "score", "points"],
        });
        foreach (string[] command in (string[][])[["layer", "verify", own], ["layer", "set", own, more, "--of", dataset, "--message",
            "after"],
            ["layer", "clean", own, "--yes"], ["layer", "verify", own], ["query", dataset, "--layer", own, "--where", "grade = 7",
                "--json"]])
            if (await PileProcess.RunAsync(folder, command) is { ExitCode: not 0 } failed)
            {
                log.Fail(number, string.Create(CultureInfo.InvariantCulture, $"{work}, killed after {after.TotalMilliseconds:F0} ms: "
                    + $"'{string.Join(' ', command.Take(2))}' ends with {failed.ExitCode}: {failed.Error}"));
                return;
            }
        log.Count($"{work}: the log is valid and continues");
    }

    private static string IdsFile(string folder)
    {
        string path = Path.Combine(folder, "ids.txt");
        File.WriteAllLines(path, ["1", "2", "3"]);
        return path;
    }

    private static async Task RunAsync(string folder, params string[] arguments)
    {
        PileResult result = await PileProcess.RunAsync(folder, arguments);
        if (result.ExitCode != 0)
            throw new UnreachableException($"'{string.Join(' ', arguments.Take(2))}' fails without a kill: {result.Error}");
    }
}
