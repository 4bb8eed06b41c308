using System.Collections.Immutable;
using System.Numerics.Tensors;
using Pile.Format;

namespace Pile.Streaming;

/// <summary>Some rows, column by column, ready for computing: contiguous, with the schema's shapes. Its memory is lent: what it gave is
/// valid until it is disposed.</summary>
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

    /// <summary>Rows of this batch.</summary>
    public int RowCount => Rows.Length;

    /// <summary>The numbers of the rows in the source.</summary>
    public ReadOnlyMemory<long> Rows { get; }

    /// <summary>Where the stream stands when all workers have done with this step: what is saved to go on from here.</summary>
    public StreamState State { get; }

    /// <summary>The columns.</summary>
    public ImmutableArray<ColumnSchema> Columns => [.. unit.Columns.Select(c => c.Schema)];

    /// <summary>The values of a column, rows × shape, row-major; rows without a value are zero, see <see cref="IsNull"/>.</summary>
    /// <exception cref="ArgumentException">There is no such column, it is of another type, or its rows differ in shape: see
    /// <see cref="Padded{T}"/>.</exception>
    public ReadOnlyMemory<T> Values<T>(string column) where T : unmanaged
    {
        ColumnData<T> data = Data<T>(column);
        return data.Schema.IsRagged
            ? throw new ArgumentException($"The rows of column '{column}' differ in shape: ask for them padded.", nameof(column))
            : data.Values.Slice(first * data.Schema.ElementsPerRow, RowCount * data.Schema.ElementsPerRow);
    }

    /// <summary>The same as a tensor of shape [rows, …].</summary>
    /// <inheritdoc cref="Values{T}" path="/exception"/>
    public ReadOnlyTensorSpan<T> Tensor<T>(string column) where T : unmanaged => Unit(column).Schema.IsRagged
        ? Padded<T>(column)
        : new ReadOnlyTensorSpan<T>(Values<T>(column).Span, [RowCount, .. Unit(column).Schema.Shape.Select(n => (nint)n)]);

    /// <summary>A column whose rows differ in shape as one tensor: every row in the corner of a box that holds the largest of this batch,
    /// the rest zero. See <see cref="ShapeOf"/> for what is real.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it is of another type.</exception>
    public ReadOnlyTensorSpan<T> Padded<T>(string column) where T : unmanaged
    {
        ColumnData<T> data = Data<T>(column);
        if (!padded.TryGetValue(column, out object? found))
            padded[column] = found = RaggedBox.Fill(data, first, RowCount, memory);
        (Memory<T> values, nint[] lengths) = ((Memory<T>, nint[]))found;
        return new ReadOnlyTensorSpan<T>(values.Span, lengths);
    }

    /// <summary>The true shape of a row of a column.</summary>
    public ReadOnlySpan<int> ShapeOf(string column, int row) => Unit(column).ShapeOf(first + RequireRow(row));

    /// <summary>The values of one row, without padding.</summary>
    public ReadOnlySpan<T> Row<T>(string column, int row) where T : unmanaged => Data<T>(column).Row(first + RequireRow(row));

    /// <summary>One text of a row.</summary>
    public string Text(string column, int row, int element = 0) => Unit(column) is TextColumnData text
        ? text.Text(first + RequireRow(row), element)
        : throw new ArgumentException($"Column '{column}' is {Unit(column).Schema.DType.Name()}; it was asked for as text.",
            nameof(column));

    /// <summary>True when a row has no value in a column.</summary>
    public bool IsNull(string column, int row) => Unit(column).IsNullAt(first + RequireRow(row));

    /// <summary>Gives the memory back.</summary>
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
            $"Column '{column}' is {unit[column].Schema.DType.Name()}; it was asked for as {DTypes.Of<T>().Name()}.", nameof(column));

    private int RequireRow(int row) => (uint)row < (uint)RowCount ? row
        : throw new ArgumentOutOfRangeException(nameof(row), row, $"The batch has {RowCount} rows, counted from 0.");
}
