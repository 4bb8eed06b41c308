using System.CommandLine;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Pile.Builders;
using Pile.Builders.Sources;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables.Opening;
using Pile.Writing;
using Pile.Writing.Staging;

namespace Pile.Cli.Commands;

/// <summary><c>pile build</c>: builds a dataset from a recipe, or from one table.</summary>
internal static class BuildCommand
{
    private const int MostSkippedNamed = 20;

    private static readonly Argument<string?> RecipeFile =
        new("RECIPE.yaml") { Description = "The recipe.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> Out = TableOptions.Out;
    private static readonly Option<string?> Order =
        new("--order")
        {
            Description = "HEALPix order of the cells; auto (the default) chooses it by the size of the rows.",
            HelpName = "K|auto"
        };
    private static readonly Option<string?> Margin =
        new("--margin")
        {
            Description = "Write the margin of each index tile, for LSDB: the rows of other tiles within this radius.",
            HelpName = "RADIUS"
        };
    private static readonly Option<bool> IdIndex = new("--id-index")
    {
        Description = "Write an index of ids, with which rows are found by id without reading all ids; 16 bytes per row."
    };
    private static readonly Option<string?> Shards = new("--shards")
    {
        Description = "'none' stores a catalogue in its index alone, in about a third of the bytes; no column may be heavy then.",
        HelpName = "none",
    };
    private static readonly Option<string?> Positions = new("--positions")
    {
        Description = "'full' writes the numbers of rows into the file of positions, a fifth of it, 'compact' omits them; without "
            + "either, they are omitted if no column is heavy. 'none' writes no such file, without which matches start more slowly.",
        HelpName = "compact|full|none",
    };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Continue an interrupted build." };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace an existing dataset." };
    private static readonly Option<string> OnError =
        new("--on-error")
        {
            Description = "For a bad row or file: stop, or skip it and list it in skipped.csv (exit code 3).",
            HelpName = "stop|skip",
            DefaultValueFactory = _ => "stop"
        };
    private static readonly Option<long?> Limit = CommonOptions.Limit("The maximum number of rows.");
    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "Set a value of the recipe, for example options.order=6.",
        HelpName = "key=value",
        AllowMultipleArgumentsPerToken = false
    };
    private static readonly Option<string[]> Plugins = new("--builders")
    {
        Description = "A plug-in: an assembly with more builders; may be repeated.",
        HelpName = "my.dll",
        AllowMultipleArgumentsPerToken = false,
    };
    private static readonly Option<string?> Append = new("--append")
    {
        Description = "Take the rows of this dataset over and read only new source files; files with the same bytes become hard links.",
        HelpName = "OLD_DATASET",
    };
    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Read the source without writing: list its units, count rows and cells, and show the disk space that is needed."
    };

    internal static Command Create()
    {
        OnError.AcceptOnlyFromAmong("stop", "skip");
        Shards.Validators.Add(result => CommonOptions.Require(result, Shards.Name, text => text is "none" or "auto", "none or auto"));
        Positions.Validators.Add(result => CommonOptions.Require(result, Positions.Name,
            text => text is "compact" or "full" or "none" or "auto", "compact, full, none or auto"));
        Order.Validators.Add(result => CommonOptions.Require(result, "--order",
            text => text == "auto" || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int order)
                && order <= Healpix.MaxOrder), $"auto, or a HEALPix order from 0 to {Healpix.MaxOrder}"));
        VerbCommand command = new("build", "Builds a dataset: shards, index and manifest.",
            "pile build sdss.yaml --out data/sdss",
            "pile build --from gaia.parquet --out data/gaia --id source_id",
            "pile build --builders bin/Release/net10.0/stars.dll stars.yaml --out data/stars",
            "pile build --from 'run1/*.csv' --out data/run1 --exclude notes --cast is_star=bool --on-error skip --write-recipe run1.yaml",
            "pile build survey.yaml --append data/v1 --out data/v2")
        { RecipeFile, TableOptions.From, Out };
        foreach (Option option in TableOptions.Others)
            command.Add(option);
        foreach (Option option in (Option[])[Order, Margin, IdIndex, Shards, Positions, Append, Resume, Replace, OnError, Limit,
            Set, Plugins, DryRun, SourceBuild.ByReference, TaskOptions.Task, TaskOptions.Array, TaskOptions.Commit])
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        TableOptions.Check(parsed);
        if (SourceBuild.SourceOf(parsed) is { } source)
            return await SourceBuild.RunAsync(parsed, source, parsed.GetValue(Replace), cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(SourceBuild.ByReference))
            throw new UsageException($"{SourceBuild.ByReference.Name} requires --from SOURCE; 'pile adopt' leaves other files "
                + "where they are.");
        if (TaskOptions.Of(parsed) is not null && (parsed.GetValue(Limit) is not null || parsed.GetValue(DryRun)))
            throw new UsageException($"A task reads its whole share: leave {Limit.Name} and {DryRun.Name} out.");
        if (parsed.GetValue(Append) is not null && (parsed.GetValue(Limit) is not null || parsed.GetValue(DryRun)))
            throw new UsageException($"{Append.Name} reads all new rows: leave {Limit.Name} and {DryRun.Name} out.");
        if (TableOptions.IsGiven(parsed) && parsed.GetResult(Plugins) is not null)
            throw new UsageException($"{Plugins.Name} requires a recipe.");
        try
        {
            return await BuildAsync(parsed, cancellationToken).ConfigureAwait(false);
        }
        catch (DocumentInvalidException e)
        {
            // A recipe is part of the command; a manifest would be data. The recipe of --from has no lines that the user knows.
            throw new UsageException(e.Path == TableOptions.From.Name ? $"{e.Path}: {e.Finding}." : e.Message);
        }
        catch (SourceUnreadableException e) when (e.InnerException is FileNotFoundException or DirectoryNotFoundException)
        {
            // A glob finds files, so that a missing one is named by the recipe: a catalogue, or a table to join.
            throw new UsageException(e.Message);
        }
        catch (SchemaMismatchException e) when (e.InnerException is ArgumentException && TableOptions.IsGiven(parsed))
        {
            // If columns are guessed, a recipe may be right for its other files. With --from the command names the tables, and is at fault.
            throw new UsageException(e.Message);
        }
        catch (OutputExistsException e) when (!parsed.GetValue(Replace) && !File.Exists(e.Path))
        {
            throw new UsageException($"'{e.Path}' exists already. Choose another folder, or replace it with --replace.");
        }
    }

    private static async Task<int> BuildAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Action<string> report = CommonOptions.Messages(parsed);
        using StandardInputTable? input = StandardInputTable.Of(parsed, cancellationToken);
        (Recipe recipe, string? recipeText) = ReadRecipe(parsed, input,
            TableOptions.IsGiven(parsed) && parsed.GetValue(Append) is { } continued
            ? await EarlierDataset.ReadAsync(continued, cancellationToken).ConfigureAwait(false) : null);
        BuilderRegistry builders = LoadBuilders(parsed.GetValue(Plugins) ?? [], CommonOptions.DatasetOptionsOf(parsed));
        BuildSettings settings = new()
        {
            SkipsBadRows = parsed.GetValue(OnError) == "skip",
            Limit = parsed.GetValue(Limit),
            ReasonText = new OptionNames(parsed).In,
            OnMessage = report
        };
        if (parsed.GetValue(DryRun) && MirrorFetch.Missing(recipe.Source, null) is { IsEmpty: false } missing)
            return DryRunReport.WriteMissing(parsed, missing);
        if (parsed.GetValue(DryRun))
        {
            BuildEstimate estimate = await BuildRun.EstimateAsync(recipe, builders,
                settings with { Writer = new() { Workers = CommonOptions.WorkersOf(parsed) } }, cancellationToken).ConfigureAwait(false);
            if (recipeText is not null)
                TableOptions.Write(parsed, recipeText);
            return DryRunReport.Write(parsed, recipe, estimate, TableOutput.RequireLocalDataset(parsed.GetRequiredValue(Out)));
        }

        string output = TableOutput.RequireLocalDataset(parsed.GetRequiredValue(Out));
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        WriterSettings writer = new()
        {
            Workers = CommonOptions.WorkersOf(parsed),
            Replace = parsed.GetValue(Replace),
            Resume = parsed.GetValue(Resume),
            CompletesTasks = parsed.GetValue(TaskOptions.Commit),
            Task = TaskOptions.Of(parsed),
            Progress = new BuildDisplay(display),
        };
        if (CommonOptions.MemoryOf(parsed) is { } memory)
            writer = writer with { MemoryBytes = memory };
        BuildOutcome outcome;
        try
        {
            settings = settings with { Writer = writer };
            try
            {
                outcome = parsed.GetValue(Append) is { } address
                    ? await DatasetAppend.RunAsync(recipe, builders, address, output, settings, cancellationToken).ConfigureAwait(false)
                    : await BuildRun.RunAsync(recipe, builders, output, settings, cancellationToken).ConfigureAwait(false);
            }
            catch (PileException) when (writer.Task is null && StagingFolder.IsLeft(output))
            {
                report($"what was read is kept in '{StagingFolder.Of(output)}' for --resume; delete it if you do not continue");
                throw;
            }
        }
        catch (AllUnitsSkippedException e) when (e.Skipped is [var only])
        {
            ExceptionDispatchInfo.Throw(only.Reason);
            throw;
        }
        catch (AllUnitsSkippedException e)
        {
            ReportSkipped(e.Skipped, report);
            throw new SourceUnreadableException($"all {e.Skipped.Length} files of the source", "the files are unreadable, as listed above",
                "Correct them, or the recipe", e);
        }
        catch (OperationCanceledException)
        {
            report($"nothing was written to '{output}'; run the same command with --resume to continue");
            throw;
        }
        finally
        {
            display.Dispose();
        }
        if (recipeText is not null)
            TableOptions.Write(parsed, recipeText);
        ReportSkipped(outcome.Skipped, report);
        if (writer.Task is { } task && outcome.Units is { } units)
            report($"task {task.Index} of {task.Count}: {CountText.Of(units, "unit", "is", "are")} read; after all tasks, run the "
                + $"same command with {TaskOptions.Commit.Name}");
        else if (outcome.SkippedRowsBefore > 0)
            report($"{CountText.Of(outcome.SkippedRowsBefore, "row", "was", "were")} skipped before the build was resumed");
        if (outcome.Dataset.Skipped > 0 && writer.Task is null)
            report($"{Path.Combine(output, DatasetPaths.Skipped)} lists the skipped rows and files");
        Report(parsed, outcome);
        return outcome.Dataset.Skipped > 0 ? ExitCode.RowsSkipped : ExitCode.Done;
    }

    private static void ReportSkipped(IReadOnlyCollection<SkippedUnit> skipped, Action<string> report)
    {
        foreach (SkippedUnit unit in skipped.Take(MostSkippedNamed))
            report($"skipped {unit.UnitId}: {unit.Reason.Message}");
        if (skipped.Count > MostSkippedNamed)
            report($"skipped {CountText.Of(skipped.Count - MostSkippedNamed, "more file")}");
    }

    private static BuilderRegistry LoadBuilders(string[] plugins, DatasetOptions options)
    {
        try
        {
            return plugins.Aggregate(SourceBuilders.All, (builders, plugin) => builders.With(BuilderRegistry.Load(plugin)))
                .WithDatasets(options);
        }
        catch (SourceUnreadableException e)
        {
            throw new UsageException(e.Message); // a plug-in is part of the command
        }
    }

    private static (Recipe Recipe, string? Text) ReadRecipe(ParseResult parsed, StandardInputTable? input, EarlierDataset? earlier)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        foreach (string setting in parsed.GetValue(Set) ?? [])
            settings[setting.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign ? setting[..sign]
                : throw new UsageException($"--set {setting}: expected key=value, for example options.order=6.")] =
                setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];
        if (parsed.GetValue(Order) is { } order)
            settings["options.order"] = order;
        if (parsed.GetValue(Margin) is { } margin)
            settings["options.margin_arcsec"] = AngleText.RadiusArcsec(margin, "--margin").ToString("R", CultureInfo.InvariantCulture);
        if (parsed.GetValue(Shards) is { } shards)
            settings["options.shards"] = shards;
        if (parsed.GetValue(Positions) is { } positions)
            settings["options.positions"] = positions;
        if (parsed.GetValue(IdIndex))
            settings["options.id_index"] = "true";
        earlier?.Complete(settings, TableOptions.PartitionOf(parsed));
        return (parsed.GetValue(RecipeFile), TableOptions.IsGiven(parsed)) switch
        {
            ({ } file, false) => (ReadRecipe(InputFile.Require(file, "The recipe"), settings), null),
            (null, true) => TableOptions.ReadRecipe(parsed, parsed.GetRequiredValue(Out), input, settings, earlier),
            (null, false) => throw new UsageException("A recipe, or a table with --from TABLE, is required."),
            _ => throw new UsageException("A recipe and --from TABLE are both given. Use only one of them."),
        };
    }

    private static Recipe ReadRecipe(string file, IReadOnlyDictionary<string, string> settings)
    {
        try
        {
            return RecipeReader.ReadFile(file, settings);
        }
        catch (Exception e) when (e is DocumentInvalidException or SourceUnreadableException && IsDataFile(file))
        {
            throw new UsageException($"'{file}' is not a recipe, but a data file. Build a dataset from a table with --from '{file}', or "
                + "write a recipe that names it under 'files' (docs/recipes.md).");
        }
    }

    // By the extension or the content. JSON is YAML, so that a recipe may be JSON, but has more than one line then.
    private static bool IsDataFile(string file) =>
        TablePath.FormatOf(file) is not (null or TableFormat.JsonLines) || FileSignature.Detect(file) is not (null or TableFormat.JsonLines)
            || Path.GetExtension(file).ToLowerInvariant() is ".jsonl" or ".ndjson";

    private static void Report(ParseResult parsed, BuildOutcome outcome)
    {
        BuildSummary d = outcome.Dataset;
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(outcome.WriteTo);
        else if (outcome.Units is { } units)
            TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{d.Path}: {CountText.Of(d.Rows, "row")} of {CountText.Of(units, "unit")}, {outcome.Elapsed.TotalSeconds:0.0} s"));
        else
            TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{d.Path}: {CountText.Of(d.Rows, "row")} in {CountText.Of(d.Shards, "shard")} "
                    + $"({PartitionText.Of(d.Partition!)}), {d.Bytes:N0} bytes, "
                    + $"{d.Skipped:N0} skipped, {outcome.Elapsed.TotalSeconds:0.0} s"));
    }
}
