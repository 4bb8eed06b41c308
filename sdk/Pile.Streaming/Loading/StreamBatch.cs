using System.Collections.Immutable;
using System.Numerics.Tensors;
using Pile.Format;

namespace Pile.Streaming;

/// <summary>A batch of rows as contiguous columns with the schema's shapes. Its memory is reused: values are valid until it is
/// disposed.</summary>
public sealed class StreamBatch : IDisposable
{
    private readonly RowBatch unit;
    private readonly int first;
    private readonly PooledMemory memory;
    private readonly Dictionary<string, object> padded = new(StringComparer.Ordinal);
    private int isDisposed;

    internal StreamBatch(RowBatch unit, int first, ReadOnlyMemory<long> rows, PooledMemory memory, StreamState state)
    {
        (this.unit, this.first, Rows, this.memory, State) = (unit, first, rows, memory, state);
        memory.Use();
    }

    /// <summary>The number of rows.</summary>
    public int RowCount => Rows.Length;

    /// <summary>The numbers of the rows in the source.</summary>
    public ReadOnlyMemory<long> Rows { get; }

    /// <summary>The state of the stream after all workers have completed this step; save it to resume from here.</summary>
    public StreamState State { get; }

    /// <summary>The columns.</summary>
    public ImmutableArray<ColumnSchema> Columns => [.. unit.Columns.Select(c => c.Schema)];

    /// <summary>Returns the values of a column, rows × shape, row-major; rows without a value are zero, see <see cref="IsNull"/>.</summary>
    /// <exception cref="ArgumentException">There is no such column, it has another type, or its rows differ in shape; use
    /// <see cref="Padded{T}"/> for those.</exception>
    public ReadOnlyMemory<T> Values<T>(string column) where T : unmanaged
    {
        ColumnData<T> data = Data<T>(column);
        return data.Schema.IsRagged
            ? throw new ArgumentException($"The rows of column '{column}' differ in shape: use StreamBatch.Padded.", nameof(column))
            : data.Values.Slice(first * data.Schema.ElementsPerRow, RowCount * data.Schema.ElementsPerRow);
    }

    /// <summary>Returns the values of a column as a tensor of shape [rows, …]; if its rows differ in shape, that of
    /// <see cref="Padded{T}"/>.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it has another type.</exception>
    public ReadOnlyTensorSpan<T> Tensor<T>(string column) where T : unmanaged => Unit(column).Schema.IsRagged
        ? Padded<T>(column)
        : new ReadOnlyTensorSpan<T>(Values<T>(column).Span, [RowCount, .. Unit(column).Schema.Shape.Select(n => (nint)n)]);

    /// <summary>Returns a column whose rows differ in shape as one tensor. Every row is in the corner of a box as large as the largest row
    /// of the batch; the rest is zero. <see cref="ShapeOf"/> returns the actual shapes. Other columns are returned as they
    /// are.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it has another type.</exception>
    public ReadOnlyTensorSpan<T> Padded<T>(string column) where T : unmanaged
    {
        ColumnData<T> data = Data<T>(column);
        if (!data.Schema.IsRagged)
            return Tensor<T>(column);
        if (!padded.TryGetValue(column, out object? found))
            padded[column] = found = RaggedBox.Fill(data, first, RowCount, memory);
        (Memory<T> values, nint[] lengths) = ((Memory<T>, nint[]))found;
        return new ReadOnlyTensorSpan<T>(values.Span, lengths);
    }

    /// <summary>Returns the actual shape of a row of a column.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<int> ShapeOf(string column, int row) => Unit(column).ShapeOf(first + RequireRow(row));

    /// <summary>Returns the values of one row, without padding.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it has another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<T> Row<T>(string column, int row) where T : unmanaged => Data<T>(column).Row(first + RequireRow(row));

    /// <summary>Returns one text of a row.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it is not text.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, or the row has no such text.</exception>
    public string Text(string column, int row, int element = 0) => Unit(column) is TextColumnData text
        ? text.Text(first + RequireRow(row), element)
        : throw new ArgumentException($"Column '{column}' is {Unit(column).Schema.DType.Name()}; it was requested as text.",
            nameof(column));

    /// <summary>Returns whether a row has no value in a column.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public bool IsNull(string column, int row) => Unit(column).IsNullAt(first + RequireRow(row));

    /// <summary>Returns the memory to the loader.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 0)
            memory.Leave();
    }

    private ColumnData Unit(string column)
    {
        ObjectDisposedException.ThrowIf(isDisposed != 0, this);
        return unit[column];
    }

    private ColumnData<T> Data<T>(string column) where T : unmanaged => Unit(column) as ColumnData<T>
        ?? throw new ArgumentException(
            $"Column '{column}' is {unit[column].Schema.DType.Name()}; it was requested as {DTypes.Of<T>().Name()}.", nameof(column));

    private int RequireRow(int row) => (uint)row < (uint)RowCount ? row
        : throw new ArgumentOutOfRangeException(nameof(row), row, $"The batch has {RowCount} rows, counted from 0.");
}
