using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Pile.Stac;

/// <summary>Keeps one string for each of the names that documents of one collection repeat: keys, media types, band names.</summary>
/// <remarks>A direct-mapped table of fixed size for each thread: a collision costs an allocation and nothing else. Without it, reading an
/// item allocates some 300 short strings.</remarks>
internal static class NamePool
{
    private const int SlotBits = 11, Slots = 1 << SlotBits, LongestName = 64, WordBytes = sizeof(ulong);

    [ThreadStatic]
    private static Slot[]? names;

    /// <summary>Returns the string of an ASCII name; null for a long name, or one with other characters, or with escapes.</summary>
    internal static string? Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestName)
            return null;
        Slot[] table = names ??= new Slot[Slots];
        (ulong first, ulong last) = (FirstOf(utf8), LastOf(utf8));
        // First, middle and last bytes tell names apart; the rest costs more than a collision.
        ulong middle = utf8.Length <= 2 * WordBytes ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(utf8[((utf8.Length - WordBytes) / 2)..]);
        ulong hash = (ulong)utf8.Length ^ first ^ BitOperations.RotateLeft(last, 21) ^ BitOperations.RotateLeft(middle, 42);
        ref Slot slot = ref table[(int)((hash * 0x9E3779B97F4A7C15) >> (64 - SlotBits))]; // Knuth's multiplicative hash
        if (slot.First == first && slot.Last == last && slot.Length == utf8.Length
            && (utf8.Length <= 2 * WordBytes || Ascii.Equals(utf8, slot.Name)))
            return slot.Name;
        if (utf8.Contains((byte)'\\') || !Ascii.IsValid(utf8))
            return null;
        slot = new Slot(first, last, utf8.Length, Encoding.ASCII.GetString(utf8));
        return slot.Name;
    }

    private static ulong FirstOf(ReadOnlySpan<byte> utf8) => utf8.Length switch
    {
        >= WordBytes => BinaryPrimitives.ReadUInt64LittleEndian(utf8),
        >= sizeof(uint) => BinaryPrimitives.ReadUInt32LittleEndian(utf8),
        _ => utf8[0] | ((ulong)utf8[utf8.Length / 2] << 8),
    };

    private static ulong LastOf(ReadOnlySpan<byte> utf8) => utf8.Length switch
    {
        >= WordBytes => BinaryPrimitives.ReadUInt64LittleEndian(utf8[^WordBytes..]),
        >= sizeof(uint) => BinaryPrimitives.ReadUInt32LittleEndian(utf8[^sizeof(uint)..]),
        _ => utf8[^1],
    };

    /// <summary>A name. The first and last bytes, which may overlap, are all bytes of a short one, so that no other memory is read to
    /// compare it.</summary>
    private readonly record struct Slot(ulong First, ulong Last, int Length, string Name);
}
