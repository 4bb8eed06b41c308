using Pile.Format;

namespace Pile.Codecs;

/// <summary>Encodes pieces. Not thread-safe; reuse it, because it keeps its buffers.</summary>
/// <param name="level">libdeflate's level, 0 to 12. Level 1 writes float images at 260 MB/s to 0.33 of their size; level 4 at 170 MB/s to
/// 0.31.</param>
internal sealed class PieceEncoder(int level = 1) : IDisposable
{
    private const int SmallestPlaneBytes = 2048, SliceBytes = 256, MinSlices = 4, MaxSlices = 16;

    private readonly ZlibCompressor compressor = new(level);
    private byte[] shuffled = [];

    /// <summary>Returns the maximum stored size of a piece.</summary>
    public static int MaxStoredBytes(PieceCodec codec, int rawBytes) =>
        codec is PieceCodec.Deflate or PieceCodec.ShuffleDeflate ? ZlibCompressor.MaxCompressedBytes(rawBytes) : rawBytes;

    /// <summary>Encodes a piece, and returns the number of bytes written.</summary>
    /// <param name="codec">The codec to use.</param>
    /// <param name="raw">The elements of the piece, little-endian.</param>
    /// <param name="elementBytes">Size of an element in bytes, at least 1.</param>
    /// <param name="destination">Receives the piece; <see cref="MaxStoredBytes"/> always suffices. Must not overlap the input.</param>
    /// <exception cref="ArgumentException">The destination is too short, or the codec is unknown.</exception>
    public int Encode(PieceCodec codec, ReadOnlySpan<byte> raw, int elementBytes, Span<byte> destination)
    {
        switch (codec)
        {
            case PieceCodec.None:
                raw.CopyTo(destination);
                return raw.Length;
            case PieceCodec.Shuffle:
                Shuffle.Apply(raw, elementBytes, destination);
                return raw.Length;
            case PieceCodec.Deflate:
                return compressor.Compress(raw, destination);
            case PieceCodec.ShuffleDeflate when elementBytes == 1:
                return compressor.Compress(raw, destination);
            case PieceCodec.ShuffleDeflate:
                if (shuffled.Length < raw.Length)
                    shuffled = GC.AllocateUninitializedArray<byte>(raw.Length);
                Shuffle.Apply(raw, elementBytes, shuffled);
                return compressor.Compress(shuffled.AsSpan(0, raw.Length), NoiseBytes(elementBytes, raw.Length, destination), destination);
            default:
                throw new ArgumentOutOfRangeException(nameof(codec), codec, "The codec is not supported.");
        }
    }

    /// <summary>Returns the size of the first planes of the shuffled bytes that are noise: the low bytes of measured values usually are,
    /// and deflate searches them in vain, for most of its time.</summary>
    /// <remarks>A plane is judged by slices at equal distances, so that a part without noise is seen wherever it is.</remarks>
    private int NoiseBytes(int elementBytes, int rawBytes, Span<byte> scratch)
    {
        int plane = rawBytes / elementBytes, noise = 0;
        if (plane < SmallestPlaneBytes)
            return 0;
        int slices = Math.Clamp(plane / SmallestPlaneBytes, MinSlices, MaxSlices), step = (plane - SliceBytes) / (slices - 1);
        Span<byte> sample = stackalloc byte[MaxSlices * SliceBytes];
        sample = sample[..(slices * SliceBytes)];
        while (noise + plane < rawBytes)
        {
            for (int i = 0; i < slices; i++)
                shuffled.AsSpan(noise + (i * step), SliceBytes).CopyTo(sample[(i * SliceBytes)..]);
            if (!compressor.IsIncompressible(sample, scratch))
                break;
            noise += plane;
        }
        return noise;
    }

    /// <inheritdoc/>
    public void Dispose() => compressor.Dispose();
}
