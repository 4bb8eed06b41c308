using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Writing.Index;

namespace Pile.Publishing.Exporting.Chips;

/// <summary>Writes the index of chips as stacchip has it: one GeoParquet 1.1 file with <c>chipid</c>, <c>date</c>, <c>chip_index_x</c>,
/// <c>chip_index_y</c>, <c>cloud_cover_percentage</c>, <c>nodata_percentage</c> (shares, 0 to 1) and <c>geometry</c>, and the columns
/// that a merge adds, <c>platform</c> and <c>item</c>.</summary>
/// <remarks>Names, types and order are those of stacchip 0.1 (<c>indexer.py</c>, <c>merger.py</c>), but geometries are WKB.</remarks>
internal sealed class StacchipExport
{
    private const string FileName = "index.parquet";

    // The column of the dataset, its type, and the expression and name in the file. Shares and times that are NaN are unknown.
    private static readonly (string Column, DuckDbType Type, string Sql, string Name)[] Columns =
    [
        ("object_id", DuckDbType.Varchar, "object_id", "chipid"),
        ("mjd", DuckDbType.Double, "DATE '1858-11-17' + CASE WHEN isfinite(mjd) THEN floor(mjd)::INTEGER END", "date"),
        ("chip_x", DuckDbType.Integer, "chip_x::USMALLINT", "chip_index_x"),
        ("chip_y", DuckDbType.Integer, "chip_y::USMALLINT", "chip_index_y"),
        ("cloud_fraction", DuckDbType.Float, "CASE WHEN isfinite(cloud_fraction) THEN cloud_fraction END",
            "cloud_cover_percentage"),
        ("nodata_fraction", DuckDbType.Float, "CASE WHEN isfinite(nodata_fraction) THEN nodata_fraction END",
            "nodata_percentage"),
        ("geometry", DuckDbType.Blob, "geometry", "geometry"),
        ("platform", DuckDbType.Varchar, "platform", "platform"),
        ("item", DuckDbType.Varchar, "item", "item"),
    ];

    private readonly Dataset dataset;
    private readonly ExportOptions options;

    /// <exception cref="ArgumentException">The dataset has no chips, or no footprints.</exception>
    internal StacchipExport(Dataset dataset, ExportOptions options)
    {
        (this.dataset, this.options) = (dataset, options);
        Manifest manifest = dataset.Manifest;
        if (manifest.Modality != Modality.OfChips)
            throw new ArgumentException($"'{manifest.Name}' has the modality {manifest.Modality}; this format is for chips.",
                nameof(dataset));
        if (manifest.Column("geometry") is not { IsBytes: true })
            throw new ArgumentException($"'{manifest.Name}' has no footprints (column 'geometry').", nameof(dataset));
    }

    internal async Task<ExportSummary> RunAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder.Path, FileName);
        (string Column, DuckDbType Type, string Sql, string Name)[] present =
            [.. Columns.Where(c => dataset.Manifest.Column(c.Column) is not null)];
        Query query = dataset.Query().Native().Columns(present.Select(c => c.Column));
        long rows = 0, total = await dataset.SelectedRowsAsync(cancellationToken).ConfigureAwait(false);
        await Task.Run(() =>
        {
            using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
            using DuckDbConnection connection = database.Connect();
            DuckDbField[] fields = [.. present.Select(c => new DuckDbField(c.Column,
                c.Column == "object_id" && !dataset.IdsAreText ? DuckDbType.BigInt : c.Type))];
            string select = string.Join(", ", Columns.Select(c => (present.Contains(c) ? c.Sql
                : c.Type.Equals(DuckDbType.Varchar) ? "NULL::VARCHAR" : "NULL::FLOAT") + $" AS {c.Name}"));
            ParquetCopy.Write(connection, fields, Batches(), select, path,
                $", COMPRESSION zstd, KV_METADATA {{geo: {DuckDbSql.Literal(GeoParquet.Metadata("geometry"))}}}", cancellationToken);
        }, cancellationToken).ConfigureAwait(false);
        DiskFlush.File(path);
        return new ExportSummary(folder.OutputPath, rows, 1, new FileInfo(path).Length);

        IEnumerable<IReadOnlyList<DuckDbColumn>> Batches()
        {
            foreach (RowBatch batch in dataset.QueryAsync(query, cancellationToken).ToBlockingEnumerable(cancellationToken))
            {
                rows += batch.RowCount;
                options.Progress?.Report(new PhaseProgress("export", rows, total));
                yield return [.. present.Select(c => c.Type.Equals(DuckDbType.Blob)
                    ? Bytes(batch[c.Column]) : DuckDbColumn.Of(batch[c.Column]))];
            }
        }
    }

    private static DuckDbColumn Bytes(ColumnData column)
    {
        int[] starts = new int[column.RowCount + 1];
        for (int row = 0; row < column.RowCount; row++)
            starts[row + 1] = checked(starts[row] + column.RowBytes(row).Length);
        byte[] all = new byte[starts[^1]];
        for (int row = 0; row < column.RowCount; row++)
            column.RowBytes(row).CopyTo(all.AsSpan(starts[row]));
        return DuckDbColumn.Blobs(starts, all, column.IsNull);
    }
}
