using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Rows that are open for random access, in the requested order. Safe for concurrent use; threads share no lock.</summary>
/// <remarks>It uses no HDF5 library: the index holds the location of every row's bytes. Use it only while its dataset is open.</remarks>
public sealed partial class RowReader
{
    // At most three batches are in memory, so that 200 MB are enough regardless of the size of rows.
    private const long LargestBatchBytes = 64 << 20;

    private readonly Dataset dataset;
    private readonly RowColumn ids;
    private readonly ImmutableArray<HeavyColumn> heavy;
    private readonly PieceFiles shards;
    private readonly FrozenDictionary<string, RowColumn> byName;
    private readonly Lazy<RowRuns?> runs;

    internal RowReader(Dataset dataset, RowColumn ids, ImmutableArray<RowColumn> columns, ImmutableArray<HeavyColumn> heavy,
        PieceFiles shards)
    {
        (this.dataset, this.ids, Columns, this.heavy, this.shards) = (dataset, ids, columns, heavy, shards);
        byName = columns.ToFrozenDictionary(c => c.Schema.Name, StringComparer.Ordinal);
        runs = new(() => RowRuns.Of(this.heavy, Count, this.shards));
        Count = ids.RowCount;
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The columns, in the requested order.</summary>
    public ImmutableArray<RowColumn> Columns { get; }

    /// <summary>Returns the id of a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ObjectId IdAt(int row)
    {
        RequireRow(row);
        if (ids is TextRowColumn text)
            return new ObjectId(text.Text(row) ?? throw new DatasetInvalidException(dataset.Address,
                $"row {row} of the selection has no object_id", "Run 'pile validate' for all findings"));
        long number = 0;
        ((RowColumn<long>)ids).Read(row, new Span<long>(ref number));
        return new ObjectId(number);
    }

    /// <summary>Returns a column of numbers or booleans. Get it once, then read many rows.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it has another type.</exception>
    public RowColumn<T> Column<T>(string name) where T : unmanaged => Column(name) as RowColumn<T>
        ?? throw new ArgumentException(
            $"Column '{name}' is {Column(name).Schema.DType.Name()}; it was requested as {DTypes.Of<T>().Name()}.", nameof(name));

    /// <summary>Returns a column of text.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it is not text.</exception>
    public TextRowColumn TextColumn(string name) => Column(name) as TextRowColumn
        ?? throw new ArgumentException($"Column '{name}' is {Column(name).Schema.DType.Name()}; it was requested as text.", nameof(name));

    /// <summary>Returns a column of any type.</summary>
    /// <exception cref="ArgumentException">There is no such column; the message lists similar names.</exception>
    public RowColumn Column(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return byName.TryGetValue(name, out RowColumn? column) ? column
            : throw new ArgumentException(UnknownColumn.Message(dataset.Address, name, Columns.Select(c => c.Schema.Name)), nameof(name));
    }

    /// <summary>Reads one column of one row: short for <c>Column&lt;T&gt;(column).Read(row, destination)</c>.</summary>
    /// <inheritdoc cref="RowColumn{T}.Read(int, Span{T})"/>
    public int Read<T>(int row, string column, Span<T> destination) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(column);
        return Column<T>(column).Read(row, destination);
    }

