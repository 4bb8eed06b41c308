using Pile.Bench.Harness;

namespace Pile.Bench.Skies;

/// <summary>The match with SQL, in a separate process.</summary>
internal static class ZoneSql
{
    internal const string Script = "zone_sql.py";

    internal const string Python = "/usr/bin/python3";

    private const string Pairs = "bench/.work/skies/pairs_sql.parquet";

    internal static string CommandOf(PairMatch match) => $"{Python} {string.Join(' ', Arguments(match))}";

    /// <summary>Runs one match.</summary>
    internal static Pass Run(PairMatch match)
    {
        File.Delete(Path.Combine(Folders.Root, Pairs));
        double seconds = ProgramRun.Run(Python, Arguments(match)).Seconds;
        return new Pass(seconds, Checksum(Pairs, match.Columns));
    }

    /// <summary>Returns the number of pairs and the sums of their ids, additional columns and separations.</summary>
    internal static string Checksum(string pairs, string[] columns) =>
        ProgramRun.Run(Python, [$"bench/peers/{Script}", "checksum", pairs, .. ColumnList(columns)]).Output.Trim();

    private static string[] Arguments(PairMatch match) =>
        [$"bench/peers/{Script}", "run", Source(match.A, match), Source(match.B, match), PairMatch.RadiusArcsec, Pairs,
            $"{Environment.ProcessorCount}", .. ColumnList(match.Columns)];

    private static string Source(string dataset, PairMatch match) =>
        match.Columns.Length == 0 ? SkyDataset.PositionsOf(dataset) : SkyDataset.TilesOf(dataset);

    private static string[] ColumnList(string[] columns) => columns.Length == 0 ? [] : [string.Join(',', columns)];
}
