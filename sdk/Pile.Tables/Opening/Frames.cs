using System.Globalization;
using Pile.Fits;
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

    /// <summary>Returns the frame of a FITS table; null if its header does not declare one, which means ICRS. Invalid keywords are
    /// returned as they are, so that they matter only for positions that are read without another frame.</summary>
    internal static string? OfFits(HeaderFrame declared) => declared.Fault is not null
        ? declared.System is { } system ? $"{system} with {declared.Equinox}" : declared.Equinox
        : Normalize(declared.System, declared.EquinoxYear?.ToString(CultureInfo.InvariantCulture));
}
