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
    private static (byte[]? Utf8, string Name)[]? names;

    /// <summary>Returns the string of an ASCII name; null for a long name, or one with other characters, or with escapes.</summary>
    internal static string? Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestName)
            return null;
        (byte[]? Utf8, string Name)[] table = names ??= new (byte[]?, string)[Slots];
        // Knuth's multiplicative hash.
        ref (byte[]? Utf8, string Name) slot = ref table[(int)((Digest(utf8) * 0x9E3779B97F4A7C15) >> (64 - SlotBits))];
        if (slot.Utf8 is null || !utf8.SequenceEqual(slot.Utf8))
        {
            if (utf8.Contains((byte)'\\') || !Ascii.IsValid(utf8))
                return null;
            slot = (utf8.ToArray(), Encoding.ASCII.GetString(utf8));
        }
        return slot.Name;
    }

    // First, middle and last bytes tell names apart; the rest costs more than a collision.
    private static ulong Digest(ReadOnlySpan<byte> utf8) => utf8.Length switch
    {
        >= sizeof(ulong) => (ulong)utf8.Length ^ BinaryPrimitives.ReadUInt64LittleEndian(utf8) ^ BitOperations.RotateLeft(
            BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..]), 21) ^ BitOperations.RotateLeft(
            BinaryPrimitives.ReadUInt64LittleEndian(utf8[((utf8.Length - sizeof(ulong)) / 2)..]), 42),
        >= sizeof(uint) => BinaryPrimitives.ReadUInt32LittleEndian(utf8)
            | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(utf8[^sizeof(uint)..]) << 32),
        _ => utf8[0] | ((ulong)utf8[utf8.Length / 2] << 8) | ((ulong)utf8[^1] << 16),
    };
}
