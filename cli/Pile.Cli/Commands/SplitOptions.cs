using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Reading;
using Pile.Streaming;

namespace Pile.Cli.Commands;

/// <summary>The options of <c>pile stream</c> that select a part of a split, draw rows by class, and normalise columns.</summary>
internal static class SplitOptions
{
    private static readonly string[] Kinds = ["hash", "group", "stratified", "iterative", "sky", "tile", "column", "folds"];

    private static readonly Option<string?> Kind = new("--split")
    {
        Description = "Divide the rows: by a hash of the id, by groups, stratified by a column, iteratively stratified by several labels, "
            + "by cells of the sky, by tiles of a grid on the earth, by a column that names the part, or into folds.",
        HelpName = string.Join('|', Kinds)
    };
    private static readonly Option<string?> By = new("--by")
    {
        Description = "With --split: the columns of the group, the stratum, the labels or the part. Folds are stratified by them.",
        HelpName = "a,b"
    };
    private static readonly Option<string?> GroupBy = new("--group-by")
    {
        Description = "With --split folds: keep rows with equal values in one fold.",
        HelpName = "COL"
    };
    private static readonly Option<string?> Shares = new("--shares")
    {
        Description = "With --split: the parts and their sizes. Default: train=8,validation=1,test=1.",
        HelpName = "NAME=N,…"
    };
    private static readonly Option<string?> Grid = new("--grid")
    {
        Description = "With --split tile: mgrs, or a grid as in a recipe. Default: the tiles by which the dataset is partitioned.",
        HelpName = "GRID"
    };
    private static readonly Option<string?> Guard = new("--guard")
    {
        Description = "With --split tile: leave out rows that are nearer than this to a row of another part.",
        HelpName = "2km"
    };
    private static readonly Option<int?> Folds = new("--folds") { Description = "With --split folds: their number.", HelpName = "K" };
    private static readonly Option<ulong> Seed = new("--split-seed") { Description = "Another seed gives another split.", HelpName = "N" };
    private static readonly Option<string?> Part = new("--part")
    {
        Description = "With --split: the part to stream, such as train or fold0.",
        HelpName = "NAME"
    };
    private static readonly Option<string?> Except = new("--except")
    {
        Description = "With --split: stream all parts but this one.",
        HelpName = "NAME"
    };
    private static readonly Option<string?> Balance = new("--balance")
    {
        Description = "Draw the classes of a column equally often.",
        HelpName = "COL"
    };
    private static readonly Option<string?> AtMost = new("--at-most")
    {
        Description = "Draw at most N rows of each class of a column.",
        HelpName = "N:COL"
    };
    private static readonly Option<string?> Normalise = new("--normalise")
    {
        Description = "Subtract the mean of columns and divide by their standard deviation, band by band.",
        HelpName = "a,b"
    };

    private static readonly Option<string?> NormaliseOf = new("--normalise-of")
    {
        Description = "With --normalise and --split: measure this part, such as train, instead of the rows that are streamed.",
        HelpName = "NAME"
    };

    internal static IEnumerable<Option> All =>
        [Kind, By, GroupBy, Shares, Grid, Guard, Folds, Seed, Part, Except, Balance, AtMost, Normalise, NormaliseOf];

    static SplitOptions() => Kind.AcceptOnlyFromAmong(Kinds);

