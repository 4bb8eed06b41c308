using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Pile.Format;

/// <summary>Checks the chunks of a PNG (ISO/IEC 15948, sections 5 and 7 to 11) up to IEND: their lengths, the CRCs of critical chunks, and
/// that the inflated pixels have the rows that IHDR states. The values of pixels are not computed.</summary>
internal static class PngStructure
{
    private const int SignatureBytes = 8, HeaderBytes = 8, CrcBytes = 4, MostFilter = 4;

    // The first column and row of each pass of Adam7, and the steps.
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    internal static void Check(ReadOnlySpan<byte> file)
    {
        using MemoryStream packed = new();
        bool hasPalette = false;
        for (int at = SignatureBytes; ;)
        {
            if (at + HeaderBytes + CrcBytes > file.Length)
                throw new HeaderFaultException("is a PNG that ends before its chunk IEND: it is truncated");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            string type = Encoding.ASCII.GetString(file.Slice(at + 4, 4));
            if (length > file.Length - at - HeaderBytes - CrcBytes)
                throw new HeaderFaultException($"is a PNG that ends within the chunk {type} at byte {at}: it is truncated");
            ReadOnlySpan<byte> data = file.Slice(at + HeaderBytes, (int)length);
            bool isCritical = (file[at + 4] & 0x20) == 0;
            if (isCritical && PngCrc.Of(file.Slice(at + 4, 4 + (int)length))
                != BinaryPrimitives.ReadUInt32BigEndian(file[(at + HeaderBytes + (int)length)..]))
                throw new HeaderFaultException($"is a PNG whose chunk {type} at byte {at} does not have its CRC: it is damaged");
            at += HeaderBytes + (int)length + CrcBytes;
            if (type == "IEND")
                break;
            if (type == "IDAT")
                packed.Write(data);
            else if (isCritical && type is not ("IHDR" or "PLTE"))
                throw new HeaderFaultException($"is a PNG with the unknown critical chunk {type}");
            hasPalette |= type == "PLTE" && packed.Length == 0;
        }
        if (packed.Length == 0)
            throw new HeaderFaultException("is a PNG without pixels: it has no chunk IDAT");
        ReadOnlySpan<byte> header = file[(SignatureBytes + HeaderBytes)..];
        if (header[9] == 3 && !hasPalette)
            throw new HeaderFaultException("is a PNG without a palette, which its pixels need");
        packed.Position = 0;
        CheckRows(packed, (int)BinaryPrimitives.ReadUInt32BigEndian(header), (int)BinaryPrimitives.ReadUInt32BigEndian(header[4..]),
            header[8] * PictureHeader.PngBands(header[9]), header[12] == 1);
    }

    private static void CheckRows(Stream packed, int width, int height, int pixelBits, bool isInterlaced)
    {
        using BufferedStream rows = new(new ZLibStream(packed, CompressionMode.Decompress), 1 << 16);
        byte[] part = new byte[1 << 16];
        try
        {
            foreach ((int x, int y, int stepX, int stepY) in isInterlaced ? Adam7 : [(0, 0, 1, 1)])
            {
                long columns = ((long)width - x + stepX - 1) / stepX, bytes = ((columns * pixelBits) + 7) / 8;
                for (long row = y; row < height && columns > 0; row += stepY)
                {
                    int filter = rows.ReadByte();
                    if (filter > MostFilter)
                        throw new HeaderFaultException($"is a PNG whose row {row} has the unknown filter {filter}");
                    for (long left = bytes; left > 0;)
                    {
                        int read = filter < 0 ? 0 : rows.Read(part, 0, (int)Math.Min(left, part.Length));
                        if (read == 0)
                            throw new HeaderFaultException($"is a PNG whose pixels end in row {row} of {height}");
                        left -= read;
                    }
                }
            }
        }
        catch (InvalidDataException)
        {
            throw new HeaderFaultException("is a PNG whose pixels do not inflate");
        }
    }
}
