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

    /// <summary>The symbol of the end of a block.</summary>
    internal const int EndOfBlock = 256;

    /// <summary>The number of bits that say whether a block is the last one, and of which type it is.</summary>
    internal const int TypeBits = 3;

    private const int Literals = 256, Dynamic = 0b100, LeastForVectors = 16, FractionBits = 52, BitsOfByte = 8;
    private const int UsualHeaderBits = 480; // of noise
    private const int UsualMatchBits = 18; // of runs among noise

    private readonly HuffmanCode literals = new(CopySymbols.FirstLength + CopySymbols.Lengths, LiteralCodes.MaxBits),
        distances = new(CopySymbols.Distances, 15);
    private readonly LiteralCodes literalCodes = new();
    private readonly BlockHeader header = new();
    private bool isNoise; // then the bytes are not counted
    private long entropyBits;

    /// <summary>How often each value occurs in the block, from <see cref="Begin"/> until it is written.</summary>
    internal ReadOnlySpan<int> ByteCounts => literals.Counts.AsSpan(0, Literals);

    /// <summary>Begins a block, and returns about the bits that a byte needs without matches (the entropy).</summary>
    /// <param name="raw">The bytes of the block, at most <see cref="MaxBytes"/>.</param>
    /// <param name="needsCounts">Whether <see cref="ByteCounts"/> is to be set.</param>
    internal double Begin(ReadOnlySpan<byte> raw, bool needsCounts)
    {
        isNoise = !needsCounts && NoiseSample.IsNoise(raw);
        if (isNoise)
            return BitsOfByte;
        Count(raw);
        entropyBits = (long)LiteralBits(raw.Length);
        return (double)entropyBits / Math.Max(raw.Length, 1);
    }

    /// <summary>Writes the block that was begun.</summary>
    /// <param name="writer">Receives the block, which takes at most <see cref="StoredHeaderBytes"/> more than the bytes.</param>
    /// <param name="raw">The bytes of the block.</param>
    /// <param name="matches">The matches among them.</param>
    /// <param name="isLast">True for the last block of the stream.</param>
    internal void Write(ref BitWriter writer, ReadOnlySpan<byte> raw, ReadOnlySpan<Match> matches, bool isLast)
    {
        if (isNoise && IsBetterStored(raw.Length, matches))
        {
            StoredNoise.Write(ref writer, raw, matches, isLast);
            return;
        }
        if (isNoise)
            Count(raw);
        else if (matches.IsEmpty && entropyBits + UsualHeaderBits >= (long)BitsOfByte * raw.Length)
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

    /// <summary>Writes a stored block.</summary>
    internal static void WriteStored(ref BitWriter writer, ReadOnlySpan<byte> raw, bool isLast)
    {
        writer.Write(isLast ? 1UL : 0, TypeBits);
        writer.Align();
        writer.Write((uint)raw.Length | ((uint)(ushort)~raw.Length << 16), 32);
        writer.WriteBytes(raw);
    }

    private void Count(ReadOnlySpan<byte> raw)
    {
        Array.Clear(literals.Counts);
        Format.ByteCounts.Add(raw, literals.Counts);
    }

    /// <summary>Whether noise takes at most 1/32 more bits if it is stored, for the time that this saves in writing and reading.</summary>
    private static bool IsBetterStored(int rawBytes, ReadOnlySpan<Match> matches)
    {
        long bits = BitsOfByte * (long)rawBytes;
        foreach (ref readonly Match match in matches)
            bits -= (BitsOfByte * match.Length) - UsualMatchBits;
        return StoredNoise.Bits(rawBytes, matches) <= bits + (bits / 32);
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
            literals.Counts[CopySymbols.OfLength(match.Length)]++;
            distances.Counts[CopySymbols.OfDistance(match.Distance)]++;
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
        for (int symbol = CopySymbols.FirstLength; symbol < literals.Counts.Length; symbol++)
            bits += (long)literals.Counts[symbol] * (literals.Lengths[symbol] + CopySymbols.ExtraBitsOfLengthSymbol(symbol));
        for (int symbol = 0; symbol < CopySymbols.Distances; symbol++)
            bits += (long)distances.Counts[symbol] * (distances.Lengths[symbol] + CopySymbols.ExtraBitsOfDistance(symbol));
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
            WriteLiterals(ref writer, raw[at..], match.Literals);
            int distanceSymbol = CopySymbols.OfDistance(match.Distance);
            uint entry = literalEntries[CopySymbols.OfLength(match.Length)];
            ulong code = HuffmanCode.CodeOf(entry);
            int bits = HuffmanCode.LengthOf(entry);
            code |= (ulong)(uint)CopySymbols.ExtraOfLength(match.Length) << bits;
            bits += CopySymbols.ExtraBitsOfLength(match.Length);
            entry = distanceEntries[distanceSymbol];
            code |= (ulong)HuffmanCode.CodeOf(entry) << bits;
            bits += HuffmanCode.LengthOf(entry);
            int extraBits = CopySymbols.ExtraBitsOfDistance(distanceSymbol);
            code |= CopySymbols.ExtraOfDistance(match.Distance, extraBits) << bits;
            writer.Write(code, bits + extraBits);
            at += match.Literals + match.Length;
        }
        WriteLiterals(ref writer, raw[at..], raw.Length - at);
        writer.Write(HuffmanCode.CodeOf(literalEntries[EndOfBlock]), HuffmanCode.LengthOf(literalEntries[EndOfBlock]));
    }

    /// <summary>Writes the first of some bytes as literals.</summary>
    private void WriteLiterals(ref BitWriter into, ReadOnlySpan<byte> bytes, int count)
    {
        int done = LiteralCodes.IsSupported && count >= LeastForVectors ? literalCodes.Write(ref into, bytes, count) : 0;
        ReadOnlySpan<byte> raw = bytes[done..count];
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

    /// <summary>Returns the bits that the counted literals need: their entropy, with logarithms that are at most 0.09 too small, and the
    /// same everywhere.</summary>
    private double LiteralBits(int count)
    {
        double bits = count * RoughLog2(count);
        foreach (int of in literals.Counts.AsSpan(0, Literals))
            bits -= of * RoughLog2(of);
        return bits;
    }

    // The exponent and the fraction of a float64 are the logarithm, interpolated between powers of two.
    private static double RoughLog2(int value) =>
        (BitConverter.DoubleToInt64Bits(value) - BitConverter.DoubleToInt64Bits(1)) * (1.0 / (1L << FractionBits));
}
