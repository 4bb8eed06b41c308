using System.Globalization;
using Pile.Sky;

namespace Pile.Tables.Opening;

/// <summary>Normalizes the names of celestial frames in files.</summary>
internal static class Frames
{
    /// <summary>Returns the normalized name of a frame that <see cref="SkyFrame"/> supports (VOTable's <c>eq_FK5</c>, FITS's <c>FK5</c>,
    /// astropy's <c>fk5</c>), with the equinox; any other name in upper case.</summary>
    internal static string? Normalize(string? frame, string? equinox = null)
    {
        string? name = frame?.Trim().ToUpperInvariant();
        if (string.IsNullOrEmpty(name))
            return null;
        bool hasEquinox = !string.IsNullOrWhiteSpace(equinox) && name is not ("ICRS" or "GALACTIC");
        string full = hasEquinox ? $"{name} {equinox!.Trim().ToUpperInvariant()}" : name;
        return SkyFrame.TryParse(full, out SkyFrame known) ? known.ToString() : full;
    }

    /// <summary>Returns the frame of a FITS table by RADESYS, or by EQUINOX alone (FITS 4.0 §8.3); null if both are missing, which means
    /// ICRS.</summary>
    internal static string? OfFits(string? radesys, double? equinox) =>
        Normalize(string.IsNullOrWhiteSpace(radesys) ? equinox is { } year ? year < 1984 ? "FK4" : "FK5" : null : radesys,
            equinox?.ToString(CultureInfo.InvariantCulture));
}
