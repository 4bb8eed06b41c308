using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary><c>pile crossmatch</c>: pairs of two datasets or tables within a radius.</summary>
internal static class CrossMatchCommand
{
    private static readonly Argument<string> A = new("A") { Description = "A dataset or a table." };
    private static readonly Argument<string> B = new("B") { Description = "A dataset or a table." };
    private static readonly Option<string> Radius = new("--radius") { Description = "The largest separation: arcseconds, or with a unit.", HelpName = "R", Required = true };
    private static readonly Option<string> Out = new("--out") { Description = "The table of pairs: .csv, .ecsv, .fits, .vot or .parquet.", HelpName = "FILE", Required = true };
    private static readonly Option<string> Find = new("--find") { Description = "Every pair, or for each row of A its nearest of B.", HelpName = "all|nearest", DefaultValueFactory = _ => "all" };
    private static readonly Option<string> Join = new("--join") { Description = "Pairs alone, or rows of A without a partner as well.", HelpName = "inner|left", DefaultValueFactory = _ => "inner" };
    private static readonly Option<string?> Columns = new("--columns") { Description = "Columns to carry along: a.x,b.y or a.*,b.*.", HelpName = "a.x,b.y" };
    private static readonly Option<string?> WhereA = new("--where-a") { Description = "Only rows of A (a dataset) that meet an SQL condition.", HelpName = "SQL" };
    private static readonly Option<string?> WhereB = new("--where-b") { Description = "Only rows of B (a dataset) that meet an SQL condition.", HelpName = "SQL" };
    private static readonly SideOptions OptionsA = new("a"), OptionsB = new("b");

    internal static Command Create()
    {
        Find.AcceptOnlyFromAmong("all", "nearest");
        Join.AcceptOnlyFromAmong("inner", "left");
        VerbCommand command = new("crossmatch", "Matches two datasets or tables by position; right everywhere on the sky.",
            "pile crossmatch gaia 2mass.fits --radius 1 --out pairs.parquet",
            "pile crossmatch sdss targets.csv --radius 2arcsec --find nearest --join left --columns \"a.z,b.name\" --out matched.csv")
        { A, B, Radius, Out, Find, Join, Columns, WhereA, WhereB, OptionsA.Ra, OptionsA.Dec, OptionsA.Id, OptionsA.RaUnit, OptionsB.Ra, OptionsB.Dec, OptionsB.Id, OptionsB.RaUnit };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Action<string> say = CommonOptions.Messages(parsed);
        string output = parsed.GetRequiredValue(Out);
        TableOutput.RequireFree(output);
        double radiusArcsec = AngleText.RadiusArcsec(parsed.GetRequiredValue(Radius), "--radius");
        (List<string> columnsA, List<string> columnsB) = SplitColumns(parsed.GetValue(Columns));
        await using OpenSide a = await OpenSide.OpenAsync(parsed, parsed.GetRequiredValue(A), OptionsA, parsed.GetValue(WhereA), say, cancellationToken).ConfigureAwait(false);
        await using OpenSide b = await OpenSide.OpenAsync(parsed, parsed.GetRequiredValue(B), OptionsB, parsed.GetValue(WhereB), say, cancellationToken).ConfigureAwait(false);
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        MatchTable matched = await CrossMatcher.MatchAsync(a.Side, b.Side, new CrossMatchOptions
        {
            RadiusArcsec = radiusArcsec,
            Find = parsed.GetValue(Find) == "nearest" ? MatchFind.Nearest : MatchFind.All,
            Join = parsed.GetValue(Join) == "left" ? MatchJoin.Left : MatchJoin.Inner,
            ColumnsA = [.. columnsA],
            ColumnsB = [.. columnsB],
            Workers = CommonOptions.WorkersOf(parsed),
            Progress = new MatchDisplay(display),
        }, cancellationToken).ConfigureAwait(false);
        await TableWriter.WriteAsync(output, matched.Columns, matched.ReadAsync(cancellationToken), cancellationToken: cancellationToken).ConfigureAwait(false);
        display.Dispose();

        MatchSummary s = matched.Summary;
        if (s.WithoutPosition > 0)
            say(string.Create(CultureInfo.InvariantCulture, $"{s.WithoutPosition:N0} rows have no position and were not matched"));
        if (parsed.GetValue(CommonOptions.Json))
            WriteJson(s, watch.Elapsed.TotalSeconds);
        else
            say(string.Create(CultureInfo.InvariantCulture,
                $"{s.Pairs:N0} pairs of {s.RowsA:N0} × {s.RowsB:N0} rows; without a match: {s.AWithoutMatch:N0} of A, {s.BWithoutMatch:N0} of B; {watch.Elapsed.TotalSeconds:0.00} s; {output}"));
        return ExitCode.Done;
    }

    private static (List<string> A, List<string> B) SplitColumns(string? text)
    {
        (List<string> a, List<string> b) = ([], []);
        foreach (string column in QueryCommand.Split(text ?? ""))
            if (column.StartsWith("a.", StringComparison.Ordinal))
                a.Add(column[2..]);
            else if (column.StartsWith("b.", StringComparison.Ordinal))
                b.Add(column[2..]);
            else
                throw new UsageException($"--columns {column}: say whose column it is: a.{column} or b.{column}.");
        return (a, b);
    }

    private static void WriteJson(MatchSummary s, double seconds) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteInteger("pairs", s.Pairs);
        json.WriteInteger("rows_a", s.RowsA);
        json.WriteInteger("rows_b", s.RowsB);
        json.WriteInteger("a_without_match", s.AWithoutMatch);
        json.WriteInteger("b_without_match", s.BWithoutMatch);
        json.WriteInteger("without_position", s.WithoutPosition);
        json.WriteFloat("seconds", seconds);
        json.WriteEndObject();
    });

    private sealed class MatchDisplay(ProgressDisplay display) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value) => display.Report("match", value.Done, value.Total, "rows");
    }
}
