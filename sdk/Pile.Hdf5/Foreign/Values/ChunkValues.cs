using Pile.Codecs;

namespace Pile.Hdf5;

/// <summary>Reads rows of a chunked dataset, as stored.</summary>
internal static class ChunkValues
{
    /// <summary>Reads rows.</summary>
    /// <param name="dataset">The dataset; its filters are supported.</param>
    /// <param name="decoder">Decodes the chunks.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="destination">Receives the elements; elements of chunks that were never written have the fill value.</param>
    /// <exception cref="Hdf5Exception">A chunk is corrupt.</exception>
    internal static void Read(ForeignDataset dataset, ChunkDecoder decoder, long firstRow, long rowCount, Span<byte> destination)
    {
        ReadOnlySpan<ForeignPiece> pieces = dataset.Pieces(firstRow, rowCount).Span;
        if (pieces.Length < dataset.CountChunks(firstRow, rowCount))
            dataset.Fill(destination);
        int rank = dataset.Shape.Count;
        Span<long> first = stackalloc long[rank], shape = stackalloc long[rank], chunkShape = stackalloc long[rank];
        bool hasWholeRows = true;
        for (int axis = 0; axis < rank; axis++)
        {
            (shape[axis], chunkShape[axis]) = (axis is 0 ? rowCount : dataset.Shape[axis], dataset.ChunkShape[axis]);
            hasWholeRows &= axis is 0 || shape[axis] == chunkShape[axis];
        }
        byte[] chunk = [];
        foreach (ForeignPiece piece in pieces)
        {
            dataset.FirstElement(piece, first);
            if (hasWholeRows && first[0] >= firstRow && first[0] + chunkShape[0] <= firstRow + rowCount)
            {
                int start = (int)((first[0] - firstRow) * dataset.RowBytes);
                Decode(dataset, decoder, piece, destination.Slice(start, (int)dataset.ChunkBytes));
                continue;
            }
            if (chunk.Length is 0)
                chunk = Allocate(dataset, piece);
            Decode(dataset, decoder, piece, chunk);
            SlabCopy.Copy(chunk, first, chunkShape, destination, firstRow, shape, dataset.Type.Bytes);
        }
    }

    private static byte[] Allocate(ForeignDataset dataset, ForeignPiece piece) =>
        dataset.ChunkBytes <= Array.MaxLength && ChunkDecoder.CanHave(dataset.FilterSpan, piece.StoredBytes, dataset.ChunkBytes)
            ? GC.AllocateUninitializedArray<byte>((int)dataset.ChunkBytes)
            : throw dataset.Invalid($"the chunk at byte {piece.Offset} has {piece.StoredBytes} bytes, which cannot be decoded to "
                + $"{dataset.ChunkBytes} bytes");

    private static void Decode(ForeignDataset dataset, ChunkDecoder decoder, ForeignPiece piece, Span<byte> destination)
    {
        ForeignBytes file = dataset.File;
        if (dataset.Filters.Count is 0)
        {
            file.Fill(piece.Offset - file.BaseOffset, destination);
            return;
        }
        Span<byte> stored = decoder.StoredBuffer(piece.StoredBytes <= Array.MaxLength ? (int)piece.StoredBytes
            : throw dataset.Invalid($"the chunk at byte {piece.Offset} of {piece.StoredBytes} bytes does not fit in memory"));
        file.Fill(piece.Offset - file.BaseOffset, stored);
        try
        {
            decoder.Decode(dataset.FilterSpan, piece.SkippedFilters, stored, destination);
        }
        catch (CodecException e)
        {
            throw new Hdf5Exception(file.Path, dataset.Path, $"chunk at byte {piece.Offset}: {e.Message}", e);
        }
    }
}
