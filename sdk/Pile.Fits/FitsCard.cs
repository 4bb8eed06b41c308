using System.Text;

namespace Pile.Fits;

/// <summary>One keyword of a header with its value, joined with its CONTINUE cards if it has any.</summary>
/// <param name="Keyword">The keyword, without HIERARCH.</param>
/// <param name="Value">A string without its quotes and trailing blanks, which only the texts WATi_nnn of IRAF keep; any other value as
/// written, but the exponent letter D as E; null for COMMENT, HISTORY and cards without a value.</param>
/// <param name="IsText">Whether the value is quoted.</param>
/// <param name="Comment">The text after the slash; for COMMENT and HISTORY, their text.</param>
internal readonly partial record struct FitsCard(string Keyword, string? Value, bool IsText, string Comment)
{
    internal const int Bytes = 80;

    /// <summary>Parses the cards of a header, 80 characters each, up to END. Never
    /// fails: a card that is not keyword = value is parsed as a comment.</summary>
    /// <remarks>FITS 4.0 §4.1, §4.2 (values), §4.2.1.2 (CONTINUE), and the HIERARCH convention of ESO.</remarks>
    internal static List<FitsCard> Parse(string text)
    {
        List<FitsCard> cards = new(text.Length / Bytes);
        for (int start = 0; start < text.Length; start += Bytes)
        {
            ReadOnlySpan<char> image = text.AsSpan(start, Math.Min(Bytes, text.Length - start));
            if (image.TrimEnd() is "END")
                break;
            FitsCard card = ParseOne(image);
            if (card.Keyword == "CONTINUE" && cards.Count > 0 && cards[^1] is { IsText: true, Value: [.. var head, '&'] } last)
                cards[^1] = last with
                {
                    Value = head + card.Value,
                    Comment = last.Comment.Length == 0 ? card.Comment : $"{last.Comment} {card.Comment}".TrimEnd()
                };
            else
                cards.Add(card);
        }
        return cards;
    }

    private static FitsCard ParseOne(ReadOnlySpan<char> image)
    {
        ReadOnlySpan<char> keyword = image[..Math.Min(8, image.Length)].TrimEnd();
        if (keyword is "HIERARCH" && image.IndexOf('=') is var equals and > 8)
            return ParseValue(image[8..equals].Trim().ToString(), image[(equals + 1)..]);
        if (keyword is "CONTINUE")
            return ParseValue("CONTINUE", image[8..]);
        if (image.Length > 9 && image[8] == '=' && keyword is not ("COMMENT" or "HISTORY" or ""))
            return ParseValue(keyword.ToString(), image[9..]);
        return new(keyword.ToString(), null, false, image.Length > 8 ? image[8..].Trim().ToString() : "");
    }

    private static FitsCard ParseValue(string keyword, ReadOnlySpan<char> rest)
    {
        rest = rest.Trim();
        if (rest is not ['\'', ..])
        {
            int slash = rest.IndexOf('/');
            ReadOnlySpan<char> token = (slash < 0 ? rest : rest[..slash]).Trim();
            return new(keyword, token.IsEmpty ? null : Unquoted(token), false, slash < 0 ? "" : rest[(slash + 1)..].Trim().ToString());
        }

        StringBuilder value = new();
        int i = 1;
        for (; i < rest.Length; i++)
        {
            if (rest[i] != '\'')
                value.Append(rest[i]);
            else if (i + 1 < rest.Length && rest[i + 1] == '\'')
                value.Append(rest[i++]);
            else
                break;
        }
        ReadOnlySpan<char> after = i + 1 < rest.Length ? rest[(i + 1)..].TrimStart() : "";
        string text = value.ToString();
        if (!IsPartOfText(keyword))
            text = text.TrimEnd(' ');
        return new(keyword, text, true, after is ['/', .. var comment] ? comment.Trim().ToString() : "");
    }

    // IRAF cuts a text every 68 characters, also at a blank between two numbers, and readers join the parts.
    private static bool IsPartOfText(string keyword) => keyword is
        ['W', 'A', 'T', >= '0' and <= '9', '_', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9'];
}
