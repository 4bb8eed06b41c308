using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Publishing;
using Pile.Reading;
using Pile.Tables;
using Pile.Tables.Writing;

namespace Pile.Cli.Commands;

/// <summary><c>pile export</c>: writes a dataset in a format of other programs.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> DatasetPath = new("DATASET") { Description = CommonOptions.DatasetHelp };
    private static readonly Option<string> Format = new("--format")
    {
        Description = "mmu: HDF5 for the loaders of the Multimodal Universe; hats: a HATS collection in Parquet; fits and parquet: tables "
            + "with all columns; npz: chips for training; tif: a GeoTIFF file for each chip; stacchip: an index of chips in GeoParquet; "
            + "stac: scenes or chips as a static STAC catalog; stac-geoparquet: as one GeoParquet file of items; cards: README, "
            + "CITATION.cff and Croissant.",
        HelpName = "mmu|hats|fits|parquet|npz|tif|stacchip|stac|stac-geoparquet|cards",
        Required = true
    };
    private static readonly Option<string> Out = new("--out")
    {
        Description = "The folder for the files.",
        HelpName = "DIR",
        Required = true
    };
    private static readonly Option<string?> Layout = new("--layout")
    {
        Description = "With mmu: the loader, or the modality for a table of the dataset's own columns. Default: by provenance.",
        HelpName = "NAME"
    };
    private static readonly Option<string?> Columns = new("--columns")
    {
        Description = "With fits and parquet: the columns; default: all. With npz and tif: the column of chips; default: the main one.",
        HelpName = "a,b"
    };
    private static readonly Option<int> Rows = new("--rows")
    {
        Description = "With fits and parquet: the number of rows in each file; default: one file. With npz: the number of chips in "
            + "each file.",
        HelpName = "N",
        DefaultValueFactory = _ => 128
    };
    private static readonly Option<string?> Url = new("--url")
    {
        Description = "With cards: the address at which the dataset is published.",
        HelpName = "URL"
    };
    private static readonly Option<string?> Published = new("--published")
    {
        Description = "With cards: the date of publication.",
        HelpName = "YYYY-MM-DD"
    };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace an earlier export." };

    internal static Command Create()
    {
        Format.AcceptOnlyFromAmong("mmu", "hats", "fits", "parquet", "npz", "tif", "stacchip", "stac", "stac-geoparquet", "cards");
        CommonOptions.RequireCount(Rows, "rows");
        VerbCommand command = new("export", "Writes all rows of a dataset as files of other programs.",
            "pile export sdss --format mmu --out mmu",
            "pile export sdss --format hats --out collection",
            "pile export sdss --format fits --columns object_id,z,spectrum_flux,spectrum_lambda --out tables",
            "pile export chips --format npz --rows 128 --out cubes",
            "pile export scenes --format stac --out catalog")
        { DatasetPath, Format, Out, Layout, Columns, Rows, CategoryText.Names, Url, Published, Replace, CommonOptions.NoIndex,
            CommonOptions.Mount, CommonOptions.Layer };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string format = parsed.GetRequiredValue(Format);
        foreach ((Option option, string of) in ((Option, string)[])[(Layout, "mmu"), (Columns, "fits parquet npz tif"),
            (Rows, "fits parquet npz"), (CategoryText.Names, "fits parquet"), (Url, "cards"), (Published, "cards")])
            if (!of.Split(' ').Contains(format) && parsed.GetResult(option) is { Implicit: false })
                throw new UsageException($"{option.Name} applies to the format {of.Replace(" ", ", ", StringComparison.Ordinal)} only.");
        if (CommonOptions.LayersOf(parsed).Length > 0 && format is not ("hats" or "mmu" or "fits" or "parquet"))
            throw new UsageException($"--layer: the format {format} has no place for fields of layers; hats, mmu, fits and parquet have. "
                + "To select rows by fields, save a query ('pile query --layer … --save') and export it.");
        string output = TableOutput.RequireLocal(parsed.GetRequiredValue(Out));
        await using Dataset dataset = await Dataset.OpenAsync(parsed.GetRequiredValue(DatasetPath), CommonOptions.DatasetOptionsOf(parsed),
            cancellationToken).ConfigureAwait(false);
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        bool isTable = format is "fits" or "parquet", hasNames = parsed.GetValue(CategoryText.Names);
        ExportOptions options = new()
        {
            Layout = parsed.GetValue(Layout),
            Column = parsed.GetValue(Columns),
            Columns = isTable && parsed.GetValue(Columns) is { } names ? NameList.Split(names, Columns.Name) : null,
            Rows = parsed.GetValue(Rows),
            FileRows = isTable && parsed.GetResult(Rows) is { Implicit: false } ? parsed.GetValue(Rows) : null,
            Url = parsed.GetValue(Url) is not { } url ? null : Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
                && uri.Scheme is "http" or "https" ? url
                : throw new UsageException($"--url {url}: expected an address that begins with https://."),
            Published = parsed.GetValue(Published) is not { } text ? null
                : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) ? date
                    : throw new UsageException($"--published {text}: expected a date such as 2026-11-01."),
            ParquetMetadata = columns => ParquetSink.MetadataOption(columns,
                TableAbout.WithBands(TableAbout.Of(dataset.Manifest), columns)),
            Replace = parsed.GetValue(Replace),
            Workers = CommonOptions.WorkersOf(parsed),
            OnMessage = CommonOptions.Messages(parsed),
            Progress = new ExportDisplay(display),
        };
        int reported = 0;
        ExportSummary summary = await (format switch
        {
            "mmu" => DatasetExport.ToMmuAsync(dataset, output, options, cancellationToken),
            "hats" => DatasetExport.ToHatsAsync(dataset, output, options, cancellationToken),
            "fits" or "parquet" => DatasetExport.ToTablesAsync(dataset, output, format, (path, columns, rows) =>
                TableWriter.WriteAsync(path, hasNames ? [.. columns.Select(CategoryText.AsNames)] : columns,
                    hasNames ? rows.Select(CategoryText.AsNames) : rows, new TableWriteOptions
                    {
                        About = TableAbout.Of(dataset.Manifest),
                        NameInMessages = Path.Combine(output, Path.GetFileName(path)),
                        OnMessage = ReportOnce,
                    }, cancellationToken), options, cancellationToken),
            "cards" => DatasetExport.ToCardsAsync(dataset, output, options, cancellationToken),
            "tif" => DatasetExport.ToTifAsync(dataset, output, options, cancellationToken),
            "stac" => DatasetExport.ToStacAsync(dataset, output, options, cancellationToken),
            "stac-geoparquet" => DatasetExport.ToStacGeoParquetAsync(dataset, output, options, cancellationToken),
            "stacchip" => DatasetExport.ToStacchipAsync(dataset, output, options, cancellationToken),
            _ => DatasetExport.ToNpzAsync(dataset, output, options, cancellationToken),
        }).ConfigureAwait(false);
        display.Dispose();
        Report(parsed, output, summary, watch.Elapsed.TotalSeconds);
        return ExitCode.Done;

        // All files have the same columns.
        void ReportOnce(string message)
        {
            if (Interlocked.Exchange(ref reported, 1) == 0)
                options.OnMessage!(message);
        }
    }

    private static void Report(ParseResult parsed, string output, ExportSummary summary, double seconds)
    {
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("dataset", output);
                if (summary.Layout is { } layout)
                    json.WriteString("layout", layout);
                json.WriteInteger("rows", summary.Rows);
                json.WriteInteger("files", summary.Files);
                json.WriteInteger("bytes", summary.Bytes);
                json.WriteFloat("seconds", Math.Round(seconds, 3));
                json.WriteEndObject();
            });
        else
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"{output}: {CountText.Of(summary.Rows, "row")} in {CountText.Of(summary.Files, "file")} of {SizeText.Of(summary.Bytes)}; "
                    + $"{seconds:0.0} s"));
    }

    private sealed class ExportDisplay(ProgressDisplay display) : IProgress<PhaseProgress>
    {
        public void Report(PhaseProgress value) => display.Report(value.Phase, value.Done, value.Total, "rows");
    }
}
