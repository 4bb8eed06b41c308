using System.CommandLine;
using System.Diagnostics;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Writing;

namespace Pile.Cli.Commands;

/// <summary><c>pile crossmatch</c>: pairs of two datasets or tables within a radius.</summary>
internal static class CrossMatchCommand
{
    private static readonly Argument<string> A = new("A") { Description = "A dataset or a table." };
    private static readonly Argument<string?> B = new("B")
    {
        Description = "A dataset or a table; without it A is matched with itself.",
        Arity = ArgumentArity.ZeroOrOne
    };
    private static readonly Option<string?> Out =
        new("--out")
        {
            Description = "The table of pairs: .csv, .ecsv, .fits, .vot or .parquet; or, of two datasets, DIR/ for a dataset "
            + "with the rows of both.",
            HelpName = "FILE|DIR/"
        };
    private static readonly Option<string?> WhereA = new("--where-a")
    {
        Description = "Only rows of A that meet an SQL condition.",
        HelpName = "SQL"
    };
    private static readonly Option<string?> WhereB = new("--where-b")
    {
        Description = "Only rows of B that meet an SQL condition.",
        HelpName = "SQL"
    };
    private static readonly Option<string?> Frame = SideOptions.FrameOption("--frame",
        "The frame of the positions of tables: icrs, fk5, fk4, galactic or ecliptic; --a-frame and --b-frame of one.");
    private static readonly Option<bool> Explain =
        new("--explain")
        {
            Description =
            "Tell beforehand what will be read and done, and afterwards what was; without --out nothing is done."
        };
    private static readonly SideOptions OptionsA = new("a"), OptionsB = new("b");

    internal static Command Create()
    {
        VerbCommand command = new("crossmatch",
            "Matches two datasets or tables, or one with itself, by position; right everywhere on the sky.",
            "pile crossmatch gaia 2mass.fits --radius 1 --out pairs.parquet",
            "pile crossmatch sdss targets.csv --radius 2arcsec --find nearest --join left --columns \"a.z,b.name\" --out matched.csv",
            "pile crossmatch radio.vot gaia --radius 30 --sigma 3 --radius-column-a e_pos --where \"b.phot_g_mean_mag < 18\" --find "
                + "one-to-one --out best.fits",
            "pile crossmatch stars.csv --radius 5 --find groups --out groups.csv")
        { A, B, Out };
        foreach (Option option in (IEnumerable<Option>)[.. MatchOptions.All, WhereA, WhereB, Frame, .. OptionsA.All, .. OptionsB.All,
            Explain, TableOutput.Replace])
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Action<string> say = CommonOptions.Messages(parsed);
        bool isExplained = parsed.GetValue(Explain);
        string? output = parsed.GetValue(Out);
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        CrossMatchOptions options = MatchOptions.Of(parsed, say) with { Progress = new MatchDisplay(display) };
        if (output is null && !isExplained)
            throw new UsageException("Say where the pairs shall go: --out FILE. Or --explain, to hear what would be done.");
        bool isDataset = output is not null && output.EndsWith('/'), replace = parsed.GetValue(TableOutput.Replace);
        if (isDataset)
            RequireMatchedDataset(TableOutput.RequireLocal(output!), options, replace);
        else if (output is not null)
            TableOutput.RequireTable(output);
        string? pathB = parsed.GetValue(B);
        if (pathB is null && (parsed.GetValue(WhereB) is not null || OptionsB.All.Any(o => parsed.GetValue(o) is not null)))
            throw new UsageException("Options of B are given, but no B.");

        (OpenSide openA, OpenSide? openB) =
            await OpenAsync(parsed, parsed.GetRequiredValue(A), pathB, say, cancellationToken).ConfigureAwait(false);
        await using OpenSide a = openA;
        await using OpenSide? b = openB;
        if (isDataset && (a.Dataset is null || b is { Dataset: null }))
            throw new UsageException($"--out {output}: a matched dataset is made of datasets; '{(a.Dataset is null ? a : b!).Side.Name}' "
                + "is a table. Build one of it first, or write a table.");
        await CrossMatcher.CheckAsync(a.Side, b?.Side, options, cancellationToken).ConfigureAwait(false);
        if (isDataset && Path.Exists(output))
            throw new OutputExistsException(output!, "Remove it, or name another folder with --out");
        if (output is not null && !isDataset)
            TableOutput.RequireFree(output, replace);
        MatchPlan? plan = isExplained ? await CrossMatcher.ExplainAsync(a.Side, b?.Side, options, cancellationToken).ConfigureAwait(false)
            : null;
        if (plan is not null && !parsed.GetValue(CommonOptions.Json))
            MatchReport.Explain(plan, TerminalText.Error);
        if (output is null)
        {
            if (parsed.GetValue(CommonOptions.Json))
                MatchReport.WriteJson(null, watch.Elapsed.TotalSeconds, plan, null);
            return ExitCode.Done;
        }

        MatchSummary summary = isDataset
            ? await WriteDatasetAsync(parsed, options, output, a, b, cancellationToken).ConfigureAwait(false)
            : await CrossMatcher.MatchToFileAsync(a.Side, b?.Side, options, output, replace, cancellationToken).ConfigureAwait(false);
        display.Dispose();

        if (summary.WithoutPosition > 0)
            say(FormattableString.Invariant($"{summary.WithoutPosition:N0} rows have no position and were not matched"));
        if (parsed.GetValue(CommonOptions.Json))
            MatchReport.WriteJson(summary, watch.Elapsed.TotalSeconds, plan, plan is null ? null : summary.Actual);
        else
        {
            if (plan is not null)
                MatchReport.Compare(plan, summary.Actual!, TerminalText.Error);
            say(MatchReport.Finished(summary, options.Join, isSelf: b is null, watch.Elapsed.TotalSeconds, output));
        }
        return ExitCode.Done;
    }

