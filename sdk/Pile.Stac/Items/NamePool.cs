using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Pile.Stac;

/// <summary>Keeps one string for each of the names that documents of one collection repeat: keys, media types, band names.</summary>
/// <remarks>A direct-mapped table of fixed size for each thread: a collision costs an allocation and nothing else. Without it, reading an
/// item allocates some 300 short strings.</remarks>
internal static class NamePool
{
    private const int SlotBits = 11, Slots = 1 << SlotBits, LongestName = 64;

    [ThreadStatic]
    private static string[]? names;

    /// <summary>Returns the string of an ASCII name; null for a long name, or one with other characters, or with escapes.</summary>
    internal static string? Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestName || utf8.Contains((byte)'\\') || !Ascii.IsValid(utf8))
            return null;
        string[] table = names ??= new string[Slots];
        // First, middle and last bytes tell names apart; the rest costs more than a collision.
        ulong hash = (ulong)utf8.Length;
        if (utf8.Length >= sizeof(ulong))
            hash ^= BinaryPrimitives.ReadUInt64LittleEndian(utf8) ^ BitOperations.RotateLeft(
                BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..]), 21) ^ BitOperations.RotateLeft(
                BinaryPrimitives.ReadUInt64LittleEndian(utf8[((utf8.Length - sizeof(ulong)) / 2)..]), 42);
        else
            foreach (byte value in utf8)
                hash = (hash << 8) | value;
        ref string? slot = ref table[(int)((hash * 0x9E3779B97F4A7C15) >> (64 - SlotBits))]!; // Knuth's multiplicative hash
        return slot is not null && Ascii.Equals(utf8, slot) ? slot : slot = Encoding.ASCII.GetString(utf8);
    }
}
