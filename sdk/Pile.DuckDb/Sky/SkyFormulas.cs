using System.Globalization;
using Pile.Sky;

namespace Pile.DuckDb;

/// <summary>The spherical functions of SQL. Positions are ICRS degrees, distances arcseconds.</summary>
/// <remarks>They are the functions of <see cref="Pile.Sky"/>, so that <c>in_cone</c> finds the rows of a search of a cone, and
/// <c>separation</c> gives the separations of a match. A NaN or infinite argument gives NaN (no pixel, not in a cone); a declination
/// outside of [-90, 90] is an error, because it is most often a right ascension in the wrong place.</remarks>
internal static class SkyFormulas
{
    private static readonly FrameConversion ToGalactic = FrameConversion.FromIcrs(SkyFrame.Galactic);
    private static readonly FrameConversion ToEcliptic = FrameConversion.FromIcrs(SkyFrame.Ecliptic);

    /// <summary>The name of the test of a cone, whose arguments can restrict the tiles to read.</summary>
    internal const string InConeName = "in_cone";

    /// <summary>The functions whose result is a number.</summary>
    internal static SkyFunction<double>[] Numbers { get; } =
    [
        new("separation", 4, a => Separation.Arcsec(a[0], Dec("separation", a[1]), a[2], Dec("separation", a[3]))),
        new("position_angle", 4, a => Separation.PositionAngleDeg(a[0], Dec("position_angle", a[1]), a[2], Dec("position_angle", a[3]))),
        new("gal_l", 2, a => ToGalactic.Convert(a[0], Dec("gal_l", a[1])).LongitudeDeg),
        new("gal_b", 2, a => ToGalactic.Convert(a[0], Dec("gal_b", a[1])).LatitudeDeg),
        new("ecl_lon", 2, a => ToEcliptic.Convert(a[0], Dec("ecl_lon", a[1])).LongitudeDeg),
        new("ecl_lat", 2, a => ToEcliptic.Convert(a[0], Dec("ecl_lat", a[1])).LatitudeDeg),
    ];

    /// <summary>The function whose result is a pixel.</summary>
    internal static SkyFunction<long> Pixel { get; } = new("healpix", 3, a =>
    {
        int order = a[0] is >= 0 and <= Healpix.MaxOrder && a[0] == Math.Floor(a[0]) ? (int)a[0]
            : throw Invalid("healpix", "the order", a[0], $"an integer from 0 to {Healpix.MaxOrder}");
        double decDeg = Dec("healpix", a[2]);
        return double.IsFinite(a[1]) && double.IsFinite(decDeg) ? Healpix.AngToPix(order, a[1], decDeg) : null;
    });

    /// <summary>The function whose result is true or false.</summary>
    internal static SkyFunction<bool> Cone { get; } = new(InConeName, 5, a =>
        Separation.Arcsec(a[2], Dec(InConeName, a[3]), a[0], Dec(InConeName, a[1])) <= (!(a[4] < 0) ? a[4]
            : throw Invalid(InConeName, "the radius", a[4], "a number of arcseconds, 0 or more")));

    private static double Dec(string function, double decDeg) => !(Math.Abs(decDeg) > 90) ? decDeg
        : double.IsInfinity(decDeg) ? double.NaN
        : throw Invalid(function, "a declination", decDeg, "a number from -90 to 90; positions are RA, DEC in degrees");

    private static ArgumentException Invalid(string function, string what, double value, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{function}: {what} is {value}, expected {expected}."));
}
