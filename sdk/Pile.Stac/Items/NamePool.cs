using System.Text;

namespace Pile.Stac;

/// <summary>Keeps one string for each of the names that documents of one collection repeat: keys, media types, band names.</summary>
/// <remarks>A direct-mapped table of fixed size for each thread: a collision costs an allocation and nothing else. Without it, reading an
/// item allocates some 300 short strings.</remarks>
internal static class NamePool
{
    private const int Slots = 2048, LongestName = 64;

    [ThreadStatic]
    private static string[]? names;

    /// <summary>Returns the string of an ASCII name; null for a long name, or one with other characters, or with escapes.</summary>
    internal static string? Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestName || utf8.Contains((byte)'\\') || !Ascii.IsValid(utf8))
            return null;
        string[] table = names ??= new string[Slots];
        uint hash = 2166136261; // FNV-1a, 32 bits
        foreach (byte value in utf8)
            hash = (hash ^ value) * 16777619;
        ref string? slot = ref table[(hash ^ (hash >> 15)) & (Slots - 1)]!;
        return slot is not null && Ascii.Equals(utf8, slot) ? slot : slot = Encoding.ASCII.GetString(utf8);
    }
}
