using System.Globalization;
using Pile.Bench.Harness;
using Pile.Bench.Skies;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures a match of two datasets on an object store, with an empty cache and with a full one.</summary>
internal static class RemoteMatches
{
    private const int Rounds = 15, Part = 1 << 20, AtOnce = 8;
    private const double MaxFirst = 1.3, MaxSecond = 1.5;

    /// <summary>Measures a match: first against fetching the bytes that it needs, then against the same match of local datasets.</summary>
    internal static async Task<Figure[]> MeasureAsync(PairMatch match, string what)
    {
        await using Gateway gateway = await Gateway.StartAsync();
        await Gateway.PutAsync(Path.Combine(Folders.Root, match.A), "a");
        await Gateway.PutAsync(Path.Combine(Folders.Root, match.B), "b");
        PlainRanges[] plain = [.. new[] { ("a", match.A), ("b", match.B) }.Select(side => Positions(gateway, side.Item1, side.Item2))];
        string cache = Folders.Work("crossmatch", "cache"), pairs = Folders.Work("crossmatch", "remote.parquet");
        string[] command = [$"PILE_CACHE={cache}", Folders.Program, "crossmatch", Gateway.AddressOf("a"), Gateway.AddressOf("b"),
            "--radius", PairMatch.RadiusArcsec, "--out", pairs, "--quiet"];
        Directory.CreateDirectory(Path.GetDirectoryName(pairs)!);
        List<double> first = [], second = [], fetched = [], local = [];
        for (int round = 0; round < Rounds; round++)
        {
            if (Directory.Exists(cache))
                Directory.Delete(cache, recursive: true);
            fetched.Add(plain.Sum(side => side.Run().Seconds));
            first.Add(Run());
            second.Add(Run());
            local.Add(match.RunPlain().Seconds);
        }
        foreach (PlainRanges side in plain)
            side.Dispose();
        return [FigureOf($"{what}, on the S3 server, first time", first, "their positions in requests of 1 MiB", fetched, MaxFirst),
            FigureOf($"{what}, on the S3 server, second time", second, "local datasets", local, MaxSecond)];

        double Run()
        {
            File.Delete(pairs);
            return ProgramRun.Run("/usr/bin/env", command).Seconds;
        }
    }

    // All of the file but the rest of its last part.
    private static PlainRanges Positions(Gateway gateway, string prefix, string dataset)
    {
        string file = Path.Combine(Folders.Root, SkyDataset.PositionsOf(dataset));
        long[] parts = [.. Enumerable.Range(0, (int)(new FileInfo(file).Length / Part)).Select(i => (long)i)];
        return new PlainRanges(Gateway.UriOf(gateway.Endpoint, $"{prefix}/main/positions.parquet"), 0, Part, parts, AtOnce);
    }

    private static Figure FigureOf(string what, List<double> ours, string peer, List<double> theirs, double maxTimes)
    {
        Spread ratio = Spread.Of(theirs.Zip(ours, (their, our) => their / our));
        return new Figure(what, Seconds(ours), $"{peer}: {Seconds(theirs)}", ratio,
            string.Create(CultureInfo.InvariantCulture, $"≥ {1 / maxTimes:0.00} ×"), ratio.Median >= 1 / maxTimes);
    }

    private static string Seconds(List<double> seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{Spread.Of(seconds).Median:0.00} s");
}
