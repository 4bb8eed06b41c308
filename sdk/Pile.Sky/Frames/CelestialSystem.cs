namespace Pile.Sky;

/// <summary>The celestial systems between which Pile converts.</summary>
internal enum CelestialSystem
{
    /// <summary>The International Celestial Reference System, the system of all datasets.</summary>
    Icrs,

    /// <summary>Mean equator and equinox of the FK5, at a Julian year.</summary>
    Fk5,

    /// <summary>Mean equator and equinox of the FK4, at a Besselian year,
    /// including the E-terms of aberration, as in FK4 catalogues.</summary>
    Fk4,

    /// <summary>The same without the E-terms: FITS's <c>FK4-NO-E</c>.</summary>
    Fk4NoE,

    /// <summary>Galactic longitude and latitude of 1958.</summary>
    Galactic,

    /// <summary>Mean ecliptic and equinox of a Julian year, IAU 2006: astropy's <c>BarycentricMeanEcliptic</c>.</summary>
    Ecliptic,
}