    // Two datasets at once: most of it is waiting for a server, or compilation.
    private static async Task<(OpenSide A, OpenSide? B)> OpenAsync(ParseResult parsed, string pathA, string? pathB, Action<string> say,
        CancellationToken cancellationToken)
    {
        string? frame = parsed.GetValue(Frame);
        Task<OpenSide> openingA = OpenSide.IsDataset(pathA) ? Task.Run(OpenA, cancellationToken) : OpenA();
        try
        {
            if (pathB is null || !OpenSide.IsDataset(pathB))
                await openingA.ConfigureAwait(false); // what tables report comes in order
            OpenSide? b = pathB is null ? null
                : await OpenSide.OpenAsync(parsed, pathB, OptionsB, parsed.GetValue(WhereB), frame, say, cancellationToken)
                    .ConfigureAwait(false);
            try
            {
                return (await openingA.ConfigureAwait(false), b);
            }
            catch when (b is not null)
            {
                await b.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch
        {
            if (await openingA.ContinueWith(t => t.IsCompletedSuccessfully, TaskScheduler.Default).ConfigureAwait(false))
                await (await openingA.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Task<OpenSide> OpenA() => OpenSide.OpenAsync(parsed, pathA, OptionsA, parsed.GetValue(WhereA), frame, say, cancellationToken);
    }

    private static void RequireMatchedDataset(string output, CrossMatchOptions options, bool replace)
    {
        if (replace)
            throw new UsageException($"--replace: a matched dataset is not replaced. Remove '{output}', or name another folder with "
                + "--out.");
        if (options.Join != MatchJoin.Inner || options.Find == MatchFind.Groups)
            throw new UsageException($"--out {output}: a row of a matched dataset is a pair, with the columns, images and spectra of both "
                + $"sides: {(options.Find == MatchFind.Groups ? "--find groups" : $"--join {options.Join switch { MatchJoin.RightAnti => "right-anti", var join => join.ToString().ToLowerInvariant() }}")} gives rows without a partner. "
                + "Write a table of them with --out FILE.parquet; 'pile read DATASET --matches FILE.parquet --side a' takes images and "
                + "spectra by it.");
    }

    private static async Task<MatchSummary> WriteDatasetAsync(ParseResult parsed, CrossMatchOptions options, string output, OpenSide a,
        OpenSide? b, CancellationToken cancellationToken)
    {
        using MatchTable matched = b is null
            ? await CrossMatcher.MatchSelfAsync(a.Side, options, cancellationToken).ConfigureAwait(false)
            : await CrossMatcher.MatchAsync(a.Side, b.Side, options, cancellationToken).ConfigureAwait(false);
        MatchedDataset dataset = MatchedDataset.Of(matched, a.Dataset!, b?.Dataset ?? a.Dataset!);
        WriterSettings settings = new() { Workers = CommonOptions.WorkersOf(parsed) };
        await dataset.WriteAsync(output.TrimEnd('/'), settings: CommonOptions.MemoryOf(parsed) is { } memory
            ? settings with { MemoryBytes = memory } : settings, cancellationToken: cancellationToken).ConfigureAwait(false);
        return matched.Summary;
    }
}
