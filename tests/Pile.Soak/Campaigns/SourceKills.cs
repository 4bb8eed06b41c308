using System.Diagnostics;
using System.Globalization;
using Pile.Soak.Running;

namespace Pile.Soak.Campaigns;

/// <summary>Kills scans, and flips bits of the sources that they leave.</summary>
internal sealed class SourceKills : Campaign
{
    private const int Files = 3000;

    private string files = "";
    private TimeSpan duration;

    internal override string Name => "scans";

    internal override string Promise => "A scan of 3,000 files, the first or a later one, is killed (SIGKILL) at a random moment. What it "
        + "leaves is nothing or a source that is valid; the next scan completes it, with all 3,000 rows. Then one bit of a "
        + "random file of the source is flipped: `pile validate` reports it.";

    internal override int FullCount => 200;

    internal override async Task PrepareAsync(string folder)
    {
        files = Path.Combine(folder, "files");
        for (int i = 0; i < Files; i++)
        {
            string path = Path.Combine(files, string.Create(CultureInfo.InvariantCulture, $"{i % 30:D2}/{i:D4}.dat"));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, new byte[i % 50]);
        }
        long began = Stopwatch.GetTimestamp();
        string probe = Path.Combine(folder, "probe");
        if (await PileProcess.RunAsync(folder, "scan", files, "--out", probe, "--sniff") is { ExitCode: not 0 } failed)
            throw new InvalidOperationException($"a scan fails without a kill: {failed.Error}");
        duration = Stopwatch.GetElapsedTime(began);
    }

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        string source = Path.Combine(folder, "source");
        bool isLater = number % 2 == 1;
        if (isLater)
            await PileProcess.RunAsync(folder, "scan", files, "--out", source);
        TimeSpan after = duration * (random.NextDouble() * 1.2);
        await PileProcess.RunAsync(folder, after, "scan", files, "--out", source, "--sniff");
        string when = string.Create(CultureInfo.InvariantCulture, $"killed after {after.TotalMilliseconds:F0} ms");
        if (File.Exists(Path.Combine(source, "layer.yaml"))
            && await PileProcess.RunAsync(folder, "validate", source) is { ExitCode: not 0 } invalid)
        {
            log.Fail(number, $"{when}: {invalid.Output}{invalid.Error}");
            return;
        }
        PileResult again = await PileProcess.RunAsync(folder, "scan", files, "--out", source, "--sniff"),
            rows = await PileProcess.RunAsync(folder, "sql", source, "--json", "SELECT count(*) AS n, count(DISTINCT object_id) AS m, "
                + "sum(size) AS s FROM d WHERE sniffed");
        string expected = string.Create(CultureInfo.InvariantCulture,
            $"[{{\"n\":{Files},\"m\":{Files},\"s\":{Enumerable.Range(0, Files).Sum(i => i % 50)}}}]");
        if (again.ExitCode != 0 || string.Concat(rows.Output.Where(c => !char.IsWhiteSpace(c))) != expected)
        {
            log.Fail(number, $"{when}: {again.Error}{rows.Error}{rows.Output}");
            return;
        }
        string[] all = [.. Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Order()];
        string damaged = all[random.Next(all.Length)];
        byte[] bytes = await File.ReadAllBytesAsync(damaged);
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        await File.WriteAllBytesAsync(damaged, bytes);
        PileResult found = await PileProcess.RunAsync(folder, "validate", source);
        // A patch that a killed scan left is a warning, whatever its bytes are.
        bool isUnused = found.ExitCode == 0 && found.Output.Contains(Path.GetFileName(damaged), StringComparison.Ordinal)
            && found.Output.Contains("L007", StringComparison.Ordinal);
        if (found.ExitCode != 1 && !isUnused)
            log.Fail(number, $"a flipped bit of '{Path.GetRelativePath(source, damaged)}' is not detected: {found.Output}{found.Error}");
        else
            log.Count(isLater ? "a later scan continues, and a flipped bit is detected" : "the first scan continues, and a flipped bit is "
                + "detected");
    }
}
