using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.Codecs.Deflate;

/// <summary>Writes blocks of deflate (RFC 1951): with a Huffman code of their own, or stored if that is not shorter. Not thread-safe;
/// reuse it, because it keeps its tables.</summary>
internal sealed class DeflateBlock
{
    /// <summary>The maximum number of bytes of a block, which is that of a stored block.</summary>
    internal const int MaxBytes = ushort.MaxValue;

    /// <summary>How many bytes a stored block has beside its content.</summary>
    internal const int StoredHeaderBytes = 5;

    private const int Literals = 256, EndOfBlock = 256, FirstLength = 257, LengthSymbols = 286, DistanceSymbols = 30, LongestMatch = 258;
    private const int Dynamic = 0b100, TypeBits = 3, LeastForVectors = 16;
    private const int UsualHeaderBits = 480; // of noise

    private static readonly byte[] LengthSymbol = new byte[LongestMatch + 1], LengthExtraBits = new byte[LengthSymbols - FirstLength];
    private static readonly ushort[] LengthBase = new ushort[LengthSymbols - FirstLength];

    private readonly HuffmanCode literals = new(LengthSymbols, LiteralCodes.MaxBits), distances = new(DistanceSymbols, 15);
    private readonly LiteralCodes literalCodes = new();
    private readonly BlockHeader header = new();
    private long entropyBits;

    static DeflateBlock()
    {
        // RFC 1951, section 3.2.5: 257 to 264 are the lengths 3 to 10, then four symbols for each number of extra bits, and 285 is 258.
        for (int symbol = 0, length = 3; symbol < LengthBase.Length - 1; symbol++)
        {
            LengthBase[symbol] = (ushort)length;
            LengthExtraBits[symbol] = (byte)(symbol < 8 ? 0 : (symbol / 4) - 1);
            for (int i = 0; i < 1 << LengthExtraBits[symbol] && length <= LongestMatch; i++)
                LengthSymbol[length++] = (byte)symbol;
        }
        LengthBase[^1] = LongestMatch;
        LengthSymbol[LongestMatch] = (byte)(LengthBase.Length - 1);
    }

    /// <summary>How often each value occurs in the block, from <see cref="Begin"/> until it is written.</summary>
    internal ReadOnlySpan<int> ByteCounts => literals.Counts.AsSpan(0, Literals);

    /// <summary>Begins a block, and returns the bits that its bytes need without matches (their entropy).</summary>
    /// <param name="raw">The bytes of the block, at most <see cref="MaxBytes"/>.</param>
    internal double Begin(ReadOnlySpan<byte> raw)
    {
        Array.Clear(literals.Counts);
        Format.ByteCounts.Add(raw, literals.Counts);
        double bits = raw.Length * RoughLog2(raw.Length);
        for (int i = 0; i < Literals; i++)
        {
            int count = literals.Counts[i];
            bits -= count * RoughLog2(count);
        }
        entropyBits = (long)bits;
        return bits / Math.Max(raw.Length, 1);
    }

    /// <summary>Writes the block that was begun.</summary>
    /// <param name="writer">Receives the block, which takes at most <see cref="StoredHeaderBytes"/> more than the bytes.</param>
    /// <param name="raw">The bytes of the block.</param>
    /// <param name="matches">The matches among them.</param>
    /// <param name="isLast">True for the last block of the stream.</param>
    internal void Write(ref BitWriter writer, ReadOnlySpan<byte> raw, ReadOnlySpan<Match> matches, bool isLast)
    {
        if (matches.IsEmpty && entropyBits + UsualHeaderBits >= 8L * raw.Length)
        {
            WriteStored(ref writer, raw, isLast);
            return;
        }
        CountMatches(raw, matches);
        literals.Build();
        distances.Build();
        header.Make(literals.Lengths, distances.Lengths);
        if (Bits() >= 8L * (raw.Length + StoredHeaderBytes - 1))
        {
            WriteStored(ref writer, raw, isLast);
            return;
        }
        writer.Write((isLast ? 1UL : 0) | Dynamic, TypeBits);
        header.Write(ref writer);
        WriteContent(ref writer, raw, matches);
    }

