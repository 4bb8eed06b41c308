using System.Buffers;

namespace Pile.Fits;

/// <content>The exponent letter D of FORTRAN (FITS 4.0 §4.2.4), which neither .NET nor wcslib reads: wcslib ignores the exponent.</content>
internal readonly partial record struct FitsCard
{
    private static readonly SearchValues<char> Number = SearchValues.Create("+-.0123456789");

    /// <summary>Returns a card of 80 characters with the exponent letter E if its value is a number with D.</summary>
    internal static string WithLetterE(string image)
    {
        ReadOnlySpan<char> rest = image.AsSpan(9); // after the equals sign
        if (rest.TrimStart() is ['\'', ..])
            return image;
        int slash = rest.IndexOf('/');
        ReadOnlySpan<char> token = (slash < 0 ? rest : rest[..slash]).TrimEnd();
        int blanks = token.Length - token.TrimStart().Length;
        return LetterD(token[blanks..]) is >= 0 and int at ? Replaced(image, 9 + blanks + at) : image;
    }

    // A value that is not quoted.
    private static string Unquoted(ReadOnlySpan<char> token) =>
        LetterD(token) is >= 0 and int at ? Replaced(token, at) : token.ToString();

    private static int LetterD(ReadOnlySpan<char> token) => token.IndexOfAny('D', 'd') is > 0 and int at && at < token.Length - 1
        && !token[..at].ContainsAnyExcept(Number) && !token[(at + 1)..].ContainsAnyExcept(Number) ? at : -1;

    private static string Replaced(ReadOnlySpan<char> text, int at) => $"{text[..at]}E{text[(at + 1)..]}";
}
