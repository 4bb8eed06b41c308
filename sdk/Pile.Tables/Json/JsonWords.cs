namespace Pile.Tables.Json;

/// <summary>Replaces the words <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, which Python writes and JSON does not allow, by numbers of
/// the same length, so that the bytes of a value are at the same place before and after.</summary>
internal sealed class JsonWords
{
    private byte[] copy = [];

    /// <summary>Returns a line with the words replaced, valid until the next call. Words within texts are not changed.</summary>
    internal ReadOnlySpan<byte> Replace(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOf("NaN"u8) < 0 && utf8.IndexOf("Infinity"u8) < 0)
            return utf8;
        if (copy.Length < utf8.Length)
            copy = new byte[2 * utf8.Length];
        Span<byte> replaced = copy.AsSpan(0, utf8.Length);
        utf8.CopyTo(replaced);
        for (int i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == (byte)'"')
                i = EndOfText(utf8, i);
            else if (IsWord(utf8, i, "NaN"u8) && i > 0 && IsBefore(utf8[i - 1]))
                "0e0"u8.CopyTo(replaced[i..]);
            else if (IsWord(utf8, i, "Infinity"u8) && i > 0 && (IsBefore(utf8[i - 1]) || utf8[i - 1] == (byte)'-'))
                "0e000000"u8.CopyTo(replaced[i..]);
        }
        return replaced;
    }

    private static int EndOfText(ReadOnlySpan<byte> utf8, int start)
    {
        for (int i = start + 1; ; i += 2)
        {
            int step = i < utf8.Length ? utf8[i..].IndexOfAny((byte)'"', (byte)'\\') : -1;
            if (step < 0)
                return utf8.Length;
            i += step;
            if (utf8[i] == (byte)'"')
                return i;
        }
    }

    private static bool IsWord(ReadOnlySpan<byte> utf8, int start, ReadOnlySpan<byte> word) =>
        utf8[start..].StartsWith(word) && start + word.Length < utf8.Length && utf8[start + word.Length] is var after
            && (after is (byte)',' or (byte)'}' or (byte)']' || IsBlank(after));

    private static bool IsBefore(byte value) => value is (byte)':' or (byte)',' or (byte)'[' || IsBlank(value);

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r';
}
