using System.Buffers.Binary;

namespace Pile.Format;

/// <summary>Reads the size from the first directory of a TIFF (TIFF 6.0 section 2) or BigTIFF.</summary>
internal static class TiffHeader
{
    private const int ImageWidth = 256, ImageLength = 257, SamplesPerPixel = 277;

    /// <summary>The number of bytes of a directory that are read if it is not at the beginning: some 340 entries.</summary>
    internal const int DirectoryBytes = 4 << 10;

    /// <summary>Returns the offset of the first directory.</summary>
    internal static long DirectoryOffset(ReadOnlySpan<byte> head)
    {
        if (head.Length < 16)
            throw PictureHeader.TooShort("a TIFF");
        Reader reader = new(head);
        return reader.IsBig ? reader.Int64(8) : reader.UInt32(4);
    }

    internal static PictureSize? Read(ReadOnlySpan<byte> head, bool isComplete)
    {
        long offset = DirectoryOffset(head);
        if (offset >= 8 && offset < head.Length - 8)
            return ReadDirectory(new Reader(head), head[(int)offset..], isComplete);
        return isComplete || offset < 8 ? throw new HeaderFaultException($"is a TIFF whose directory is at byte {offset}") : null;
    }

    /// <summary>Reads a directory that is not at the beginning of the file.</summary>
    /// <param name="head">The beginning of the file, which has the byte order.</param>
    /// <param name="directory">The directory.</param>
    internal static PictureSize? ReadDirectory(ReadOnlySpan<byte> head, ReadOnlySpan<byte> directory) =>
        ReadDirectory(new Reader(head), directory, isComplete: true);

    private static PictureSize? ReadDirectory(Reader order, ReadOnlySpan<byte> directory, bool isComplete)
    {
        Reader reader = order.Of(directory);
        int countBytes = reader.IsBig ? 8 : 2, entryBytes = reader.IsBig ? 20 : 12;
        if (directory.Length < countBytes)
            throw PictureHeader.TooShort("the directory of a TIFF; it has no");
        long count = reader.IsBig ? reader.Int64(0) : reader.UInt16(0), width = 0, height = 0, bands = 1;
        for (int i = 0; i < count; i++)
        {
            int at = countBytes + (i * entryBytes);
            if (at + entryBytes > directory.Length)
                return width > 0 && height > 0 ? PictureHeader.Checked(width, height, bands, "TIFF")
                    : isComplete ? throw new HeaderFaultException("is a TIFF that ends in its directory") : null;
            int tag = reader.UInt16(at);
            if (tag > SamplesPerPixel) // entries are sorted
                break;
            if (tag is ImageWidth or ImageLength or SamplesPerPixel)
                (tag is ImageWidth ? ref width : ref tag is ImageLength ? ref height : ref bands) = reader.Value(at);
        }
        return PictureHeader.Checked(width, height, bands, "TIFF");
    }

    /// <summary>Reads numbers in the byte order of the file.</summary>
    private readonly ref struct Reader
    {
        private readonly ReadOnlySpan<byte> bytes;
        private readonly bool isLittle;

        internal Reader(ReadOnlySpan<byte> head)
        {
            bytes = head;
            isLittle = head[0] == 'I';
            IsBig = UInt16(2) == 43;
        }

        private Reader(ReadOnlySpan<byte> bytes, bool isLittle, bool isBig)
        {
            this.bytes = bytes;
            this.isLittle = isLittle;
            IsBig = isBig;
        }

        internal bool IsBig { get; }

        internal Reader Of(ReadOnlySpan<byte> other) => new(other, isLittle, IsBig);

        internal int UInt16(int at) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..])
            : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

        internal long UInt32(int at) => isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..])
            : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

        internal long Int64(int at) => isLittle ? BinaryPrimitives.ReadInt64LittleEndian(bytes[at..])
            : BinaryPrimitives.ReadInt64BigEndian(bytes[at..]);

        /// <summary>Returns the value of an entry: SHORT (3), LONG (4) or LONG8 (16).</summary>
        internal long Value(int entry) => UInt16(entry + 2) switch
        {
            3 => UInt16(entry + (IsBig ? 12 : 8)),
            4 => UInt32(entry + (IsBig ? 12 : 8)),
            16 when IsBig => Int64(entry + 12),
            var type => throw new HeaderFaultException($"is a TIFF whose size has the type {type}"),
        };
    }
}
