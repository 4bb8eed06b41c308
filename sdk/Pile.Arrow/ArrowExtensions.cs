using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Pile.Format;
using Pile.Tables;

namespace Pile.Arrow;

/// <summary>Returns rows of queries, matches, tables and loaders as Apache Arrow: <c>dataset.Query().ToRecordBatchesAsync()</c>.</summary>
/// <remarks>
/// Arrays are lists, nested by axis. The fields have the metadata <c>unit</c>, <c>ucd</c>, <c>description</c>, <c>time_scale</c>,
/// <c>time_reference</c>, <c>time_zero_mjd</c> and <c>spectral_medium</c>. Numbers and texts keep their memory, which batches of a query
/// never use again.
/// <para>Other libraries in the same process read record batches without a copy through Arrow's C data interface:
/// <c>CArrowArrayExporter.ExportRecordBatch</c>, <c>CArrowSchemaExporter.ExportSchema</c> and
/// <c>CArrowArrayStreamExporter.ExportArrayStream</c> of Apache.Arrow. The memory remains valid until the other library releases
/// it.</para>
/// </remarks>
public static partial class ArrowExtensions
{
    /// <summary>Returns the Arrow schema of columns.</summary>
    /// <param name="columns">The columns, for example of a dataset or a match.</param>
    /// <returns>A schema whose fields are nullable and have the meaning of the columns as metadata.</returns>
    /// <exception cref="ArgumentException">A column is null.</exception>
    public static Schema ToArrowSchema(this IEnumerable<ColumnSchema> columns) => ArrowConvert.ToSchema(columns);

    /// <summary>Converts rows without copying numbers and texts.</summary>
    /// <param name="rows">The rows. The record batch refers to their memory, which must not change while it is used.</param>
    /// <param name="schema">The schema, as <see cref="ToArrowSchema"/> returns it, to use one for several batches; null to create
    /// one.</param>
    /// <returns>A record batch with the same rows. Disposing it is not required.</returns>
    /// <exception cref="ArgumentException">The schema has other columns, or a column has values in other files.</exception>
    public static RecordBatch ToRecordBatch(this RowBatch rows, Schema? schema = null) => ArrowConvert.ToRecordBatch(rows, schema);

    /// <summary>Converts batches of rows one by one.</summary>
    /// <param name="rows">Batches with the same columns, for example of <c>Dataset.QueryAsync</c>, <c>Dataset.SqlAsync</c>,
    /// <c>MatchTable.ReadAsync</c>, <c>RowReader.ReadAllAsync</c> or <c>ITableReader.ReadAsync</c>.</param>
    /// <param name="cancellationToken">Cancels the reading of the rows.</param>
    /// <returns>A record batch for each batch, all with the schema of the first one.</returns>
    /// <exception cref="ArgumentException">A batch has other columns than the first one, or a column has values in other
    /// files.</exception>
    public static async IAsyncEnumerable<RecordBatch> ToRecordBatchesAsync(this IAsyncEnumerable<RowBatch> rows,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Schema? schema = null;
        await foreach (RowBatch batch in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return batch.ToRecordBatch(schema ??= batch.Columns.Select(c => c.Schema).ToArrowSchema());
    }

    /// <summary>Returns batches of rows as a stream, the form in which Arrow libraries exchange tables.</summary>
    /// <param name="rows">Batches with the same columns; at least one, as queries and matches return them, which gives the
    /// schema.</param>
    /// <param name="cancellationToken">Cancels the reading of the rows.</param>
    /// <returns>A stream whose schema is known: the first batch was read. Dispose it to end the reading.</returns>
    /// <exception cref="ArgumentException">There is no batch, and thus no schema.</exception>
    public static async Task<IArrowArrayStream> ToArrowStreamAsync(this IAsyncEnumerable<RowBatch> rows,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        IAsyncEnumerator<RowBatch> batches = rows.GetAsyncEnumerator(cancellationToken);
        try
        {
            if (await batches.MoveNextAsync().ConfigureAwait(false))
                return new RowStream(batches, batches.Current.Columns.Select(c => c.Schema).ToArrowSchema());
            throw new ArgumentException("The rows have no batch, which would give the schema. Use the overload with columns.", nameof(rows));
        }
        catch
        {
            await batches.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Returns batches of rows as a stream, the form in which Arrow libraries exchange tables.</summary>
    /// <param name="rows">Batches with these columns; there may be none.</param>
    /// <param name="columns">The columns of the batches.</param>
    /// <param name="cancellationToken">Cancels the reading of the rows.</param>
    /// <returns>A stream that reads the rows when they are requested. Dispose it to end the reading.</returns>
    /// <exception cref="ArgumentException">A column is null.</exception>
    public static IArrowArrayStream ToArrowStream(this IAsyncEnumerable<RowBatch> rows, IEnumerable<ColumnSchema> columns,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Schema schema = columns.ToArrowSchema();
        return new RowStream(rows.GetAsyncEnumerator(cancellationToken), schema, isStarted: false);
    }
}