    /// <summary>Reads one column of one row into a new array: short for <c>Column&lt;T&gt;(column).Read(row)</c>.</summary>
    /// <inheritdoc cref="RowColumn{T}.Read(int)"/>
    public RowValues<T>? Read<T>(int row, string column) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(column);
        return Column<T>(column).Read(row);
    }

    /// <summary>Reads all columns of one row, as a batch of one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ShardCorruptException">The row's bytes are damaged, truncated or missing.</exception>
    public RowBatch ReadRow(int row)
    {
        RequireRow(row);
        return new RowBatch(Columns.Select(c => c.Take([row], BatchMemory.Own)));
    }

    /// <summary>Reads all columns of many rows, in the given order. Reads are sorted by location, joined if they are close, and run in
    /// parallel, one batch ahead.</summary>
    /// <param name="rows">Rows of this reader, in any order; duplicates are allowed.</param>
    /// <param name="batchRows">The maximum number of rows of a batch. A batch has fewer rows if the values of its heavy columns would
    /// exceed 64 MiB, and at least one. Two batches are in memory in addition to the one returned.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ShardCorruptException">A row's bytes are damaged, truncated or missing.</exception>
    public async IAsyncEnumerable<RowBatch> ReadAsync(IEnumerable<int> rows, int batchRows = 64,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchRows);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<RowBatch>? ahead = null;
        try
        {
            foreach (int[] chunk in Cut(rows, batchRows))
            {
                cancellationToken.ThrowIfCancellationRequested(); // the batch that was read ahead is discarded
                Task<RowBatch> next = Task.Run(() => ReadBatchAsync(chunk, BatchMemory.Own, ended.Token), cancellationToken);
                Task<RowBatch>? ready = ahead;
                ahead = next;
                if (ready is not null)
                    yield return await ready.ConfigureAwait(false);
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (ahead is not null)
                yield return await ahead.ConfigureAwait(false);
        }
        finally
        {
            // If the caller stops early, a batch may be in progress: wait for its end.
            await ended.CancelAsync().ConfigureAwait(false);
            if (ahead is not null)
                await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads all columns of all rows, in order.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public IAsyncEnumerable<RowBatch> ReadAllAsync(int batchRows = 64, CancellationToken cancellationToken = default) =>
        ReadAsync(Enumerable.Range(0, Count), batchRows, cancellationToken);

    /// <summary>Reads and decodes every heavy column of a row and discards the values, for validation.</summary>
    /// <exception cref="ShardCorruptException">A piece does not match its CRC-32C, cannot be decoded, or is missing.</exception>
    /// <exception cref="InvalidOperationException">The dataset is read without its index, which holds the checksums.</exception>
    public void Verify(int row)
    {
        RequireRow(row);
        if (dataset.IsWithoutIndex)
            throw new InvalidOperationException(
                $"Dataset '{dataset.Address}' is read without its index, which holds the checksums. Run 'pile index rebuild' to make it "
                    + "again.");
        foreach (HeavyColumn column in heavy)
            column.Verify(row);
    }

    /// <summary>Reads all columns of some rows at once, in the given order.</summary>
    internal Task<RowBatch> ReadBatchAsync(ReadOnlyMemory<int> rows, BatchMemory memory, CancellationToken cancellationToken) =>
        new BatchRead(Columns, rows, memory, shards, dataset.Options.Threads).RunAsync(cancellationToken);

    /// <summary>Starts to read the shards of all rows ahead of sequential reads from a disk.</summary>
    /// <returns>Null if that would not help, because the rows are scattered or remote.</returns>
    /// <inheritdoc cref="OrderedReadAhead(RowRuns, PieceFiles, int, int, int?)" path="/param"/>
    internal ReadAhead? BeginReadAhead(int epoch, int row, int? epochs) =>
        shards.Traits.IsLocal && runs.Value is { } found ? new OrderedReadAhead(found, shards, epoch, row, epochs) : null;

    /// <summary>Starts to read the shards of announced groups of rows ahead of reads from a disk.</summary>
    /// <returns>Null if the rows are remote, or have no heavy column.</returns>
    internal ReadAhead? BeginShuffledReadAhead() => shards.Traits.IsLocal && !heavy.IsEmpty ? new ShuffledReadAhead(heavy, shards) : null;

    private IEnumerable<int[]> Cut(IEnumerable<int> rows, int batchRows)
    {
        List<int> batch = [];
        long batchBytes = 0;
        foreach (int row in rows)
        {
            RequireRow(row);
            long rowBytes = 0;
            foreach (RowColumn column in Columns)
                rowBytes += column.BatchBytesOf(row);
            if (batch.Count > 0 && (batch.Count == batchRows || batchBytes + rowBytes > LargestBatchBytes))
            {
                yield return [.. batch];
                batch.Clear();
                batchBytes = 0;
            }
            batch.Add(row);
            batchBytes += rowBytes;
        }
        if (batch.Count > 0)
            yield return [.. batch];
    }

    private void RequireRow(int row)
    {
        if ((uint)row >= (uint)Count)
            throw RowColumn.NoSuchRow(row, Count);
    }
}
