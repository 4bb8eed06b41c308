using System.CommandLine;
using System.Diagnostics;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Writing;
using Pile.Writing.Staging;

namespace Pile.Cli.Commands;

/// <summary><c>pile crossmatch</c>: finds pairs of two datasets or tables within a radius.</summary>
internal static class CrossMatchCommand
{
    private static readonly Argument<string> A = new("A") { Description = "A dataset or a table; - for a table on standard input." };
    private static readonly Argument<string?> B = new("B")
    {
        Description = "A dataset or a table; without it A is matched with itself.",
        Arity = ArgumentArity.ZeroOrOne
    };
    private static readonly Option<string?> Out =
        new("--out")
        {
            Description = "The table of pairs: .csv, .tsv, .ecsv, .jsonl, .fits, .vot, .parquet or .arrow; - for standard output, with "
            + "--format; or, for two datasets, DIR/ for a dataset with the rows of both. Without it, the first rows are shown.",
            HelpName = "FILE|-|DIR/"
        };
    private static readonly Option<string?> WhereA = new("--where-a")
    {
        Description = "Only rows of A that match an SQL condition.",
        HelpName = "SQL"
    };
    private static readonly Option<string?> WhereB = new("--where-b")
    {
        Description = "Only rows of B that match an SQL condition.",
        HelpName = "SQL"
    };
    private static readonly Option<string?> Frame = SideOptions.FrameOption("--frame",
        "The frame of the positions of tables: icrs, fk5, fk4, galactic, ecliptic, or wgs84 (longitude and latitude); "
            + "--a-frame and --b-frame set it for one side.");
    private static readonly Option<bool> Explain =
        new("--explain")
        {
            Description =
            "Print the plan before the match and the actual numbers after it; without --out, only print the plan."
        };
    private static readonly SideOptions OptionsA = new("a"), OptionsB = new("b");

