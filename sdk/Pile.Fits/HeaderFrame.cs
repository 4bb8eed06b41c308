using System.Globalization;

namespace Pile.Fits;

/// <summary>The equatorial frame that a header declares in RADESYS, EQUINOX and EPOCH (FITS 4.0 §8.3).</summary>
/// <param name="System">RADESYS in upper case; without it FK4 for an equinox before 1984 and FK5 for a later one; null without both, which
/// means ICRS.</param>
/// <param name="EquinoxYear">The equinox; null if the header does not declare one.</param>
internal readonly record struct HeaderFrame(string? System, double? EquinoxYear)
{
    private const double FirstYearOfFk5 = 1984;

    /// <summary>The keyword and value of the equinox, for messages; null without one.</summary>
    internal string? Equinox { get; private init; }

    /// <summary>The system that the letter before the equinox names if it is another than that of the year alone, as in J1980; otherwise
    /// null.</summary>
    internal string? SystemOfLetter { get; private init; }

    /// <summary>What is wrong with the keywords; null if they are valid, and if the system has no equinox. The year may still be one that
    /// a frame does not have.</summary>
    internal string? Fault { get; private init; }

    /// <summary>What is wrong with an equinox that cannot be read, for axes that have one in any system; otherwise null.</summary>
    internal string? EquinoxFault { get; private init; }

    /// <summary>Reads the frame of an image. EPOCH is the equinox if EQUINOX is missing, as in wcslib.</summary>
    internal static HeaderFrame OfWcs(FitsHeader header) => Of(header, Card(header, "EQUINOX") ?? Epoch(header));

    /// <summary>Reads the frame of a position in keywords. EPOCH is the equinox if EQUINOX and RADESYS are missing; beside RADESYS it is
    /// the time of the observation.</summary>
    /// <param name="header">The header of the position.</param>
    /// <param name="primary">Has the equinox if the header does not.</param>
    internal static HeaderFrame OfKeywords(FitsHeader header, FitsHeader primary) => Of(header, Card(header, "EQUINOX")
        ?? Card(primary, "EQUINOX") ?? (NameIn(header) is null && NameIn(primary) is null ? Epoch(header) ?? Epoch(primary) : null));

    /// <summary>Reads the frame of the columns of a table. EPOCH is the equinox if EQUINOX and RADESYS are missing and it is 1950 or 2000;
    /// other years, as 2016.0 of catalogues of Gaia, are the time of the positions.</summary>
    internal static HeaderFrame OfTable(FitsHeader header) => Of(header, Card(header, "EQUINOX")
        ?? (NameIn(header) is null && Epoch(header) is { } epoch && TryYear(epoch, out double year, out _) && year is 1950 or 2000
            ? epoch : null));

    private static HeaderFrame Of(FitsHeader header, FitsCard? equinoxCard)
    {
        string? named = NameIn(header);
        if (equinoxCard is not { } card)
            return new(named, null);
        string equinox = $"{card.Keyword} = {(card.IsText ? $"'{card.Value}'" : card.Value)}";
        if (!TryYear(card, out double year, out string? ofLetter))
        {
            string fault = $"{equinox} must be a number, the year of the equinox, or text such as J2000 or B1950";
            return new(named, null)
            {
                Equinox = equinox,
                EquinoxFault = fault,
                Fault = named is "ICRS" or "GAPPT" or "GALACTIC" ? null : fault, // which have no equinox
            };
        }
        if (named is not null && ofLetter is not null && !AreCompatible(named, ofLetter))
            return new(named, year)
            {
                Equinox = equinox,
                Fault = $"{equinox} is an equinox of {ofLetter}, but RADESYS = '{named}'",
            };
        string ofYear = year < FirstYearOfFk5 ? "FK4" : "FK5";
        return new(named ?? ofLetter ?? ofYear, year)
        {
            Equinox = equinox,
            SystemOfLetter = named is null && ofLetter != ofYear ? ofLetter : null,
        };
    }

    /// <summary>Reads an equinox: a number, also as text, or text with the letter of Besselian or Julian years before it.</summary>
    /// <param name="card">The keyword with its value.</param>
    /// <param name="year">The year.</param>
    /// <param name="ofLetter">The system of the letter; null without one.</param>
    internal static bool TryYear(FitsCard card, out double year, out string? ofLetter)
    {
        string text = card.Value!.Trim();
        ofLetter = !card.IsText || text is not [_, >= '0' and <= '9', ..] ? null : text[0] switch
        {
            'J' or 'j' => "FK5",
            'B' or 'b' => "FK4",
            _ => null,
        };
        string token = (ofLetter is null ? text : text[1..]).Replace('D', 'E').Replace('d', 'e');
        return double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out year) && double.IsFinite(year);
    }

    private static bool AreCompatible(string named, string ofLetter) => named switch
    {
        "FK4" or "FK4-NO-E" => ofLetter == "FK4",
        "FK5" or "ICRS" => ofLetter == "FK5",
        _ => true,
    };

    /// <summary>Returns EPOCH, the old name of EQUINOX, if it can be an equinox. Other formats have no such rule.</summary>
    private static FitsCard? Epoch(FitsHeader header) => header.Text.Length > 0 && Card(header, "EPOCH") is { } epoch
        && TryYear(epoch, out double year, out _) && year is >= 1800 and <= 2200 ? epoch : null;

    // Programs write blank text for a value that they do not know.
    private static FitsCard? Card(FitsHeader header, string keyword) =>
        header.Find(keyword) is { } card && !string.IsNullOrWhiteSpace(card.Value) ? card : null;

    private static string? NameIn(FitsHeader header) => Word(header, "RADESYS") ?? Word(header, "RADECSYS");

    private static string? Word(FitsHeader header, string keyword) =>
        header.GetText(keyword)?.Trim().ToUpperInvariant() is { Length: > 0 } word ? word : null;
}
