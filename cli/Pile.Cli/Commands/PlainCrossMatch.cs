using System.Diagnostics;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>The short way of <c>pile crossmatch</c> for two datasets with positions and a Parquet output, without a word about anything else but columns to carry along.</summary>
/// <remarks>Where ten million rows are matched in a fraction of a second, making the whole command line, the query engine and the manifests ready would
/// take half of it. Whatever is not exactly of this form, mistakes included, goes the ordinary way.</remarks>
internal sealed class PlainCrossMatch
{
    private readonly List<string> sides = [];
    private long? memoryBytes;
    private string? radius, output, workers, columns, memory;
    private bool quiet, json, nearestOnly, replace;

    /// <summary>Runs the command if it is of this form.</summary>
    /// <returns>False where the ordinary way must be taken; nothing is done then.</returns>
    internal static bool TryRun(string[] arguments, CancellationToken cancellationToken, out int exitCode)
    {
        exitCode = 0;
        if (arguments is not ["crossmatch", ..])
            return false;
        PlainMatch.Announce();
        PlainCrossMatch command = new();
        if (!command.TryParse(arguments))
            return false;
        try
        {
            if (!PlainMatch.TryFindPositions(command.sides[0], command.sides[1], command.output!, out string positionsA, out string positionsB))
                return false;
            return command.columns is null ? command.Match(positionsA, positionsB, out exitCode, cancellationToken) : command.TryCarry(out exitCode, cancellationToken);
        }
        catch (Exception error)
        {
            exitCode = ErrorReport.Write(error, verbose: false);
        }
        return true;
    }

    private bool TryParse(string[] arguments)
    {
        for (int i = 1; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith('-'))
            {
                sides.Add(argument);
                continue;
            }
            string? value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (argument)
            {
                case "--quiet" when !quiet:
                    quiet = true;
                    continue;
                case "--json" when !json:
                    json = true;
                    continue;
                case "--replace" when !replace:
                    replace = true;
                    continue;
                case "--radius" when radius is null:
                    radius = value;
                    break;
                case "--out" when output is null:
                    output = value;
                    break;
                case "--workers" when workers is null:
                    workers = value;
                    break;
                case "--columns" when columns is null:
                    columns = value;
                    break;
                case "--memory" when memory is null:
                    memory = value;
                    break;
                case "--find" when value is "all" or "nearest":
                    nearestOnly = value == "nearest";
                    break;
                case "--join" when value is "inner":
                    break;
                default:
                    return false;
            }
            i++;
        }
        // Outputs that cannot be are told of on the ordinary way.
        return sides.Count == 2 && radius is not null && output is not null && !output.Contains('#', StringComparison.Ordinal) && (replace ? !Directory.Exists(output) : !Path.Exists(output))
            && (memory is null || TryParseMemory(memory))
            && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(output))) && (workers is null || (int.TryParse(workers, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0));
    }

    private bool TryParseMemory(string text)
    {
        bool isSize = ByteSize.TryParse(text, out long bytes) && bytes > 0;
        memoryBytes = isSize ? bytes : null;
        return isSize;
    }

    /// <summary>Matches with columns carried along; what cannot be opened or asked goes the ordinary way.</summary>
    private bool TryCarry(out int exitCode, CancellationToken cancellationToken)
    {
        exitCode = 0;
        string[] names = NameList.Split(columns!, "--columns");
        if (names.Any(c => !c.StartsWith("a.", StringComparison.Ordinal) && !c.StartsWith("b.", StringComparison.Ordinal)))
            return false;
        Stopwatch watch = Stopwatch.StartNew();
        // Both at once: most of it is compilation, which two threads share. Tiles are read by as many threads as there are workers, each for itself:
        // DuckDB's own would only hold each other up.
        Task<Dataset>[] opening = [.. sides.Select(side => Task.Run(() => Dataset.OpenAsync(side, new DatasetOptions { Threads = 1, QueryMemoryBytes = memoryBytes / 4 }, cancellationToken), cancellationToken))];
        try
        {
            using ProgressDisplay display = new(quiet);
            CrossMatchOptions options = new()
            {
                RadiusArcsec = AngleText.SeparationArcsec(radius!, "--radius"),
                Find = nearestOnly ? MatchFind.Nearest : MatchFind.All,
                ColumnsA = [.. names.Where(c => c.StartsWith("a.", StringComparison.Ordinal)).Select(c => c[2..])],
                ColumnsB = [.. names.Where(c => c.StartsWith("b.", StringComparison.Ordinal)).Select(c => c[2..])],
                Workers = Workers,
                MemoryBytes = memoryBytes,
                Progress = quiet ? null : new MatchDisplay(display),
            };
            MatchSummary s = CrossMatcher.MatchToFileAsync(new DatasetSide(opening[0].GetAwaiter().GetResult()), new DatasetSide(opening[1].GetAwaiter().GetResult()), options, output!, replace, cancellationToken).GetAwaiter().GetResult();
            display.Dispose();
            Tell(new PlainMatchSummary(s.Pairs, s.RowsA, s.RowsB, s.AWithoutMatch, s.BWithoutMatch, s.WithoutPosition), watch.Elapsed.TotalSeconds);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or DatasetNotFoundException)
        {
            return false;
        }
        finally
        {
            foreach (Task<Dataset> task in opening)
                if (((IAsyncResult)task).AsyncWaitHandle.WaitOne() && task.IsCompletedSuccessfully)
                    task.Result.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private int Workers => workers is null ? Environment.ProcessorCount : int.Parse(workers, CultureInfo.InvariantCulture);

    private bool Match(string positionsA, string positionsB, out int exitCode, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using ProgressDisplay display = new(quiet);
        PlainMatchSummary s = PlainMatch.Run((sides[0], positionsA), (sides[1], positionsB), new PlainMatchOptions
        {
            RadiusArcsec = AngleText.SeparationArcsec(radius!, "--radius"),
            NearestOnly = nearestOnly,
            Overwrite = replace,
            Workers = Workers,
            Progress = quiet ? null : (done, total) => display.Report("match", done, total, "rows"),
        }, output!, cancellationToken);
        display.Dispose();
        Tell(s, watch.Elapsed.TotalSeconds);
        exitCode = ExitCode.Done;
        return true;
    }

    private void Tell(PlainMatchSummary s, double seconds)
    {
        if (!quiet && s.WithoutPosition > 0)
            TerminalText.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pile: {s.WithoutPosition:N0} rows have no position and were not matched"));
        if (json)
            WriteJson(s, seconds);
        else if (!quiet)
            TerminalText.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"pile: {s.Pairs:N0} pairs of {s.RowsA:N0} × {s.RowsB:N0} rows; without a match: {s.AWithoutMatch:N0} of A, {s.BWithoutMatch:N0} of B; {seconds:0.00} s; {output}"));
    }

    // Apart, so that the library for JSON is not loaded where it is not asked for.
    private static void WriteJson(PlainMatchSummary s, double seconds) => JsonOutput.Write(document =>
    {
        document.WriteStartObject();
        document.WriteInteger("rows", s.Pairs);
        document.WriteInteger("pairs", s.Pairs);
        document.WriteInteger("rows_a", s.RowsA);
        document.WriteInteger("rows_b", s.RowsB);
        document.WriteInteger("a_without_match", s.AWithoutMatch);
        document.WriteInteger("b_without_match", s.BWithoutMatch);
        document.WriteInteger("without_position", s.WithoutPosition);
        document.WriteFloat("seconds", seconds);
        document.WriteEndObject();
    });
}