    internal static Command Create()
    {
        VerbCommand command = new("crossmatch",
            "Matches two datasets or tables, or one with itself, by position on the whole sky.",
            "pile crossmatch gaia 2mass.fits --radius 1 --b-epoch 1999.5",
            "pile crossmatch gaia 2mass.fits --radius 1 --epoch 2000 --certificate c.json --diagnostics d.html --out pairs.parquet",
            "pile crossmatch sdss targets.csv --radius 2arcsec --find nearest --join left --columns \"a.z,b.name\" --out matched.csv",
            "pile crossmatch radio.vot gaia --radius 30 --sigma 3 --radius-column-a e_pos --where \"b.phot_g_mean_mag < 18\" --find "
                + "one-to-one --out best.fits",
            "pile crossmatch stars.csv --radius 5 --find groups --out groups.csv")
        { A, B, Out };
        foreach (Option option in (IEnumerable<Option>)[.. MatchOptions.All, .. TrustOptions.All, WhereA, WhereB, Frame,
            .. OptionsA.All, .. OptionsB.All, .. CrossMatchMany.All, .. PairsInput.All, Explain, PipeOutput.Format, TaskOptions.Task,
            TaskOptions.Array, TaskOptions.Commit, TableOutput.Replace, CommonOptions.Mount, CommonOptions.Layer])
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Action<string> report = CommonOptions.Messages(parsed);
        bool isExplained = parsed.GetValue(Explain), isVerbose = parsed.GetValue(CommonOptions.Verbose);
        string? output = parsed.GetValue(Out);
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        CrossMatchOptions options = TrustOptions.Apply(parsed, MatchOptions.Of(parsed, report));
        options = options with { Progress = new MatchDisplay(display) };
        string pathA = parsed.GetRequiredValue(A);
        string? pathB = parsed.GetValue(B);
        bool isMany = CrossMatchMany.IsAsked(parsed, pathB, options);
        if (isMany && isExplained)
            throw new UsageException("--explain lists the plan of a match of two sides. Remove it, or --with and --find groups.");
        if (isMany)
            PairsInput.RequireNone(parsed);
        if (options.Nest)
            PipeOutput.RequireLists(parsed);
        (int Index, int Count)? task = TaskOptions.Of(parsed);
        bool isCommit = parsed.GetValue(TaskOptions.Commit);
        if (task is not null || isCommit)
            MatchTaskRun.Require(output, isMany);
        bool isAssociation = PipeOutput.IsAssociation(parsed, output, options.Join == MatchJoin.Inner && !options.Nest && !isMany);
        string[] with = CrossMatchMany.PathsOf(parsed);
        bool hasInput = ((string?[])[pathA, pathB, .. with]).Contains(PipeOutput.Dash);
        bool isPipe = !isAssociation && PipeOutput.Check(parsed, output, hasInput), isParquetPipe = isPipe && PipeOutput.IsParquet(parsed);
        using MatchPreview? preview = !isMany && ((output is null && !isExplained) || isParquetPipe) ? new MatchPreview() : null;
        bool isDataset = output is not null && output.EndsWith('/') && !isAssociation, replace = parsed.GetValue(TableOutput.Replace);
        if (isDataset && !isMany)
            RequireMatchedDataset(TableOutput.RequireLocalDataset(output!), options);
        else if (output is not null && !isPipe && !isDataset && !isAssociation)
            TableOutput.RequireTable(output);
        if (isExplained && output is null && TrustOptions.AreSet(parsed))
            throw new UsageException("--explain without --out only prints the plan, which has no certificate. Remove --explain, or add "
                + "--out FILE.");
        if (pathB is null && (parsed.GetValue(WhereB) is not null || OptionsB.All.Any(o => parsed.GetValue(o) is not null)))
            throw new UsageException("There are options of side B, but B is missing.");

        using StandardInputTable? input = StandardInputTable.Of([pathA, pathB, .. with], parsed.GetValue(PipeOutput.Format), isPipe,
            cancellationToken);
        if (input is not null)
            (pathA, pathB, with) = (input.In(pathA), pathB is null ? null : input.In(pathB), [.. with.Select(input.In)]);
        SideLayers layers = await SideLayers.OpenAsync(CommonOptions.LayersOf(parsed), cancellationToken).ConfigureAwait(false);
        if (isMany)
            return await CrossMatchMany.RunAsync(parsed, options, with, () => OpenAsync(parsed, pathA, pathB, layers, report,
                cancellationToken), layers, parsed.GetValue(Frame), output, display, cancellationToken).ConfigureAwait(false);
        (OpenSide openA, OpenSide? openB) =
            await OpenAsync(parsed, pathA, pathB, layers, report, cancellationToken).ConfigureAwait(false);
        await using OpenSide a = openA;
        await using OpenSide? b = openB;
        layers.RequireUsed(a.Dataset, b?.Dataset);
        options = await PairsInput.ApplyAsync(parsed, options, a.Side, b?.Side, cancellationToken).ConfigureAwait(false);
        if (isDataset && (a.Dataset is null || b is { Dataset: null }))
            throw new UsageException($"--out {output}: a matched dataset requires two datasets, but "
                + $"'{(a.Dataset is null ? a : b!).Side.Name}' is a table. Build a dataset from it first, or write a table.");
        options = MatchErrorOptions.WithSizes(options, a.Side, b?.Side ?? a.Side);
        try
        {
            RequireOutputs();
        }
        catch
        {
            // Errors in the options are reported first, because they remain after the file is removed. The match checks them itself.
            await CrossMatcher.CheckAsync(a.Side, b?.Side, options, cancellationToken).ConfigureAwait(false);
            throw;
        }
        MatchPlan? plan = isExplained ? await CrossMatcher.ExplainAsync(a.Side, b?.Side, options, cancellationToken).ConfigureAwait(false)
            : null;
        if (plan is null && isVerbose)
            MatchReport.Explain(await CrossMatcher.ExplainAsync(a.Side, b?.Side, options, cancellationToken).ConfigureAwait(false),
                TerminalText.Error);
        if (plan is not null && !parsed.GetValue(CommonOptions.Json))
            MatchReport.Explain(plan, TerminalText.Error);
        if (output is null && preview is null)
        {
            if (parsed.GetValue(CommonOptions.Json))
                MatchReport.WriteJson(null, watch.Elapsed.TotalSeconds, plan, null);
            return ExitCode.Done;
        }

        if (task is { } share)
            return await MatchTaskRun.RunAsync(parsed, a.Side, b?.Side, options, output!, share, display, report, watch,
                cancellationToken).ConfigureAwait(false);
        MatchSummary summary = isCommit
            ? await CrossMatcher.CommitTasksAsync(a.Side, b?.Side, options, output!, replace, cancellationToken).ConfigureAwait(false)
            : isDataset
            ? await WriteDatasetAsync(parsed, options, output!, a, b, cancellationToken).ConfigureAwait(false)
            : isAssociation ? await WriteAssociationAsync(parsed, options, output!, a, b, cancellationToken).ConfigureAwait(false)
            : isPipe && preview is null ? await WriteToPipeAsync(parsed, options, a, b, cancellationToken).ConfigureAwait(false)
            : await CrossMatcher.MatchToFileAsync(a.Side, b?.Side, options, preview?.TablePath ?? output!, replace, cancellationToken)
                .ConfigureAwait(false);
        string name = pathB is null ? a.ShortName : $"{a.ShortName} × {b!.ShortName}";
        await TrustOptions.WriteAsync(parsed, summary, name, replace, cancellationToken).ConfigureAwait(false);
        display.Dispose();
        if (isParquetPipe)
            await PipeOutput.CopyAsync(preview!.TablePath, cancellationToken).ConfigureAwait(false);

        if (summary.WithoutPosition > 0)
            report($"{CountText.Of(summary.WithoutPosition, "row", "has", "have")} no position; not matched");
        if (parsed.GetValue(CommonOptions.Json))
            MatchReport.WriteJson(summary, watch.Elapsed.TotalSeconds, plan, plan is null ? null : summary.Actual);
        else
        {
            if (plan is not null)
                MatchReport.Compare(plan, summary.Actual!, TerminalText.Error);
            if (preview is not null && !isPipe)
                await preview.ShowAsync(report, cancellationToken).ConfigureAwait(false);
            report(MatchReport.Finished(summary, options.Join, isSelf: b is null, watch.Elapsed.TotalSeconds, output));
            if (TrustOptions.AreSet(parsed))
                report(TrustOptions.Line(summary.Certificate!));
        }
        return ExitCode.Done;

        void RequireOutputs()
        {
            if ((isDataset && !replace) || isAssociation)
                RequireNoFolder(output!, isDataset ? "Remove it, replace it with --replace" : "Remove it");
            if (output is not null && !isDataset && !isPipe && !isAssociation)
            {
                InputFiles.RequireNone(output, [a.Side, b?.Side], options);
                PairsInput.RequireOther(parsed, output);
                TableOutput.RequireFree(output, replace);
            }
            TrustOptions.RequireFree(parsed, replace);
        }
    }

