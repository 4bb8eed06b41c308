using Pile.Soak.Running;

namespace Pile.Soak.Campaigns;

/// <summary>Runs a verb on the damaged bytes of a source file, and checks the result, the cost, and the files left behind.</summary>
internal sealed class MutationCase(SourceInput input, string shared, byte[] bytes)
{
    /// <summary>The outcome of a verb that ended without an error.</summary>
    internal const string Accepted = "accepted";

    private const long MostBytes = 1L << 30;

    private static readonly TimeSpan MostProcessorTime = TimeSpan.FromSeconds(10);

    /// <summary>Runs the case in a process that stays, and again in a new one if it exceeds a limit there.</summary>
    /// <param name="folder">An empty folder.</param>
    internal async Task<MutationOutcome> RunAsync(string folder)
    {
        MutationOutcome outcome = await RunAsync(Directory.CreateDirectory(Path.Combine(folder, "first")).FullName, HostProcess.RunAsync);
        return !outcome.IsOfLimit ? outcome
            : await RunAsync(Directory.CreateDirectory(Path.Combine(folder, "again")).FullName, HostProcess.RunInNewProcessAsync);
    }

    /// <summary>Runs the case in an empty folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="run">Runs a command line in a work folder.</param>
    internal async Task<MutationOutcome> RunAsync(string folder, Func<string, string[], Task<PileResult>> run)
    {
        foreach (string other in input.Others.Select(name => SourceInput.PathOf(shared, name)))
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(other)), other);
        string file = Path.Combine(folder, Path.GetFileName(input.File)), output = Path.Combine(folder, "output");
        await File.WriteAllBytesAsync(file, bytes);
        HashSet<string> before = [.. Directory.EnumerateFileSystemEntries(folder)];

        string[] arguments = input.Arguments(shared, file, output);
        PileResult result = await run(folder, arguments);
        if (FailureOf(result, result.Cost) is { } failure)
            return failure;
        bool isRejected = result.ExitCode is 1 or 2;
        if (Leftovers(folder, before, isRejected) is { Length: > 0 } leftovers)
            return Failed($"left behind: {string.Join(", ", leftovers)}", result);
        if (isRejected)
            return new MutationOutcome(Path.Exists(StagingOf(folder)) ? "rejected with units for --resume" : "rejected", null, result.Error,
                result.Cost);
        if (arguments[0] == "build")
        {
            PileResult validated = await run(folder, ["validate", output, "--deep"]);
            if (FailureOf(validated, result.Cost.Then(validated.Cost)) is { } failed)
                return failed;
            if (validated.ExitCode != 0)
                return Failed($"the dataset is not valid: {validated.Output}", validated);
        }
        string rows = result.ExitCode != 3 ? "" : arguments[0] == ArchiveCommand.Adopt ? " with unreadable rows" : " with skipped rows";
        return new MutationOutcome(Accepted + rows, null, result.Error, result.Cost);
    }

    /// <summary>Returns the failure of a run that crashed, hung or exceeded a limit; null for none.</summary>
    internal static MutationOutcome? FailureOf(PileResult result, RunCost cost) =>
        result.Defect is { } defect ? Failed(defect, result) with { IsOfLimit = result.IsTimedOut }
        : cost.Processor > MostProcessorTime || cost.PeakBytes > MostBytes ? Failed($"too much: {cost}", result) with { IsOfLimit = true }
        : null;

    /// <summary>Returns the outcome of a failure.</summary>
    internal static MutationOutcome Failed(string failure, PileResult result) => new(null, failure, result.Error, result.Cost);

    /// <summary>Returns the files that must not remain. Complete units of a build that failed later remain for <c>--resume</c>.</summary>
    internal static string[] Leftovers(string folder, HashSet<string> before, bool isRejected) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder)
            .Where(e => !before.Contains(e) && Path.GetFileName(e) is var name && name is not ("tmp" or "cache")
                && (isRejected ? e != StagingOf(folder) || !HasUnits(e) : !name.StartsWith("output", StringComparison.Ordinal)))
            .Concat(Directory.EnumerateFileSystemEntries(Path.Combine(folder, "tmp"), "*", SearchOption.AllDirectories))
            .Select(e => Path.GetRelativePath(folder, e)),
    ];

    private static string StagingOf(string folder) => Path.Combine(folder, ".output.pile-build");

    private static bool HasUnits(string staging) =>
        Directory.Exists(Path.Combine(staging, "spill")) && Directory.EnumerateFiles(Path.Combine(staging, "spill"), "*.units2").Any();
}
