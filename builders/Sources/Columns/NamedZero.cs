using Pile.Format;

namespace Pile.Builders.Sources;

/// <summary>What the name or the unit of a column says about the zero point of its times.</summary>
internal readonly record struct NamedZero
{
    private const double LeastJd = 1e6, EndOfJd = 1e7, EndOfShortJd = 1e5, LeastShort = 1e4, LeastMjd = 1e3, Mjd2000 = 51_544;

    private readonly bool isWord;

    private NamedZero(Meaning kind, double? zeroMjd, bool isWord = false) => (Kind, ZeroMjd, this.isWord) = (kind, zeroMjd, isWord);

    /// <summary>What a name says.</summary>
    internal enum Meaning
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>The times are days since a known zero point, or MJD: <c>BTJD</c>, <c>BJD - 2454833</c>.</summary>
        Known,

        /// <summary>The times are Julian dates: <c>BJD_TDB</c>.</summary>
        JulianDates,

        /// <summary>There is a zero point, but the name has more than one meaning: <c>JD_2450000</c>.</summary>
        Unclear,
    }

    /// <summary>What the name says.</summary>
    internal Meaning Kind { get; }

    /// <summary>The MJD of time 0; that of the most probable meaning if it is unclear, and null without one.</summary>
    internal double? ZeroMjd { get; }

    /// <summary>Interprets a name or a unit.</summary>
    internal static NamedZero Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || !MayBeJulian(text))
            return default;
        List<TimeTokens.Token> tokens = TimeTokens.Of(text);
        List<(int Index, string Word)> words = WordsOf(tokens);
        if (words.Count == 0)
            return default;
        int[] offsets = [.. Enumerable.Range(0, tokens.Count).Where(i => tokens[i].IsOffset)];
        if (offsets.Length > 1 || offsets.Any(i => double.IsNaN(tokens[i].Number)))
            return new(Meaning.Unclear, null);
        // The offset belongs to the word before it: BTJD (BJD - 2457000).
        int owner = offsets is not [var offset] ? -1 : Math.Max(0, words.FindLastIndex(word => word.Index < offset));
        return words.Select((word, i) => i == owner ? With(word.Word, tokens[offsets[0]]) : Alone(word.Word))
            .Aggregate((one, other) => one.And(other));
    }

    /// <summary>Returns what two names say together: the more exact one, or that it is unclear if they contradict.</summary>
    internal NamedZero And(NamedZero other) =>
        Kind == Meaning.None ? other : other.Kind == Meaning.None || this == other ? this
        : Kind == Meaning.Unclear ? other.Kind == Meaning.JulianDates ? this : ZeroMjd == other.ZeroMjd ? other : new(Meaning.Unclear, null)
        : other.Kind == Meaning.Unclear ? other.And(this)
        : Kind == other.Kind ? (ZeroMjd == other.ZeroMjd ? this : new(Meaning.Unclear, null))
        : Kind == Meaning.JulianDates ? other.And(this)
        : isWord && ZeroMjd == 0 ? new(Meaning.Unclear, null) : this; // MJD and JD

    private static bool MayBeJulian(string text) => text.Contains("JD", StringComparison.OrdinalIgnoreCase)
        || text.Contains("julian", StringComparison.OrdinalIgnoreCase);

    private static List<(int Index, string Word)> WordsOf(List<TimeTokens.Token> tokens)
    {
        List<(int, string)> words = [];
        for (int i = 0; i < tokens.Count; i++)
            if (JulianWord.Find(tokens[i].Word) is { } word)
                words.Add((i, word));
            else if (tokens[i].Word is ['j', 'u', 'l', 'i', 'a', 'n', 'd', ..] // juliandate, julian_day
                || (tokens[i].Word == "julian" && i + 1 < tokens.Count && tokens[i + 1].Word is "date" or "dates" or "day" or "days"))
                words.Add((i, tokens.Take(i).Any(token => token.Word == "modified") ? "mjd" : "jd"));
        return words;
    }

    private static NamedZero Alone(string word) => word == "jd" ? new(Meaning.JulianDates, -TimeWords.JdOfMjdZero)
        : JulianWord.TryZero(word, out double zero) ? new(Meaning.Known, zero, isWord: true) : default;

    private static NamedZero With(string word, TimeTokens.Token offset)
    {
        _ = JulianWord.TryZero(word, out double zero);
        double number = offset.Number;
        bool isSigned = offset.Sign is not null;
        if (number >= LeastJd) // the offset of Julian dates
            return number >= EndOfJd || (word == "mjd" && offset.Sign == '+') ? new(Meaning.Unclear, null)
                : number - TimeWords.JdOfMjdZero is var ofJd && ofJd == zero && word != "jd" ? new(Meaning.Known, zero)
                : new(word == "jd" && isSigned ? Meaning.Known : Meaning.Unclear, word is "jd" or "mjd" ? ofJd : null);
        if (word == "jd") // HJD - 50000 is mostly HJD - 2450000
            return new(Meaning.Unclear, number is >= LeastShort and < EndOfShortJd ? number - 0.5 : null);
        if (word != "mjd")
            return new(Meaning.Unclear, isSigned ? zero + number : null);
        return isSigned ? number >= LeastMjd ? new(Meaning.Known, number) : new(Meaning.Unclear, null)
            : number >= LeastShort ? new(Meaning.Unclear, number)
            : number == 2000 ? new(Meaning.Unclear, Mjd2000) // MJD2000: days since 2000-01-01
            : Alone(word);
    }
}
