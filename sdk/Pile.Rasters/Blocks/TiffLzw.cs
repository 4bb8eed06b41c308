using System.Runtime.CompilerServices;
using Pile.Codecs;

namespace Pile.Rasters;

/// <summary>Decompresses LZW as in TIFF. Not thread-safe; reuse it, because it keeps its table.</summary>
/// <remarks>Source: TIFF 6.0, section 13: codes of 9 to 12 bits, most significant bit first, 256 clears the table, 257 ends the data, and
/// the width grows one code early. Each entry is a string that was written before, so the table stores where.</remarks>
internal sealed class TiffLzw
{
    /// <summary>The largest ratio of decompressed to compressed bytes: strings of at most 3,838 bytes by codes of 12 bits.</summary>
    internal const long LargestRatio = 2600;

    private const int Clear = 256, End = 257, First = 258, LeastBits = 9, MostBits = 12, TableSize = 1 << MostBits;

    private readonly int[] starts = new int[TableSize];
    private readonly int[] lengths = new int[TableSize];

    /// <summary>Decompresses the beginning of the data to exactly the destination's length; never writes beyond it for any input.</summary>
    /// <exception cref="CodecException">The data are corrupt or end before.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Decompress(ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        if (stored is [0, var second, ..] && (second & 1) is 1)
            throw new CodecException("the block has LZW data with the least significant bit first, a form before TIFF 6.0 that is not "
                + "supported: if the file is as its program wrote it, convert it with gdal_translate -co COMPRESS=DEFLATE");
        int from = 0, to = 0, bits = 0, width = LeastBits, next = First, previousStart = -1, previousLength = 0;
        ulong buffer = 0;
        while (to < destination.Length)
        {
            while (bits < width)
            {
                if (from == stored.Length)
                    throw Ends(stored.Length, to, destination.Length);
                buffer = (buffer << 8) | stored[from++];
                bits += 8;
            }
            bits -= width;
            int code = (int)(buffer >> bits) & ((1 << width) - 1);
            if (code is Clear)
            {
                (width, next, previousStart) = (LeastBits, First, -1);
                continue;
            }
            if (code is End)
                throw Ends(stored.Length, to, destination.Length);

            int start = to, length;
            if (code < Clear)
            {
                destination[to] = (byte)code;
                length = 1;
            }
            else if (code < next)
            {
                length = Math.Min(lengths[code], destination.Length - to);
                Repeat(destination, starts[code], to, length);
            }
            else if (code == next && previousStart >= 0) // the entry being made: the previous string and its first byte
            {
                length = Math.Min(previousLength + 1, destination.Length - to);
                Repeat(destination, previousStart, to, length);
            }
            else
            {
                throw new CodecException($"the {stored.Length} bytes are not valid LZW data: code {code} is not defined");
            }
            if (previousStart >= 0 && next < TableSize)
            {
                starts[next] = previousStart;
                lengths[next] = previousLength + 1;
                if (++next >= (1 << width) - 1 && width < MostBits)
                    width++;
            }
            (previousStart, previousLength) = (start, length);
            to += length;
        }
    }

    private static void Repeat(Span<byte> destination, int start, int to, int length)
    {
        if (start + length <= to)
            destination.Slice(start, length).CopyTo(destination[to..]);
        else
            for (int i = 0; i < length; i++)
                destination[to + i] = destination[start + i];
    }

    private static CodecException Ends(int storedBytes, int found, int expected) =>
        new($"the {storedBytes} bytes of LZW data end after {found} raw bytes; expected {expected}");
}
