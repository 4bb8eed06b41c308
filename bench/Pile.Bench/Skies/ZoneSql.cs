using Pile.Bench.Harness;

namespace Pile.Bench.Skies;

/// <summary>The same match by SQL, in a process of its own.</summary>
internal static class ZoneSql
{
    internal const string Script = "zone_sql.py";

    private const string Python = "/usr/bin/python3", Pairs = "bench/.work/skies/pairs_sql.parquet";

    internal static string CommandOf(PairMatch match) => $"{Python} {string.Join(' ', Arguments(match))}";

    /// <summary>One match, wall to wall.</summary>
    internal static Pass Run(PairMatch match)
    {
        File.Delete(Path.Combine(Folders.Root, Pairs));
        double seconds = ProgramRun.Run(Python, Arguments(match)).Seconds;
        return new Pass(seconds, Checksum(Pairs));
    }

    /// <summary>Pairs, and sums over their ids and separations.</summary>
    internal static string Checksum(string pairs) => ProgramRun.Run(Python, $"bench/peers/{Script}", "checksum", pairs).Output.Trim();

    private static string[] Arguments(PairMatch match) =>
        [$"bench/peers/{Script}", "run", SkyDataset.PositionsOf(match.A), SkyDataset.PositionsOf(match.B), PairMatch.RadiusArcsec, Pairs, $"{Environment.ProcessorCount}"];
}