    // Opens two datasets in parallel: most of the time is spent waiting for a server, or compiling.
    private static async Task<(OpenSide A, OpenSide? B)> OpenAsync(ParseResult parsed, string pathA, string? pathB, SideLayers layers,
        Action<string> report,
        CancellationToken cancellationToken)
    {
        string? frame = parsed.GetValue(Frame);
        if (pathB is not null && !OpenSide.IsDataset(pathA) && OpenSide.IsDataset(pathB))
            return await OpenTableAsync(parsed, pathA, pathB, layers, frame, report, cancellationToken).ConfigureAwait(false);
        Task<OpenSide> openingA = OpenSide.IsDataset(pathA) ? Task.Run(OpenA, cancellationToken) : OpenA();
        try
        {
            if (pathB is null || !OpenSide.IsDataset(pathB))
                frame ??= FrameOf(await openingA.ConfigureAwait(false)); // messages about tables are reported in order
            OpenSide? b = pathB is null ? null
                : await OpenSide.OpenAsync(parsed, pathB, OptionsB, parsed.GetValue(WhereB), layers, frame, report, cancellationToken)
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
            await ((Task)openingA).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (openingA.IsCompletedSuccessfully)
                await (await openingA.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Task<OpenSide> OpenA() => OpenSide.OpenAsync(parsed, pathA, OptionsA, parsed.GetValue(WhereA), layers, frame, report,
            cancellationToken);
    }

    // Opens a table as A after the dataset B, which tells the frame of its positions.
    private static async Task<(OpenSide A, OpenSide? B)> OpenTableAsync(ParseResult parsed, string pathA, string pathB, SideLayers layers,
        string? frame, Action<string> report, CancellationToken cancellationToken)
    {
        OpenSide b = await OpenSide.OpenAsync(parsed, pathB, OptionsB, parsed.GetValue(WhereB), layers, frame, report, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return (await OpenSide.OpenAsync(parsed, pathA, OptionsA, parsed.GetValue(WhereA), layers, frame ?? FrameOf(b), report,
                cancellationToken).ConfigureAwait(false), b);
        }
        catch
        {
            await b.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static string? FrameOf(OpenSide side) => side.Dataset?.Manifest.Frame == Manifest.Wgs84 ? Manifest.Wgs84 : null;

    private static void RequireNoFolder(string output, string remedy)
    {
        if (Path.Exists(output))
            throw new OutputExistsException(output, $"{remedy}, or choose another folder with --out");
    }

    private static void RequireMatchedDataset(string output, CrossMatchOptions options)
    {
        string join = options.Join == MatchJoin.RightAnti ? "right-anti" : options.Join.ToString().ToLowerInvariant();
        string option = options.Nest ? "--nest" : options.Find == MatchFind.Groups ? "--find groups" : $"--join {join}";
        if (options.Join != MatchJoin.Inner || options.Find == MatchFind.Groups || options.Nest)
            throw new UsageException($"--out {output}: each row of a matched dataset is a pair, with the columns, images and spectra of "
                + $"both sides, but {option} gives {(options.Nest ? "lists of partners" : "rows without a partner")}. Write a table with "
                + "--out FILE.parquet; 'pile read DATASET --matches FILE.parquet --side a' then reads their images and spectra.");
        if (!options.ColumnsA.IsDefaultOrEmpty || !options.ColumnsB.IsDefaultOrEmpty)
            throw new UsageException($"--out {output}: a matched dataset always has all columns of both sides, so --columns cannot select "
                + "some of them. Remove --columns (position_angle is allowed), or write a table with --out FILE.parquet.");
    }

    private static async Task<MatchSummary> WriteAssociationAsync(ParseResult parsed, CrossMatchOptions options, string output, OpenSide a,
        OpenSide? b, CancellationToken cancellationToken)
    {
        (string, string) sideA = (a.Side.Name, IdOf(a, OptionsA)), sideB = b is null ? sideA : (b.Side.Name, IdOf(b, OptionsB));
        using MatchTable matched = b is null
            ? await CrossMatcher.MatchSelfAsync(a.Side, options, cancellationToken).ConfigureAwait(false)
            : await CrossMatcher.MatchAsync(a.Side, b.Side, options, cancellationToken).ConfigureAwait(false);
        await new AssociationFolder(matched).WriteAsync(output, sideA, sideB, cancellationToken).ConfigureAwait(false);
        return matched.Summary;

        string IdOf(OpenSide side, SideOptions of) => side.Dataset?.Catalogue is { } catalogue
            ? catalogue.IdColumn ?? throw new UsageException($"{of.Id.Name}: the ids of '{side.Side.Name}' are row numbers, but an "
                + "association names the columns of ids by which the rows of both catalogues are joined. Name it, or write the pairs as "
                + "a table.")
            : parsed.GetValue(of.Id) ?? (side.Side as TableSide)?.IdColumn ?? "object_id";
    }

    private static async Task<MatchSummary> WriteToPipeAsync(ParseResult parsed, CrossMatchOptions options, OpenSide a, OpenSide? b,
        CancellationToken cancellationToken)
    {
        using MatchTable matched = b is null
            ? await CrossMatcher.MatchSelfAsync(a.Side, options, cancellationToken).ConfigureAwait(false)
            : await CrossMatcher.MatchAsync(a.Side, b.Side, options, cancellationToken).ConfigureAwait(false);
        await PipeOutput.WriteAsync(parsed, matched.Columns, matched.ReadAsync(cancellationToken), matched.About, cancellationToken)
            .ConfigureAwait(false);
        return matched.Summary;
    }

    private static async Task<MatchSummary> WriteDatasetAsync(ParseResult parsed, CrossMatchOptions options, string output, OpenSide a,
        OpenSide? b, CancellationToken cancellationToken)
    {
        string folder = output.TrimEnd('/');
        var (sideA, sideB) = (a.Dataset!, b?.Dataset ?? a.Dataset!);
        WriterSettings settings = new() { Workers = CommonOptions.WorkersOf(parsed), Replace = parsed.GetValue(TableOutput.Replace) };
        if (CommonOptions.MemoryOf(parsed) is { } memory)
            settings = settings with { MemoryBytes = memory };
        if (settings.Replace && (sideA.IsIn(folder) || sideB.IsIn(folder)))
            throw new UsageException($"--out {output}: it contains a side of the match, which would be replaced. Choose another folder.");
        if (settings.Replace)
            ReplacedDataset.Require(folder); // before a match that may take long
        using MatchTable matched = b is null
            ? await CrossMatcher.MatchSelfAsync(a.Side, options, cancellationToken).ConfigureAwait(false)
            : await CrossMatcher.MatchAsync(a.Side, b.Side, options, cancellationToken).ConfigureAwait(false);
        await matched.WriteDatasetAsync(sideA, sideB, folder, settings: settings, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return matched.Summary;
    }
}
