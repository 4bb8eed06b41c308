using System.Collections.Immutable;
using Pile.Format;
using Pile.Publishing.Exporting.Cards;
using Pile.Publishing.Exporting.Chips;
using Pile.Publishing.Exporting.Stac;
using Pile.Publishing.Exporting.Tables;
using Pile.Reading;
using Pile.Writing.Staging;

namespace Pile.Publishing;

/// <summary>Writes all rows of a dataset in a format of other programs.</summary>
/// <remarks>The output appears when it is complete; an interrupted export leaves nothing.</remarks>
internal static class DatasetExport
{
    /// <summary>Exports a dataset as HDF5 files that the loaders of the Multimodal Universe read:
    /// <c>&lt;survey&gt;/healpix=&lt;pixel&gt;</c> at nside 16.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="outputFolder">The output folder; it must not exist unless <see cref="ExportOptions.Replace"/> is set.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="ArgumentException">The layout is unknown, or is for another modality.</exception>
    /// <exception cref="SchemaMismatchException">The dataset lacks columns that the layout requires, or they have other shapes.</exception>
    /// <exception cref="OutputExistsException">The output exists already.</exception>
    /// <exception cref="DatasetInvalidException">A row has a value that the format cannot hold.</exception>
    internal static Task<ExportSummary> ToMmuAsync(Dataset dataset, string outputFolder, ExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ExportOptions checkedOptions = Checked(dataset, options);
        return RunAsync(dataset, outputFolder, checkedOptions, "mmu",
            folder => new MmuExport(dataset, checkedOptions).RunAsync(folder, cancellationToken));
    }

    /// <summary>Exports a dataset as a HATS collection in Parquet: a catalogue with the payload in list columns, and a margin of 10
    /// arcseconds.</summary>
    /// <inheritdoc cref="ToMmuAsync" path="/param"/>
    /// <exception cref="ArgumentException"><see cref="ExportOptions.Layout"/> is set.</exception>
    /// <exception cref="OutputExistsException">The output exists already.</exception>
    internal static Task<ExportSummary> ToHatsAsync(Dataset dataset, string outputFolder, ExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ExportOptions checkedOptions = Checked(dataset, options);
        return checkedOptions.Layout is not null
            ? throw new ArgumentException("ExportOptions.Layout applies to the format mmu only.", nameof(options))
            : RunAsync(dataset, outputFolder, checkedOptions, "hats",
                folder => new HatsExport(dataset, checkedOptions).RunAsync(folder, cancellationToken));
    }

    /// <summary>Exports all rows and columns as tables: <c>&lt;name&gt;.fits</c> or <c>&lt;name&gt;.parquet</c>.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="outputFolder">The output folder; it must not exist unless <see cref="ExportOptions.Replace"/> is set.</param>
    /// <param name="format">The format, which is the extension of the files.</param>
    /// <param name="writeAsync">Writes a table, given its path, its columns and its rows.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="ArgumentException">The dataset has no such column.</exception>
    /// <exception cref="OutputExistsException">The output exists already.</exception>
    /// <exception cref="PileException">A row cannot be read, or has a value that the format cannot hold.</exception>
    internal static Task<ExportSummary> ToTablesAsync(Dataset dataset, string outputFolder, string format,
        Func<string, ImmutableArray<ColumnSchema>, IAsyncEnumerable<RowBatch>, Task> writeAsync, ExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ExportOptions();
        if (options.FileRows is < 1)
            throw new ArgumentException($"ExportOptions.FileRows must be at least 1; it is {options.FileRows}.", nameof(options));
        TableExport export = new(dataset, options, $".{format}", writeAsync);
        return RunAsync(dataset, outputFolder, options, format, folder => export.RunAsync(folder, cancellationToken));
    }

