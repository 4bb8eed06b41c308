using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of numbers or booleans.</summary>
/// <typeparam name="T">The element type, that of the schema's dtype.</typeparam>
public abstract class RowColumn<T> : RowColumn where T : unmanaged
{
    private const int MaxWholeBytes = 1 << 20;

    private protected RowColumn(ColumnSchema schema, int rowCount) : base(schema, rowCount) { }

    /// <summary>Returns the number of elements of a row. For a heavy column it is checked against the stored bytes, so that it is safe to
    /// allocate from.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ShardCorruptException">The row's shape contradicts the location of its bytes in the index.</exception>
    public abstract int ElementsOf(int row);

    /// <summary>Reads one row without allocating.</summary>
    /// <param name="row">The row, in the reader's order.</param>
    /// <param name="destination">Receives the elements, row-major. Its length must be at least <see cref="ElementsOf"/>; further elements
    /// are not changed. Its content is undefined after an error.</param>
    /// <returns>The number of elements; -1 if the row has no value, in which case the destination is not changed.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ShardCorruptException">The row's bytes are damaged, truncated or missing; the message names shard, column and
    /// row.</exception>
    public abstract int Read(int row, Span<T> destination);

    /// <summary>Reads one row into a new array.</summary>
    /// <returns>The values with their shape; null if the row has no value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ShardCorruptException">The row's bytes are damaged, truncated or missing; the message names shard, column and
    /// row.</exception>
    public RowValues<T>? Read(int row)
    {
        if (IsNull(row))
            return null;
        T[] values = GC.AllocateUninitializedArray<T>(ElementsOf(row));
        Read(row, values);
        return new RowValues<T>(values, [.. ShapeOf(row)]);
    }

    /// <summary>Reads a window of one row: a part of an image, one band, one channel of a cube.</summary>
    /// <remarks>Of uncompressed pieces only the bytes of the window are read, and gaps that cost less than another read; other pieces that
    /// overlap the window are read completely.</remarks>
    /// <param name="row">The row, in the reader's order.</param>
    /// <param name="start">The first element on every axis, from 0.</param>
    /// <param name="count">The number of elements on every axis.</param>
    /// <param name="destination">Receives the elements, row-major; must be at least as long as the window.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The number of elements, -1 if the row has no value; and whether all bytes were verified, which is false if only a part of a
    /// piece was read.</returns>
    /// <exception cref="ArgumentException">The window does not fit the row or the destination.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ShardCorruptException">The row's bytes are damaged, truncated or missing; the message names shard, column and
    /// row.</exception>
    public async ValueTask<WindowResult> ReadWindowAsync(int row, IReadOnlyList<int> start, IReadOnlyList<int> count, Memory<T> destination,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(count);
        cancellationToken.ThrowIfCancellationRequested();
        if (IsNull(row))
            return new WindowResult(-1, true);
        Window window = new(Schema.Name, ShapeOf(row), [.. start], [.. count]);
        if (destination.Length < window.Elements)
            throw new ArgumentException($"The window has {window.Elements} elements; the destination has {destination.Length}.",
                nameof(destination));
        bool isVerified = await ReadWindowAsync(row, window, destination[..window.Elements], cancellationToken).ConfigureAwait(false);
        return new WindowResult(window.Elements, isVerified);
    }

    // Checksums are those of whole pieces, so that a small value is read as a whole.
    internal override async ValueTask<(ColumnData Part, bool IsVerified)> TakeWindowAsync(int row, int[] start, int[] count,
        CancellationToken cancellationToken)
    {
        Window window = new(Schema.Name, ShapeOf(row), start, count);
        T[] values = new T[window.Elements];
        bool isVerified = true;
        if (IsVerified(row) && (long)ElementsOf(row) * Unsafe.SizeOf<T>() <= MaxWholeBytes)
            Cut(row, window, values);
        else
            isVerified = await ReadWindowAsync(row, window, values, cancellationToken).ConfigureAwait(false);
        return (new ColumnData<T>(Schema with { Shape = [.. start.Select(_ => ColumnSchema.Ragged)] }, values, count), isVerified);
    }

    internal abstract ValueTask<bool> ReadWindowAsync(int row, Window window, Memory<T> destination, CancellationToken cancellationToken);

    private void Cut(int row, Window window, Span<T> destination)
    {
        T[] all = new T[ElementsOf(row)];
        Read(row, all);
        foreach ((int from, int length) in window.Runs())
        {
            all.AsSpan(from, length).CopyTo(destination);
            destination = destination[length..];
        }
    }

    private protected Span<T> Fit(int row, Span<T> destination)
    {
        int elements = ElementsOf(row);
        return destination.Length >= elements
            ? destination[..elements]
            : throw new ArgumentException(
                $"Column '{Schema.Name}', row {row} has {elements} elements; the destination has {destination.Length}.",
                nameof(destination));
    }
}
