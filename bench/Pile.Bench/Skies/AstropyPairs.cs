using Pile.Bench.Harness;

namespace Pile.Bench.Skies;

/// <summary>The match with astropy, from arrays to arrays.</summary>
internal static class AstropyPairs
{
    internal const string Script = "astropy_pairs.py";

    private const string Python = "/usr/bin/python3";

    internal static string CommandOf(string folder) => $"{Python} {string.Join(' ', Arguments(folder))}";

    /// <summary>Runs one match, and returns the SHA-256 of the sorted ids of its pairs.</summary>
    internal static Pass Run(string folder)
    {
        double seconds = ProgramRun.Run(Python, Arguments(folder)).Seconds;
        return new Pass(seconds, ProgramRun.Run(Python, $"bench/peers/{Script}", "checksum", folder).Output.Trim());
    }

    private static string[] Arguments(string folder) => [$"bench/peers/{Script}", "run", folder, PairMatch.RadiusArcsec];
}
