using System.CommandLine;
using System.Diagnostics;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Format;

namespace Pile.Cli.Commands;

/// <summary><c>pile crossmatch</c> of more than two sides, or of groups of two sides.</summary>
internal static class CrossMatchMany
{
    private const int MostFurther = 15; // with A and B as many sides as a match can have

    private static readonly Option<string[]> With = new("--with")
    {
        Description = "Another side: C, then D, …; a dataset or a table. The result has a row for each row of A and its partners in all "
            + "sides; --find nearest takes the nearest of each. With --find groups, pairs of any two sides connect rows to groups.",
        HelpName = "C",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string?> Layout = new("--layout")
    {
        Description = "With --find groups of several sides: a row for each group, or for each member of a group.",
        HelpName = "wide|long",
    };
    private static readonly (SideOptions Options, Option<string?> Where)[] Further =
        [.. Enumerable.Range(0, MostFurther).Select(i => ((char)('c' + i)).ToString()).Select(letter => (new SideOptions(letter),
            new Option<string?>($"--where-{letter}")
            {
                Description = $"Only rows of {letter.ToUpperInvariant()} that match an SQL condition.",
                HelpName = "SQL",
            }))];

    /// <summary>The options; those of sides after C are not listed in the help.</summary>
    internal static IEnumerable<Option> All
    {
        get
        {
            foreach ((SideOptions options, Option<string?> where) in Further.Skip(1))
                foreach (Option<string?> option in options.All.Append(where))
                    option.Hidden = true;
            return [With, Layout, .. Further.SelectMany(f => f.Options.All.Append(f.Where))];
        }
    }

    /// <summary>Returns the sides after B.</summary>
    internal static string[] PathsOf(ParseResult parsed) => parsed.GetValue(With) ?? [];

    /// <summary>Returns true if the match is of several sides, and rejects options of sides that are missing.</summary>
    /// <exception cref="UsageException">There are options of a missing side, or B is missing.</exception>
    internal static bool IsAsked(ParseResult parsed, string? pathB, CrossMatchOptions options)
    {
        string[] with = PathsOf(parsed);
        if (with.Length > MostFurther)
            throw new UsageException($"--with is given {with.Length} times; a match has at most {MostFurther} sides after B.");
        if (with.Length > 0 && pathB is null)
            throw new UsageException("--with adds sides after B, but B is missing.");
        for (int i = with.Length; i < MostFurther; i++)
            foreach (Option<string?> option in Further[i].Options.All.Append(Further[i].Where))
                if (parsed.GetValue(option) is not null)
                    throw new UsageException($"{option.Name}: there is no side {(char)('C' + i)}. Add it with --with.");
        if (options.ColumnsOfFurther.Length > with.Length)
            throw new UsageException($"--columns: there is no side {(char)('C' + with.Length)}. Add it with --with.");
        bool isAsked = with.Length > 0 || (pathB is not null && options.Find == MatchFind.Groups);
        if (!isAsked && parsed.GetValue(Layout) is not null)
            throw new UsageException("--layout requires --find groups with several sides.");
        return isAsked;
    }

    /// <summary>Runs the match.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The options of the match.</param>
    /// <param name="with">The sides after B.</param>
    /// <param name="openAsync">Opens A and B.</param>
    /// <param name="layers">The layers of the sides.</param>
    /// <param name="frame">The frame of tables that do not declare one.</param>
    /// <param name="output">The table of <c>--out</c>; null to show the first rows.</param>
    /// <param name="display">The progress.</param>
    /// <param name="cancellationToken">Cancels the match.</param>
    internal static async Task<int> RunAsync(ParseResult parsed, CrossMatchOptions options, string[] with,
        Func<Task<(OpenSide A, OpenSide? B)>> openAsync, SideLayers layers, string? frame, string? output, ProgressDisplay display,
        CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Action<string> report = CommonOptions.Messages(parsed);
        options = options with
        {
            LongLayout = parsed.GetValue(Layout) switch
            {
                null or "wide" => false,
                "long" => true,
                { } other => throw new UsageException($"--layout {other}: expected wide or long."),
            },
        };
        if (output is not null && output.EndsWith('/'))
            throw new UsageException($"--out {output}: a matched dataset has two sides. Write a table of several sides; in code, "
                + "OpenMatchesAsync reads the rows of several datasets.");
        bool isPipe = output == PipeOutput.Dash, replace = parsed.GetValue(TableOutput.Replace);
        bool isParquetPipe = isPipe && PipeOutput.IsParquet(parsed);
        List<OpenSide> opened = [];
        try
        {
            (OpenSide a, OpenSide? b) = await openAsync().ConfigureAwait(false);
            opened.AddRange([a, b!]);
            for (int i = 0; i < with.Length; i++)
                opened.Add(await OpenSide.OpenAsync(parsed, with[i], Further[i].Options, parsed.GetValue(Further[i].Where), layers, frame,
                    report, cancellationToken).ConfigureAwait(false));
            layers.RequireUsed([.. opened.Select(o => o.Dataset)]);
            MatchSide[] sides = [.. opened.Select(o => o.Side)];
            if (output is not null && !isPipe)
                try
                {
                    InputFiles.RequireNone(output, sides, options);
                    TableOutput.RequireFree(output, replace);
                }
                catch
                {
                    // Errors in the options are reported first, because they remain after the file is removed.
                    await ManyMatch.CheckAsync(sides, options, cancellationToken).ConfigureAwait(false);
                    throw;
                }
            using MatchPreview? preview = output is null || isParquetPipe ? new MatchPreview() : null;
            MatchSummary summary;
            if (isPipe && preview is null)
            {
                using MatchTable matched = await CrossMatcher.MatchManyAsync(sides, options, cancellationToken).ConfigureAwait(false);
                await PipeOutput.WriteAsync(parsed, matched.Columns, matched.ReadAsync(cancellationToken), matched.About, cancellationToken)
                    .ConfigureAwait(false);
                summary = matched.Summary;
            }
            else
                summary = await CrossMatcher.MatchManyToFileAsync(sides, options, preview?.TablePath ?? output!, replace, cancellationToken)
                    .ConfigureAwait(false);
            display.Dispose();
            if (isParquetPipe)
                await PipeOutput.CopyAsync(preview!.TablePath, cancellationToken).ConfigureAwait(false);
            if (summary.WithoutPosition > 0)
                report($"{CountText.Of(summary.WithoutPosition, "row", "has", "have")} no position; not matched");
            if (parsed.GetValue(CommonOptions.Json))
                MatchReport.WriteJson(summary, watch.Elapsed.TotalSeconds, null, null);
            else
            {
                if (preview is not null && !isPipe)
                    await preview.ShowAsync(report, cancellationToken).ConfigureAwait(false);
                report(MatchReport.Finished(summary, options.Join, isSelf: false, watch.Elapsed.TotalSeconds, output));
            }
            return ExitCode.Done;
        }
        finally
        {
            foreach (OpenSide side in opened.OfType<OpenSide>())
                await side.DisposeAsync().ConfigureAwait(false);
        }
    }
}