    /// <summary>Writes an empty block, which ends with a whole byte.</summary>
    internal static void WriteEmpty(ref BitWriter writer) => WriteStored(ref writer, [], isLast: false);

    /// <summary>Writes the last block of a stream: zeros, with the fixed codes of RFC 1951, section 3.2.6.</summary>
    internal static void WriteLastZeros(ref BitWriter writer, int count)
    {
        const int LastFixed = 0b011, DistanceOneBits = 5, LeastLength = 3;
        writer.Write(LastFixed, TypeBits);
        for (bool isFirst = true; count > 0; isFirst = false)
        {
            int length = isFirst || count < LeastLength ? 1 : Math.Min(count, LongestMatch), symbol = LengthSymbol[length];
            if (length == 1)
                WriteFixed(ref writer, 0);
            else
            {
                WriteFixed(ref writer, FirstLength + symbol);
                writer.Write((uint)(length - LengthBase[symbol]), LengthExtraBits[symbol] + DistanceOneBits);
            }
            count -= length;
        }
        WriteFixed(ref writer, EndOfBlock);

        static void WriteFixed(ref BitWriter writer, int symbol)
        {
            (int code, int bits) = symbol switch
            {
                0 => (0b00110000, 8),
                < 280 => (symbol - EndOfBlock, 7),
                _ => (0b11000000 + symbol - 280, 8),
            };
            writer.Write(Reversed(code, bits), bits);
        }

        // Codes are written from their highest bit.
        static uint Reversed(int code, int bits)
        {
            uint reversed = 0;
            for (int i = 0; i < bits; i++)
                reversed |= (uint)((code >> i) & 1) << (bits - 1 - i);
            return reversed;
        }
    }

    private static void WriteStored(ref BitWriter writer, ReadOnlySpan<byte> raw, bool isLast)
    {
        writer.Write(isLast ? 1UL : 0, TypeBits);
        writer.Align();
        writer.Write((uint)raw.Length | ((uint)(ushort)~raw.Length << 16), 32);
        writer.WriteBytes(raw);
    }

    private void CountMatches(ReadOnlySpan<byte> raw, ReadOnlySpan<Match> matches)
    {
        Array.Clear(distances.Counts);
        int at = 0, copiedBytes = 0;
        foreach (ref readonly Match match in matches)
            copiedBytes += match.Length;
        bool countsLiterals = copiedBytes > raw.Length / 2; // otherwise the copied bytes are subtracted
        if (countsLiterals)
            Array.Clear(literals.Counts);
        foreach (ref readonly Match match in matches)
        {
            int change = countsLiterals ? 1 : -1;
            if (match.Distance == 1 && !countsLiterals)
                literals.Counts[raw[at + match.Literals]] -= match.Length;
            else
                foreach (byte value in countsLiterals ? raw.Slice(at, match.Literals) : raw.Slice(at + match.Literals, match.Length))
                    literals.Counts[value] += change;
            at += match.Literals + match.Length;
            literals.Counts[FirstLength + LengthSymbol[match.Length]]++;
            distances.Counts[DistanceSymbol(match.Distance)]++;
        }
        if (countsLiterals)
            foreach (byte value in raw[at..])
                literals.Counts[value]++;
        literals.Counts[EndOfBlock] = 1;
    }

    private long Bits()
    {
        long bits = TypeBits + header.Bits + literals.Lengths[EndOfBlock];
        for (int symbol = 0; symbol < Literals; symbol++)
            bits += (long)literals.Counts[symbol] * literals.Lengths[symbol];
        for (int i = 0; i < LengthBase.Length; i++)
            bits += (long)literals.Counts[FirstLength + i] * (literals.Lengths[FirstLength + i] + LengthExtraBits[i]);
        for (int symbol = 0; symbol < DistanceSymbols; symbol++)
            bits += (long)distances.Counts[symbol] * (distances.Lengths[symbol] + DistanceExtraBits(symbol));
        return bits;
    }

