using System.Diagnostics;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Format;

namespace Pile.Cli.Commands;

/// <summary>Runs <c>pile crossmatch</c> with a fast start: all or nearest pairs of two local datasets in a Parquet file.</summary>
/// <remarks>Setting up the command line and opening datasets would take a third of the time of a match of ten million rows.
/// <see cref="CrossMatchCommand"/> handles every other command, including invalid ones, and runs the same match.</remarks>
internal sealed class FastCrossMatch
{
    // The options that are supported here, and whether they have a value.
    private static readonly (string Name, bool HasValue)[] Options =
    [
        ("--radius", true), ("--out", true), ("--find", true), ("--join", true), ("--workers", true), ("--memory", true),
        ("--certificate", true), ("--quiet", false), ("--json", false), ("--replace", false),
    ];

    private readonly List<string> sides = [];
    private readonly string?[] values = new string?[Options.Length];

    /// <summary>Runs the command if it has this form.</summary>
    /// <returns>False if the command has another form and was not run.</returns>
    internal static bool TryRun(string[] arguments, CancellationToken cancellationToken, out int exitCode)
    {
        exitCode = ExitCode.Done;
        if (arguments is not ["crossmatch", ..])
            return false;
        FastCrossMatch command = new();
        if (!command.TryParse(arguments) || command.MatchOptions() is not { } options)
            return false;
        try
        {
            if (PositionsSide.TryOpen(command.sides[0]) is not { } a || PositionsSide.TryOpen(command.sides[1]) is not { } b)
                return false;
            command.Match(a, b, options, cancellationToken);
        }
        catch (DatasetsRequiredException)
        {
            return false;
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
            int option = Array.FindIndex(Options, o => o.Name == arguments[i]);
            if (option < 0 && !arguments[i].StartsWith('-'))
                sides.Add(arguments[i]);
            else if (option < 0 || values[option] is not null || (Options[option].HasValue && ++i == arguments.Length))
                return false;
            else
                values[option] = arguments[i];
        }
        return sides.Count == 2;
    }

    private string? this[string option] => values[Array.FindIndex(Options, o => o.Name == option)];

    /// <returns>The options; null if a value is invalid or unsupported here.</returns>
    private CrossMatchOptions? MatchOptions()
    {
        int workers = Environment.ProcessorCount;
        long memory = 0;
        if (this["--radius"] is not { } radius || radius.EndsWith('m')
            || this["--out"] is not { } output || this["--find"] is not (null or "all" or "nearest")
            || this["--join"] is not (null or "inner")
            || (this["--workers"] is { } threads && !(int.TryParse(threads, NumberStyles.None, CultureInfo.InvariantCulture, out workers)
                && workers is > 0 and <= CommonOptions.MaxWorkers))
            || (this["--memory"] is { } size && !(ByteSize.TryParse(size, out memory) && memory > 0)) || !IsWritable(output, ".parquet")
            || (this["--certificate"] is { } certificate && !IsWritable(certificate, ".json")))
            return null;
        return new CrossMatchOptions
        {
            Find = this["--find"] == "nearest" ? MatchFind.Nearest : MatchFind.All,
            Workers = workers,
            MemoryBytes = memory > 0 ? memory : null,
            WithCertificate = this["--certificate"] is not null,
        };
    }

    private bool IsWritable(string output, string ending) => output.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
        && !output.Contains('#', StringComparison.Ordinal)
        && (this["--replace"] is null ? !Path.Exists(output) : !Directory.Exists(output))
        && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(output)));

    private void Match(PositionsSide a, PositionsSide b, CrossMatchOptions options, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        options = options with { RadiusArcsec = AngleText.SeparationArcsec(this["--radius"]!, "--radius") };
        bool isQuiet = this["--quiet"] is not null;
        using ProgressDisplay display = new(isQuiet);
        MatchSummary summary = CrossMatcher.MatchToFileAsync(a, b,
            isQuiet ? options : options with { Progress = new MatchDisplay(display) }, this["--out"]!,
            overwrite: this["--replace"] is not null, cancellationToken).GetAwaiter().GetResult();
        if (this["--certificate"] is { } certificate)
            PictureOutput.WriteAsync(certificate, TrustOptions.Bytes(summary), this["--replace"] is not null, cancellationToken)
                .GetAwaiter().GetResult();
        display.Dispose();
        if (this["--json"] is not null)
            MatchReport.WriteJson(summary, watch.Elapsed.TotalSeconds, null, null);
        else if (!isQuiet)
        {
            string line = MatchReport.Finished(summary, options.Join, isSelf: false, watch.Elapsed.TotalSeconds, this["--out"]!);
            TerminalText.Error.WriteLine($"pile: {TerminalText.Indent(line)}");
            if (this["--certificate"] is not null)
                TerminalText.Error.WriteLine($"pile: {TerminalText.Indent(TrustOptions.Line(summary.Certificate!))}");
        }
    }
}
