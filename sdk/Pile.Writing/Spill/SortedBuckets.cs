using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Sorts one bucket after the other, each while the previous one is read.</summary>
/// <param name="count">The number of buckets.</param>
/// <param name="sort">Sorts a bucket; called by another thread.</param>
/// <param name="cancellationToken">Cancels the work.</param>
internal sealed class SortedBuckets(int count, Func<int, ISortedBucket> sort, CancellationToken cancellationToken)
{
    /// <summary>Returns the rows of all buckets chunk by chunk, each of which is valid until the next one.</summary>
    internal IEnumerable<DuckDbChunk> Chunks()
    {
        Task<ISortedBucket>? next = null;
        try
        {
            for (int number = 0; number < count; number++)
            {
                using ISortedBucket current = (next ?? Start(number)).GetAwaiter().GetResult();
                next = number + 1 < count ? Start(number + 1) : null;
                foreach (DuckDbChunk chunk in current.Chunks())
                    yield return chunk;
            }
        }
        finally
        {
            if (next is not null)
            {
                ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
                if (next.IsCompletedSuccessfully)
                    next.Result.Dispose();
            }
        }
    }

    private Task<ISortedBucket> Start(int number) => Task.Run(() => sort(number), cancellationToken);
}
