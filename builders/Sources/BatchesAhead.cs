using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Builders.Sources;

/// <summary>Reads a source one batch ahead, so that a batch is decoded while the one before it is checked and stored. Batches must not
/// share memory.</summary>
internal static class BatchesAhead
{
    /// <summary>Returns the same batches. An error of the source is thrown after the batches before it; one that follows the last batch
    /// that the caller requests is not thrown.</summary>
    internal static async IAsyncEnumerable<RowBatch> ReadAsync(IAsyncEnumerable<RowBatch> batches,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<RowBatch> source = batches.GetAsyncEnumerator(cancellationToken);
        Task<bool> next = Task.FromResult(false);
        try
        {
            next = Next();
            while (await next.ConfigureAwait(false))
            {
                RowBatch batch = source.Current;
                next = Next();
                yield return batch;
            }
        }
        finally
        {
            // An enumerator must not be disposed while it reads.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<bool> Next() => Task.Run(() => source.MoveNextAsync().AsTask(), CancellationToken.None);
    }
}
