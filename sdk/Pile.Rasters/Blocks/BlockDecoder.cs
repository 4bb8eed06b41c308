using System.Buffers;
using System.Runtime.InteropServices;
using Pile.Codecs;

namespace Pile.Rasters;

/// <summary>Decompresses blocks and restores their rows. Not thread-safe; reuse it, because it keeps its buffers.</summary>
internal sealed class BlockDecoder : IDisposable
{
    private readonly TiffLzw lzw = new();
    private ZlibDecompressor? zlib;
    private ZstdDecompressor? zstd;
    private byte[] row = [], bytes = [];

    /// <summary>Returns the size of the buffer that <see cref="Decompress"/> needs.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="wantedBytes">The number of bytes wanted.</param>
    /// <param name="blockBytes">The size of the whole block.</param>
    internal static long BufferBytes(RasterCodec codec, long wantedBytes, long blockBytes) => codec switch
    {
        // A whole block needs no room behind it.
        RasterCodec.Deflate => wantedBytes == blockBytes ? blockBytes : wantedBytes + ZlibDecompressor.PrefixRoomBytes,
        RasterCodec.Zstd => blockBytes,
        _ => wantedBytes,
    };

    /// <summary>Returns the largest number of bytes that a codec can make of stored ones.</summary>
    internal static long MostBytes(RasterCodec codec, long storedBytes) => storedBytes * codec switch
    {
        RasterCodec.PackBits => PackBits.LargestRatio,
        RasterCodec.Lzw => TiffLzw.LargestRatio,
        RasterCodec.Deflate => ZlibDecompressor.LargestRatio,
        RasterCodec.Zstd => ZstdDecompressor.LargestRatio,
        RasterCodec.Lzf => ZlibDecompressor.LargestRatio, // as HDF5's decoder limits it
        _ => 1,
    };