    private void WriteContent(ref BitWriter writer, ReadOnlySpan<byte> raw, ReadOnlySpan<Match> matches)
    {
        ReadOnlySpan<uint> literalEntries = literals.Entries, distanceEntries = distances.Entries;
        if (LiteralCodes.IsSupported)
            literalCodes.Set(literalEntries);
        int at = 0;
        foreach (ref readonly Match match in matches)
        {
            WriteLiterals(ref writer, raw.Slice(at, match.Literals));
            int symbol = LengthSymbol[match.Length], distanceSymbol = DistanceSymbol(match.Distance);
            uint entry = literalEntries[FirstLength + symbol];
            ulong code = HuffmanCode.CodeOf(entry);
            int bits = HuffmanCode.LengthOf(entry);
            code |= (ulong)(uint)(match.Length - LengthBase[symbol]) << bits;
            bits += LengthExtraBits[symbol];
            entry = distanceEntries[distanceSymbol];
            code |= (ulong)HuffmanCode.CodeOf(entry) << bits;
            bits += HuffmanCode.LengthOf(entry);
            int extraBits = DistanceExtraBits(distanceSymbol);
            code |= (ulong)(uint)((match.Distance - 1) & ((1 << extraBits) - 1)) << bits;
            writer.Write(code, bits + extraBits);
            at += match.Literals + match.Length;
        }
        WriteLiterals(ref writer, raw[at..]);
        writer.Write(HuffmanCode.CodeOf(literalEntries[EndOfBlock]), HuffmanCode.LengthOf(literalEntries[EndOfBlock]));
    }

    private void WriteLiterals(ref BitWriter into, ReadOnlySpan<byte> raw)
    {
        if (LiteralCodes.IsSupported && raw.Length >= LeastForVectors)
            raw = raw[literalCodes.Write(ref into, raw)..];
        ReadOnlySpan<uint> entries = literals.Entries;
        BitWriter writer = into; // a copy stays in registers
        ref uint table = ref MemoryMarshal.GetReference(entries);
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(raw);
        foreach (uint word in words)
        {
            uint a = Unsafe.Add(ref table, (int)(word & 0xFF)), b = Unsafe.Add(ref table, (int)((word >> 8) & 0xFF)),
                c = Unsafe.Add(ref table, (int)((word >> 16) & 0xFF)), d = Unsafe.Add(ref table, (int)(word >> 24));
            int ab = HuffmanCode.LengthOf(a) + HuffmanCode.LengthOf(b);
            ulong low = HuffmanCode.CodeOf(a) | ((ulong)HuffmanCode.CodeOf(b) << HuffmanCode.LengthOf(a)),
                high = HuffmanCode.CodeOf(c) | ((ulong)HuffmanCode.CodeOf(d) << HuffmanCode.LengthOf(c));
            writer.Write(low | (high << ab), ab + HuffmanCode.LengthOf(c) + HuffmanCode.LengthOf(d));
        }
        foreach (byte literal in raw[(words.Length * sizeof(uint))..])
            writer.Write(HuffmanCode.CodeOf(entries[literal]), HuffmanCode.LengthOf(entries[literal]));
        into = writer;
    }

    /// <summary>Returns a logarithm that is at most 0.09 too small, in arithmetic that is the same everywhere.</summary>
    private static double RoughLog2(int value)
    {
        int whole = BitOperations.Log2((uint)value);
        return whole + ((double)value / (1 << whole)) - 1;
    }

    /// <summary>Returns the symbol of a distance (RFC 1951, section 3.2.5): two for each number of extra bits.</summary>
    private static int DistanceSymbol(int distance)
    {
        uint rest = (uint)distance - 1;
        if (rest < 2)
            return (int)rest;
        int bits = BitOperations.Log2(rest);
        return (2 * bits) + (int)((rest >> (bits - 1)) & 1);
    }

    private static int DistanceExtraBits(int symbol) => Math.Max((symbol / 2) - 1, 0);
}
