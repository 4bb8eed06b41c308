using System.Globalization;

namespace Pile.Tables.Opening;

/// <summary>The names of celestial frames as files write them, in one spelling.</summary>
internal static class Frames
{
    internal const string Icrs = "ICRS";
    internal const string Fk5 = "FK5";
    internal const string Fk4 = "FK4";
    internal const string Galactic = "GALACTIC";
    internal const string Ecliptic = "ECLIPTIC";

    /// <summary>One spelling for the usual words (VOTable's <c>eq_FK5</c>, FITS's <c>FK5</c>, astropy's <c>fk5</c>); any other comes back in capitals.</summary>
    internal static string? Normalize(string? frame) => frame?.Trim().ToUpperInvariant() switch
    {
        null or "" => null,
        "ICRS" => Icrs,
        "FK5" or "EQ_FK5" or "J2000" => Fk5,
        "FK4" or "EQ_FK4" or "FK4-NO-E" or "B1950" => Fk4,
        "GALACTIC" => Galactic,
        "ECLIPTIC" or "ECL_FK5" or "ECL_FK4" => Ecliptic,
        { } other => other,
    };

    /// <summary>The same for a frame with an equinox: FK5 of another equinox than J2000 is a frame of its own.</summary>
    internal static string? Normalize(string? frame, string? equinox) => Normalize(frame) is Fk5 && equinox is { Length: > 0 } && !IsJ2000(equinox) ? $"{Fk5} {equinox.Trim()}" : Normalize(frame);

    /// <summary>FITS 4.0 §8.3: RADESYS, and what EQUINOX alone means; null when neither stands there, which is ICRS by default.</summary>
    internal static string? OfFits(string? radesys, double? equinox) =>
        Normalize(radesys ?? (equinox is { } year ? year < 1984 ? Fk4 : Fk5 : null), equinox?.ToString(CultureInfo.InvariantCulture));

    private static bool IsJ2000(string equinox) => equinox.Trim() is "J2000" or "J2000.0" or "2000" or "2000.0";
}