    /// <summary>Opens the rows that the options select of a query.</summary>
    /// <exception cref="UsageException">Options contradict each other.</exception>
    internal static async Task<StreamSource> OpenAsync(ParseResult parsed, Query query, CancellationToken cancellationToken)
    {
        RowSplit? split = await SplitAsync(parsed, query, cancellationToken).ConfigureAwait(false);
        string? measured = parsed.GetValue(NormaliseOf);
        if (measured is not null && (split is null || parsed.GetValue(Normalise) is null))
            throw new UsageException($"{NormaliseOf.Name} requires --normalise and --split.");
        StreamSource source = split is null ? await StreamSource.OpenAsync(query, cancellationToken).ConfigureAwait(false)
            : parsed.GetValue(Part) is { } part ? split[part] : split.Except(parsed.GetRequiredValue(Except)!);
        StreamSource all = measured is null ? source : split![measured]; // before rows are drawn
        if (parsed.GetValue(Balance) is not null && parsed.GetValue(AtMost) is not null)
            throw new UsageException("--balance and --at-most: expected one of them.");
        if (parsed.GetValue(Balance) is { } column)
            source = await source.BalancedAsync(column, null, parsed.GetValue(Seed), cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(AtMost) is { } most)
            source = most.IndexOf(':', StringComparison.Ordinal) is > 0 and var at && at < most.Length - 1
                && long.TryParse(most[..at], NumberStyles.None, CultureInfo.InvariantCulture, out long rows) && rows > 0
                ? await source.AtMostAsync(rows, most[(at + 1)..], parsed.GetValue(Seed), cancellationToken).ConfigureAwait(false)
                : throw new UsageException($"--at-most {most}: expected N:COL with N of at least 1, for example 500:class.");
        return parsed.GetValue(Normalise) is not { } names ? source
            : await source.NormaliseAsync(NameList.Split(names, Normalise.Name), all, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<RowSplit?> SplitAsync(ParseResult parsed, Query query, CancellationToken cancellationToken)
    {
        bool isDrawn = parsed.GetValue(Balance) is not null || parsed.GetValue(AtMost) is not null;
        if (parsed.GetValue(Kind) is null && !isDrawn && parsed.GetResult(Seed) is { Implicit: false })
            throw new UsageException($"{Seed.Name} requires --split, --balance or --at-most.");
        if (parsed.GetValue(Kind) is not { } kind)
            return All.TakeWhile(o => o != Balance).FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false } && o != Seed) is { } lone
                ? throw new UsageException($"{lone.Name} requires --split.") : null;
        if (parsed.GetValue(Part) is null == parsed.GetValue(Except) is null)
            throw new UsageException("--split requires either --part NAME or --except NAME, for example --part train.");
        foreach ((Option option, bool applies) in ((Option, bool)[])[(By, kind is not ("hash" or "sky" or "tile")),
            (Seed, kind != "column" || isDrawn), (Folds, kind == "folds"), (GroupBy, kind == "folds"),
            (Shares, kind is not ("folds" or "column")), (Grid, kind == "tile"), (Guard, kind == "tile")])
            if (!applies && parsed.GetResult(option) is { Implicit: false })
                throw new UsageException($"{option.Name} does not apply to --split {kind}.");
        if (parsed.GetValue(GroupBy) is not null && parsed.GetValue(By) is not null)
            throw new UsageException("--group-by and --by: expected one of them, because folds either keep groups together or spread "
                + "classes evenly.");
        RowSplit split = await MakeAsync(parsed, query, kind, cancellationToken).ConfigureAwait(false);
        if (kind == "tile" && split.LeftOut > 0)
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"{split.LeftOut:N0} rows are in no part, because they are too close to another part, or on no tile of the grid"));
        return split;
    }

    private static Task<RowSplit> MakeAsync(ParseResult parsed, Query query, string kind, CancellationToken cancellationToken)
    {
        string[] by = parsed.GetValue(By) is { } names ? NameList.Split(names, By.Name) : [];
        SplitShares shares = parsed.GetValue(Shares) is { } text ? Parse(text) : SplitShares.TrainValidationTest;
        ulong seed = parsed.GetValue(Seed);
        return kind switch
        {
            "hash" => Split.ByHashAsync(query, shares, seed, cancellationToken),
            "group" => Split.ByGroupAsync(query, Only(), shares, seed, cancellationToken),
            "stratified" => Split.StratifiedAsync(query, Only(), shares, seed, cancellationToken),
            "iterative" => Split.IterativeAsync(query, by, shares, seed, cancellationToken),
            "sky" => Split.BySkyAsync(query, shares, seed: seed, cancellationToken: cancellationToken),
            "tile" => Split.ByTileAsync(query, shares, parsed.GetValue(Grid), GuardM(parsed), seed, cancellationToken),
            "column" => Split.ByColumnAsync(query, Only(), cancellationToken),
            _ => Split.FoldsAsync(query, FoldsOf(parsed), parsed.GetValue(GroupBy), by, seed, cancellationToken),
        };

        string Only() => by is [var only] ? only : throw new UsageException($"--split {kind} requires --by with one column.");
    }

    private static int FoldsOf(ParseResult parsed) => parsed.GetValue(Folds) switch
    {
        null => throw new UsageException("--split folds requires --folds K."),
        < 2 and var count => throw new UsageException($"{Folds.Name} {count}: expected 2 or more."),
        { } count => count,
    };

    private static double GuardM(ParseResult parsed) => parsed.GetValue(Guard) is not { } text ? 0
        : DistanceText.MetresOrNull(text, Guard.Name)
            ?? throw new UsageException($"{Guard.Name} {text}: expected a distance in metres or kilometres: 500m, 2.5km.");

    private static SplitShares Parse(string text)
    {
        (string Name, double Weight)[] parts = [.. text.Split(',').Select(share => share.Split('=') is [var name, var size]
            && double.TryParse(size, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight)
            && weight > 0 && double.IsFinite(weight)
                ? (name, weight) : throw new UsageException($"{Shares.Name} {text}: expected NAME=N,…, for example train=8,test=2."))];
        return parts.CountBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(c => c.Value > 1) is { Key: { } twice }
            ? throw new UsageException($"{Shares.Name} {text}: the part '{twice}' is named twice; each part needs its own name.")
            : new SplitShares(parts);
    }
}
