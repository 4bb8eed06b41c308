using System.Buffers.Binary;
using System.IO.Compression;

namespace Pile.Drawing;

/// <summary>Writes 8-bit images as PNG (ISO/IEC 15948): no interlace, no palette, no time stamp.</summary>
public static class PngEncoder
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Encodes an image.</summary>
    /// <param name="pixels">The pixels, row after row from the top, shape [height, width, bytes of a pixel].</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="kind">The meaning of a pixel's bytes.</param>
    /// <returns>The PNG file. The same pixels give the same bytes on the same .NET runtime, whose zlib compresses them.</returns>
    /// <exception cref="ArgumentException">The number of bytes is not height × width × bytes of a pixel, or a size is below 1.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, PngPixels kind)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        byte colourType = kind switch
        {
            PngPixels.Gray => 0,
            PngPixels.Rgb => 2,
            PngPixels.Rgba => 6,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected Gray, Rgb or Rgba."),
        };
        long expectedBytes = (long)width * height * (int)kind;
        if (pixels.Length != expectedBytes)
            throw new ArgumentException($"Expected {height} × {width} pixels of {(int)kind} bytes, {expectedBytes} bytes in total; got "
                + $"{pixels.Length}.", nameof(pixels));

        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, colourType); // bits per sample; the last three stay 0: deflate, adaptive filters, no interlace

        using MemoryStream png = new();
        png.Write(Signature);
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, Pack(pixels, width * (int)kind));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    /// <summary>Reads width and height from a PNG file's header.</summary>
    /// <exception cref="ArgumentException">The bytes do not begin like a PNG file.</exception>
    internal static (int Width, int Height) SizeOf(ReadOnlySpan<byte> png)
    {
        if (png.Length < 33 || !png.StartsWith(Signature) || !png[12..16].SequenceEqual("IHDR"u8))
            throw new ArgumentException("The bytes are not a PNG file: encode pixels with PngEncoder.Encode.", nameof(png));
        return (BinaryPrimitives.ReadInt32BigEndian(png[16..]), BinaryPrimitives.ReadInt32BigEndian(png[20..]));
    }

    // Rows are not filtered: sky noise has no gradient that a filter could remove.
    private static byte[] Pack(ReadOnlySpan<byte> pixels, int rowBytes)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (; !pixels.IsEmpty; pixels = pixels[rowBytes..])
            {
                zlib.WriteByte(0);
                zlib.Write(pixels[..rowBytes]);
            }
        }

        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, body.Length);
        png.Write(word);
        png.Write(type);
        png.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Crc(Crc(uint.MaxValue, type), body));
        png.Write(word);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        return crc;
    }

    // CRC-32 of ISO 3309 (PNG §5.5), reflected polynomial 0xEDB88320; not the CRC-32C of shards.
    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint crc = n;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            table[n] = crc;
        }

        return table;
    }
}
