using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Publishing;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary><c>pile read</c>: reads and verifies rows of a dataset, and writes each value to a file.</summary>
internal static class ReadCommand
{
    private static readonly Argument<string> DatasetPath = new("DATASET") { Description = CommonOptions.DatasetHelp };
    private static readonly Option<string[]> Ids = new("--id")
    {
        Description = "The ids of the rows.",
        HelpName = "ID",
        AllowMultipleArgumentsPerToken = true
    };
    private static readonly Option<string?> Where = new("--where") { Description = "Rows that match an SQL condition.", HelpName = "SQL" };
    private static readonly Option<string?> Matches = new("--matches")
    {
        Description = "Rows of a table that 'pile crossmatch' wrote.",
        HelpName = "FILE"
    };
    private static readonly Option<string?> Side = new("--side")
    {
        Description = "With --matches: the side of this dataset.",
        HelpName = "a|b"
    };
    private static readonly Option<string> Columns = new("--columns")
    {
        Description = "Columns to write.",
        HelpName = "a,b",
        Required = true
    };
    private static readonly Option<string> Out = new("--out")
    {
        Description = "The folder for the files.",
        HelpName = "DIR",
        Required = true
    };
    private static readonly Option<string> Format = new("--format")
    {
        Description = "The format of the files.",
        HelpName = "npy|fits|png|json|tif",
        DefaultValueFactory = _ => "npy"
    };
    private static readonly Option<bool> Native = new("--native") { Description = "Use the names of the survey, without aliases." };
    private static readonly Option<string> Stretch = new("--stretch")
    {
        Description = "With png: asinh, linear or log.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "asinh"
    };
    private static readonly Option<string?> Rgb = new("--rgb")
    {
        Description = "With png: a colour composite of three bands, red first.",
        HelpName = "b1,b2,b3"
    };

    private static readonly Option<string?> Channels = new("--channels")
    {
        Description = "Of cubes, channels A to B - 1, counted from 0.",
        HelpName = "A:B"
    };
    private static readonly Option<string?> Box = new("--box")
    {
        Description = "Of cubes and images, columns and rows of pixels, counted from 0; the ends are excluded.",
        HelpName = "X0:X1,Y0:Y1"
    };

    internal static Command Create()
    {
        Format.AcceptOnlyFromAmong("npy", "fits", "png", "json", "tif");
        Stretch.AcceptOnlyFromAmong("asinh", "linear", "log");
        Side.AcceptOnlyFromAmong("a", "b");
        VerbCommand command = new("read", "Reads and verifies rows, and writes files: <id>.<column>.<extension>.",
            "pile read decam --id 42 --columns image_array --format png --rgb z,r,g --out pictures",
            "pile read manga --id 8485-1901 --columns cube_flux --channels 100:200 --box 30:40,30:40 --out part",
            "pile read sdss --matches pairs.parquet --side a --columns spectrum_flux --format fits --out spectra")
        {
            DatasetPath, Ids, Where, Matches, Side, Columns, Out, Format, Native, Stretch, Rgb, Channels, Box, CommonOptions.NoIndex,
            CommonOptions.Mount, CommonOptions.VerifyIds,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string output = TableOutput.RequireLocal(parsed.GetRequiredValue(Out));
        await using Dataset dataset = await Dataset.OpenAsync(parsed.GetRequiredValue(DatasetPath), CommonOptions.DatasetOptionsOf(parsed),
            cancellationToken).ConfigureAwait(false);
        List<AxisWindow> windows = [.. ReadWindows.Of(parsed.GetValue(Channels), parsed.GetValue(Box))];
        if (windows.Count > 0 && parsed.GetRequiredValue(Format) is not ("npy" or "json"))
            throw new UsageException("--channels and --box write the formats npy and json, which have no coordinates.");
        string[] columns = NameList.Split(parsed.GetRequiredValue(Columns), "--columns");
        RowFileOptions options = new()
        {
            Format = Enum.Parse<RowFileFormat>(parsed.GetRequiredValue(Format), ignoreCase: true),
            Stretch = Enum.Parse<Drawing.StretchCurve>(parsed.GetRequiredValue(Stretch), ignoreCase: true),
            Native = parsed.GetValue(Native),
            Rgb = parsed.GetValue(Rgb) is not { } rgb ? null : NameList.Split(rgb, "--rgb") is [var r, var g, var b] ? (r, g, b)
                : throw new UsageException($"--rgb {rgb}: expected three bands, for example z,r,g."),
        };
        Query query = parsed.GetValue(Native) ? dataset.Query().Native() : dataset.Query();
        query = query.Columns(RowFiles.ColumnsToRead(dataset.Manifest, columns, options));
        RowReader rows = await OpenRowsAsync(parsed, dataset, query, cancellationToken).ConfigureAwait(false);

        RowFilesSummary summary = await RowFiles.WriteAsync(windows.Count == 0 ? rows.ReadAllAsync(cancellationToken: cancellationToken)
            : rows.ReadWindowsAsync(windows, cancellationToken), dataset.Manifest, columns, output, options,
            Enumerable.Range(0, rows.Count).Select(rows.IdAt), cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteInteger("rows", summary.Rows);
                json.WriteStartArray("files");
                foreach (string file in summary.Files)
                    json.WriteStringValue(file);
                json.WriteEndArray();
                json.WriteEndObject();
            });
        else
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"{summary.Rows:N0} rows, {summary.Files.Length:N0} files in "
                    + $"{output}{(summary.Missing > 0 ? $", {summary.Missing:N0} values missing" : "")}"));
        return ExitCode.Done;
    }

    private static async Task<RowReader> OpenRowsAsync(ParseResult parsed, Dataset dataset, Query query,
        CancellationToken cancellationToken)
    {
        string[] ids = parsed.GetValue(Ids) ?? [];
        string? where = parsed.GetValue(Where), matches = parsed.GetValue(Matches);
        int given = (ids.Length > 0 ? 1 : 0) + (where is null ? 0 : 1) + (matches is null ? 0 : 1);
        if (given != 1 && (given > 0 || dataset.Saved is null))
            throw new UsageException("Select rows with exactly one of --id ID…, --where SQL, or --matches FILE --side a|b; or read those of "
                + "a saved query.");
        if (given == 0 || where is not null)
            return await dataset.OpenRowsAsync(where is null ? query : query.Where(where), cancellationToken: cancellationToken)
                .ConfigureAwait(false);
        IEnumerable<ObjectId> wanted = matches is null
            ? ids.Select(dataset.ParseId)
            : await MatchedIds.ReadAsync(dataset, matches, parsed.GetValue(Side)
                ?? throw new UsageException("--matches requires --side a or --side b."), cancellationToken).ConfigureAwait(false);
        return await dataset.OpenRowsByIdAsync(wanted, query, cancellationToken: cancellationToken).ConfigureAwait(false);
    }
}
