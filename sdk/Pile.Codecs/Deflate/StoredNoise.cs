namespace Pile.Codecs.Deflate;

/// <summary>Writes noise, which no code makes shorter, as stored blocks, and the copies in between with fixed codes (RFC 1951, sections
/// 3.2.4 and 3.2.6). Stored bytes are written and read as fast as memory is copied.</summary>
internal static class StoredNoise
{
    // From stored bytes to a copy and back, with the most padding before the length of a stored block.
    private const int SwitchBits = FixedBlock.FrameBits + (8 * DeflateBlock.StoredHeaderBytes) + DeflateBlock.TypeBits - 1;

    /// <summary>Returns the most bits that <see cref="Write"/> needs.</summary>
    internal static long Bits(int rawBytes, ReadOnlySpan<Match> matches)
    {
        long bits = 8L * (rawBytes + DeflateBlock.StoredHeaderBytes);
        bool isOpen = false;
        foreach (ref readonly Match match in matches)
        {
            int saved = SavedBits(match, isOpen && match.Literals == 0);
            isOpen = saved > 0;
            bits -= Math.Max(saved, 0);
        }
        return bits;
    }

    /// <summary>Writes bytes.</summary>
    /// <param name="writer">Receives the blocks.</param>
    /// <param name="raw">The bytes, at most <see cref="DeflateBlock.MaxBytes"/>.</param>
    /// <param name="matches">The matches among them; those that are too short are stored.</param>
    /// <param name="isLast">True if the last block is that of the stream.</param>
    internal static void Write(ref BitWriter writer, ReadOnlySpan<byte> raw, ReadOnlySpan<Match> matches, bool isLast)
    {
        int stored = 0, at = 0;
        bool isOpen = false;
        foreach (ref readonly Match match in matches)
        {
            int copy = at + match.Literals;
            at = copy + match.Length;
            bool continues = isOpen && match.Literals == 0;
            if (isOpen && !continues)
                FixedBlock.End(ref writer);
            isOpen = SavedBits(match, continues) > 0;
            if (isOpen && !continues)
            {
                if (copy > stored)
                    DeflateBlock.WriteStored(ref writer, raw[stored..copy], isLast: false);
                FixedBlock.Begin(ref writer);
            }
            if (isOpen)
            {
                FixedBlock.WriteCopy(ref writer, match.Length, match.Distance);
                stored = at;
            }
            else if (continues)
                FixedBlock.End(ref writer);
        }
        if (isOpen)
            FixedBlock.End(ref writer);
        if (raw.Length > stored || isLast)
            DeflateBlock.WriteStored(ref writer, raw[stored..], isLast);
    }

    private static int SavedBits(in Match match, bool continues) => (8 * match.Length) - (continues ? 0 : SwitchBits)
        - FixedBlock.LengthBits - CopySymbols.ExtraBitsOfLength(match.Length)
        - FixedBlock.DistanceBits - CopySymbols.ExtraBitsOfDistance(CopySymbols.OfDistance(match.Distance));
}
