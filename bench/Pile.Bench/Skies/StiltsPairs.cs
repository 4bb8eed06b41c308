using Pile.Bench.Harness;

namespace Pile.Bench.Skies;

/// <summary>The match with STILTS, from FITS to FITS.</summary>
internal static class StiltsPairs
{
    internal const string Script = "stilts_pairs.py";

    private const string Stilts = "/usr/bin/stilts", Python = "/usr/bin/python3";

    internal static void Require()
    {
        if (!File.Exists(Stilts))
            throw new BenchFailedException($"the peer {Stilts} is missing: run 'make setup', which installs it.");
    }

    internal static string CommandOf(string folder) => $"stilts {string.Join(' ', Arguments(folder))}";

    /// <summary>Runs one match. Missing FITS files are created from the arrays first, which is not timed.</summary>
    internal static Pass Run(string folder)
    {
        ProgramRun.Run(Python, $"bench/peers/{Script}", "gen", folder);
        double seconds = ProgramRun.Run(Stilts, Arguments(folder)).Seconds;
        return new Pass(seconds, ProgramRun.Run(Python, $"bench/peers/{Script}", "checksum", folder).Output.Trim());
    }

    private static string[] Arguments(string folder) =>
    [
        "-Xmx12g", "tskymatch2", $"in1={folder}/a.fits", $"in2={folder}/b.fits", "ra1=ra", "dec1=dec", "ra2=ra", "dec2=dec",
        $"error={PairMatch.RadiusArcsec}",
        "join=1and2", "find=all", $"out={folder}/pairs_stilts.fits", "ofmt=fits-basic",
    ];
}
