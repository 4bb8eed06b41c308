using Pile.Codecs;

namespace Pile.Rasters;

/// <summary>Decompresses PackBits (TIFF 6.0, section 9).</summary>
internal static class PackBits
{
    /// <summary>The largest ratio of decompressed to compressed bytes.</summary>
    internal const long LargestRatio = 64;

    /// <summary>Decompresses the beginning of the data to exactly the destination's length; never writes beyond it for any input.</summary>
    /// <exception cref="CodecException">The data end before.</exception>
    internal static void Decompress(ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        int from = 0, to = 0;
        while (to < destination.Length)
        {
            if (from == stored.Length)
                throw Ends(stored.Length, to, destination.Length);
            int control = (sbyte)stored[from++];
            if (control is -128) // no operation
                continue;
            int count = Math.Min(Math.Abs(control) + 1, destination.Length - to);
            if (stored.Length - from < (control < 0 ? 1 : count))
                throw Ends(stored.Length, to, destination.Length);
            if (control < 0)
                destination.Slice(to, count).Fill(stored[from++]);
            else
                stored.Slice(from, count).CopyTo(destination[to..]);
            from += control < 0 ? 0 : count;
            to += count;
        }
    }

    private static CodecException Ends(int storedBytes, int found, int expected) =>
        new($"the {storedBytes} bytes of PackBits data end after {found} raw bytes; expected {expected}");
}
