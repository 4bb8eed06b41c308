using Pile.Codecs;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Computes the checksums of pieces of a file. Chunks are decoded, too, so that a checksum is never that of damaged bytes. Not
/// thread-safe.</summary>
internal sealed class PieceChecksums(ForeignFile file)
{
    private byte[] stored = [], decoded = [];

    /// <summary>Returns the CRC-32C of bytes of the file.</summary>
    /// <exception cref="Hdf5Exception">The file ends before them.</exception>
    internal uint Of(long offset, int bytes) => Crc32C.Compute(Read(offset, bytes));

    /// <summary>Returns the CRC-32C of a chunk.</summary>
    /// <param name="dataset">The dataset of the chunk.</param>
    /// <param name="piece">The chunk, which filters have written.</param>
    /// <param name="damage">What is wrong with its bytes; null if they can be decoded and have the checksums that they state.</param>
    /// <exception cref="Hdf5Exception">The file ends before the end of the chunk.</exception>
    internal uint Of(ForeignDataset dataset, ForeignPiece piece, out string? damage)
    {
        Span<byte> chunk = Read(piece.Offset, checked((int)piece.StoredBytes));
        damage = null;
        try
        {
            if (dataset.ChunkBytes > Array.MaxLength || !ChunkDecoder.CanHave(dataset.FilterSpan, chunk.Length, dataset.ChunkBytes))
                throw new CodecException($"{chunk.Length} bytes cannot be decoded to {dataset.ChunkBytes} bytes");
            file.Decoder.Decode(dataset.FilterSpan, piece.SkippedFilters, chunk, Grow(ref decoded, (int)dataset.ChunkBytes));
        }
        catch (CodecException e)
        {
            damage = $"'{dataset.Path}', chunk at byte {piece.Offset}: {e.Message}";
        }
        return Crc32C.Compute(chunk);
    }

    private Span<byte> Read(long offset, int bytes)
    {
        file.Bytes.Check(offset - file.Bytes.BaseOffset, bytes, "values", null);
        Span<byte> piece = Grow(ref stored, bytes);
        file.Bytes.Fill(offset - file.Bytes.BaseOffset, piece);
        return piece;
    }

    private static Span<byte> Grow(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes)
            buffer = GC.AllocateUninitializedArray<byte>(bytes);
        return buffer.AsSpan(0, bytes);
    }
}
