using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Drawing;
using Pile.Format;
using Pile.Plotting;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary><c>pile plot</c>: draws rows, columns, or the positions of a dataset.</summary>
internal static class PlotCommand
{
    private const int UsualRows = 12;

    private static readonly Argument<string> DatasetPath = new("DATASET") { Description = CommonOptions.DatasetHelp };
    private static readonly Option<string> Out = new("--out")
    {
        Description = "The picture: .png, .pdf, .svg, or .html with a card for each row.",
        HelpName = "FILE",
        Required = true
    };
    private static readonly Option<string?> Columns = new("--columns")
    {
        Description = "The columns to draw of each row; by default the main one of the dataset.",
        HelpName = "a,b"
    };
    private static readonly Option<string?> X = new("--x")
    {
        Description = "Draw this column of all selected rows: its distribution, or against --y.",
        HelpName = "COL"
    };
    private static readonly Option<string?> Y = new("--y") { Description = "With --x: the vertical axis.", HelpName = "COL" };
    private static readonly Option<bool> InvertX = new("--invert-x") { Description = "With --x: values decrease to the right." };
    private static readonly Option<bool> InvertY = new("--invert-y")
    {
        Description = "With --y: values decrease upwards, as magnitudes do anyway."
    };
    private static readonly Option<bool> Sky = new("--sky") { Description = "Draw a map of the density of the selected rows." };
    private static readonly Option<string?> Overlay = new("--overlay")
    {
        Description = "Of images of the sky with a WCS: mark the positions of another catalogue, a dataset or a table.",
        HelpName = "CATALOGUE"
    };
    private static readonly Option<string?> With = new("--with")
    {
        Description = "With --matches: the dataset of the other side; the rows of each pair are drawn next to each other. --columns names "
            + "columns as a.COL and b.COL.",
        HelpName = "DATASET"
    };
    private static readonly RowSelection Rows = new($"The maximum number of rows; by default {UsualRows} pictures, and all rows of --x and "
        + "--sky.")
    { FindsSide = true };

