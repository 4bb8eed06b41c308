using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>Pads a row to a chunk of the size of the shard's longest row.</summary>
internal static class RowPadding
{
    /// <summary>Pads one row.</summary>
    /// <param name="column">The column, with its padding.</param>
    /// <param name="row">The row's elements.</param>
    /// <param name="shape">The row's shape.</param>
    /// <param name="chunkShape">The chunk's shape, at least as long on every axis.</param>
    /// <param name="chunk">Receives all of the chunk's elements.</param>
    internal static void Pad(ColumnSchema column, ReadOnlySpan<byte> row, ReadOnlySpan<int> shape, ReadOnlySpan<int> chunkShape,
        Span<byte> chunk)
    {
        int elementBytes = column.DType.ElementBytes();
        if (!column.Padding.IsEdge)
            ElementConversion.Fill(column.DType, column.Padding.Value, chunk);
        else if (row.IsEmpty)
            chunk.Clear();
        else
            Repeat(row[^elementBytes..], chunk);
        Place(row, shape, chunkShape, chunk);
    }

    private static void Place(ReadOnlySpan<byte> row, ReadOnlySpan<int> shape, ReadOnlySpan<int> chunkShape, Span<byte> chunk)
    {
        if (row.IsEmpty)
            return;
        if (shape.Length == 1)
        {
            row.CopyTo(chunk);
            return;
        }
        int rowStride = row.Length / shape[0], chunkStride = chunk.Length / chunkShape[0];
        for (int i = 0; i < shape[0]; i++)
            Place(row.Slice(i * rowStride, rowStride), shape[1..], chunkShape[1..], chunk.Slice(i * chunkStride, chunkStride));
    }

    private static void Repeat(ReadOnlySpan<byte> element, Span<byte> destination)
    {
        for (int at = 0; at < destination.Length; at += element.Length)
            element.CopyTo(destination[at..]);
    }
}
