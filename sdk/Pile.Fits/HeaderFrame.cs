using System.Globalization;

namespace Pile.Fits;

/// <summary>The equatorial frame that a header declares (FITS 4.0 §8.3): the only reader of RADESYS, EQUINOX and EPOCH.</summary>
/// <param name="System">RADESYS in upper case; without it FK4 for an equinox before 1984 and FK5 for a later one; null without both, which
/// means ICRS.</param>
/// <param name="EquinoxYear">The equinox; null if the header does not declare one.</param>
internal readonly record struct HeaderFrame(string? System, double? EquinoxYear)
{
    private const double FirstYearOfFk5 = 1984;

    /// <summary>The keyword and value of the equinox, for messages; null without one.</summary>
    internal string? Equinox { get; private init; }

    /// <summary>What is wrong with the keywords; null if they are valid. The year may still be one that a frame does not have.</summary>
    internal string? Fault { get; private init; }

    /// <summary>Reads the frame.</summary>
    /// <param name="header">The header of the positions.</param>
    /// <param name="primary">Has the equinox if the header does not; null for none.</param>
    internal static HeaderFrame Of(FitsHeader header, FitsHeader? primary = null)
    {
        string? named = NameIn(header);
        if (EquinoxOf(header, primary) is not { } card)
            return new(named, null);
        string equinox = $"{card.Keyword} = {(card.IsText ? $"'{card.Value}'" : card.Value)}";
        string token = card.Value!.Trim().Replace('D', 'E').Replace('d', 'e');
        if (!double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out double year))
            return new(named, null) { Equinox = equinox, Fault = $"{equinox} must be a number, the year of the equinox" };
        return new(named ?? (year < FirstYearOfFk5 ? "FK4" : "FK5"), year) { Equinox = equinox };
    }

    /// <summary>Returns whether EPOCH of a header is not an equinox, because the header states its frame in the words of the
    /// standard.</summary>
    internal static bool IgnoresEpoch(FitsHeader header) => NameIn(header) is not null || header.Contains("EQUINOX");

    // EPOCH is the old name of EQUINOX. Beside RADESYS or EQUINOX it is often the time of the observation, and so is the 'epoch' of
    // tables of other formats.
    private static FitsCard? EquinoxOf(FitsHeader header, FitsHeader? primary) =>
        header.Find("EQUINOX") ?? primary?.Find("EQUINOX")
            ?? (IgnoresEpoch(header) || (primary is not null && IgnoresEpoch(primary)) || header.Text.Length == 0 ? null
                : header.Find("EPOCH") ?? primary?.Find("EPOCH"));

    private static string? NameIn(FitsHeader header) => Word(header, "RADESYS") ?? Word(header, "RADECSYS");

    private static string? Word(FitsHeader header, string keyword) =>
        header.GetText(keyword)?.Trim().ToUpperInvariant() is { Length: > 0 } word ? word : null;
}