    /// <summary>Exports chips as archives of NumPy with a fixed number of chips each.</summary>
    /// <inheritdoc cref="ToMmuAsync" path="/param"/>
    /// <exception cref="ArgumentException">The dataset has no such column of chips.</exception>
    /// <exception cref="OutputExistsException">The output exists already.</exception>
    /// <exception cref="PileException">A chip cannot be read.</exception>
    internal static Task<ExportSummary> ToNpzAsync(Dataset dataset, string outputFolder, ExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ExportOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Rows, 1);
        NpzExport export = new(dataset, options);
        return RunAsync(dataset, outputFolder, options, "npz", folder => export.RunAsync(folder, cancellationToken), isOfAllRows: false);
    }

    /// <summary>Exports chips as GeoTIFF files, one for each chip: <c>&lt;id&gt;.&lt;column&gt;.tif</c>.</summary>
    /// <inheritdoc cref="ToNpzAsync"/>
    internal static Task<ExportSummary> ToTifAsync(Dataset dataset, string outputFolder, ExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ExportOptions();
        string column = ChipColumn.Of(dataset.Manifest, options.Column).Array.Name;
        RowFileOptions files = new()
        {
            Format = RowFileFormat.Tif,
            Native = true,
            FolderInMessages = outputFolder,
            RemedyOfLongIds = "Use the format npz, whose files have numbers as their names",
        };
        Query query = dataset.Query().Native().Columns(RowFiles.ColumnsToRead(dataset.Manifest, [column], files));
        return RunAsync(dataset, outputFolder, options, "tif", async folder =>
        {
            RowReader rows = await dataset.OpenRowsAsync(query, cancellationToken: cancellationToken).ConfigureAwait(false);
            RowFilesSummary written = await RowFiles.WriteAsync(rows.ReadAllWithValidAsync(cancellationToken: cancellationToken),
                dataset.Manifest, [column], folder.Path, files, cancellationToken: cancellationToken).ConfigureAwait(false);
            return new ExportSummary(folder.OutputPath, written.Rows - written.Missing, written.Files.Length,
                written.Files.Sum(path => new FileInfo(path).Length));
        }, isOfAllRows: false);
    }

    /// <summary>Exports the index of chips as one GeoParquet file with the columns of stacchip.</summary>
    /// <inheritdoc cref="ToNpzAsync"/>
    internal static Task<ExportSummary> ToStacchipAsync(Dataset dataset, string outputFolder, ExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ExportOptions();
        StacchipExport export = new(dataset, options);
        return RunAsync(dataset, outputFolder, options, "stacchip", folder => export.RunAsync(folder, cancellationToken));
    }

    /// <summary>Exports scenes or chips as a static STAC catalog: one file per item, a collection per product.</summary>
    /// <inheritdoc cref="ToMmuAsync" path="/param"/>
    /// <exception cref="ArgumentException">The dataset has neither scenes nor chips.</exception>
    /// <exception cref="OutputExistsException">The output exists already.</exception>
    internal static Task<ExportSummary> ToStacAsync(Dataset dataset, string outputFolder, ExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ExportOptions();
        StacExport export = new(dataset, options);
        return RunAsync(dataset, outputFolder, options, "stac", folder => export.RunAsync(folder, cancellationToken));
    }

    /// <summary>Exports scenes or chips as one GeoParquet file of STAC items (stac-geoparquet 1.0).</summary>
    /// <inheritdoc cref="ToStacAsync"/>
    internal static Task<ExportSummary> ToStacGeoParquetAsync(Dataset dataset, string outputFolder, ExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ExportOptions();
        StacGeoParquetExport export = new(dataset, options);
        return RunAsync(dataset, outputFolder, options, "stac-geoparquet", folder => export.RunAsync(folder, cancellationToken));
    }

    /// <summary>Writes <c>README.md</c> with a picture, <c>CITATION.cff</c> and <c>croissant.json</c>.</summary>
    /// <inheritdoc cref="ToMmuAsync" path="/param"/>
    /// <exception cref="ArgumentException">The dataset was opened through a saved query.</exception>
    /// <exception cref="OutputExistsException">The output exists already.</exception>
    internal static Task<ExportSummary> ToCardsAsync(Dataset dataset, string outputFolder, ExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        dataset.RequireAllRows("A card, which lists the files of a dataset,");
        options ??= new ExportOptions();
        return RunAsync(dataset, outputFolder, options, "cards", folder => new CardExport(dataset, options)
            .RunAsync(folder, cancellationToken));
    }

    private static ExportOptions Checked(Dataset dataset, ExportOptions? options)
    {
        const string Formats = "The formats fits and parquet write the rows of all datasets";
        if (!dataset.Manifest.Partition.Key.HasPositions)
            throw new ArgumentException("An export of this format needs rows with positions, but those of dataset "
                + $"'{dataset.Address}' have none: they are sorted by a hash of their id. {Formats}.");
        if (dataset.Manifest.Frame != Manifest.Icrs)
            throw new ArgumentException($"An export of this format needs positions on the sky ({Manifest.Icrs}), but those of dataset "
                + $"'{dataset.Address}' are on the earth ({dataset.Manifest.Frame}). {Formats}; npz, tif, stacchip, stac and "
                + "stac-geoparquet write scenes or chips.");
        options ??= new ExportOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        return options;
    }

    private static async Task<ExportSummary> RunAsync(Dataset dataset, string outputFolder, ExportOptions options, string format,
        Func<ExportFolder, Task<ExportSummary>> writeAsync, bool isOfAllRows = true)
    {
        dataset.RequireIndex("An export", orIgnored: true);
        if (dataset.IsIn(outputFolder))
            throw new ArgumentException($"The export would replace '{outputFolder}', which contains the dataset itself. Choose another "
                + "folder.", nameof(outputFolder));
        using ExportFolder folder = ExportFolder.Create(outputFolder, options.Replace);
        try
        {
            ExportSummary summary = await writeAsync(folder).ConfigureAwait(false);
            long rows = isOfAllRows ? await dataset.SelectedRowsAsync().ConfigureAwait(false) : summary.Rows;
            if (summary.Rows != rows)
                throw new DatasetInvalidException(dataset.Address,
                    $"{rows} rows were to be exported, but {summary.Rows} were",
                    "Run 'pile validate' for all findings");
            folder.Publish(dataset.Manifest, format, summary);
            return summary;
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            throw new OutputUnwritableException(folder.OutputPath, $"writing failed: {WriteErrors.TextOf(e)}",
                "Nothing was exported. Free space or grant write access there, then run it again", e);
        }
    }
}
