using System.Text.Json;
using Pile.Bench.Harness;

namespace Pile.Bench.Skies;

/// <summary>A request of a match of two generated skies, for <c>pile crossmatch</c> and in SQL.</summary>
/// <param name="What">The options, as in the results.</param>
/// <param name="Options">The options after <c>--radius</c>.</param>
/// <param name="Sql">The request for <c>zone_sql.py</c>.</param>
/// <param name="MaxTimes">The target: the largest ratio to the plain match.</param>
/// <param name="MaxGiB">The target for the memory.</param>
internal sealed record SkyRequest(string What, string[] Options, object Sql, double MaxTimes, double MaxGiB)
{
    private const string Pairs = "bench/.work/skies/pairs", SqlPairs = "bench/.work/skies/pairs_sql";

    /// <summary>The extension of our output. SQL writes Parquet if it cannot write the format.</summary>
    internal string Format { get; init; } = "parquet";

    /// <summary>True to match the tables instead of the datasets.</summary>
    internal bool IsOfTables { get; init; }

    /// <summary>All requests of the results.</summary>
    internal static SkyRequest[] All { get; } =
    [
        new("`--find nearest`", ["--find", "nearest"], new { find = "nearest" }, 1.1, 0.3),
        new("`--columns a.mjd,b.mjd`", ["--columns", "a.mjd,b.mjd"], new { columns = Mjd }, 1.9, 0.5),
        new("`--find nearest --join left`", ["--find", "nearest", "--join", "left"], new { find = "nearest", join = "left" }, 2.8, 0.5),
        new("`--find one-to-one`", ["--find", "one-to-one"], new { find = "one-to-one" }, 4.4, 0.6),
        new("`--where-a \"mjd > 56500\"`", ["--where-a", "mjd > 56500"], new { columns = Mjd, where_a = "mjd > 56500" }, 2.5, 0.5),
        new("`--where \"separation_arcsec < 0.5\"`", ["--where", "separation_arcsec < 0.5"], new { where = "separation_arcsec < 0.5" }, 1.6,
            0.5),
        new("`--where \"a.mjd - b.mjd < -550\"`", ["--where", "a.mjd - b.mjd < -550"],
            new { columns = Mjd, where = "a_mjd - b_mjd < -550" }, 3, 0.5),
        new("`--where \"sqrt(a.mjd) < sqrt(b.mjd) - 1.16\"`, evaluated by DuckDB", ["--where", "sqrt(a.mjd) < sqrt(b.mjd) - 1.16"],
            new { columns = Mjd, where = "sqrt(a_mjd) < sqrt(b_mjd) - 1.16" }, 3, 0.5),
        new("`--time-window 30d`", ["--time-window", "30d"], new { columns = Mjd, where = "abs(a_mjd - b_mjd) <= 30" }, 3.1, 0.6),
        new("two Parquet tables in random order, nothing built", [], new { }, 9.4, 1.5) { IsOfTables = true },
        new("`--out pairs.csv`", [], new { }, 11.3, 0.5) { Format = "csv" },
        new("`--out pairs.fits`; SQL writes Parquet", [], new { }, 4.4, 0.5) { Format = "fits" },
    ];

    private static string[] Mjd => ["mjd"];

    /// <summary>Returns the command of <c>pile</c>.</summary>
    internal string[] Arguments(PairMatch match) => ["crossmatch",
        IsOfTables ? SkyDataset.TableOf(match.A) : match.A, IsOfTables ? SkyDataset.TableOf(match.B) : match.B,
        "--radius", PairMatch.RadiusArcsec, .. Options, "--out", $"{Pairs}.{Format}", "--quiet"];

    /// <summary>Returns the command of the SQL.</summary>
    internal string[] SqlArguments(PairMatch match) => [$"bench/peers/{ZoneSql.Script}", "request", SourceOf(match.A), SourceOf(match.B),
        PairMatch.RadiusArcsec, SqlOutput, $"{Environment.ProcessorCount}", JsonSerializer.Serialize(Sql)];

    /// <summary>Runs the request with <c>pile</c>.</summary>
    /// <returns>The time with the checksum of the ids, and the peak memory in bytes.</returns>
    internal (Pass Pass, long PeakBytes) Run(PairMatch match)
    {
        string output = $"{Pairs}.{Format}";
        File.Delete(Path.Combine(Folders.Root, output));
        ProgramRun run = ProgramRun.RunWithMemory(Folders.Program, Arguments(match));
        return (new Pass(run.Seconds, Checksum(output)), run.PeakBytes);
    }

    /// <summary>Runs the request with SQL.</summary>
    internal Pass RunSql(PairMatch match)
    {
        File.Delete(Path.Combine(Folders.Root, SqlOutput));
        double seconds = ProgramRun.Run(ZoneSql.Python, SqlArguments(match)).Seconds;
        return new Pass(seconds, Checksum(SqlOutput));
    }

    private string SqlOutput => $"{SqlPairs}.{(Format == "fits" ? "parquet" : Format)}";

    private string SourceOf(string dataset) => IsOfTables ? SkyDataset.TableOf(dataset)
        : Options.Any(o => o.Contains("mjd", StringComparison.Ordinal) || o == "--time-window") ? SkyDataset.TilesOf(dataset)
        : SkyDataset.PositionsOf(dataset);

    // DuckDB does not read FITS; the ids of both sides are then compared in another way.
    private string Checksum(string output) => Format == "fits"
        ? PairMatch.ChecksumOfIdsAsync(Path.Combine(Folders.Root, output)).GetAwaiter().GetResult() : ZoneSql.Checksum(output, []);
}
