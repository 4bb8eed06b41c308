using System.Buffers;

namespace Pile.Format;

/// <summary>Checks whether text is the beginning of JSON, without allocating and without exceptions: configuration files and Markdown
/// begin with a bracket, too.</summary>
internal static class JsonPrefix
{
    private const int MaxDepth = 64;

    private static readonly SearchValues<byte> AfterScalar = SearchValues.Create(",]} \t\r\n"u8);
    private static readonly SearchValues<byte> OfNumber = SearchValues.Create("0123456789+-.eE"u8);

    /// <summary>Returns <see cref="MediaType.Json"/> for one value, <see cref="MediaType.JsonLines"/> for several values on lines of
    /// their own, and <see cref="MediaType.Text"/> for anything else.</summary>
    /// <param name="text">UTF-8 that begins with a bracket or brace.</param>
    /// <param name="isComplete">True if the text is complete.</param>
    internal static MediaType TypeOf(ReadOnlySpan<byte> text, bool isComplete)
    {
        int values = 0;
        for (int at = 0; ;)
        {
            int end = EndOfValue(text, at, out bool isCut);
            if (end < 0)
                return MediaType.Text;
            if (isCut)
                return isComplete ? MediaType.Text : values > 0 ? MediaType.JsonLines : MediaType.Json;
            values++;
            int line = text[end..].IndexOf((byte)'\n'), next = SkipBlanks(text, end);
            if (next == text.Length)
                return values > 1 ? MediaType.JsonLines : MediaType.Json;
            if (line < 0 || end + line > next || text[next] is not ((byte)'{' or (byte)'['))
                return MediaType.Text;
            at = next;
        }
    }

    // Returns the end of the value, -1 if there is no value; the text may end before the value does.
    private static int EndOfValue(ReadOnlySpan<byte> text, int at, out bool isCut)
    {
        ulong objects = 0; // a bit for each level, 1 for an object
        int depth = 0;
        bool wantsValue = true, mayClose = false;
        isCut = false;
        while (true)
        {
            at = SkipBlanks(text, at);
            if (at == text.Length || depth == MaxDepth)
            {
                isCut = true;
                return text.Length;
            }
            byte c = text[at];
            bool isInObject = depth > 0 && (objects & (1UL << (depth - 1))) != 0;
            if (depth > 0 && c == (isInObject ? (byte)'}' : (byte)']') && (mayClose || !wantsValue))
            {
                depth--;
                at++;
                if (depth == 0)
                    return at;
                (wantsValue, mayClose) = (false, false);
                continue;
            }
            if (!wantsValue)
            {
                if (c != (byte)',')
                    return -1;
                at++;
                (wantsValue, mayClose) = (true, false);
                continue;
            }
            if (isInObject)
            {
                if (c != (byte)'"' || (at = EndOfString(text, at)) < 0)
                    return -1;
                at = SkipBlanks(text, at);
                if (at < text.Length && text[at++] != (byte)':')
                    return -1;
                at = SkipBlanks(text, at);
                if (at == text.Length)
                    continue;
                c = text[at];
            }
            if (c is (byte)'{' or (byte)'[')
            {
                objects = c == (byte)'{' ? objects | (1UL << depth) : objects & ~(1UL << depth);
                depth++;
                at++;
                (wantsValue, mayClose) = (true, true);
                continue;
            }
            if ((at = EndOfScalar(text, at)) < 0)
                return -1;
            (wantsValue, mayClose) = (false, false);
        }
    }

    private static int EndOfScalar(ReadOnlySpan<byte> text, int at)
    {
        if (text[at] == (byte)'"')
            return EndOfString(text, at);
        int length = text[at..].IndexOfAny(AfterScalar);
        ReadOnlySpan<byte> word = length < 0 ? text[at..] : text.Slice(at, length);
        bool isCut = length < 0;
        if (Is(word, "true"u8, isCut) || Is(word, "false"u8, isCut) || Is(word, "null"u8, isCut) || Is(word, "NaN"u8, isCut))
            return at + word.Length;
        return word is [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] && word.IndexOfAnyExcept(OfNumber) < 0
            ? at + word.Length : -1;
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> whole, bool isCut) =>
        isCut ? whole.StartsWith(word) : word.SequenceEqual(whole);

    private static int EndOfString(ReadOnlySpan<byte> text, int at)
    {
        for (at++; at < text.Length; at++)
            if (text[at] == (byte)'\\')
                at++;
            else if (text[at] == (byte)'"')
                return at + 1;
            else if (text[at] < 32)
                return -1;
        return text.Length;
    }

    private static int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        int skipped = text[Math.Min(at, text.Length)..].IndexOfAnyExcept(" \t\r\n"u8);
        return skipped < 0 ? text.Length : at + skipped;
    }
}
