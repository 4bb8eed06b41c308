using Pile.Codecs;

namespace Pile.Hdf5;

/// <summary>Reads rows of a dataset whose chunks are whole rows: compressed lists of a light column. Thread-safe.</summary>
internal sealed class RowChunks(Hdf5Dataset dataset, FileBytes file, Hdf5Piece[] pieces)
{
    private readonly Lock reading = new();
    private byte[] decoded = [];
    private int decodedChunk = -1; // rows are read a few at a time, and a chunk has many

    /// <summary>Reads rows as they would be stored contiguously.</summary>
    /// <exception cref="Hdf5Exception">A chunk is corrupt.</exception>
    internal void Read(long firstRow, long rowCount, Span<byte> destination)
    {
        long chunkRows = dataset.ChunkShape[0];
        int rowBytes = (int)dataset.RowBytes;
        lock (reading)
            for (long row = firstRow; row < firstRow + rowCount;)
            {
                int chunk = (int)(row / chunkRows), from = (int)(row % chunkRows);
                int count = (int)Math.Min(chunkRows - from, firstRow + rowCount - row);
                Decode(chunk);
                decoded.AsSpan(from * rowBytes, count * rowBytes).CopyTo(destination[(int)((row - firstRow) * rowBytes)..]);
                row += count;
            }
    }

    private void Decode(int chunk)
    {
        if (chunk == decodedChunk)
            return;
        decodedChunk = -1;
        if (decoded.Length == 0)
            decoded = new byte[dataset.ChunkBytes];
        byte[] stored = new byte[pieces[chunk].StoredBytes];
        file.Fill(pieces[chunk].Offset, stored);
        try
        {
            using PieceDecoder decoder = new();
            decoder.Decode(dataset.Codec, stored, dataset.Type.StoredBytes, decoded);
        }
        catch (CodecException e)
        {
            throw dataset.Invalid($"its chunk of the rows from {chunk * dataset.ChunkShape[0]} cannot be decoded: {e.Message}");
        }
        decodedChunk = chunk;
    }
}
