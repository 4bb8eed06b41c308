using Apache.Arrow;
using Apache.Arrow.Ipc;
using Pile.CrossMatch;

namespace Pile.Arrow;

public static partial class ArrowExtensions
{
    /// <summary>Reads the rows of a match as record batches.</summary>
    /// <param name="match">The match, which must not be disposed before all rows are read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>At least one batch, so that the columns are known even if there are no rows.</returns>
    /// <exception cref="ObjectDisposedException">The match was disposed.</exception>
    public static IAsyncEnumerable<RecordBatch> ToRecordBatchesAsync(this MatchTable match, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(match);
        return match.ReadAsync(cancellationToken).ToRecordBatchesAsync(cancellationToken);
    }

    /// <summary>Returns the rows of a match as a stream, the form in which Arrow libraries exchange tables.</summary>
    /// <returns>A stream that reads the rows when they are requested. Dispose it before the match.</returns>
    /// <inheritdoc cref="ToRecordBatchesAsync(MatchTable, CancellationToken)"/>
    public static IArrowArrayStream ToArrowStream(this MatchTable match, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(match);
        return match.ReadAsync(cancellationToken).ToArrowStream(match.Columns, cancellationToken);
    }
}
