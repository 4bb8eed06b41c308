using System.Buffers.Binary;

namespace Pile.Format;

/// <summary>Reads the size from the frame header of a JPEG (ITU-T T.81, B.2.2). Segments before it, such as EXIF and colour profiles, are
/// skipped by their lengths.</summary>
internal static class JpegHeader
{
    internal static PictureSize? Read(ReadOnlySpan<byte> head, bool isComplete)
    {
        int at = 2;
        while (at + 4 <= head.Length)
        {
            if (head[at] != 0xFF)
                throw new HeaderFaultException($"is a JPEG without a marker at byte {at}");
            byte marker = head[at + 1];
            if (marker == 0xFF) // fill byte
            {
                at++;
                continue;
            }
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7)) // without a segment
            {
                at += 2;
                continue;
            }
            if (marker is 0xD9 or 0xDA)
                throw new HeaderFaultException("is a JPEG without a frame header before its pixels");
            int length = BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]);
            if (length < 2)
                throw new HeaderFaultException($"is a JPEG with a segment of {length} bytes at byte {at}");
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && at + 10 <= head.Length)
                return BinaryPrimitives.ReadUInt16BigEndian(head[(at + 5)..]) is var height && height == 0 ? null // stated after the pixels
                    : PictureHeader.Checked(BinaryPrimitives.ReadUInt16BigEndian(head[(at + 7)..]), height, head[at + 9], "JPEG");
            at += 2 + length;
        }
        return isComplete ? throw new HeaderFaultException("is a JPEG that ends before its frame header") : null;
    }
}