    /// <summary>Decompresses the beginning of a block.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="stored">The stored bytes.</param>
    /// <param name="wantedBytes">The number of bytes wanted.</param>
    /// <param name="destination">Receives them; of <see cref="BufferBytes"/>.</param>
    /// <exception cref="CodecException">The bytes are corrupt.</exception>
    internal void Decompress(RasterCodec codec, ReadOnlySpan<byte> stored, int wantedBytes, Span<byte> destination)
    {
        switch (codec)
        {
            case RasterCodec.PackBits:
                PackBits.Decompress(stored, destination[..wantedBytes]);
                break;
            case RasterCodec.Lzw:
                lzw.Decompress(stored, destination[..wantedBytes]);
                break;
            case RasterCodec.Deflate:
                zlib ??= new ZlibDecompressor();
                if (destination.Length - ZlibDecompressor.PrefixRoomBytes >= wantedBytes)
                    zlib.DecompressPrefix(stored, wantedBytes, destination);
                else if (destination.Length != wantedBytes || !zlib.TryDecompress(stored, destination, out int rawBytes)
                    || rawBytes < wantedBytes)
                    DecompressWithRoom(zlib, stored, destination[..wantedBytes]); // a part, or the stream has another length
                break;
            case RasterCodec.Zstd:
                (zstd ??= new ZstdDecompressor()).Decompress(stored, destination);
                break;
            case RasterCodec.Lzf:
                if (Lzf.Decompress(stored, destination[..wantedBytes]) is var bytes && bytes != wantedBytes)
                    throw new CodecException($"it has {bytes} raw bytes, expected {wantedBytes}");
                break;
            case RasterCodec.None: // with a shuffle or a checksum
                if (stored.Length < wantedBytes)
                    throw new CodecException($"it has {stored.Length} bytes, expected {wantedBytes}");
                stored[..wantedBytes].CopyTo(destination);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(codec), codec, "The codec does not compress.");
        }
    }

    private static void DecompressWithRoom(ZlibDecompressor zlib, ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        byte[] longer = ArrayPool<byte>.Shared.Rent(destination.Length + ZlibDecompressor.PrefixRoomBytes);
        try
        {
            zlib.DecompressPrefix(stored, destination.Length, longer);
            longer.AsSpan(0, destination.Length).CopyTo(destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(longer);
        }
    }

    /// <summary>Restores pixels of a row: undoes the predictor and the byte order.</summary>
    /// <param name="stored">The row of a decompressed block.</param>
    /// <param name="level">The level of the block.</param>
    /// <param name="isLittleEndian">The byte order of the file.</param>
    /// <param name="bands">The number of bands in the block.</param>
    /// <param name="column">The first column wanted.</param>
    /// <param name="width">The number of columns wanted.</param>
    /// <returns>The pixels with the bands of each, native-endian; valid until the next call.</returns>
    internal ReadOnlySpan<byte> Restore(ReadOnlySpan<byte> stored, RasterLevel level, bool isLittleEndian, int bands, int column, int width)
    {
        int elementBytes = level.BitsPerSample / 8, pixelBytes = elementBytes * bands;
        bool swaps = elementBytes > 1 && isLittleEndian != BitConverter.IsLittleEndian;
        if (level.Predictor is RasterPredictor.FloatingPoint)
            return RestoreFloats(stored, elementBytes, bands).Slice(column * pixelBytes, width * pixelBytes);
        if (level.Predictor is RasterPredictor.None && !swaps)
            return stored.Slice(column * pixelBytes, width * pixelBytes);

        int first = level.Predictor is RasterPredictor.None ? column : 0; // differences are summed from the first column
        ReadOnlySpan<byte> source = stored[(first * pixelBytes)..((column + width) * pixelBytes)];
        Span<byte> pixels = Grown(ref row, source.Length);
        if (swaps)
        {
            source.CopyTo(pixels);
            ByteOrder.Reverse(pixels, elementBytes);
            source = pixels;
        }
        if (level.Predictor is RasterPredictor.Horizontal)
            Sum(source, elementBytes, bands, pixels);
        return pixels[((column - first) * pixelBytes)..];
    }

    /// <summary>Restores all pixels of rows in place.</summary>
    /// <param name="rows">Rows of a decompressed block of an image.</param>
    /// <param name="rowBytes">The size of a row.</param>
    /// <param name="level">The level of the block.</param>
    /// <param name="layout">The layout of the raster.</param>
    internal void RestoreRows(Span<byte> rows, int rowBytes, RasterLevel level, RasterLayout layout)
    {
        int bands = level.Interleave is RasterInterleave.Pixel ? layout.Bands.Count : 1;
        if (level.Predictor is RasterPredictor.None && (level.BitsPerSample is 8 || layout.IsLittleEndian == BitConverter.IsLittleEndian))
            return;
        for (; rows.Length > 0; rows = rows[rowBytes..])
            Restore(rows[..rowBytes], level, layout.IsLittleEndian, bands, 0, level.BlockWidth).CopyTo(rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        zlib?.Dispose();
        zstd?.Dispose();
    }

    /// <summary>The bytes are summed as they are stored; then the most significant bytes of all elements are first, whatever the byte order
    /// of the file is.</summary>
    private ReadOnlySpan<byte> RestoreFloats(ReadOnlySpan<byte> stored, int elementBytes, int bands)
    {
        Span<byte> planes = Grown(ref bytes, stored.Length), pixels = Grown(ref row, stored.Length);
        RunningSums.Undo(stored, bands, planes);
        Shuffle.Undo(planes, elementBytes, pixels);
        if (BitConverter.IsLittleEndian)
            ByteOrder.Reverse(pixels, elementBytes);
        return pixels;
    }

    private static void Sum(ReadOnlySpan<byte> source, int elementBytes, int bands, Span<byte> destination)
    {
        switch (elementBytes)
        {
            case 1:
                RunningSums.Undo(source, bands, destination);
                break;
            case 2:
                RunningSums.Undo(MemoryMarshal.Cast<byte, ushort>(source), bands, MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case 4:
                RunningSums.Undo(MemoryMarshal.Cast<byte, uint>(source), bands, MemoryMarshal.Cast<byte, uint>(destination));
                break;
            default:
                RunningSums.Undo(MemoryMarshal.Cast<byte, ulong>(source), bands, MemoryMarshal.Cast<byte, ulong>(destination));
                break;
        }
    }

    private static Span<byte> Grown(ref byte[] buffer, int count)
    {
        if (buffer.Length < count)
            buffer = GC.AllocateUninitializedArray<byte>(count);
        return buffer.AsSpan(0, count);
    }
}
