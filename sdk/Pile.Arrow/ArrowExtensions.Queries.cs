using Apache.Arrow;
using Apache.Arrow.Ipc;
using Pile.Reading;

namespace Pile.Arrow;

public static partial class ArrowExtensions
{
    /// <summary>Executes a query for light columns and returns its rows as record batches.</summary>
    /// <param name="query">The query, for example <c>dataset.Query().Where("mag &lt; 20")</c>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Batches of about 10,000 rows; at least one, so that the columns are known even if there are no rows.</returns>
    /// <exception cref="ArgumentException">The query refers to an unknown column, or a condition is not a valid SQL
    /// expression.</exception>
    public static IAsyncEnumerable<RecordBatch> ToRecordBatchesAsync(this Query query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Dataset.QueryAsync(query, cancellationToken).ToRecordBatchesAsync(cancellationToken);
    }

    /// <summary>Executes a query for light columns and returns its rows as a stream, the form in which Arrow libraries exchange
    /// tables.</summary>
    /// <returns>A stream whose schema is known. Dispose it to end the query.</returns>
    /// <inheritdoc cref="ToRecordBatchesAsync(Query, CancellationToken)"/>
    public static Task<IArrowArrayStream> ToArrowStreamAsync(this Query query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Dataset.QueryAsync(query, cancellationToken).ToArrowStreamAsync(cancellationToken);
    }
}
