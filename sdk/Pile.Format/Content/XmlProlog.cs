using System.Buffers;

namespace Pile.Format;

/// <summary>Finds the root element of an XML or HTML text behind its declaration, comments, instructions and document type (XML 1.0,
/// section 2.8).</summary>
internal static class XmlProlog
{
    private static readonly SearchValues<byte> AfterName = SearchValues.Create(" \t\r\n/>["u8);

    /// <summary>Returns the name of the root element without its prefix; empty if it is not in these bytes.</summary>
    /// <param name="text">The beginning of the text.</param>
    internal static ReadOnlySpan<byte> RootOf(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            text = text.TrimStart(" \t\r\n"u8);
            int end;
            if (text.StartsWith("<?"u8))
                end = EndOf(text, "?>"u8);
            else if (text.StartsWith("<!--"u8))
                end = EndOf(text, "-->"u8);
            else if (text.Length > 9 && System.Text.Ascii.EqualsIgnoreCase(text[..9], "<!doctype"u8))
                return NameAt(text[9..].TrimStart(" \t\r\n"u8)); // the name of the root element
            else
                return text.StartsWith((byte)'<') ? NameAt(text[1..]) : [];
            if (end < 0)
                return [];
            text = text[end..];
        }
    }

    private static int EndOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end) =>
        text.IndexOf(end) is >= 0 and var at ? at + end.Length : -1;

    private static ReadOnlySpan<byte> NameAt(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny(AfterName);
        ReadOnlySpan<byte> name = end < 0 ? [] : text[..end]; // a name that is cut is not known
        return name[(name.LastIndexOf((byte)':') + 1)..];
    }
}
