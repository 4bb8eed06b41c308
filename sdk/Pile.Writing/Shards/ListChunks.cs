using System.Buffers;
using Pile.Codecs;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Writing.Shards;

/// <summary>Writes the padded rows of a list as compressed chunks of whole rows, because padding and repeated texts take most of their
/// space.</summary>
internal static class ListChunks
{
    // Larger chunks compress hardly better, and are decoded as a whole.
    private const int ChunkBytes = 128 << 10, LeastBytes = 16 << 10, ChunksPerWorker = 4;

    /// <summary>The codec of the chunks.</summary>
    internal const PieceCodec Codec = PieceCodec.Deflate;

    /// <summary>Returns the rows of a chunk; 0 for lists that are too small to be compressed.</summary>
    /// <param name="rowCount">The number of rows of the shard.</param>
    /// <param name="rowBytes">The size of a padded row.</param>
    internal static int RowsOf(int rowCount, int rowBytes) =>
        (long)rowCount * rowBytes < LeastBytes ? 0 : Math.Clamp(ChunkBytes / rowBytes, 1, rowCount);

    /// <summary>Encodes on several threads, and writes in order.</summary>
    internal static void Write(Hdf5DatasetWriter dataset, ColumnBuffer rows, int rowBytes, int chunkRows, int workers,
        CancellationToken cancellationToken)
    {
        int chunkBytes = checked(chunkRows * rowBytes), chunks = (rows.RowCount + chunkRows - 1) / chunkRows;
        int maxStored = PieceEncoder.MaxStoredBytes(Codec, chunkBytes);
        // New buffers for each list would be large objects, which wait for a full collection.
        (byte[] Stored, int Bytes)[] encoded = [.. Enumerable.Range(0, Math.Min(chunks, workers * ChunksPerWorker))
            .Select(_ => (ArrayPool<byte>.Shared.Rent(maxStored), 0))];
        PieceEncoders encoders = new();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        for (int first = 0; first < chunks; first += encoded.Length)
        {
            int from = first, count = Math.Min(encoded.Length, chunks - first);
            Parallel.For(0, count, parallel, () => ArrayPool<byte>.Shared.Rent(chunkBytes), (i, _, rented) =>
            {
                Span<byte> padded = rented.AsSpan(0, chunkBytes);
                int row = (from + i) * chunkRows, some = Math.Min(chunkRows, rows.RowCount - row);
                rows.Stored(row, some, padded[..(some * rowBytes)]);
                padded[(some * rowBytes)..].Clear(); // the rows of the last chunk that do not exist
                PieceEncoder encoder = encoders.Rent();
                encoded[i].Bytes = encoder.Encode(Codec, padded, dataset.ElementBytes, encoded[i].Stored);
                encoders.Return(encoder);
                return rented;
            }, static rented => ArrayPool<byte>.Shared.Return(rented));
            for (int i = 0; i < count; i++)
                dataset.WriteChunk([(long)(first + i) * chunkRows, 0], encoded[i].Stored.AsSpan(0, encoded[i].Bytes));
        }
        foreach ((byte[] stored, _) in encoded)
            ArrayPool<byte>.Shared.Return(stored);
    }
}
