using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Format;

namespace Pile.Cli.Commands;

/// <summary><c>pile crossmatch --task I/N</c>: one of several tasks of a match.</summary>
internal static class MatchTaskRun
{
    /// <summary>Rejects a match and an output that tasks do not support.</summary>
    /// <exception cref="UsageException">There are several catalogues, or the output is not a file.</exception>
    internal static void Require(string? output, bool isMany)
    {
        if (isMany)
            throw new UsageException("Tasks match two sides. Remove --task, --array and --commit, or match several catalogues (--with, "
                + "--find groups) in one process.");
        if (output is null or "-")
            throw new UsageException("Tasks write parts beside the output, which all of them must name: --out FILE.");
        if (output.EndsWith('/'))
            throw new UsageException($"--out {output}: tasks write a table. Write a matched dataset in one process, or match in tasks to a "
                + "table and read images and spectra with 'pile read DATASET --matches FILE --side a'.");
    }

    internal static async Task<int> RunAsync(ParseResult parsed, MatchSide a, MatchSide? b, CrossMatchOptions options, string output,
        (int Index, int Count) task, ProgressDisplay display, Action<string> report, Stopwatch watch, CancellationToken cancellationToken)
    {
        long? pairs = await CrossMatcher.RunTaskAsync(a, b, options, output, task.Index, task.Count, cancellationToken)
            .ConfigureAwait(false);
        display.Dispose();
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteInteger("task", task.Index);
                json.WriteInteger("tasks", task.Count);
                if (pairs is { } count)
                    json.WriteInteger("pairs", count);
                json.WriteFloat("seconds", watch.Elapsed.TotalSeconds);
                json.WriteEndObject();
            });
        else
            report(string.Create(CultureInfo.InvariantCulture, $"task {task.Index} of {task.Count}: "
                + $"{(pairs is { } found ? CountText.Of(found, "pair") : "its part exists and is kept")}; "
                + $"{watch.Elapsed.TotalSeconds:0.00} s; after all tasks, run the same command with --commit"));
        return ExitCode.Done;
    }
}
