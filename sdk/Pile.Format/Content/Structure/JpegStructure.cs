using System.Buffers.Binary;

namespace Pile.Format;

/// <summary>Checks the segments of a JPEG (ITU-T T.81, annex B): a frame that programs for pictures decode, a scan with data, and the
/// marker of the end. The coded data are not decoded.</summary>
internal static class JpegStructure
{
    private const byte EndOfImage = 0xD9, StartOfScan = 0xDA, Temporary = 0x01, FirstRestart = 0xD0, StartOfImage = 0xD8;

    internal static void Check(ReadOnlySpan<byte> file)
    {
        bool hasFrame = false, hasScan = false;
        for (int at = 2; ;)
        {
            at = MarkerAt(file, at, out _);
            if (at < 0)
                throw new HeaderFaultException("is a JPEG that ends before its marker of the end (EOI): it is truncated");
            byte marker = file[at++];
            if (marker == EndOfImage)
            {
                if (!hasScan)
                    throw new HeaderFaultException("is a JPEG without pixels");
                return;
            }
            if (marker is Temporary or (>= FirstRestart and <= StartOfImage))
                continue;
            int end = at + 2 > file.Length ? int.MaxValue : at + Math.Max(2, (int)BinaryPrimitives.ReadUInt16BigEndian(file[at..]));
            if (end > file.Length)
                throw new HeaderFaultException($"is a JPEG that ends within the segment at byte {at - 2}: it is truncated");
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                RequireCommon(marker, file[at..end]);
                hasFrame = true;
            }
            else if (marker == StartOfScan)
            {
                if (!hasFrame)
                    throw new HeaderFaultException("is a JPEG without a frame header before its pixels");
                _ = MarkerAt(file, end, out int coded);
                hasScan |= coded > 0;
            }
            at = end;
        }
    }

    // Browsers and librsvg decode Huffman-coded sequential and progressive frames with 8 bits.
    private static void RequireCommon(byte marker, ReadOnlySpan<byte> frame)
    {
        if (marker is not (0xC0 or 0xC1 or 0xC2))
            throw new HeaderFaultException($"is a JPEG of the kind SOF{marker - 0xC0}, which browsers do not draw");
        if (frame.Length < 3 || frame[2] != 8)
            throw new HeaderFaultException("is a JPEG whose values do not have 8 bits, which browsers do not draw");
    }

    /// <summary>Returns the byte of the next marker behind its 0xFF, or -1. Stuffed and other bytes before it are skipped.</summary>
    private static int MarkerAt(ReadOnlySpan<byte> file, int from, out int skipped)
    {
        for (int at = from; at < file.Length;)
        {
            int next = file[at..].IndexOf((byte)0xFF);
            if (next < 0)
                break;
            int mark = at + next;
            at = mark + 1;
            while (at < file.Length && file[at] == 0xFF) // fill bytes
                at++;
            if (at == file.Length)
                break;
            if (file[at] is not (0 or (>= FirstRestart and < StartOfImage)))
            {
                skipped = mark - from;
                return at;
            }
            at++;
        }
        skipped = file.Length - from;
        return -1;
    }
}
