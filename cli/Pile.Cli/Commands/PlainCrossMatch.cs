using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Pile.Cli.Terminal;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>The short way of <c>pile crossmatch</c> for two datasets with positions and a Parquet output, without a word about anything else but columns to carry along.</summary>
/// <remarks>Where ten million rows are matched in a fraction of a second, making the whole command line, the query engine and the manifests ready would
/// take half of it. Whatever is not exactly of this form, mistakes included, goes the ordinary way.</remarks>
internal sealed class PlainCrossMatch
{
    // Half of the memory is for values, the rest for the two queries that read them.
    private const long MemoryByDefault = 2L << 30, LeastMemoryBytes = 256 << 20;

    private readonly List<string> sides = [];
    private long memoryBytes = MemoryByDefault;
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
        if (!command.TryParse(arguments) || !PlainMatch.TryFindPositions(command.sides[0], command.sides[1], command.output!, out string positionsA, out string positionsB))
            return false;
        try
        {
            return command.columns is null ? command.Match(positionsA, positionsB, null, null, out exitCode, cancellationToken) : command.TryCarry(positionsA, positionsB, out exitCode, cancellationToken);
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
            && (memory is null || (ByteSize.TryParse(memory, out memoryBytes) && memoryBytes >= (columns is null ? 1 : LeastMemoryBytes)))
            && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(output))) && (workers is null || (int.TryParse(workers, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0));
    }

    /// <summary>Matches with columns that both sides can carry along; what cannot be, mistakes included, goes the ordinary way.</summary>
    private bool TryCarry(string positionsA, string positionsB, out int exitCode, CancellationToken cancellationToken)
    {
        exitCode = 0;
        // Both at once: most of it is compilation, which two threads share.
        Task<CarriedColumns?> openingA = Task.Run(() => OpenAsync("a.", sides[0], positionsA), cancellationToken), openingB = Task.Run(() => OpenAsync("b.", sides[1], positionsB), cancellationToken);
        try
        {
            try
            {
                Task.WaitAll(openingA, openingB);
            }
            catch (AggregateException e)
            {
                if (e.InnerExceptions.FirstOrDefault(i => i is not (ArgumentException or PileException)) is { } other)
                    ExceptionDispatchInfo.Throw(other);
                return false;
            }
            (CarriedColumns? a, CarriedColumns? b) = (openingA.Result, openingB.Result);
            string[] asked = NameList.Split(columns!, "--columns");
            if (a is null || b is null || a.Bytes + b.Bytes > memoryBytes / 2 || asked.Any(c => !c.StartsWith("a.", StringComparison.Ordinal) && !c.StartsWith("b.", StringComparison.Ordinal)))
                return false;
            return Match(positionsA, positionsB, a, b, out exitCode, cancellationToken);
        }
        finally
        {
            foreach (Task<CarriedColumns?> opening in (Task<CarriedColumns?>[])[openingA, openingB])
                if (opening is { IsCompletedSuccessfully: true, Result: { } opened })
                    opened.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        // Tiles are read by as many threads as there are workers, each for itself: DuckDB's own would only hold each other up.
        Task<CarriedColumns?> OpenAsync(string prefix, string dataset, string positions) => CarriedColumns.TryOpenAsync(dataset, positions,
            NameList.Split(columns!, "--columns").Where(c => c.StartsWith(prefix, StringComparison.Ordinal)).Select(c => c[prefix.Length..]),
            new DatasetOptions { Threads = 1, QueryMemoryBytes = memoryBytes / 4 }, cancellationToken);
    }

    private int Workers => workers is null ? Environment.ProcessorCount : int.Parse(workers, CultureInfo.InvariantCulture);

    private bool Match(string positionsA, string positionsB, CarriedColumns? a, CarriedColumns? b, out int exitCode, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using ProgressDisplay display = new(quiet);
        PlainMatchSummary s = PlainMatch.Run((sides[0], positionsA), (sides[1], positionsB), new PlainMatchOptions
        {
            RadiusArcsec = AngleText.SeparationArcsec(radius!, "--radius"),
            NearestOnly = nearestOnly,
            Overwrite = replace,
            CarriedA = a,
            CarriedB = b,
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
