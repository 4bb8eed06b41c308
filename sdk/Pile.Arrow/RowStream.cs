using Apache.Arrow;
using Apache.Arrow.Ipc;
using Pile.Format;

namespace Pile.Arrow;

/// <summary>Batches of rows as an Arrow stream.</summary>
/// <param name="batches">The batches.</param>
/// <param name="schema">The schema of all batches.</param>
/// <param name="isStarted">True if the first batch was read.</param>
internal sealed class RowStream(IAsyncEnumerator<RowBatch> batches, Schema schema, bool isStarted = true) : IArrowArrayStream
{
    private bool isCurrent = isStarted, isDisposed;

    public Schema Schema => schema;

    public async ValueTask<RecordBatch> ReadNextRecordBatchAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (!isCurrent && !await batches.MoveNextAsync().ConfigureAwait(false))
            return null!; // the end of a stream, for Apache.Arrow
        isCurrent = false;
        return batches.Current.ToRecordBatch(schema);
    }

    public void Dispose()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        // Consumers of the C interface release streams synchronously.
        batches.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
