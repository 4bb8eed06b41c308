using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Pile.Bench.Harness;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;

namespace Pile.Bench.Skies;

/// <summary>Matches with the SDK in a separate process: open datasets, all pairs, every batch of the result is read.</summary>
/// <param name="Seconds">The times of the second and all later matches.</param>
/// <param name="Pairs">The number of pairs of each match.</param>
/// <param name="PeakBytes">The peak resident memory.</param>
internal sealed record MatchProcess(double[] Seconds, long Pairs, long PeakBytes)
{
    internal const string Verb = "match-process";

    private const int Runs = 6;

    /// <summary>Starts the process and returns its figures.</summary>
    internal static MatchProcess Run(PairMatch match)
    {
        using Process process = SelfProcess.Start(Verb, match.A, match.B);
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<MatchProcess>(answer)!
            : throw new BenchFailedException($"'{Verb} {match.A} {match.B}' ended with code {process.ExitCode}.");
    }

    /// <summary>Runs in the process: measures, and writes the figures to stdout.</summary>
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
