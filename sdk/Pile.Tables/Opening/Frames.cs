using System.Globalization;
using Pile.Sky;

namespace Pile.Tables.Opening;

/// <summary>The names of celestial frames as files write them, in one spelling.</summary>
internal static class Frames
{
    /// <summary>One spelling for what <see cref="SkyFrame"/> knows (VOTable's <c>eq_FK5</c>, FITS's <c>FK5</c>, astropy's <c>fk5</c>), with
    /// the equinox; any other comes back in capitals.</summary>
    internal static string? Normalize(string? frame, string? equinox = null)
    {
        string? name = frame?.Trim().ToUpperInvariant();
        if (string.IsNullOrEmpty(name))
            return null;
        bool hasEquinox = !string.IsNullOrWhiteSpace(equinox) && name is not ("ICRS" or "GALACTIC");
        string full = hasEquinox ? $"{name} {equinox!.Trim().ToUpperInvariant()}" : name;
        return SkyFrame.TryParse(full, out SkyFrame known) ? known.ToString() : full;
    }

    /// <summary>FITS 4.0 §8.3: RADESYS, and what EQUINOX alone means; null when neither stands there, which is ICRS by default.</summary>
    internal static string? OfFits(string? radesys, double? equinox) =>
        Normalize(string.IsNullOrWhiteSpace(radesys) ? equinox is { } year ? year < 1984 ? "FK4" : "FK5" : null : radesys,
            equinox?.ToString(CultureInfo.InvariantCulture));
}
