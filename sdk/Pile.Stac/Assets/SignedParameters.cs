using System.Buffers;
using System.Text;

namespace Pile.Stac;

/// <summary>Removes the signing parameters of an address, or of the addresses in a text.</summary>
/// <remarks>Addresses of real documents have blanks and quotes that RFC 3986 does not allow. The characters of an address therefore do not
/// tell where it ends: a parameter is a name between a separator and an equals sign. Either may be percent-encoded, as in an address
/// within the query of another one.</remarks>
internal static class SignedParameters
{
    private const int LongestName = 64;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%$[]");

    // Where an address ends in a text, and the rest is not part of its query; names of parameters may have brackets.
    private static readonly SearchValues<char> AddressEnds = SearchValues.Create(" \t\r\n\f\v\"<>`");

    private static readonly SearchValues<char> TextEnds = SearchValues.Create(" \t\r\n\f\v\"'<>()[]{}|`");

    /// <summary>Returns a text without signing parameters; the same instance if it has no such parameter.</summary>
    /// <param name="text">An address or a text.</param>
    /// <param name="isAddress">Whether the whole text is an address. In other texts, parameters begin after <c>://</c> or after
    /// <c>?name=</c> of a word with a slash or a dot, and end before a blank, a quote or a bracket.</param>
    internal static string Remove(string text, bool isAddress)
    {
        if (!Scan(text, isAddress, isSas: true, cleaned: null)) // most texts: nothing is allocated
            return text;
        StringBuilder cleaned = new(text.Length);
        return Scan(text, isAddress, HasSasSignature(text), cleaned) ? cleaned.ToString() : text;
    }

    /// <summary>Copies a text without its signing parameters; if <paramref name="cleaned"/> is null, returns at the first one.</summary>
    private static bool Scan(string text, bool isAddress, bool isSas, StringBuilder? cleaned)
    {
        bool isFound = false, isInAddress = isAddress, isInQuery = false;
        // A relative address has a slash or a dot before its query; "Is it clear?key=1" has none. A query with a blank continues after it
        // with names that texts do not have.
        bool isPath = false, isAfterQuery = false;
        int copied = 0, at = 0;
        while (at < text.Length)
        {
            if (!TrySeparator(text, at, out Separator separator))
            {
                if (!isAddress && AddressEnds.Contains(text[at]))
                    (isAfterQuery, isInAddress, isInQuery, isPath) = (text[at] == ' ' && (isInQuery || isAfterQuery), false, false, false);
                isInAddress |= text[at] == ':' && text.AsSpan(at).StartsWith("://");
                isPath |= text[at] is '/' or '.';
                at++;
                continue;
            }
            bool startsQuery = separator.Kind is '?' or '#', isLast = false;
            int next = separator.End;
            if (startsQuery)
                isInQuery |= isInAddress || (separator.Kind is '?' && isPath && NameAt(text, next, out _) is not null);
            while (!isLast && (isInQuery || (isAfterQuery && separator.Kind is '&')) && NameAt(text, next, out int value) is { } name
                && (isInQuery ? SigningNames.IsSigning(name, isSas) : SigningNames.IsOnlyOfAddresses(name)))
            {
                if (cleaned is null)
                    return true;
                next = EndOf(text, value, separator.Depth, isAddress, out Separator following);
                // The question mark is that of the first parameter that remains.
                isLast = !startsQuery || following.Kind is not ('&' or ';') || following.Depth != separator.Depth;
                if (!isLast)
                    next = following.End;
            }
            if (next > separator.End)
            {
                isFound = true;
                cleaned!.Append(text, copied, (isLast ? at : separator.End) - copied);
                copied = next;
            }
            at = next;
        }
        cleaned?.Append(text, copied, text.Length - copied);
        return isFound;
    }

    private static bool HasSasSignature(string text)
    {
        for (int at = 0; at < text.Length; at++)
            if (TrySeparator(text, at, out Separator separator) && NameAt(text, separator.End, out _) is { } name
                && SigningNames.IsSasSignature(name))
                return true;
        return false;
    }

    /// <summary>Returns the end of a value: the next separator of its address, or of an address around it.</summary>
    private static int EndOf(string text, int value, int depth, bool isAddress, out Separator next)
    {
        next = default;
        for (int at = value; at < text.Length;)
        {
            if (TrySeparator(text, at, out Separator separator))
            {
                // A list of signed headers has semicolons; after one that separates parameters there is a name.
                if (separator.Depth <= depth && (separator.Kind is '&' or '#'
                    || (separator.Kind is ';' && NameAt(text, separator.End, out _) is not null)))
                {
                    next = separator;
                    return at;
                }
                at = separator.End;
                continue;
            }
            if (!isAddress && EndsValue(text, at))
                return at;
            at++;
        }
        return text.Length;
    }

    private static bool EndsValue(string text, int at) => TextEnds.Contains(text[at])
        || (text[at] == ',' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])));

    /// <summary>Returns the decoded name at a place; null if there is no name that an equals sign follows.</summary>
    private static string? NameAt(string text, int start, out int value)
    {
        value = start;
        for (int at = start; at < text.Length && at - start <= LongestName; at++)
        {
            if (text[at] == '=' || (text[at] == '%' && EncodedAt(text, at, out _, out value) is '='))
            {
                value = text[at] == '=' ? at + 1 : value;
                return at == start ? null : SigningNames.Decoded(text[start..at]);
            }
            if (!NameCharacters.Contains(text[at]) || TrySeparator(text, at, out _))
                return null;
        }
        return null;
    }

    private static bool TrySeparator(string text, int at, out Separator separator)
    {
        separator = default;
        if (text[at] is '?' or '&' or ';' or '#')
            separator = new(text[at], 0, at + (text.AsSpan(at).StartsWith("&amp;") ? "&amp;".Length : 1));
        else if (text[at] == '%' && EncodedAt(text, at, out int depth, out int end) is var kind and ('?' or '&' or ';' or '#'))
            separator = new(kind, depth, end);
        return separator.End > 0;
    }

    /// <summary>Returns the character that a percent sign encodes; in the query of another address it is <c>%253F</c>.</summary>
    private static char EncodedAt(string text, int at, out int depth, out int end)
    {
        (depth, end) = (1, at + 1);
        for (; text.AsSpan(end).StartsWith("25"); end += 2)
            depth++;
        ReadOnlySpan<char> code = text.AsSpan(end, Math.Min(2, text.Length - end));
        end += code.Length;
        return code switch
        {
            "3F" or "3f" => '?',
            "26" => '&',
            "3B" or "3b" => ';',
            "23" => '#',
            "3D" or "3d" => '=',
            _ => '\0',
        };
    }

    /// <summary>A separator of parameters.</summary>
    /// <param name="Kind">The character.</param>
    /// <param name="Depth">How often it is percent-encoded.</param>
    /// <param name="End">The position after it.</param>
    private readonly record struct Separator(char Kind, int Depth, int End);
}
