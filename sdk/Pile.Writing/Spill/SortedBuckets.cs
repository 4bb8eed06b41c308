using System.Diagnostics.CodeAnalysis;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Sorts one bucket after the other, each while the previous one is read.</summary>
/// <param name="files">The buckets, which are deleted when they are read.</param>
/// <param name="order">The order of the rows.</param>
/// <param name="memoryBytes">The size of a bucket above which DuckDB sorts it, partly outside memory.</param>
/// <param name="database">The database that sorts such buckets.</param>
/// <param name="cancellationToken">Cancels the work.</param>
internal sealed class SortedBuckets(BucketFiles files, SortOrder order, long memoryBytes, DuckDbDatabase database,
    CancellationToken cancellationToken) : IDisposable
{
    private Bucket? current;
    private Task<Bucket>? next;
    private int number;

    /// <summary>Returns the rows of the next bucket, which are valid until the next call.</summary>
    internal bool TryNext([NotNullWhen(true)] out IEnumerable<DuckDbChunk>? rows)
    {
        current?.Dispose();
        current = null;
        rows = null;
        if (number == files.Count)
            return false;
        current = (next ?? Start(number)).GetAwaiter().GetResult();
        next = ++number < files.Count ? Start(number) : null;
        rows = current.Rows;
        return true;
    }

    public void Dispose()
    {
        current?.Dispose();
        if (next is null)
            return;
        ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        if (next.IsCompletedSuccessfully)
            next.Result.Dispose();
    }

    private Task<Bucket> Start(int bucket) =>
        Task.Run(() => new Bucket(files, bucket, order, memoryBytes, database, cancellationToken), cancellationToken);

    /// <summary>A bucket whose rows are sorted.</summary>
    private sealed class Bucket : IDisposable
    {
        private readonly BucketFiles files;
        private readonly int number;
        private readonly SortedRows? sorted;
        private readonly DuckDbConnection? connection;
        private readonly DuckDbScan? scan;
        private readonly DuckDbResult? result;

        internal Bucket(BucketFiles files, int number, SortOrder order, long memoryBytes, DuckDbDatabase database,
            CancellationToken cancellationToken)
        {
            (this.files, this.number) = (files, number);
            if (files.Open(number) is not { } table)
                return;
            if (files.BytesOf(number) <= memoryBytes)
            {
                sorted = new SortedRows(table, order);
                Rows = sorted.Chunks();
                return;
            }
            connection = database.Connect();
            scan = connection.Scan(table);
            try
            {
                result = connection.Query(order.Sorted($"SELECT * FROM {scan.Sql}"), cancellationToken: cancellationToken);
            }
            catch
            {
                Dispose();
                throw;
            }
            Rows = result.Chunks();
        }

        internal IEnumerable<DuckDbChunk> Rows { get; } = [];

        public void Dispose()
        {
            sorted?.Dispose();
            result?.Dispose();
            scan?.Dispose();
            connection?.Dispose();
            files.Delete(number);
        }
    }
}
