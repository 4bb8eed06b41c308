using System.Buffers.Binary;

namespace Pile.Format;

/// <summary>Reads the size of a picture from the beginning of its file.</summary>
/// <remarks>Sources of the layouts: PNG (ISO/IEC 15948) section 11.2.2, GIF89a section 18, RFC 9649 (WebP), ITU-T T.81 annex B (JPEG), TIFF
/// 6.0 section 2, FITS 4.0 sections 3 and 4.</remarks>
internal static class PictureHeader
{
    /// <summary>The number of bytes that are read of a picture: one request of an object store.</summary>
    internal const int Bytes = 64 << 10;

    internal static bool HasSize(MediaType type) => type is MediaType.Png or MediaType.Gif or MediaType.Webp or MediaType.Jpeg
        or MediaType.Tiff or MediaType.Fits;

    /// <summary>Reads the size.</summary>
    /// <param name="type">The type by the first bytes.</param>
    /// <param name="head">The beginning of the file.</param>
    /// <param name="isComplete">True if it is the complete file.</param>
    /// <returns>Null if the size is not in these bytes, or the file has no picture.</returns>
    /// <exception cref="HeaderFaultException">The header is damaged, or ends too early.</exception>
    internal static PictureSize? Read(MediaType type, ReadOnlySpan<byte> head, bool isComplete) => type switch
    {
        MediaType.Png => Png(head),
        MediaType.Gif => head.Length < 10 ? throw TooShort("a GIF")
            : Checked(BinaryPrimitives.ReadUInt16LittleEndian(head[6..]), BinaryPrimitives.ReadUInt16LittleEndian(head[8..]), 1, "GIF"),
        MediaType.Webp => Webp(head),
        MediaType.Jpeg => JpegHeader.Read(head, isComplete),
        MediaType.Tiff => TiffHeader.Read(head, isComplete),
        MediaType.Fits => FitsPictureHeader.Read(head, isComplete),
        _ => null,
    };

    /// <summary>Returns a size that a picture can have.</summary>
    /// <exception cref="HeaderFaultException">A number is zero, or above 2³¹ - 1.</exception>
    internal static PictureSize Checked(long width, long height, long bands, string format) =>
        width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue && bands is > 0 and <= int.MaxValue
            ? new PictureSize((int)width, (int)height, (int)bands)
            : throw new HeaderFaultException($"has a {format} header with {width} × {height} pixels of {bands} values");

    internal static HeaderFaultException TooShort(string format) => new($"is too short for {format} header");

    private static PictureSize Png(ReadOnlySpan<byte> head)
    {
        if (head.Length < 29)
            throw TooShort("a PNG");
        if (!head[12..16].SequenceEqual("IHDR"u8))
            throw new HeaderFaultException("is a PNG whose first chunk is not IHDR");
        (byte depth, byte type) = (head[24], head[25]);
        if (!(type switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            3 => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        }))
            throw new HeaderFaultException($"has a PNG header with {depth} bits for the colour type {type}");
        if (BinaryPrimitives.ReadUInt32BigEndian(head[8..]) != 13 || head[26] != 0 || head[27] != 0 || head[28] > 1)
            throw new HeaderFaultException("has a PNG header of another length, compression, filter or interlace method than PNG has");
        return Checked(BinaryPrimitives.ReadUInt32BigEndian(head[16..]), BinaryPrimitives.ReadUInt32BigEndian(head[20..]), PngBands(type),
            "PNG");
    }

    /// <summary>Returns the number of values of a pixel by the colour type of a PNG.</summary>
    internal static int PngBands(byte type) => type switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    private static PictureSize? Webp(ReadOnlySpan<byte> head)
    {
        if (head.Length < 30)
            throw TooShort("a WebP");
        ReadOnlySpan<byte> chunk = head[12..16], data = head[20..];
        if (chunk.SequenceEqual("VP8 "u8))
            return data[3..6].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
                ? Checked(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF,
                    BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF, 3, "WebP")
                : throw new HeaderFaultException("is a WebP without the start code of a key frame");
        if (chunk.SequenceEqual("VP8L"u8))
        {
            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return data[0] == 0x2F ? Checked((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1, (bits >> 28 & 1) == 1 ? 4 : 3, "WebP")
                : throw new HeaderFaultException("is a lossless WebP without its signature");
        }
        return chunk.SequenceEqual("VP8X"u8)
            ? Checked(UInt24(data[4..]) + 1, UInt24(data[7..]) + 1, (data[0] & 0x10) != 0 ? 4 : 3, "WebP") : null;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
