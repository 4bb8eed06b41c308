namespace Pile.Adopting;

/// <summary>The fields of a header of a tar archive: 512 bytes in the layout of v7, ustar (POSIX.1-1988) or GNU tar.</summary>
/// <param name="block">The 512 bytes.</param>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    /// <summary>The size of headers, to which contents are padded.</summary>
    internal const int BlockBytes = 512;

    private const int ChecksumOffset = 148, ChecksumBytes = 8;

    private readonly ReadOnlySpan<byte> block = block;

    /// <summary>The kind of the member: <c>0</c> for a file, <c>5</c> for a folder …</summary>
    internal byte Type => block[156];

    /// <summary>True for a block of zeros, the end of an archive.</summary>
    internal bool IsZero => block.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>The name; together with <see cref="Prefix"/>, the path.</summary>
    internal ReadOnlySpan<byte> Name => Text(0, 100);

    /// <summary>The folders before the name; empty in archives that are not ustar: GNU tar stores times there.</summary>
    internal ReadOnlySpan<byte> Prefix => block.Slice(257, 6).SequenceEqual("ustar\0"u8)
        ? Text(345, block.Slice(508, 4).SequenceEqual("tar\0"u8) ? 131 : 155) : []; // star stores times in the last bytes

    /// <summary>True if further headers of a sparse file of GNU tar follow.</summary>
    internal bool HasMoreSparse => block[482] != 0;

    /// <summary>True if the header is followed by another header of sparse parts; the block is such a header itself.</summary>
    internal bool HasMoreAfterSparse => block[504] != 0;

    /// <summary>Returns the size of the content.</summary>
    internal bool TrySize(out long size) => TryNumber(block.Slice(124, 12), out size) && size >= 0;

    /// <summary>Returns the time of the last change in seconds since 1970.</summary>
    internal bool TryModified(out long seconds) => TryNumber(block.Slice(136, 12), out seconds);

    /// <summary>Returns true if the bytes have the sum that they state.</summary>
    /// <remarks>Old programs added signed bytes.</remarks>
    internal bool HasValidChecksum()
    {
        if (!TryNumber(block.Slice(ChecksumOffset, ChecksumBytes), out long expected))
            return false;
        long sum = ChecksumBytes * ' ', signed = sum;
        for (int i = 0; i < BlockBytes; i++)
            if (i is < ChecksumOffset or >= ChecksumOffset + ChecksumBytes)
            {
                sum += block[i];
                signed += (sbyte)block[i];
            }
        return expected == sum || expected == signed;
    }

    /// <summary>Parses a number: octal digits, or the binary form of GNU tar.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> field, out long number)
    {
        number = 0;
        if (field[0] is 0x80 or 0xFF) // two's complement in the other bytes
        {
            byte filler = field[0] == 0xFF ? (byte)0xFF : (byte)0;
            ReadOnlySpan<byte> digits = field[^Math.Min(8, field.Length - 1)..];
            number = filler == 0 ? 0 : -1;
            foreach (byte digit in digits)
                number = (number << 8) | digit;
            return field[1..^digits.Length].IndexOfAnyExcept(filler) < 0 && number < 0 == (filler != 0);
        }
        int end = field.IndexOf((byte)0);
        field = (end < 0 ? field : field[..end]).Trim((byte)' ');
        foreach (byte digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return false;
            number = (number << 3) | (uint)(digit - '0');
        }
        return true;
    }

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        ReadOnlySpan<byte> field = block.Slice(offset, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
