using System.Diagnostics;
using System.Text.RegularExpressions;
using Pile.Soak.Running;

namespace Pile.Soak.Campaigns;

/// <summary>A verb that reads a dataset, and the part of its result that must not change silently.</summary>
/// <param name="Name">The name in reports.</param>
/// <param name="Arguments">The command line, given the dataset, its address, and a path for its output.</param>
internal sealed partial record ReadingVerb(string Name, Func<SampleDataset, string, string, string[]> Arguments)
{
    /// <summary>True if the verb's purpose is to report any damage.</summary>
    internal bool MustDetect { get; private init; }

    // Most conditions are true for all rows, so that all damaged rows are read.
    internal static ReadingVerb[] All { get; } =
    [
        new("info", (_, dataset, _) => ["info", dataset, "--json"]),
        new("validate", (_, dataset, _) => ["validate", dataset, "--deep", "--json"]) { MustDetect = true },
        new("query", (_, dataset, _) => ["query", dataset, "--json"]),
        new("query --where", (_, dataset, _) => ["query", dataset, "--where", "dec > -90", "--columns", "object_id,ra", "--json"]),
        new("query --out", (_, dataset, output) => ["query", dataset, "--out", output + ".parquet"]),
        new("sql", (_, dataset, _) => ["sql", dataset, "SELECT * FROM d ORDER BY object_id", "--json"]),
        new("read", (sample, dataset, output) => ["read", dataset, "--where", sample.SomeRows, "--columns", sample.Column, "--format",
            "npy", "--out", output]),
        new("stream", (sample, dataset, _) => ["stream", dataset, "--columns", sample.Column, "--shuffle", "1", "--json"]),
        new("copy", (_, dataset, output) => ["copy", dataset, output, "--yes"]),
        new("copy --where", (_, dataset, output) => ["copy", dataset, output, "--where", "dec > -90", "--yes"]),
        new("crossmatch", (sample, dataset, output) => ["crossmatch", dataset, "--radius", $"{sample.RadiusArcsec}", "--columns",
            "a.ra,b.dec", "--out", output + ".parquet"]),
        new("crossmatch --join", (_, dataset, output) => ["crossmatch", dataset, dataset, "--radius", "1", "--join", "full", "--find",
            "one-to-one", "--where-a", "dec > -90", "--out", output + ".csv"]),
    ];

    /// <summary>Runs the verb.</summary>
    /// <param name="run">Runs a command line in a work folder.</param>
    /// <param name="sample">The dataset.</param>
    /// <param name="address">The address of the dataset.</param>
    /// <param name="folder">Receives the output.</param>
    /// <returns>The result as text, without timings and paths; null if the verb reported an error.</returns>
    internal async Task<(string? Value, PileResult Result)> RunAsync(Func<string, string[], Task<PileResult>> run, SampleDataset sample,
        string address, string folder)
    {
        string output = Path.Combine(folder, "output");
        PileResult result = await run(folder, Arguments(sample, address, output));
        if (result.ExitCode != 0)
            return (null, result);
        string files = string.Join(' ',
            Directory.EnumerateFileSystemEntries(folder, "output*").Order(StringComparer.Ordinal).Select(PileProcess.HashOf));
        return (Varying().Replace(result.Output, "") + files, result);
    }

    /// <summary>Runs the verb on an undamaged dataset, in a new folder.</summary>
    internal async Task<string> RunUndamagedAsync(SampleDataset sample, string address, string folder)
    {
        (string? value, PileResult result) = await RunAsync(PileProcess.RunAsync, sample, address,
            Directory.CreateDirectory(folder).FullName);
        return value ?? throw new UnreachableException($"'{Name}' fails on the undamaged dataset '{sample.Name}': {result.Error}");
    }

    [GeneratedRegex("""^.*"(seconds|rows_per_s|bytes_used|bytes_fetched|requests|retries|row_reads|bytes_over_read|"""
        + """cache_hits|dataset|address|path)":.*$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Varying();
}
