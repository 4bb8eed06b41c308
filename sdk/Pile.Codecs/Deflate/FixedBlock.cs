namespace Pile.Codecs.Deflate;

/// <summary>Writes blocks with the fixed codes of deflate (RFC 1951, section 3.2.6).</summary>
internal static class FixedBlock
{
    /// <summary>The most bits that the code of a length has, without its extra bits.</summary>
    internal const int LengthBits = 8;

    /// <summary>The bits that the code of a distance has, without its extra bits.</summary>
    internal const int DistanceBits = 5;

    /// <summary>The bits of the begin and the end of a block.</summary>
    internal const int FrameBits = DeflateBlock.TypeBits + EndBits;

    private const int Fixed = 0b010, EndBits = 7;

    /// <summary>Writes the last block of a stream: zeros.</summary>
    internal static void WriteLastZeros(ref BitWriter writer, int count)
    {
        Begin(ref writer, isLast: true);
        for (bool isFirst = true; count > 0; isFirst = false)
        {
            int length = isFirst || count < CopySymbols.ShortestLength ? 1 : Math.Min(count, CopySymbols.LongestLength);
            if (length == 1)
                WriteSymbol(ref writer, 0);
            else
                WriteCopy(ref writer, length, distance: 1);
            count -= length;
        }
        End(ref writer);
    }

    /// <summary>Begins a block.</summary>
    internal static void Begin(ref BitWriter writer, bool isLast = false) =>
        writer.Write((isLast ? 1UL : 0) | Fixed, DeflateBlock.TypeBits);

    /// <summary>Ends a block.</summary>
    internal static void End(ref BitWriter writer) => WriteSymbol(ref writer, DeflateBlock.EndOfBlock);

    /// <summary>Writes a copy.</summary>
    internal static void WriteCopy(ref BitWriter writer, int length, int distance)
    {
        WriteSymbol(ref writer, CopySymbols.OfLength(length));
        writer.Write((uint)CopySymbols.ExtraOfLength(length), CopySymbols.ExtraBitsOfLength(length));
        int symbol = CopySymbols.OfDistance(distance), extraBits = CopySymbols.ExtraBitsOfDistance(symbol);
        writer.Write(Reversed(symbol, DistanceBits), DistanceBits);
        writer.Write(CopySymbols.ExtraOfDistance(distance, extraBits), extraBits);
    }

    /// <summary>Writes a zero, the code of a length, or the end.</summary>
    private static void WriteSymbol(ref BitWriter writer, int symbol)
    {
        (int code, int bits) = symbol switch
        {
            0 => (0b00110000, 8),
            < 280 => (symbol - DeflateBlock.EndOfBlock, EndBits),
            _ => (0b11000000 + symbol - 280, LengthBits),
        };
        writer.Write(Reversed(code, bits), bits);
    }

    // Codes are written from their highest bit.
    private static ulong Reversed(int code, int bits)
    {
        ulong reversed = 0;
        for (int i = 0; i < bits; i++)
            reversed |= (ulong)((code >> i) & 1) << (bits - 1 - i);
        return reversed;
    }
}
