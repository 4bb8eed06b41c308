using System.Buffers;
using System.Globalization;

namespace Pile.Fits;

internal readonly partial record struct FitsCard
{
    private static readonly SearchValues<char> Standard = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>Creates a card with a string.</summary>
    internal static FitsCard Text(string keyword, string value, string comment = "") => new(keyword, value, true, comment);

    /// <summary>Creates a card with an integer.</summary>
    internal static FitsCard Integer(string keyword, long value,
        string comment = "") => new(keyword, value.ToString(CultureInfo.InvariantCulture), false, comment);

    /// <summary>Creates a card with a number, with enough digits to restore it exactly.</summary>
    /// <exception cref="ArgumentException">The number is not finite, which FITS does not support.</exception>
    internal static FitsCard Real(string keyword, double value, string comment = "")
    {
        if (!double.IsFinite(value))
            throw new ArgumentException($"Keyword {keyword}: the value must be finite; it is {value}.", nameof(value));
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return new(keyword, text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text, false, comment);
    }

    /// <summary>Creates a card with T or F.</summary>
    internal static FitsCard Logical(string keyword, bool value, string comment = "") => new(keyword, value ? "T" : "F", false, comment);

    /// <summary>Formats the card as 80 characters; a long string as several cards
    /// (CONTINUE, FITS 4.0 §4.2.1.2), a long keyword with HIERARCH.</summary>
    /// <exception cref="ArgumentException">The keyword or a character is not allowed in a header.</exception>
    internal IReadOnlyList<string> Format()
    {
        CheckCharacters();
        if (Value is null)
            return [Pad($"{Keyword,-8}{(Comment.Length > 72 ? Comment[..72] : Comment)}")];
        string head = IsStandard(Keyword) ? $"{Keyword,-8}= " : $"HIERARCH {Keyword} = ";
        if (!IsText)
        {
            string value = head.Length == 10 ? $"{head}{Value,20}" : head + Value;
            if (value.Length > Bytes)
                throw new ArgumentException($"Keyword {Keyword} with the value {Value} exceeds the {Bytes} characters of a card.");
            return [Pad(value + ShortComment(value.Length))];
        }

        string quoted = Value.Replace("'", "''", StringComparison.Ordinal);
        List<string> images = [];
        int room = Bytes - head.Length - 2;
        while (quoted.Length > room)
        {
            int cut = room - 1;
            if (LeadingQuotes(quoted, cut) % 2 == 1)
                cut--; // do not split a doubled quote
            images.Add(Pad($"{head}'{quoted[..cut]}&'"));
            (quoted, head) = (quoted[cut..], "CONTINUE  ");
            room = Bytes - head.Length - 2;
        }
        string last = $"{head}'{quoted,-8}'";
        images.Add(Pad(last + ShortComment(last.Length)));
        return images;
    }

    private static bool IsStandard(string keyword) => keyword.Length <= 8 && !keyword.AsSpan().ContainsAnyExcept(Standard);

    private static int LeadingQuotes(string text, int end)
    {
        int count = 0;
        while (end - count > 0 && text[end - count - 1] == '\'')
            count++;
        return count;
    }

    private static string Pad(string text) => text.PadRight(Bytes);

    private string ShortComment(int used)
    {
        int room = Bytes - Math.Max(used, 30) - 3;
        if (Comment.Length == 0 || room < 1)
            return "";
        return $"{new string(' ', Math.Max(0, 30 - used))} / {(Comment.Length > room ? Comment[..room] : Comment)}";
    }

    private void CheckCharacters()
    {
        if (!IsStandard(Keyword) && (Keyword.Length > 50 || Keyword.AsSpan().ContainsAnyExceptInRange(' ', '~') || Keyword.Contains('=')))
            throw new ArgumentException($"'{Keyword}' is not a valid keyword.");
        if (Value.AsSpan().ContainsAnyExceptInRange(' ', '~') || Comment.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException($"Keyword {Keyword}: expected printable ASCII, found '{Value}' / '{Comment}'.");
    }
}
