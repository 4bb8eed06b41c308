using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pile.Codecs.Deflate;

/// <summary>A part of a block: literals, then a copy of earlier bytes.</summary>
/// <param name="Literals">The number of literals.</param>
/// <param name="Length">The number of bytes to copy, 3 to 258.</param>
/// <param name="Distance">How many bytes before, 1 to 32,768.</param>
internal readonly record struct Match(int Literals, int Length, int Distance);

/// <summary>Finds repetitions. Not thread-safe; reuse it, because it keeps its tables.</summary>
/// <remarks>It looks at the byte before, and at one earlier position with the same hash; and at fewer positions the longer it finds
/// nothing but runs: measured values have planes of noise, where every search is in vain. Between these positions, vectors find
/// runs.</remarks>
internal sealed class Matches
{
    private const int HashBits = 13, DistanceBits = 15, Window = 1 << DistanceBits;
    private const int LeastLength = sizeof(uint), LongestLength = 258, LeastPartLength = 3;
    private const int MissesOfStep = 32, MissesOfNoise = 512, StepOfNoise = 28; // a vector of 32 bytes finds runs of four at 29 positions
    private const int RunPreference = 5; // how much longer another copy must be
    private const int FarBits = 13; // of the distance of most copies

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
        // Where a copy from far away must be long, shorter repetitions are not looked up.
        int hashedBytes = Math.Clamp(leastLengths[FarBits], LeastLength, sizeof(ulong)), unhashedBits = 8 * (sizeof(ulong) - hashedBytes);
        ref byte bytes = ref MemoryMarshal.GetReference(raw);
        ref int table = ref MemoryMarshal.GetArrayDataReference(lastPosition);
        int literalsFrom = start, misses = 0;
        for (int position = start; position <= end - sizeof(ulong);)
        {
            ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, position));
            ref int slot = ref Unsafe.Add(ref table, (int)(((value << unhashedBits) * 0x9E3779B97F4A7C15) >> (64 - HashBits)));
            int earlier = slot, distance = position - earlier, length = 0;
            slot = position;
            if (distance <= Window && Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref bytes, earlier)) == (uint)value)
                length = LengthOf(raw, position, earlier, end);
            if ((uint)value == (uint)(value >> 8) // five equal bytes
                && LengthOf(raw, position + 1, position, end) is var run && run + RunPreference > length)
            {
                position++;
                (distance, length) = (1, run);
            }
            if (length > 0 && length >= leastLengths[BitOperations.Log2((uint)distance)])
            {
                int first = position;
                while (first > literalsFrom && first > distance && raw[first - 1] == raw[first - 1 - distance])
                    first--;
                position += length;
                Add(first - literalsFrom, position - first, distance);
                literalsFrom = position;
                if (distance > 1)
                    misses = Math.Max(misses - (2 * length), 0); // noise with short runs remains noise
                continue;
            }
            misses = Math.Min(misses + 1, MissesOfNoise);
            position += misses < MissesOfNoise ? 1 + (misses / MissesOfStep)
                : position + Vector256<byte>.Count < raw.Length ? StepsToRun(ref Unsafe.Add(ref bytes, position)) : StepOfNoise;
        }
    }

    /// <summary>Returns how far the next byte is that begins a run: it and the next three are equal to the byte before; at most a step
    /// of noise.</summary>
    private static int StepsToRun(ref byte from)
    {
        uint isSame = Vector256.Equals(Vector256.LoadUnsafe(ref from), Vector256.LoadUnsafe(ref from, 1)).ExtractMostSignificantBits(),
            areTwoSame = isSame & (isSame >> 1);
        return Math.Min(BitOperations.TrailingZeroCount(areTwoSame & (areTwoSame >> 2)) + 1, StepOfNoise);
    }

    private static int LengthOf(ReadOnlySpan<byte> raw, int position, int earlier, int end)
    {
        ref byte here = ref Unsafe.Add(ref MemoryMarshal.GetReference(raw), position),
            there = ref Unsafe.Add(ref MemoryMarshal.GetReference(raw), earlier);
        int length = 0;
        for (; position + length <= end - Vector256<byte>.Count; length += Vector256<byte>.Count)
        {
            uint isSame = Vector256.Equals(Vector256.LoadUnsafe(ref here, (nuint)length), Vector256.LoadUnsafe(ref there, (nuint)length))
                .ExtractMostSignificantBits();
            if (isSame != uint.MaxValue)
                return length + BitOperations.TrailingZeroCount(~isSame);
        }
        return length + raw[(position + length)..end].CommonPrefixLength(raw[(earlier + length)..]);
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
