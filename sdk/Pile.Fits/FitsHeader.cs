using System.Globalization;

namespace Pile.Fits;

/// <summary>The header of one HDU: all cards in order, and typed look-up by keyword.</summary>
/// <remarks>Uses no native memory. Valid after the file is closed and on any thread.</remarks>
internal sealed class FitsHeader
{
    private readonly Dictionary<string, int> firstByKeyword = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Parses a header.</summary>
    /// <param name="text">Cards of 80 characters without separators; END may be missing.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="hdu">The HDU, for messages.</param>
    internal FitsHeader(string text, string path, string? hdu)
    {
        (Text, Path, Hdu, Cards) = (text, path, hdu, FitsCard.Parse(text));
        for (int i = 0; i < Cards.Count; i++)
            if (Cards[i].Value is not null)
                firstByKeyword.TryAdd(Cards[i].Keyword, i);
    }

    /// <summary>Creates the header of a table of another format from its metadata.</summary>
    /// <param name="cards">The keywords with their values.</param>
    /// <param name="path">The file, for messages.</param>
    internal FitsHeader(IReadOnlyList<FitsCard> cards, string path)
    {
        (Text, Path, Cards) = ("", path, cards);
        for (int i = 0; i < cards.Count; i++)
            firstByKeyword.TryAdd(cards[i].Keyword, i);
    }

    /// <summary>The cards in the file's order.</summary>
    internal IReadOnlyList<FitsCard> Cards { get; }

    /// <summary>The unparsed cards, 80 characters each.</summary>
    internal string Text { get; }

    /// <summary>The file of the header.</summary>
    internal string Path { get; }

    /// <summary>The HDU of the header.</summary>
    internal string? Hdu { get; }

    /// <summary>Finds the first card of a keyword that has a value.</summary>
    internal FitsCard? Find(string keyword) => firstByKeyword.TryGetValue(keyword, out int i) ? Cards[i] : null;

    /// <summary>Returns whether a keyword has a value.</summary>
    internal bool Contains(string keyword) => firstByKeyword.ContainsKey(keyword);

    /// <summary>Returns a value as text (a number as written), or null if the keyword is missing.</summary>
    internal string? GetText(string keyword) => Find(keyword)?.Value;

    /// <summary>Returns an integer, or null if the keyword is missing.</summary>
    /// <exception cref="FitsException">The value is not an integer.</exception>
    internal long? GetInt64(string keyword)
    {
        if (Find(keyword) is not { } card)
            return null;
        if (long.TryParse(card.Value.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            return value;
        double real = GetFloat64(keyword)!.Value; // some programs write "3842.0"
        return Math.Abs(real) < 1L << 53 && real == Math.Floor(real) ? (long)real : throw Unexpected(card, "an integer");
    }

    /// <summary>Returns a number, or null if the keyword is missing. The exponent letter D of FORTRAN is read as E.</summary>
    /// <exception cref="FitsException">The value is not a number.</exception>
    internal double? GetFloat64(string keyword)
    {
        if (Find(keyword) is not { } card)
            return null;
        string token = card.Value!.Trim().Replace('D', 'E').Replace('d', 'e');
        return double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
            : throw Unexpected(card, "a number");
    }

    /// <summary>Returns a logical value, or null if the keyword is missing.</summary>
    /// <exception cref="FitsException">The value is neither T nor F.</exception>
    internal bool? GetBool(string keyword) => Find(keyword) switch
    {
        null => null,
        { Value: "T", IsText: false } => true,
        { Value: "F", IsText: false } => false,
        { } card => throw Unexpected(card, "T or F"),
    };

    private FitsException Unexpected(FitsCard card, string expected) =>
        new(Path, Hdu, $"keyword {card.Keyword} must be {expected}, found '{card.Value}'. Correct the header, or omit this file.");
}
