using Pile.Bench.Harness;

namespace Pile.Bench.Benchmarks;

/// <summary>Survey files of one kind, exported by <c>pile build</c> and by Python to files by HEALPix pixel, as whole processes.</summary>
/// <param name="kind">The folder of the files, and their name in the peer's script.</param>
/// <param name="source">The <c>source</c> of the recipe.</param>
internal sealed class SurveyExport(string kind, string source)
{
    internal const string Script = "survey_builds.py", InputScript = "survey_inputs.py";

    internal const string Python = "/usr/bin/python3", Taskset = "/usr/bin/taskset";

    private readonly string dataset = $"{SurveyBuilds.Folder}/{kind}-dataset", export = $"{SurveyBuilds.Folder}/{kind}-export";
    private string? ourChecksum, peerChecksum;

    /// <summary>The runs of <c>pile build</c> on all cores.</summary>
    internal List<ProgramRun> Builds { get; } = [];

    /// <summary>The runs of <c>pile build</c> on one core.</summary>
    internal List<ProgramRun> OneCoreBuilds { get; } = [];

    /// <summary>The runs of the peer.</summary>
    internal List<ProgramRun> Exports { get; } = [];

    /// <summary>The command line of <c>pile build</c>.</summary>
    internal string Command => $"out/pile {string.Join(' ', Build)}";

    /// <summary>The command line of the peer.</summary>
    internal string PeerCommand => $"{Python} {string.Join(' ', Run)}";

    private string[] Build => ["build", $"{SurveyBuilds.Folder}/{kind}.yaml", "--out", dataset, "--quiet"];

    private string[] Run => [$"bench/peers/{Script}", "run", kind, $"{SurveyBuilds.Folder}/{kind}", export];

    /// <summary>Compares both sides in turn, without an uncounted round, because the peer takes minutes.</summary>
    /// <param name="what">What is compared.</param>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="alsoOnOneCore">True to build on one core too in each round.</param>
    /// <exception cref="BenchFailedException">The values of the two sides differ.</exception>
    internal Duel Compare(string what, int rounds, bool alsoOnOneCore = false)
    {
        SurveyBuilds.WriteRecipe(kind, source);
        SurveyBuilds.BringIn(kind);
        try
        {
            return Duel.Run(what, () => RunOurs(alsoOnOneCore), RunPeer, rounds, warmUp: false);
        }
        finally
        {
            SurveyBuilds.Remove(dataset); // the next kind may need the disk
            SurveyBuilds.Remove(export);
        }
    }

    private Pass RunOurs(bool alsoOnOneCore)
    {
        if (alsoOnOneCore)
        {
            SurveyBuilds.Prepare(dataset);
            OneCoreBuilds.Add(ProgramRun.RunWithMemory(Taskset, ["-c", "0", Folders.Program, .. Build]));
        }
        SurveyBuilds.Prepare(dataset);
        Builds.Add(ProgramRun.RunWithMemory(Folders.Program, Build));
        return new Pass(Builds[^1].Seconds, ourChecksum ??= ChecksumOf(dataset));
    }

    private Pass RunPeer()
    {
        SurveyBuilds.Prepare(export);
        Exports.Add(ProgramRun.RunWithMemory(Python, Run));
        return new Pass(Exports[^1].Seconds, peerChecksum ??= ChecksumOf(export));
    }

    // By h5py for both sides, after the clock has stopped: the shards are plain HDF5 files.
    private string ChecksumOf(string folder) => ProgramRun.Run(Python, $"bench/peers/{Script}", "checksum", kind, folder).Output.Trim();
}
