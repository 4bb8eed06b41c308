namespace Pile.Codecs;

/// <summary>Decompresses LZF, the compression of h5py's filter 32000.</summary>
/// <remarks>
/// The input is a sequence of groups. A group whose first byte is below 32 has one literal byte more than this number. Otherwise the upper
/// three bits of the first byte are a length (7: the next byte is added), the lower five bits and the following byte a distance, and
/// length + 2 bytes are repeated from distance + 1 bytes back.
/// </remarks>
internal static class Lzf
{
    /// <summary>The largest ratio of decompressed to compressed bytes: three bytes repeat at most 264.</summary>
    internal const long LargestRatio = 88;

    private const int Literals = 32, LongLength = 7, ShortestMatch = 2;

    /// <summary>Decompresses to at most the destination's length; never writes beyond it for any input.</summary>
    /// <param name="stored">The compressed bytes.</param>
    /// <param name="destination">Receives the raw bytes; its content is undefined after an error.</param>
    /// <returns>The number of raw bytes.</returns>
    /// <exception cref="CodecException">The bytes are corrupt, or have more raw bytes than the destination.</exception>
    public static int Decompress(ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        int from = 0, to = 0;
        while (from < stored.Length)
        {
            int control = stored[from++];
            if (control < Literals)
            {
                int count = control + 1;
                if (count > stored.Length - from || count > destination.Length - to)
                    throw Corrupt(stored.Length, destination.Length);
                stored.Slice(from, count).CopyTo(destination[to..]);
                from += count;
                to += count;
                continue;
            }
            int length = control >> 5;
            if (stored.Length - from < (length is LongLength ? 2 : 1))
                throw Corrupt(stored.Length, destination.Length);
            if (length is LongLength)
                length += stored[from++];
            length += ShortestMatch;
            int distance = (((control & (Literals - 1)) << 8) | stored[from++]) + 1;
            if (distance > to || length > destination.Length - to)
                throw Corrupt(stored.Length, destination.Length);
            Repeat(destination, to, distance, length);
            to += length;
        }
        return to;
    }

    /// <summary>Repeats earlier bytes, which may overlap the new ones.</summary>
    private static void Repeat(Span<byte> destination, int to, int distance, int length)
    {
        if (distance >= length)
            destination.Slice(to - distance, length).CopyTo(destination[to..]);
        else if (distance is 1)
            destination.Slice(to, length).Fill(destination[to - 1]);
        else
            for (int i = to; i < to + length; i++)
                destination[i] = destination[i - distance];
    }

    private static CodecException Corrupt(int storedBytes, int rawBytes) => new($"the {storedBytes} bytes are not valid LZF, or have more "
        + $"than the expected {rawBytes} raw bytes");
}
