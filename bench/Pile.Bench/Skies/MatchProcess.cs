using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Pile.Bench.Harness;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;

namespace Pile.Bench.Skies;

/// <summary>Matches from code in a process of their own: open datasets, all pairs, every batch of the result read.</summary>
/// <param name="Seconds">The second match of the process, the third, and so on.</param>
/// <param name="Pairs">The pairs of each.</param>
/// <param name="PeakBytes">The most memory that was resident.</param>
internal sealed record MatchProcess(double[] Seconds, long Pairs, long PeakBytes)
{
    internal const string Verb = "match-process";

    private const int Runs = 6;

    /// <summary>Runs one.</summary>
    internal static MatchProcess Run(PairMatch match)
    {
        using Process process = SelfProcess.Start(Verb, match.A, match.B);
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<MatchProcess>(answer)!
            : throw new BenchFailedException($"'{Verb} {match.A} {match.B}' ended with code {process.ExitCode}.");
    }

    /// <summary>Is one: measures, and writes the figures to stdout.</summary>
    internal static async Task<int> MeasureAsync(string pathA, string pathB)
    {
        await using Dataset a = await Dataset.OpenAsync(pathA), b = await Dataset.OpenAsync(pathB);
        List<double> seconds = [];
        long rows = 0;
        for (int run = 0; run < Runs; run++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            using MatchTable pairs = await a.CrossMatchAsync(b, double.Parse(PairMatch.RadiusArcsec, CultureInfo.InvariantCulture));
            rows = 0;
            await foreach (RowBatch batch in pairs.ReadAsync())
                rows += batch.RowCount;
            if (run > 0)
                seconds.Add(watch.Elapsed.TotalSeconds);
        }
        string peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))[6..]
            .Replace("kB", "", StringComparison.Ordinal);
        MatchProcess measured = new([.. seconds], rows, long.Parse(peak, CultureInfo.InvariantCulture) * 1024);
        Console.Out.WriteLine(JsonSerializer.Serialize(measured));
        return 0;
    }
}
