using System.Numerics;

namespace Pile.Codecs.Deflate;

/// <summary>The symbols of lengths and distances, and their extra bits (RFC 1951, section 3.2.5).</summary>
internal static class CopySymbols
{
    /// <summary>The symbol of the shortest length.</summary>
    internal const int FirstLength = 257;

    /// <summary>The number of symbols of lengths.</summary>
    internal const int Lengths = 29;

    /// <summary>The number of symbols of distances.</summary>
    internal const int Distances = 30;

    /// <summary>The length of the shortest copy.</summary>
    internal const int ShortestLength = 3;

    /// <summary>The length of the longest copy.</summary>
    internal const int LongestLength = 258;

    private static readonly byte[] SymbolOfLength = new byte[LongestLength + 1], LengthExtraBits = new byte[Lengths];
    private static readonly ushort[] LengthBase = new ushort[Lengths];

    static CopySymbols()
    {
        // 257 to 264 are the lengths 3 to 10, then four symbols for each number of extra bits, and 285 is 258.
        for (int symbol = 0, length = ShortestLength; symbol < Lengths - 1; symbol++)
        {
            LengthBase[symbol] = (ushort)length;
            LengthExtraBits[symbol] = (byte)(symbol < 8 ? 0 : (symbol / 4) - 1);
            for (int i = 0; i < 1 << LengthExtraBits[symbol] && length <= LongestLength; i++)
                SymbolOfLength[length++] = (byte)symbol;
        }
        LengthBase[^1] = LongestLength;
        SymbolOfLength[LongestLength] = Lengths - 1;
    }

    /// <summary>Returns the symbol of a length, from <see cref="FirstLength"/>.</summary>
    internal static int OfLength(int length) => FirstLength + SymbolOfLength[length];

    /// <summary>Returns the number of extra bits of a length.</summary>
    internal static int ExtraBitsOfLength(int length) => LengthExtraBits[SymbolOfLength[length]];

    /// <summary>Returns the extra bits of a length.</summary>
    internal static int ExtraOfLength(int length) => length - LengthBase[SymbolOfLength[length]];

    /// <summary>Returns the number of extra bits of the lengths of a symbol.</summary>
    internal static int ExtraBitsOfLengthSymbol(int symbol) => LengthExtraBits[symbol - FirstLength];

    /// <summary>Returns the symbol of a distance: two for each number of extra bits.</summary>
    internal static int OfDistance(int distance)
    {
        uint rest = (uint)distance - 1;
        if (rest < 2)
            return (int)rest;
        int bits = BitOperations.Log2(rest);
        return (2 * bits) + (int)((rest >> (bits - 1)) & 1);
    }

    /// <summary>Returns the number of extra bits of the distances of a symbol.</summary>
    internal static int ExtraBitsOfDistance(int symbol) => Math.Max((symbol / 2) - 1, 0);

    /// <summary>Returns the extra bits of a distance.</summary>
    internal static ulong ExtraOfDistance(int distance, int extraBits) => (ulong)(uint)((distance - 1) & ((1 << extraBits) - 1));
}
