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
        Description = "The picture: .png, .svg, or .html with a card for each row.",
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
    private static readonly Option<int> Width = new("--width")
    {
        Description = "The width of spectra and light curves in pixels, 400 to 4000; the size of text is fixed. PNG has twice as many.",
        HelpName = "PX",
        DefaultValueFactory = _ => 960
    };
    private static readonly Option<int> Smooth = new("--smooth") { Description = "Of spectra: a mean over N pixels.", HelpName = "N" };
    private static readonly Option<double?> Period = new("--period")
    {
        Description = "Of light curves: fold with a period, in days.",
        HelpName = "DAYS"
    };
    private static readonly Option<double?> Epoch = new("--epoch")
    {
        Description = "With --period: the time of phase 0, as in the column; by default the first time.",
        HelpName = "TIME"
    };
    private static readonly Option<string> Stretch = new("--stretch")
    {
        Description = "Of images: asinh, linear or log.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "asinh"
    };
    private static readonly Option<string?> Limits = new("--limits")
    {
        Description = "Of images: the values drawn black and white; of composites, the minimum and the stretch.",
        HelpName = "BLACK,WHITE"
    };
    private static readonly Option<string?> Band = new("--band") { Description = "Of images: one band, in gray.", HelpName = "NAME" };
    private static readonly Option<string?> Rgb = new("--rgb")
    {
        Description = "Of images: a colour composite of three bands, red first.",
        HelpName = "b1,b2,b3"
    };
    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "Of colour composites: factors of the fluxes, red first, for example 1,1.4,3.",
        HelpName = "R,G,B"
    };
    private static readonly Option<string?> Spaxel = new("--spaxel")
    {
        Description = "Of cubes: the spaxel whose spectrum is drawn, from 0; by default the brightest.",
        HelpName = "X,Y"
    };
    private static readonly Option<bool> Interpolate = new("--interpolate")
    {
        Description = "Of images: enlarge smoothly instead of as squares."
    };
    private static readonly Option<string?> Overlay = new("--overlay")
    {
        Description = "Of images: mark the positions of another catalogue, a dataset or a table.",
        HelpName = "CATALOGUE"
    };
    private static readonly Option<string?> With = new("--with")
    {
        Description = "With --matches: the dataset of the other side; the rows of each pair are drawn next to each other. --columns names "
            + "columns as a.COL and b.COL.",
        HelpName = "DATASET"
    };
    private static readonly Option<bool> Native = new("--native") { Description = "Use the names of the survey, without aliases." };
    private static readonly RowSelection Rows = new($"The maximum number of rows; by default {UsualRows} pictures, and all rows of --x and "
        + "--sky.");

    internal static Command Create()
    {
        Stretch.AcceptOnlyFromAmong("asinh", "linear", "log");
        CommonOptions.RequireCount(Smooth, "pixels");
        VerbCommand command = new("plot", "Draws rows, columns against each other, or a map of a dataset.",
            "pile plot kepler --id 11442793 --columns lightcurve_flux --period 59.73667 --out folded.png",
            "pile plot gaia --x bp_rp --y phot_g_mean_mag --out cmd.svg",
            "pile plot sdss --matches pairs.parquet --side a --out page.html",
            "pile plot images --matches pairs.parquet --side a --with spectra --out both.html",
            "pile plot images --id 17 --overlay gaia --out sources.png",
            "pile plot gaia --sky --out map.png")
        { DatasetPath };
        Rows.AddTo(command);
        foreach (Option option in (Option[])[Columns, X, Y, InvertX, InvertY, Sky, Width, Smooth, Period, Epoch, Stretch, Limits, Band,
            Rgb, Weights,
            Spaxel, Interpolate, Overlay, With, Native, Out, TableOutput.Replace, CommonOptions.NoIndex, CommonOptions.Mount,
            CommonOptions.Layer])
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
        PlotSettings settings = SettingsOf(parsed);
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
        byte[] file = PlotFile.Encode(extension, dataset.Manifest.Name, dataset.Manifest.Description ?? "", figures);
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

    private static async Task<Query> SelectAsync(ParseResult parsed, Dataset dataset, Query query, CancellationToken cancellationToken) =>
        Rows.Narrow(await Rows.IdsAsync(parsed, dataset, cancellationToken).ConfigureAwait(false) is { } ids ? query.Ids(ids) : query,
            parsed);

    /// <summary>Draws each column of the selected rows.</summary>
    /// <returns>The number of rows.</returns>
    private static async Task<long> DrawRowsAsync(ParseResult parsed, Dataset dataset, Query query, PlotSettings settings,
        List<RowFigure> figures, CancellationToken cancellationToken)
    {
        string?[] columns = parsed.GetValue(Columns) is { } names ? [.. NameList.Split(names, "--columns")] : [null];
        if (columns.Length == 0)
            throw new UsageException("--columns is empty: expected names, for example --columns spectrum_flux.");
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
                + "a|b or "
                + "--limit N; or draw columns with --x COL --y COL, or a map with --sky.");
    }

    private static PlotSettings SettingsOf(ParseResult parsed) => new()
    {
        WidthPx = parsed.GetValue(Width) is >= 400 and <= 4000 and var width ? width
            : throw new UsageException($"--width {parsed.GetValue(Width)}: expected a number of pixels from 400 to 4000."),
        SmoothPixels = parsed.GetValue(Smooth) is > 0 and var pixels ? pixels : 1,
        Period = parsed.GetValue(Period) is { } period ? period > 0 && double.IsFinite(period) ? period
            : throw new UsageException($"--period {period.ToString(CultureInfo.InvariantCulture)}: expected a number of days above 0.")
                : null,
        Epoch = parsed.GetValue(Epoch),
        Stretch = Enum.Parse<StretchCurve>(parsed.GetRequiredValue(Stretch), ignoreCase: true),
        Limits = parsed.GetValue(Limits) is { } limits ? LimitsOf(limits) : null,
        Band = parsed.GetValue(Band),
        Rgb = parsed.GetValue(Rgb) is not { } rgb ? null : NameList.Split(rgb, "--rgb") is [var r, var g, var b] ? (r, g, b)
            : throw new UsageException($"--rgb {rgb}: expected three bands, for example z,r,g."),
        Weights = parsed.GetValue(Weights) is { } weights ? WeightsOf(weights) : null,
        Spaxel = parsed.GetValue(Spaxel) is not { } spaxel ? null : spaxel.Split(',') is [var x, var y]
            && int.TryParse(x, NumberStyles.None, CultureInfo.InvariantCulture, out int column)
            && int.TryParse(y, NumberStyles.None, CultureInfo.InvariantCulture, out int row) ? (column, row)
            : throw new UsageException($"--spaxel {spaxel}: expected column and row from 0, for example 12,30."),
        Interpolates = parsed.GetValue(Interpolate),
        Native = parsed.GetValue(Native),
    };

    private static (double, double) LimitsOf(string text) => text.Split(',') is [var low, var high]
        && double.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out double black)
        && double.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out double white)
        && double.IsFinite(black) && double.IsFinite(white) && white > black ? (black, white)
        : throw new UsageException($"--limits {text}: expected two numbers, the smaller one first, for example -0.1,5.");

    private static (double, double, double) WeightsOf(string text) =>
        text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
            && double.IsFinite(weight) && weight > 0 ? weight : double.NaN).ToArray() is [var r, var g, var b]
        && !double.IsNaN(r + g + b) ? (r, g, b)
        : throw new UsageException($"--weights {text}: expected three numbers above 0, red first, for example 1,1.4,3.");
}
