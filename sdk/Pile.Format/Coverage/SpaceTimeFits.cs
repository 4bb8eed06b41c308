using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Pile.Sky;

namespace Pile.Format;

/// <summary>Writes a space-time coverage as FITS (IVOA MOC 2.0): one column of int64 with ranges of times, whose highest bit is set, each
/// followed by ranges of pixels of order 29. The same map gives the same bytes.</summary>
internal static class SpaceTimeFits
{
    /// <summary>Returns the bytes of the file.</summary>
    internal static byte[] ToBytes(SpaceTimeMoc map)
    {
        long[] values = map.ToFlagged();
        byte[] primary = FitsBlocks.Primary(), header = FitsBlocks.Table("RANGE", values.Length,
            FitsBlocks.Card("MOCVERS", "2.0"), FitsBlocks.Card("MOCDIM", "TIME.SPACE"), FitsBlocks.Card("ORDERING", "RANGE"),
            FitsBlocks.Card("MOCORD_T", map.TimeOrder), FitsBlocks.Card("MOCORD_S", map.SpaceOrder), FitsBlocks.Card("TIMESYS", "TCB"),
            FitsBlocks.Card("COORDSYS", "C"), FitsBlocks.Card("MOCTOOL", "Pile"));
        int start = primary.Length + header.Length;
        byte[] file = new byte[start + FitsBlocks.Padded((long)values.Length * sizeof(long))];
        primary.CopyTo(file, 0);
        header.CopyTo(file, primary.Length);
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64BigEndian(file.AsSpan(start + (i * sizeof(long))), values[i]);
        return file;
    }

    /// <summary>Reads the bytes of a file that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes have another layout.</exception>
    internal static SpaceTimeMoc Read(ReadOnlySpan<byte> file)
    {
        int start = EndOfHeader(file, 0), end = EndOfHeader(file, start);
        ReadOnlySpan<byte> header = file[start..end];
        long rows = Number(header, "NAXIS2"), timeOrder = Number(header, "MOCORD_T"), spaceOrder = Number(header, "MOCORD_S");
        if (Value(header, "MOCDIM") is not "'TIME.SPACE'" || Value(header, "TFORM1") is not "'K       '"
            || rows is < 0 or > int.MaxValue / sizeof(long) || end + FitsBlocks.Padded(rows * sizeof(long)) != file.Length
            || timeOrder is < 0 or > SpaceTimeMoc.MaxTimeOrder || spaceOrder is < 0 or > Healpix.MaxOrder)
            throw new FormatException("the table is not one of a space-time coverage, or has another length than its header states");
        long[] values = new long[rows];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadInt64BigEndian(file[(end + (i * sizeof(long)))..]);
        return SpaceTimeMoc.OfFlagged(values, (int)timeOrder, (int)spaceOrder);
    }

    private static int EndOfHeader(ReadOnlySpan<byte> file, int start)
    {
        for (int card = start; card <= file.Length - FitsBlocks.CardBytes; card += FitsBlocks.CardBytes)
            if (file.Slice(card, FitsBlocks.CardBytes).StartsWith("END     "u8))
                return start + FitsBlocks.Padded(card + FitsBlocks.CardBytes - start) is var end && end <= file.Length ? end : Incomplete();
        return Incomplete();

        static int Incomplete() => throw new FormatException("it has no complete FITS header");
    }

    private static long Number(ReadOnlySpan<byte> header, string key) =>
        long.TryParse(Value(header, key), NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out long number) ? number : throw new FormatException($"the keyword {key} is missing");

    private static string Value(ReadOnlySpan<byte> header, string key)
    {
        for (int card = 0; card < header.Length; card += FitsBlocks.CardBytes)
            if (Encoding.ASCII.GetString(header.Slice(card, FitsBlocks.CardBytes)) is var text
                && text.StartsWith($"{key,-8}= ", StringComparison.Ordinal))
                return text[10..].TrimEnd();
        return "";
    }
}
