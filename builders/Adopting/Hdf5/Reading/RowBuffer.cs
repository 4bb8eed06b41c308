using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Reads the rows of a dataset in order, each chunk once.</summary>
internal sealed class RowBuffer(ForeignDataset dataset)
{
    private byte[] bytes = [];
    private long firstRow, endRow;

    /// <summary>The dataset.</summary>
    internal ForeignDataset Dataset => dataset;

    /// <summary>The number of rows of a chunk.</summary>
    internal long RowsPerChunk { get; } = dataset.ChunkShape.Count is 0 ? 1 : dataset.ChunkShape[0];

    /// <summary>Returns rows as stored, valid until the next call.</summary>
    /// <param name="first">The first row: that of the last call, or a later one.</param>
    /// <param name="count">The number of rows.</param>
    /// <exception cref="Hdf5Exception">The values are corrupt, or a chunk does not fit in memory.</exception>
    internal Span<byte> Read(long first, int count)
    {
        int rowBytes = dataset.RowBytes <= Array.MaxLength ? (int)dataset.RowBytes : throw TooLarge();
        if (first < firstRow || first + count > endRow)
            Fill(first, count, rowBytes);
        return bytes.AsSpan((int)((first - firstRow) * rowBytes), count * rowBytes);
    }

    /// <summary>Keeps the rows that are already read, and reads up to the end of the last chunk that is needed.</summary>
    private void Fill(long first, int count, int rowBytes)
    {
        // Memory for the rest of a chunk is allocated only if the chunk is stored, not for its declared size.
        long last = first + count - 1;
        long end = Math.Min(dataset.RowCount, ((last / RowsPerChunk) + 1) * RowsPerChunk);
        if (end - first > count && (dataset.Pieces(last, 1).IsEmpty || (Int128)(end - first) * rowBytes > Array.MaxLength))
            end = first + count;
        long needed = (long)Int128.Min((Int128)(end - first) * rowBytes, long.MaxValue);
        if (needed > Array.MaxLength)
            throw TooLarge();
        RequireStored(first, end);
        byte[] next = bytes.Length >= needed && first >= endRow ? bytes : GC.AllocateUninitializedArray<byte>((int)needed);
        long kept = first >= firstRow && first < endRow ? endRow - first : 0;
        if (kept > 0)
            bytes.AsSpan((int)((first - firstRow) * rowBytes), (int)(kept * rowBytes)).CopyTo(next);
        dataset.ReadStored(first + kept, end - first - kept, next.AsSpan((int)(kept * rowBytes), (int)((end - first - kept) * rowBytes)));
        (bytes, firstRow, endRow) = (next, first, end);
    }

    /// <summary>Rejects rows whose declared size the stored chunks cannot have, before memory is allocated for them.</summary>
    private void RequireStored(long first, long end)
    {
        if (dataset.Storage is not ForeignStorage.Chunked)
            return;
        foreach (ForeignPiece piece in dataset.Pieces(first, end - first).Span)
            if (!ChunkDecoder.CanHave(dataset.FilterSpan, piece.StoredBytes, dataset.ChunkBytes))
                throw dataset.Invalid($"the chunk at byte {piece.Offset} has {piece.StoredBytes} bytes, which cannot be decoded to "
                    + $"{dataset.ChunkBytes} bytes");
    }

    private Hdf5Exception TooLarge() => dataset.Invalid("its rows or chunks do not fit in memory");
}
