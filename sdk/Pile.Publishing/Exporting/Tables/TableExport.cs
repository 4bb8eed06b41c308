using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing.Exporting.Tables;

/// <summary>Writes all rows as tables, in the order of the index: one file, or files of a fixed number of rows.</summary>
internal sealed class TableExport
{
    // The rows of a file are opened in parts, because open rows hold their light columns in memory.
    private const int OpenRows = 16_384, MaxBatchRows = 1024;
    private const long BatchBytes = 8L << 20;

    private readonly Dataset dataset;
    private readonly ExportOptions options;
    private readonly string extension;
    private readonly Func<string, ImmutableArray<ColumnSchema>, IAsyncEnumerable<RowBatch>, Task> writeAsync;
    private readonly Query query;
    private readonly int batchRows, openRows;
    private long done, total;

    /// <param name="dataset">The dataset.</param>
    /// <param name="options">The columns, and the number of rows of a file.</param>
    /// <param name="extension">The extension of the files, with a dot.</param>
    /// <param name="writeAsync">Writes a table, given its path, its columns and its rows.</param>
    internal TableExport(Dataset dataset, ExportOptions options, string extension,
        Func<string, ImmutableArray<ColumnSchema>, IAsyncEnumerable<RowBatch>, Task> writeAsync)
    {
        (this.dataset, this.options, this.extension, this.writeAsync) = (dataset, options, extension, writeAsync);
        query = dataset.Query();
        if (options.Columns is { } names)
            query = query.Columns(names);
        // Compressed bytes: rows in memory are larger.
        Manifest manifest = dataset.Manifest;
        openRows = Math.Min(OpenRows, OpenedRows.Of(manifest));
        batchRows = (int)Math.Clamp(BatchBytes / Math.Max(1, manifest.Bytes / Math.Max(1, manifest.Rows)), 1, MaxBatchRows);
    }

    internal async Task<ExportSummary> RunAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        // A shape is stored with its column, so that it need not be listed.
        ImmutableArray<ColumnSchema> all = query.Schemas();
        Query selected = query.Columns(all.Where(c => options.Columns is not null
            || !all.Any(other => other.IsRagged && ColumnNames.Shape(other.Name) == c.Name)).Select(c => c.Name));
        // The types of expressions are those of opened rows.
        RowReader none = await dataset.OpenRowsByPositionAsync([], selected, cancellationToken: cancellationToken).ConfigureAwait(false);
        ImmutableArray<ColumnSchema> columns = [.. none.Columns.Select(c => c.Schema)];
        long[]? positions = dataset.Query().InIndexOrder() is { IsNarrowed: true } saved
            ? await dataset.PositionsAsync(saved, cancellationToken).ConfigureAwait(false) : null;
        total = positions?.Length ?? dataset.Manifest.Rows;
        long fileRows = options.FileRows ?? Math.Max(total, 1), bytes = 0;
        int files = 0;
        do
        {
            long first = files * fileRows;
            string name = options.FileRows is null ? dataset.Manifest.Name
                : $"{dataset.Manifest.Name}-{files.ToString("D6", CultureInfo.InvariantCulture)}";
            string path = Path.Combine(folder.Path, name + extension);
            await writeAsync(path, columns, ReadAsync(first, Math.Min(fileRows, total - first))).ConfigureAwait(false);
            bytes += new FileInfo(path).Length;
            files++;
        }
        while (files * fileRows < total);
        return new ExportSummary(folder.OutputPath, total, files, bytes);

        async IAsyncEnumerable<RowBatch> ReadAsync(long first, long count)
        {
            for (long next = first; next < first + count; next += openRows)
            {
                long start = next;
                int length = (int)Math.Min(openRows, first + count - start);
                IEnumerable<long> wanted = Enumerable.Range(0, length).Select(i => positions is null ? start + i : positions[start + i]);
                RowReader rows = await dataset.OpenRowsByPositionAsync(wanted, selected, cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                await foreach (RowBatch batch in rows.ReadAllAsync(batchRows, cancellationToken).ConfigureAwait(false))
                {
                    yield return batch;
                    done += batch.RowCount;
                    options.Progress?.Report(new PhaseProgress("export", done, total));
                }
            }
        }
    }
}
