using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of numbers or booleans that is read from the shards.</summary>
internal sealed class HeavyRowColumn<T>(ColumnSchema schema, HeavyColumn column) : RowColumn<T>(schema, column.RowCount)
    where T : unmanaged
{
    public override bool IsNull(int row) => column.IsNull(RequireRow(row));

    public override bool IsVerified(int row) => column.IsVerified(RequireRow(row));

    public override ReadOnlySpan<int> ShapeOf(int row) => column.ShapeOf(RequireRow(row));

    public override int ElementsOf(int row) => column.ElementsOf(RequireRow(row));

    public override int Read(int row, Span<T> destination)
    {
        if (IsNull(row))
            return -1;
        Span<T> values = Fit(row, destination);
        column.Read(row, MemoryMarshal.AsBytes(values));
        return values.Length;
    }

    internal override async ValueTask<bool> ReadWindowAsync(int row, Window window, Memory<T> destination,
        CancellationToken cancellationToken)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(window.Elements * Unsafe.SizeOf<T>());
        try
        {
            Memory<byte> read = bytes.AsMemory(0, window.Elements * Unsafe.SizeOf<T>());
            bool isVerified = await column.ReadWindowAsync(row, window, read, cancellationToken).ConfigureAwait(false);
            read.Span.CopyTo(MemoryMarshal.AsBytes(destination.Span));
            return isVerified;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    internal override long BatchBytesOf(int row) => column.DeclaredElementsOf(row) * Unsafe.SizeOf<T>();

    internal override HeavyBatch Batch(ReadOnlyMemory<int> rows, BatchMemory memory) => new HeavyBatch<T>(Schema, column, rows, memory);

    internal override ColumnData Take(ReadOnlySpan<int> rows, BatchMemory memory)
    {
        HeavyBatch batch = Batch(rows.ToArray(), memory);
        for (int i = 0; i < rows.Length; i++)
            if (!column.IsNull(rows[i]))
                column.Read(rows[i], batch.BytesOf(i));
        return batch.Finish();
    }
}
