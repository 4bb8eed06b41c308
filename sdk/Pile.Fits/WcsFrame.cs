namespace Pile.Fits;

/// <summary>The celestial system of a WCS's longitudes and latitudes.</summary>
internal enum SkySystem { Icrs, Fk5, Fk4, Fk4NoE, GeocentricApparent, Galactic, Supergalactic, Ecliptic, Other }

/// <summary>A celestial system with its equinox, if it has one.</summary>
/// <param name="System">The system.</param>
/// <param name="EquinoxYear">Julian year (FK5, ecliptic) or Besselian year (FK4), or null.</param>
/// <param name="Name">The name in the header: RADESYS, or the letters of CTYPE for other bodies and systems.</param>
internal readonly record struct WcsFrame(SkySystem System, double? EquinoxYear, string Name)
{
    /// <summary>Determines the frame from a header: that of <see cref="HeaderFrame"/>, unless the axes are of another system.</summary>
    /// <exception cref="FitsException">The keywords of the frame are invalid.</exception>
    internal static WcsFrame FromHeader(FitsHeader header, string longitudeType)
    {
        HeaderFrame declared = HeaderFrame.OfWcs(header);
        string? fault = longitudeType[..4] switch
        {
            "RA--" => declared.Fault,
            "ELON" => declared.EquinoxFault ?? declared.Fault,
            _ => null, // has no equinox
        };
        if (fault is not null)
            throw new FitsException(header.Path, header.Hdu, $"{fault}. Correct the header, or omit this file.");
        double? equinox = declared.EquinoxYear;
        return longitudeType[..4] switch
        {
            "GLON" => new(SkySystem.Galactic, null, "GALACTIC"),
            "SLON" => new(SkySystem.Supergalactic, null, "SUPERGALACTIC"),
            "ELON" => new(SkySystem.Ecliptic, equinox ?? 2000, "ECLIPTIC"),
            "RA--" => Equatorial(declared.System ?? "ICRS", equinox),
            _ => new(SkySystem.Other, null, longitudeType[..4].TrimEnd('-')),
        };
    }

    private static WcsFrame Equatorial(string system, double? equinox) =>
        system switch
        {
            "ICRS" => new(SkySystem.Icrs, null, "ICRS"),
            "FK5" => new(SkySystem.Fk5, equinox ?? 2000, "FK5"),
            "FK4" => new(SkySystem.Fk4, equinox ?? 1950, "FK4"),
            "FK4-NO-E" => new(SkySystem.Fk4NoE, equinox ?? 1950, "FK4-NO-E"),
            "GAPPT" => new(SkySystem.GeocentricApparent, null, "GAPPT"),
            { } other => new(SkySystem.Other, equinox, other),
        };
}
