namespace Pile.Format;

/// <summary>Recognises types whose first bytes are so short or common that they are compared last, after text.</summary>
/// <remarks>Sources of the layouts: ISO/IEC 11172-3, section 2.4.1.3 (frames of MPEG audio); Apple, QuickTime File Format, "Atoms"; Unix
/// V7, tar(5).</remarks>
internal static class WeakSignature
{
    private const int TarHeaderBytes = 512, TarSumOffset = 148, TarSumBytes = 8;

    /// <summary>Returns the type of a file that is not text and has no signature.</summary>
    internal static MediaType TypeOf(ReadOnlySpan<byte> head) => IsAudioFrame(head) ? MediaType.Mp3
        : IsMovie(head) ? MediaType.QuickTime
        : IsOldTar(head) ? MediaType.Tar
        : MediaType.Binary;

    /// <summary>Returns true for a frame of MPEG layer III: an MP3 without tags begins with one.</summary>
    private static bool IsAudioFrame(ReadOnlySpan<byte> head) => head.Length >= 4 && head[0] == 0xFF && (head[1] & 0xE6) == 0xE2
        && (head[1] & 0x18) != 0x08 && head[2] >> 4 is not (0 or 15) && (head[2] >> 2 & 3) != 3;

    /// <summary>Returns true for a movie without <c>ftyp</c>, as QuickTime wrote them before ISO/IEC 14496-12.</summary>
    private static bool IsMovie(ReadOnlySpan<byte> head) => head.Length >= 8
        && (head[4..8].SequenceEqual("moov"u8) || head[4..8].SequenceEqual("mdat"u8) || head[4..8].SequenceEqual("wide"u8)
            || head[4..8].SequenceEqual("free"u8) || head[4..8].SequenceEqual("skip"u8));

    /// <summary>Returns true for a tar archive without <c>ustar</c>: the sum of its header is the one that it states.</summary>
    private static bool IsOldTar(ReadOnlySpan<byte> head)
    {
        if (head.Length < TarHeaderBytes || head[0] == 0)
            return false;
        int sum = TarSumBytes * ' ', stated = 0;
        for (int at = 0; at < TarHeaderBytes; at++)
            sum += at is >= TarSumOffset and < TarSumOffset + TarSumBytes ? 0 : head[at];
        foreach (byte digit in head.Slice(TarSumOffset, TarSumBytes).TrimStart((byte)' '))
            if (digit is >= (byte)'0' and <= (byte)'7')
                stated = (stated * 8) + digit - '0';
            else
                return digit is 0 or (byte)' ' && sum == stated;
        return sum == stated;
    }
}
