using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.Codecs.Deflate;

/// <summary>A part of a block: literals, then a copy of earlier bytes.</summary>
/// <param name="Literals">The number of literals.</param>
/// <param name="Length">The number of bytes to copy, 3 to 258.</param>
/// <param name="Distance">How many bytes before, 1 to 32,768.</param>
internal readonly record struct Match(int Literals, int Length, int Distance);

/// <summary>Finds repetitions. Not thread-safe; reuse it, because it keeps its tables.</summary>
/// <remarks>It looks at one earlier position with the same hash, and at fewer positions the longer it finds nothing: measured values have
/// planes of noise, where every search is in vain.</remarks>
internal sealed class Matches
{
    private const int HashBits = 13, DistanceBits = 15, Window = 1 << DistanceBits;
    private const int LeastLength = sizeof(uint), LongestLength = 258, LeastPartLength = 3, MissesOfStep = 32, LongestStep = 16;

    /// <summary>About the bits of a match, apart from those that number its distance.</summary>
    private const double BitsOfMatch = 14;

    private readonly int[] lastPosition = new int[1 << HashBits];
    private readonly int[] leastLengths = new int[DistanceBits + 1]; // by the number of bits of the distance
    private Match[] found = new Match[1024];
    private int count;

    /// <summary>The matches of the last block, in order.</summary>
    internal ReadOnlySpan<Match> Found => found.AsSpan(0, count);

    /// <summary>Forgets all earlier bytes.</summary>
    internal void Reset() => Array.Fill(lastPosition, -Window - 1);

    /// <summary>Finds the matches of a block; copies may come from earlier blocks since the last reset.</summary>
    /// <param name="raw">All bytes since the last reset.</param>
    /// <param name="start">Where the block begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="bitsPerByte">About the bits of a literal. Matches that would need more bits than their bytes are left out.</param>
    internal void Find(ReadOnlySpan<byte> raw, int start, int end, double bitsPerByte)
    {
        count = 0;
        for (int bits = 0; bits <= DistanceBits; bits++)
            leastLengths[bits] = Math.Max((int)Math.Ceiling((BitsOfMatch + bits) / Math.Max(bitsPerByte, 1)), LeastLength);
        ref byte bytes = ref MemoryMarshal.GetReference(raw);
        ref int table = ref MemoryMarshal.GetArrayDataReference(lastPosition);
        int literalsFrom = start, misses = 0;
        for (int position = start; position <= end - LeastLength;)
        {
            uint value = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref bytes, position));
            ref int slot = ref Unsafe.Add(ref table, (int)((value * 0x9E3779B1) >> (32 - HashBits)));
            int earlier = slot, distance = position - earlier;
            slot = position;
            if (distance <= Window && Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref bytes, earlier)) == value)
            {
                int length = LengthOf(raw, position, earlier, end);
                if (length >= leastLengths[BitOperations.Log2((uint)distance)])
                {
                    int from = position;
                    while (from > literalsFrom && from > distance && raw[from - 1] == raw[from - 1 - distance])
                        from--;
                    position += length;
                    Add(from - literalsFrom, position - from, distance);
                    literalsFrom = position;
                    misses = 0;
                    continue;
                }
            }
            position += Math.Min(1 + (misses++ / MissesOfStep), LongestStep);
        }
    }

    private static int LengthOf(ReadOnlySpan<byte> raw, int position, int earlier, int end)
    {
        if (position + sizeof(ulong) > end)
            return raw[position..end].CommonPrefixLength(raw[earlier..]);
        ref byte bytes = ref MemoryMarshal.GetReference(raw);
        ulong differences = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, position))
            ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, earlier));
        return differences != 0 ? BitOperations.TrailingZeroCount(differences) / 8
            : sizeof(ulong) + raw[(position + sizeof(ulong))..end].CommonPrefixLength(raw[(earlier + sizeof(ulong))..]);
    }

    private void Add(int literals, int length, int distance)
    {
        while (length > 0)
        {
            int part = Math.Min(length, LongestLength);
            if (length > part && length - part < LeastPartLength)
                part -= LeastPartLength; // leaves enough for a last part
            if (count == found.Length)
                Array.Resize(ref found, 2 * count);
            found[count++] = new Match(literals, part, distance);
            literals = 0;
            length -= part;
        }
    }
}
