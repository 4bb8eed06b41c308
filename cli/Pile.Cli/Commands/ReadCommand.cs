using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Publishing;
using Pile.Reading;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary><c>pile read</c>: reads and verifies rows of a dataset, and writes each value to a file.</summary>
internal static class ReadCommand
{
    private static readonly Argument<string> DatasetPath = new("DATASET") { Description = CommonOptions.DatasetHelp };
    private static readonly RowSelection Rows = new("The maximum number of rows.");
    private static readonly Option<string> Columns = new("--columns")
    {
        Description = "Columns to write.",
        HelpName = "a,b",
        Required = true
    };
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "The folder for the files, or the one file.",
        HelpName = "DIR|FILE",
    };
    private static readonly Option<string> Format = new("--format")
    {
        Description = "The format of the files.",
        HelpName = "npy|fits|png|json|tif",
        DefaultValueFactory = _ => "npy"
    };
    private static readonly Option<string?> OneFile = new("--one-file")
    {
        Description = "All rows in one file: a table (.csv, .tsv, .ecsv, .jsonl, .fits, .vot, .parquet or .arrow, optionally followed by "
            + ".gz) or arrays (.npz). Without this option, --out FILE is such a file if all columns are light.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
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
        Description = "Of cubes and spectra, channels A to B - 1, counted from 0. Parts of uncompressed values above 1 MiB are not "
            + "verified.",
        HelpName = "A:B"
    };
    private static readonly Option<string?> Box = new("--box")
    {
        Description = "Of cubes and images, columns and rows of pixels, counted from 0; the ends are excluded. Verified as --channels.",
        HelpName = "X0:X1,Y0:Y1"
    };

    internal static Command Create()
    {
        Format.AcceptOnlyFromAmong("npy", "fits", "png", "json", "tif");
        Stretch.AcceptOnlyFromAmong("asinh", "linear", "log");
        VerbCommand command = new("read", "Reads and verifies rows, and writes files: <id>.<column>.<extension>.",
            "pile read decam --id 42 --columns image_array --format png --rgb z,r,g --out pictures",
            "pile read manga --id 8485-1901 --columns cube_flux --channels 100:200 --box 30:40,30:40 --out part",
            "pile read sdss --matches pairs.parquet --side a --columns spectrum_flux --format fits --out spectra",
            "pile read sdss --cone 213.35,53.09,1deg --columns z,spectrum_flux --one-file spectra.parquet")
        {
            DatasetPath,
        };
        Rows.AddTo(command, hasBox: false);
        foreach (Option option in (Option[])[Columns, Out, Format, OneFile, TableOutput.Replace, Native, Stretch, Rgb, Channels, Box,
            CommonOptions.NoIndex, CommonOptions.Mount, CommonOptions.Layer, CommonOptions.VerifyIds])
            command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string output = TableOutput.RequireLocal(OutputOf(parsed));
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
            Replace = parsed.GetValue(TableOutput.Replace),
            OnMessage = CommonOptions.Messages(parsed),
            Rgb = parsed.GetValue(Rgb) is not { } rgb ? null : NameList.Split(rgb, "--rgb") is [var r, var g, var b] ? (r, g, b)
                : throw new UsageException($"--rgb {rgb}: expected three bands, for example z,r,g."),
        };
        Query query = parsed.GetValue(Native) ? dataset.Query().Native() : dataset.Query();
        if (columns.Any(c => BlobFiles.LayerOf(dataset, c) is not null))
            return await WriteBlobsAsync(parsed, dataset, query, [.. columns.Select(c => dataset.View(DatasetView.Standard).Find(c).Name)],
                output, cancellationToken).ConfigureAwait(false);
        if (parsed.GetResult(OneFile) is not null || IsTableOfLightColumns(dataset, columns, output))
            return await WriteOneFileAsync(parsed, dataset, query, columns, output, cancellationToken).ConfigureAwait(false);
        query = query.Columns(RowFiles.ColumnsToRead(dataset.LayeredManifest, columns, options));
        RowReader rows = await OpenRowsAsync(parsed, dataset, query, cancellationToken).ConfigureAwait(false);
        ReadWindows.Require(windows, rows, columns);

        long unverified = 0;
        IAsyncEnumerable<RowBatch> batches = windows.Count > 0
            ? rows.ReadWindowsAsync(windows, () => unverified++, cancellationToken)
            : options.Format is RowFileFormat.Tif or RowFileFormat.Png ? rows.ReadAllWithValidAsync(cancellationToken: cancellationToken)
            : rows.ReadAllAsync(cancellationToken: cancellationToken);
        RowFilesSummary summary = await RowFiles.WriteAsync(batches, dataset.LayeredManifest, columns, output, options,
            Enumerable.Range(0, rows.Count).Select(rows.IdAt), cancellationToken).ConfigureAwait(false);
        if (unverified > 0)
            CommonOptions.Warnings(parsed)($"{CountText.Of(unverified, "part")} of uncompressed values above 1 MiB "
                + $"{(unverified == 1 ? "is" : "are")} not verified, because checksums are those of whole values; 'pile read' without "
                + "--channels and --box verifies them");
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
                $"{CountText.Of(summary.Rows, "row")}, {CountText.Of(summary.Files.Length, "file")} in "
                    + $"{output}{(summary.Missing > 0 ? $", {CountText.Of(summary.Missing, "value")} missing" : "")}"));
        return ExitCode.Done;
    }

    // A file of --one-file is written into the folder of --out, if both are given.
    private static string OutputOf(ParseResult parsed) => (parsed.GetValue(Out), parsed.GetValue(OneFile)) switch
    {
        ({ } folder, { } file) => Path.Combine(folder, file),
        ({ } output, null) => output,
        (null, { } file) => file,
        _ => throw new UsageException("Say where to write: --out DIR for a file of each row and column, or --one-file FILE."),
    };

    private static void CreateFolderOf(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out: the folder of '{file}' cannot be created: {e.Message}");
        }
    }

    private static async Task<RowReader> OpenRowsAsync(ParseResult parsed, Dataset dataset, Query query,
        CancellationToken cancellationToken) => Rows.IsGiven(parsed) || dataset.Saved is not null
            ? await Rows.OpenAsync(parsed, dataset, query, null, cancellationToken).ConfigureAwait(false)
            : throw new UsageException("Select rows with one of --id ID…, --ids FILE, --where SQL, --cone RA,DEC,RADIUS, --limit N, or "
                + "--matches FILE --side a|b; or read those of a saved query.");

    private static bool IsNpz(string output) => output.EndsWith(".npz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns true if the output is one table although no option says so: its columns have one value per row.</summary>
    private static bool IsTableOfLightColumns(Dataset dataset, string[] columns, string output) =>
        (IsNpz(output) || TableWriter.IsTablePath(output))
        && columns.All(name => dataset.View(DatasetView.Standard).FindOrNull(name) is { IsHeavy: false });

    private static async Task<int> WriteBlobsAsync(ParseResult parsed, Dataset dataset, Query query, string[] columns, string output,
        CancellationToken cancellationToken)
    {
        if (columns.FirstOrDefault(c => BlobFiles.LayerOf(dataset, c) is null) is { } other)
            throw new UsageException($"--columns: '{other}' is not a blob of a layer. Read blobs by themselves.");
        if (parsed.GetResult(OneFile) is not null || parsed.GetResult(Format) is { Implicit: false })
            throw new UsageException("Blobs are written as they are, each to a file of its own: remove --one-file and --format.");
        RowReader rows = await OpenRowsAsync(parsed, dataset, query.Columns(columns.Prepend("object_id")), cancellationToken)
            .ConfigureAwait(false);
        (List<string> files, long missing) = await BlobFiles.WriteAsync(dataset, rows, columns, output,
            parsed.GetValue(TableOutput.Replace), cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteInteger("rows", rows.Count);
                json.WriteStartArray("files");
                foreach (string file in files)
                    json.WriteStringValue(file);
                json.WriteEndArray();
                json.WriteEndObject();
            });
        else
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                $"{CountText.Of(rows.Count, "row")}, {CountText.Of(files.Count, "file")} in "
                    + $"{output}{(missing > 0 ? $", {CountText.Of(missing, "value")} missing" : "")}"));
        return ExitCode.Done;
    }

    private static async Task<int> WriteOneFileAsync(ParseResult parsed, Dataset dataset, Query query, string[] columns, string output,
        CancellationToken cancellationToken)
    {
        bool isNpz = IsNpz(output), replace = parsed.GetValue(TableOutput.Replace);
        bool isOtherFormat = parsed.GetResult(Format) is { Implicit: false }
            && !output.EndsWith($".{parsed.GetValue(Format)}", StringComparison.OrdinalIgnoreCase);
        if (isOtherFormat || parsed.GetValue(Channels) is not null || parsed.GetValue(Box) is not null)
            throw new UsageException("One file has the format of its extension and complete values: remove --format, --channels and "
                + "--box.");
        if (parsed.GetValue(OneFile) is not null && parsed.GetValue(Out) is not null)
            CreateFolderOf(output);
        OutputFile.RequireNoInput(parsed, output, parsed.GetValue(OneFile) is null ? Out : OneFile);
        if (isNpz)
            PictureOutput.RequireFree(output, replace);
        else
            TableOutput.RequireFree(output, replace);
        RowReader rows = await OpenRowsAsync(parsed, dataset, query.Columns(columns.Prepend("object_id").Distinct(StringComparer.Ordinal)),
            cancellationToken).ConfigureAwait(false);
        if (isNpz)
            await NpzTable.WriteAsync(output, rows.ReadAllAsync(cancellationToken: cancellationToken), replace, cancellationToken)
                .ConfigureAwait(false);
        else
            await TableWriter.WriteAsync(output, [.. rows.Columns.Select(c => c.Schema)],
                rows.ReadAllAsync(cancellationToken: cancellationToken),
                new TableWriteOptions
                {
                    About = TableAbout.Of(dataset.Manifest),
                    Overwrite = replace,
                    OnMessage = CommonOptions.Messages(parsed),
                }, cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteInteger("rows", rows.Count);
                json.WriteStartArray("files");
                json.WriteStringValue(output);
                json.WriteEndArray();
                json.WriteEndObject();
            });
        else
            CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture, $"{CountText.Of(rows.Count, "row")} in {output}"));
        return ExitCode.Done;
    }
}
