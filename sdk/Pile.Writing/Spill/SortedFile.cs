using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The rows of one of <see cref="BucketFiles"/>, sorted in memory, or by DuckDB if they are too large. The file is deleted when
/// they are read.</summary>
internal sealed class SortedFile : ISortedBucket
{
    private readonly BucketFiles files;
    private readonly int number;
    private readonly SortedRows? sorted;
    private readonly DuckDbConnection? connection;
    private readonly DuckDbScan? scan;
    private readonly DuckDbResult? result;

    /// <param name="files">The buckets.</param>
    /// <param name="number">The number of the bucket.</param>
    /// <param name="order">The order of the rows.</param>
    /// <param name="memoryBytes">The size above which DuckDB sorts it, partly outside memory.</param>
    /// <param name="database">The database that sorts such buckets.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal SortedFile(BucketFiles files, int number, SortOrder order, long memoryBytes, DuckDbDatabase database,
        CancellationToken cancellationToken)
    {
        (this.files, this.number) = (files, number);
        if (files.Open(number) is not { } table)
            return;
        if (files.BytesOf(number) <= memoryBytes)
        {
            sorted = new SortedRows(table, order);
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
    }

    public IEnumerable<DuckDbChunk> Chunks() => sorted?.Chunks() ?? result?.Chunks() ?? [];

    public void Dispose()
    {
        sorted?.Dispose();
        result?.Dispose();
        scan?.Dispose();
        connection?.Dispose();
        files.Delete(number);
    }
}