    internal static Command Create()
    {
        VerbCommand command = new("plot", "Draws rows, columns against each other, or a map of a dataset.",
            "pile plot kepler --id 11442793 --columns lightcurve_flux --period 59.73667 --out folded.png",
            "pile plot gaia --x bp_rp --y phot_g_mean_mag --out cmd.svg",
            "pile plot sdss --matches pairs.parquet --side a --out page.html",
            "pile plot images --matches pairs.parquet --side a --with spectra --out both.html",
            "pile plot images --id 17 --overlay gaia --out sources.png",
            "pile plot gaia --sky --out map.png")
        { DatasetPath };
        Rows.AddTo(command);
        foreach (Option option in (Option[])[Columns, X, Y, InvertX, InvertY, Sky, .. DrawingOptions.All(), Overlay, With, Out,
            TableOutput.Replace, CommonOptions.NoIndex, CommonOptions.Mount, CommonOptions.Layer])
            command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string output = parsed.GetRequiredValue(Out), extension = Path.GetExtension(output).ToLowerInvariant();
        if (!PlotFile.Extensions.Contains(extension))
            throw new UsageException($"--out {output}: expected a file with the extension {string.Join(", ", PlotFile.Extensions)}.");
        PictureOutput.RequireFree(output, parsed.GetValue(TableOutput.Replace));
        PlotSettings settings = DrawingOptions.SettingsOf(parsed);
        RequireOneKind(parsed);
        Task prepared = PlotFile.PrepareAsync(extension);
        await using Dataset dataset = await Dataset.OpenAsync(parsed.GetRequiredValue(DatasetPath), CommonOptions.DatasetOptionsOf(parsed),
            cancellationToken).ConfigureAwait(false);
        await using PlotSurroundings surroundings = await PlotSurroundings.OpenAsync(dataset, parsed.GetValue(Overlay),
            CommonOptions.DatasetOptionsOf(parsed) with { Layers = [] }, cancellationToken).ConfigureAwait(false);
        settings = settings with { Surroundings = surroundings };
        Query query = settings.Native ? dataset.Query().Native() : dataset.Query();
        List<RowFigure> figures = [];
        long rows;
        if (parsed.GetValue(X) is { } x)
        {
            (SvgFigure figure, rows) = await ColumnFigures.DrawAsync(await SelectAsync(parsed, dataset, query, cancellationToken)
                .ConfigureAwait(false), x, parsed.GetValue(Y), (parsed.GetValue(InvertX), parsed.GetValue(InvertY)), cancellationToken)
                .ConfigureAwait(false);
            figures.Add(new("", figure, [], IsWide: true));
        }
        else if (parsed.GetValue(Sky))
        {
            (SvgFigure figure, rows) = await SkyFigures.DrawAsync(await SelectAsync(parsed, dataset, query, cancellationToken)
                .ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            figures.Add(new("", figure, [], IsWide: true));
        }
        else if (parsed.GetValue(With) is { } other)
        {
            rows = await DrawPairsAsync(parsed, dataset, other, settings, figures, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            rows = await DrawRowsAsync(parsed, dataset, query, settings, figures, cancellationToken).ConfigureAwait(false);
        }
        await prepared.ConfigureAwait(false);
        byte[] file = PlotFile.Encode(extension, dataset.Manifest.Name, dataset.Manifest.Description ?? "", figures,
            CommonOptions.Messages(parsed));
        await PictureOutput.WriteAsync(output, file, parsed.GetValue(TableOutput.Replace), cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", output);
                json.WriteInteger("bytes", file.Length);
                json.WriteInteger("rows", rows);
                json.WriteInteger("figures", figures.Count);
                json.WriteEndObject();
            });
        else
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"{output}: {figures.Count:N0} picture{(figures.Count == 1 ? "" : "s")} of {rows:N0} row{(rows == 1 ? "" : "s")}, "
                    + $"{file.Length:N0} bytes"));
        return ExitCode.Done;
    }

    private static async Task<Query> SelectAsync(ParseResult parsed, Dataset dataset, Query query, CancellationToken cancellationToken)
    {
        if (await Rows.IdsAsync(parsed, dataset, cancellationToken).ConfigureAwait(false) is { } ids)
        {
            query = query.Ids(ids);
            RowSelection.ReportMissing(parsed, ids.Length, await dataset.CountAsync(query, cancellationToken).ConfigureAwait(false));
        }
        return Rows.Narrow(query, parsed);
    }

    /// <summary>Draws each column of the selected rows.</summary>
    /// <returns>The number of rows.</returns>
    private static async Task<long> DrawRowsAsync(ParseResult parsed, Dataset dataset, Query query, PlotSettings settings,
        List<RowFigure> figures, CancellationToken cancellationToken)
    {
        string?[] columns = parsed.GetValue(Columns) is { } names ? [.. NameList.Split(names, "--columns")] : [null];
        if (columns.Length == 0)
            throw new UsageException("--columns is empty: expected names, for example --columns spectrum_flux.");
        RequireMarks(parsed, dataset, columns, settings);
        Action<string> message = CommonOptions.Messages(parsed);
        long count = 0;
        foreach (string? column in columns)
        {
            (RowPlot plot, string[] needed) = RowFigures.Plan(dataset, column, settings);
            Query wanted = query.Columns(needed);
            if (await OfGroupAsync(parsed, dataset, wanted, plot, cancellationToken).ConfigureAwait(false) is { } together)
            {
                figures.Add(together);
                count++;
                continue;
            }
            bool isLimited = Rows.LimitOf(parsed) is null;
            // One row more than is drawn shows that there are more.
            RowReader rows = await Rows.OpenAsync(parsed, dataset, wanted, isLimited ? UsualRows + 1 : null, cancellationToken)
                .ConfigureAwait(false);
            if (rows.Count == 0)
                throw new UsageException("No row matches the selection, so there is nothing to draw.");
            List<RowFigure> drawn = await RowFigures.DrawAsync(rows, plot, message, cancellationToken).ConfigureAwait(false);
            if (isLimited && rows.Count > UsualRows)
            {
                drawn = [.. drawn.Take(UsualRows)];
                message($"only the first {UsualRows} of the selected rows are drawn; use --limit N for more");
            }
            figures.AddRange(drawn);
            count = Math.Max(count, drawn.Count);
        }
        return count;
    }

    /// <summary>Draws the rows of both sides of pairs.</summary>
    /// <returns>The number of pairs.</returns>
    private static async Task<long> DrawPairsAsync(ParseResult parsed, Dataset dataset, string otherPath, PlotSettings settings,
        List<RowFigure> figures, CancellationToken cancellationToken)
    {
        (string matches, string side) = Rows.MatchesOf(parsed)
            ?? throw new UsageException("--with requires --matches FILE, and --side a|b unless the dataset is side a.");
        string[] columns = parsed.GetValue(Columns) is { } names ? [.. NameList.Split(names, "--columns")] : [];
        string otherSide = side == "a" ? "b" : "a";
        if (columns.FirstOrDefault(c => !c.StartsWith("a.", StringComparison.Ordinal) && !c.StartsWith("b.", StringComparison.Ordinal)) is
            { } unknown)
            throw new UsageException($"--columns {unknown}: with --with, expected a.COL or b.COL, for example "
                + "a.image_array,b.spectrum_flux.");
        string[] Of(string s) => [.. columns.Where(c => c[..1] == s).Select(c => c[2..])];
        string?[] drawn = Of(side);
        RequireMarks(parsed, dataset, drawn.Length > 0 ? drawn : [null], settings);
        await using Dataset other = await Dataset.OpenAsync(otherPath, CommonOptions.DatasetOptionsOf(parsed) with { Layers = [] },
            cancellationToken).ConfigureAwait(false);
        List<MatchedPair> pairs = await MatchedPairs.ReadAsync(dataset, other, matches, side, (Rows.LimitOf(parsed) ?? UsualRows) + 1,
            cancellationToken).ConfigureAwait(false);
        if (pairs.Count > (Rows.LimitOf(parsed) ?? UsualRows))
        {
            pairs.RemoveAt(pairs.Count - 1);
            if (Rows.LimitOf(parsed) is null)
                CommonOptions.Messages(parsed)($"only the first {UsualRows} of the pairs are drawn; use --limit N for more");
        }
        if (pairs.Count == 0)
            throw new UsageException($"'{matches}' has no pair with both ids, so there is nothing to draw.");
        Action<string> message = CommonOptions.Messages(parsed);
        PlotSettings beside = settings.WidthPx == 960 ? settings with { WidthPx = 620 } : settings;
        Dictionary<ObjectId, List<SvgFigure>> own = await MatchedPairs.DrawAsync(dataset, pairs.Select(p => p.Own), Of(side), beside,
                message, cancellationToken).ConfigureAwait(false),
            others = await MatchedPairs.DrawAsync(other, pairs.Select(p => p.Other), Of(otherSide), beside with { Surroundings = null },
                message, cancellationToken).ConfigureAwait(false);
        figures.AddRange(pairs.Select(p => MatchedPairs.Together(p, own[p.Own], others[p.Other])).OfType<RowFigure>());
        return pairs.Count;
    }

    /// <summary>Draws the rows of one object, if the only id is not that of a row but that of a group; null otherwise.</summary>
    private static async Task<RowFigure?> OfGroupAsync(ParseResult parsed, Dataset dataset, Query query, RowPlot plot,
        CancellationToken cancellationToken)
    {
        if (Rows.Ids(parsed) is not [var only] || plot is not LightCurveRowPlot lightCurve
            || dataset.Manifest.Column("group_id") is not { } group || !dataset.IdsAreText
            || await dataset.CountAsync(dataset.Query().Ids(dataset.ParseId(only)), cancellationToken).ConfigureAwait(false) > 0)
            return null;
        string literal = group.DType == DType.String ? $"'{only.Replace("'", "''", StringComparison.Ordinal)}'"
            : long.TryParse(only, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                ? number.ToString(CultureInfo.InvariantCulture) : "NULL";
        RowReader rows = await dataset.OpenRowsAsync(query.Where($"group_id = {literal}").OrderBy("mjd"),
            cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return rows.Count == 0 ? null : await RowFigures.DrawTogetherAsync(rows, lightCurve, only, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Rejects a catalogue to overlay if no picture marks its positions.</summary>
    private static void RequireMarks(ParseResult parsed, Dataset dataset, IReadOnlyList<string?> columns, PlotSettings settings)
    {
        if (parsed.GetValue(Overlay) is null)
            return;
        RowPlot[] plots = [.. columns.Select(column => RowFigures.Plan(dataset, column, settings).Plot)];
        if (!plots.Any(plot => plot.MarksPositions))
            throw new UsageException("--overlay marks positions on images of the sky that have a WCS, but column "
                + $"'{plots[0].Schema.Name}' of '{dataset.Manifest.Name}' is not such an image. Leave out --overlay, or choose an image "
                + "with --columns.");
    }

    private static void RequireOneKind(ParseResult parsed)
    {
        if (parsed.GetValue(X) is not null && parsed.GetValue(Sky))
            throw new UsageException("Choose one of --x COL and --sky.");
        if (parsed.GetValue(Y) is not null && parsed.GetValue(X) is null)
            throw new UsageException("--y requires --x COL.");
        if (parsed.GetValue(With) is not null && (parsed.GetValue(X) is not null || parsed.GetValue(Sky)))
            throw new UsageException("--with applies to rows, not to --x and --sky.");
        if (parsed.GetValue(Overlay) is not null && (parsed.GetValue(X) is not null || parsed.GetValue(Sky)))
            throw new UsageException("--overlay applies to images of rows, not to --x and --sky.");
        bool isOfColumns = parsed.GetValue(X) is not null || parsed.GetValue(Sky);
        if (isOfColumns && parsed.GetValue(Columns) is not null)
            throw new UsageException("--columns selects what is drawn of each row; it does not apply to --x and --sky.");
        if (!isOfColumns && !Rows.IsGiven(parsed) && !SavedQueryFile.IsAddress(parsed.GetRequiredValue(DatasetPath)))
            throw new UsageException("Select rows with --id ID…, --ids FILE, --where SQL, --cone RA,DEC,RADIUS, --matches FILE --side "
                + "a|b or --limit N; or draw columns with --x COL --y COL, or a map with --sky.");
    }
}
