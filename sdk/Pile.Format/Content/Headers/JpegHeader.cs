using System.Buffers.Binary;

namespace Pile.Format;

/// <summary>Reads the size from the frame header of a JPEG (ITU-T T.81, B.2.2). Segments before it, such as EXIF and colour profiles, are
/// skipped by their lengths, and bytes between segments, which some programs write, as libjpeg skips them.</summary>
internal static class JpegHeader
{
    /// <summary>The number of bytes that are read at a segment beyond the beginning of the file: a frame header, and tables before it.
    /// </summary>
    internal const int PartBytes = 4 << 10;

    /// <summary>The number of parts that are read of one file: a colour profile alone has up to 255 segments of 64 KiB.</summary>
    internal const int MostParts = 512;

    internal static PictureSize? Read(ReadOnlySpan<byte> head, bool isComplete) =>
        Scan(head, 0, out _) ?? (isComplete ? throw EndsEarly() : null);

    /// <summary>The fault of a file that ends before its frame header.</summary>
    internal static HeaderFaultException EndsEarly() => new("is a JPEG that ends before its frame header");

    /// <summary>Finds the frame header in a part of the file that begins with the file, or with a segment.</summary>
    /// <param name="part">The bytes.</param>
    /// <param name="offset">The byte of the file at which they begin.</param>
    /// <param name="next">The byte of the first segment that is not completely in the part, from which the search continues.</param>
    /// <returns>Null if the frame header is not in the part.</returns>
    /// <exception cref="HeaderFaultException">The file is damaged, or its size is not before the pixels.</exception>
    internal static PictureSize? Scan(ReadOnlySpan<byte> part, long offset, out long next)
    {
        int at = offset is 0 ? 2 : 0;
        while (at + 4 <= part.Length)
        {
            if (part[at] != 0xFF)
            {
                int stray = part[at..].IndexOf((byte)0xFF);
                at = stray < 0 ? part.Length : at + stray;
                continue;
            }
            byte marker = part[at + 1];
            if (marker == 0xFF) // fill byte
            {
                at++;
                continue;
            }
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD7)) // not a marker, or one without a segment
            {
                at += 2;
                continue;
            }
            if (marker is 0xD9 or 0xDA)
                throw new HeaderFaultException("is a JPEG without a frame header before its pixels");
            int length = BinaryPrimitives.ReadUInt16BigEndian(part[(at + 2)..]);
            if (length < 2)
                throw new HeaderFaultException($"is a JPEG with a segment of {length} bytes at byte {offset + at}");
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                if (at + 10 > part.Length)
                    break;
                next = offset + at;
                if (length != 8 + (3 * part[at + 9]))
                    throw new HeaderFaultException($"is a JPEG with a frame header of {length} bytes at byte {next} for {part[at + 9]} "
                        + "components");
                return BinaryPrimitives.ReadUInt16BigEndian(part[(at + 5)..]) is var height && height == 0
                    ? throw new HeaderFaultException("is a JPEG whose height is after its pixels")
                    : PictureHeader.Checked(BinaryPrimitives.ReadUInt16BigEndian(part[(at + 7)..]), height, part[at + 9], "JPEG");
            }
            at += 2 + length;
        }
        next = offset + at;
        return null;
    }
}
