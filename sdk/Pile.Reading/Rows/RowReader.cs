using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Rows that are open for reading at random, in the order they were asked for. Any number of threads may read at once; they share
/// no lock.</summary>
/// <remarks>No HDF5 library is involved: the index knows where every row's bytes lie. It lives no longer than its dataset.</remarks>
public sealed class RowReader
{
    // Three batches are in memory at most, so that some 200 MB are enough however large the rows are.
    private const long LargestBatchBytes = 64 << 20;

    private readonly Dataset dataset;
    private readonly RowColumn ids;
    private readonly ImmutableArray<HeavyColumn> heavy;
    private readonly ShardFiles shards;
    private readonly FrozenDictionary<string, RowColumn> byName;
    private readonly Lazy<RowRuns?> runs;

    internal RowReader(Dataset dataset, RowColumn ids, ImmutableArray<RowColumn> columns, ImmutableArray<HeavyColumn> heavy,
        ShardFiles shards)
    {
        (this.dataset, this.ids, Columns, this.heavy, this.shards) = (dataset, ids, columns, heavy, shards);
        byName = columns.ToFrozenDictionary(c => c.Schema.Name, StringComparer.Ordinal);
        runs = new(() => RowRuns.Of(this.heavy, Count, this.shards));
        Count = ids is TextRowColumn text ? text.RowCount : ((LightRowColumn<long>)ids).RowCount;
    }

    /// <summary>Rows that are open.</summary>
    public int Count { get; }

    /// <summary>The columns, in the order they were asked for.</summary>
    public ImmutableArray<RowColumn> Columns { get; }

    /// <summary>The id of a row.</summary>
    public ObjectId IdAt(int row)
    {
        if (ids is TextRowColumn text)
            return new ObjectId(text.Text(row) ?? throw new DatasetInvalidException(dataset.Address,
                $"row {row} of the selection has no object_id", "Run 'pile validate' for all findings"));
        long number = 0;
        ((RowColumn<long>)ids).Read(row, new Span<long>(ref number));
        return new ObjectId(number);
    }

    /// <summary>A column of numbers or booleans: take it once, read many rows.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it is of another type.</exception>
    public RowColumn<T> Column<T>(string name) where T : unmanaged => Column(name) as RowColumn<T>
        ?? throw new ArgumentException(
            $"Column '{name}' is {Column(name).Schema.DType.Name()}; it was asked for as {DTypes.Of<T>().Name()}.", nameof(name));

    /// <summary>A column of text.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it is not text.</exception>
    public TextRowColumn TextColumn(string name) => Column(name) as TextRowColumn
        ?? throw new ArgumentException($"Column '{name}' is {Column(name).Schema.DType.Name()}; it was asked for as text.", nameof(name));

    /// <summary>A column of any type.</summary>
    /// <exception cref="ArgumentException">There is no such column; the message has those that come near.</exception>
    public RowColumn Column(string name) => byName.TryGetValue(name, out RowColumn? column)
        ? column
        : throw new ArgumentException(UnknownColumn.Message(dataset.Address, name, Columns.Select(c => c.Schema.Name)), nameof(name));

    /// <summary>Reads one column of one row: short for <c>Column&lt;T&gt;(column).Read(row, destination)</c>.</summary>
    /// <inheritdoc cref="RowColumn{T}.Read(int, Span{T})"/>
    public int Read<T>(int row, string column, Span<T> destination) where T : unmanaged => Column<T>(column).Read(row, destination);

    /// <summary>Reads one column of one row into memory of its own: short for <c>Column&lt;T&gt;(column).Read(row)</c>.</summary>
    /// <inheritdoc cref="RowColumn{T}.Read(int)"/>
    public RowValues<T>? Read<T>(int row, string column) where T : unmanaged => Column<T>(column).Read(row);

    /// <summary>Reads all columns of one row, as a batch of one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ShardCorruptException">The row's bytes are damaged, cut or missing.</exception>
    public RowBatch ReadRow(int row)
    {
        RequireRow(row);
        return new RowBatch(Columns.Select(c => c.Take([row], BatchMemory.Own)));
    }

    /// <summary>Reads many rows, all columns, in the order given. Reads are sorted by place, joined where they lie close, and done in
    /// parallel, a batch ahead.</summary>
    /// <param name="rows">Rows of this reader, in any order; one may stand there twice.</param>
    /// <param name="batchRows">Rows of a batch, at most: it is cut before the values of its heavy columns take more than 64 MiB, and has
    /// one row at least. Two batches are in memory at once, beside the one that was given out.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ShardCorruptException">A row's bytes are damaged, cut or missing.</exception>
    public async IAsyncEnumerable<RowBatch> ReadAsync(IEnumerable<int> rows, int batchRows = 64,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchRows);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<RowBatch>? ahead = null;
        try
        {
            foreach (int[] chunk in Cut(rows, batchRows))
            {
                Task<RowBatch> next = Task.Run(() => ReadBatchAsync(chunk, BatchMemory.Own, ended.Token), cancellationToken);
                Task<RowBatch>? ready = ahead;
                ahead = next;
                if (ready is not null)
                    yield return await ready.ConfigureAwait(false);
            }
            if (ahead is not null)
                yield return await ahead.ConfigureAwait(false);
        }
        finally
        {
            // Whoever stops early leaves a batch under way: it must not outlive this call.
            await ended.CancelAsync().ConfigureAwait(false);
            if (ahead is not null)
                await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads all rows, all columns, in order.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public IAsyncEnumerable<RowBatch> ReadAllAsync(int batchRows = 64, CancellationToken cancellationToken = default) =>
        ReadAsync(Enumerable.Range(0, Count), batchRows, cancellationToken);

    /// <summary>Reads and decodes every heavy column of a row, and keeps nothing: what a validator asks.</summary>
    /// <exception cref="ShardCorruptException">A piece does not match its CRC-32C, does not decode, or is not there.</exception>
    /// <exception cref="InvalidOperationException">The dataset is read without its index, which has the checksums.</exception>
    public void Verify(int row)
    {
        RequireRow(row);
        if (dataset.IsWithoutIndex)
            throw new InvalidOperationException(
                $"Dataset '{dataset.Address}' is read without its index, which has the checksums: 'pile index rebuild' makes it again.");
        foreach (HeavyColumn column in heavy)
            column.Verify(row);
    }

    /// <summary>Reads some rows at once, all columns, in the order given.</summary>
    internal Task<RowBatch> ReadBatchAsync(ReadOnlyMemory<int> rows, BatchMemory memory, CancellationToken cancellationToken) =>
        new BatchRead(Columns, rows, memory, shards, dataset.Options.Threads).RunAsync(cancellationToken);

    /// <summary>Begins to read the shards of all rows before they are read in order from a disk.</summary>
    /// <returns>Null where that would not help: rows that lie scattered, or in a store.</returns>
    /// <inheritdoc cref="OrderedReadAhead(RowRuns, ShardFiles, int, int, int?)" path="/param"/>
    internal ReadAhead? BeginReadAhead(int epoch, int row, int? epochs) =>
        shards.Traits.IsLocal && runs.Value is { } found ? new OrderedReadAhead(found, shards, epoch, row, epochs) : null;

    /// <summary>Begins to read the shards of some rows, and then of others, before they are read from a disk.</summary>
    /// <returns>Null where rows lie in a store.</returns>
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
            throw new ArgumentOutOfRangeException(nameof(row), row, $"{Count} rows are open, counted from 0.");
    }
}
