using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of numbers or booleans.</summary>
/// <typeparam name="T">The element type, that of the schema's dtype.</typeparam>
public abstract class RowColumn<T> : RowColumn where T : unmanaged
{
    private protected RowColumn(ColumnSchema schema) : base(schema) { }

    /// <summary>Elements of one row; of a heavy column no more than its bytes in the shard can hold, so that an array of so many may be
    /// made.</summary>
    /// <exception cref="ShardCorruptException">The row's shape and where the index says its bytes lie contradict each other.</exception>
    public abstract int ElementsOf(int row);

    /// <summary>Reads one row, without allocating.</summary>
    /// <param name="row">The row, in the reader's order.</param>
    /// <param name="destination">Receives the elements, row-major; as long as <see cref="ElementsOf"/> or longer, the rest untouched; its
    /// content is undefined after an error.</param>
    /// <returns>How many elements there are; -1 when the row has no value, and then the destination is untouched.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ShardCorruptException">The row's bytes are damaged, cut or missing; shard, column and row are named.</exception>
    public abstract int Read(int row, Span<T> destination);

    /// <summary>Reads one row into memory of its own.</summary>
    /// <returns>The values with their shape; null when the row has none.</returns>
    /// <exception cref="ShardCorruptException">The row's bytes are damaged, cut or missing; shard, column and row are named.</exception>
    public RowValues<T>? Read(int row)
    {
        if (IsNull(row))
            return null;
        T[] values = GC.AllocateUninitializedArray<T>(ElementsOf(row));
        Read(row, values);
        return new RowValues<T>(values, [.. ShapeOf(row)]);
    }

    /// <summary>Reads a box of one row: a window of an image, one band, one channel of a cube. Only the bytes that hold it are fetched
    /// where they are stored as they are, else the pieces that it touches.</summary>
    /// <param name="row">The row, in the reader's order.</param>
    /// <param name="start">The first element on every axis, from 0.</param>
    /// <param name="count">How many elements on every axis.</param>
    /// <param name="destination">Receives the elements, row-major; as long as their number or longer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many elements there are, -1 when the row has no value; and whether all bytes were verified, which a part of a piece
    /// cannot be.</returns>
    /// <exception cref="ArgumentException">The box does not fit the row, or not into the destination.</exception>
    /// <exception cref="ShardCorruptException">The row's bytes are damaged, cut or missing; shard, column and row are named.</exception>
    public async ValueTask<WindowResult> ReadWindowAsync(int row, IReadOnlyList<int> start, IReadOnlyList<int> count, Memory<T> destination,
        CancellationToken cancellationToken = default)
    {
        if (IsNull(row))
            return new WindowResult(-1, true);
        Window window = new(Schema.Name, ShapeOf(row), [.. start], [.. count]);
        if (destination.Length < window.Elements)
            throw new ArgumentException($"The window has {window.Elements} elements; the destination takes {destination.Length}.",
                nameof(destination));
        bool isVerified = await ReadWindowAsync(row, window, destination[..window.Elements], cancellationToken).ConfigureAwait(false);
        return new WindowResult(window.Elements, isVerified);
    }

    internal abstract ValueTask<bool> ReadWindowAsync(int row, Window window, Memory<T> destination, CancellationToken cancellationToken);

    private protected Span<T> Fit(int row, Span<T> destination)
    {
        int elements = ElementsOf(row);
        return destination.Length >= elements
            ? destination[..elements]
            : throw new ArgumentException(
                $"Column '{Schema.Name}', row {row} has {elements} elements; the destination takes {destination.Length}.",
                nameof(destination));
    }
}
