using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pile.Codecs.Deflate;

/// <summary>The codes of the 256 literals of a block as tables of bytes, by which 64 literals are looked up at once. Reuse it.</summary>
/// <remarks>Four codes are joined to one word in vectors, so that a word is written for each four literals.</remarks>
internal sealed class LiteralCodes
{
    /// <summary>The maximum length of a code in bits: four are written at once.</summary>
    internal const int MaxBits = BitWriter.MaxBits / LiteralsOfWord;

    private const int Literals = 256, LiteralsOfWord = 4, Step = 64, Words = Step / LiteralsOfWord;

    private readonly byte[] lengths = new byte[Literals], lowBytes = new byte[Literals], highBytes = new byte[Literals],
        last = new byte[Step];
    private readonly ulong[] words = new ulong[Words], bits = new ulong[Words]; // of one step

    /// <summary>Whether the processor has the instructions for it.</summary>
    internal static bool IsSupported => Avx512Vbmi.IsSupported;

    /// <summary>Sets the codes.</summary>
    /// <param name="entries">The entries of a <see cref="HuffmanCode"/>; the first 256 are those of the literals.</param>
    internal void Set(ReadOnlySpan<uint> entries)
    {
        for (int i = 0; i < Literals; i++)
        {
            uint code = HuffmanCode.CodeOf(entries[i]);
            (lengths[i], lowBytes[i], highBytes[i]) = ((byte)HuffmanCode.LengthOf(entries[i]), (byte)code, (byte)(code >> 8));
        }
    }

    /// <summary>Writes literals, and returns how many: all, as long as there is room for whole words.</summary>
    /// <param name="into">Receives the codes.</param>
    /// <param name="raw">The literals, and any bytes after them.</param>
    /// <param name="literals">The number of literals.</param>
    internal int Write(ref BitWriter into, ReadOnlySpan<byte> raw, int literals)
    {
        int at = 0;
        for (int count; at < literals && into.HasRoom(Step * MaxBits / 8); at += count)
        {
            count = Math.Min(literals - at, Step);
            ReadOnlySpan<byte> from = raw[at..];
            if (from.Length < Step)
            {
                from.CopyTo(last);
                from = last;
            }
            Vector512<byte> values = Vector512.Create(from), length = Lookup(lengths, values), low = Lookup(lowBytes, values),
                high = Lookup(highBytes, values);
            if (count < Step)
            {
                Vector512<byte> isLiteral = Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)count));
                (length, low, high) = (length & isLiteral, low & isLiteral, high & isLiteral);
            }
            Join(Vector512.WidenLower(low) | (Vector512.WidenLower(high) << 8), Vector512.WidenLower(length), words, bits);
            Join(Vector512.WidenUpper(low) | (Vector512.WidenUpper(high) << 8), Vector512.WidenUpper(length), words.AsSpan(Words / 2),
                bits.AsSpan(Words / 2));
            int used = (count + LiteralsOfWord - 1) / LiteralsOfWord;
            into.WriteUnchecked(words.AsSpan(0, used), bits.AsSpan(0, used));
        }
        return at;
    }

    /// <summary>Joins each four codes to a word, the first one lowest, and adds their lengths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join(Vector512<ushort> codes, Vector512<ushort> lengths, Span<ulong> words, Span<ulong> bits)
    {
        Vector512<uint> two = codes.AsUInt32(), lengthOfTwo = lengths.AsUInt32(), first = lengthOfTwo & Vector512.Create(0xFFFFu);
        two = (two & Vector512.Create(0xFFFFu)) | Avx512F.ShiftLeftLogicalVariable(two >> 16, first);
        lengthOfTwo = first + (lengthOfTwo >> 16);
        Vector512<ulong> four = two.AsUInt64(), lengthOfFour = lengthOfTwo.AsUInt64(),
            firstTwo = lengthOfFour & Vector512.Create(0xFFFFFFFFul);
        four = (four & Vector512.Create(0xFFFFFFFFul)) | Avx512F.ShiftLeftLogicalVariable(four >> 32, firstTwo);
        four.CopyTo(words);
        (firstTwo + (lengthOfFour >> 32)).CopyTo(bits);
    }

    /// <summary>Returns the byte of each value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Lookup(byte[] table, Vector512<byte> values)
    {
        ref byte first = ref MemoryMarshal.GetArrayDataReference(table);
        Vector512<byte> lower = Avx512Vbmi.PermuteVar64x8x2(Vector512.LoadUnsafe(ref first), values, Vector512.LoadUnsafe(ref first, 64)),
            upper = Avx512Vbmi.PermuteVar64x8x2(Vector512.LoadUnsafe(ref first, 128), values, Vector512.LoadUnsafe(ref first, 192));
        return Vector512.ConditionalSelect(Vector512.LessThan(values.AsSByte(), Vector512<sbyte>.Zero).AsByte(), upper, lower);
    }
}
