using Pile.Fits;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>From ICRS to the system of a frame's WCS.</summary>
internal static class IcrsToFrame
{
    private const double MasToRad = Math.PI / 180 / 3_600_000;

    // ICRS to FK5 J2000: Kaplan 2005, USNO Circular 179, §3.5: η0, ξ0, dα0 = −19.9, 9.1, −22.9 mas.
    private static readonly double[] ToFk5 = Multiply(Multiply(RotationX(19.9 * MasToRad), RotationY(9.1 * MasToRad)), RotationZ(-22.9 * MasToRad));

    // The pole and zero point of 1958 (Blaauw et al. 1960, MNRAS 121, 123) in FK5 J2000, as astropy has them.
    private const double PoleRaDeg = 192.8594812065348, PoleDecDeg = 27.12825118085622, PoleLongitudeDeg = 122.9319185680026;

    private static readonly double[] ToGalactic = Multiply(
        Multiply(Multiply(RotationZ(double.DegreesToRadians(180 - PoleLongitudeDeg)), RotationY(double.DegreesToRadians(90 - PoleDecDeg))), RotationZ(double.DegreesToRadians(PoleRaDeg))), ToFk5);

    /// <summary>Refuses a system that is not known here.</summary>
    /// <exception cref="FitsException">It is none of ICRS, FK5 at J2000, galactic.</exception>
    internal static void Check(WcsFrame frame, Frame image)
    {
        if (frame is not ({ System: SkySystem.Icrs or SkySystem.Galactic } or { System: SkySystem.Fk5, EquinoxYear: 2000 }))
            throw new FitsException(image.Path, image.Header.Hdu, $"its WCS is in {frame.Name}{(frame.EquinoxYear is { } year ? $" {year}" : "")}; ICRS, FK5 J2000 and galactic are known. Give the image another WCS, or leave it out.");
    }

    /// <summary>Converts one position to a system that <see cref="Check"/> lets pass.</summary>
    internal static (double LongitudeDeg, double LatitudeDeg) Convert(WcsFrame frame, double raDeg, double decDeg)
    {
        if (frame.System is SkySystem.Icrs)
            return (raDeg, decDeg);
        (double x, double y, double z) = Frame.Direction(raDeg, decDeg);
        double[] m = Matrix(frame);
        double u = (m[0] * x) + (m[1] * y) + (m[2] * z), v = (m[3] * x) + (m[4] * y) + (m[5] * z), w = (m[6] * x) + (m[7] * y) + (m[8] * z);
        double longitude = double.RadiansToDegrees(Math.Atan2(v, u));
        return (longitude < 0 ? longitude + 360 : longitude, double.RadiansToDegrees(Math.Atan2(w, Math.Sqrt((u * u) + (v * v)))));
    }

    /// <summary>Turns a unit vector back to ICRS.</summary>
    internal static (double X, double Y, double Z) Back(WcsFrame frame, (double X, double Y, double Z) v)
    {
        if (frame.System is SkySystem.Icrs)
            return v;
        double[] m = Matrix(frame);
        return ((m[0] * v.X) + (m[3] * v.Y) + (m[6] * v.Z), (m[1] * v.X) + (m[4] * v.Y) + (m[7] * v.Z), (m[2] * v.X) + (m[5] * v.Y) + (m[8] * v.Z));
    }

    private static double[] Matrix(WcsFrame frame) => frame.System is SkySystem.Galactic ? ToGalactic : ToFk5;

    private static double[] RotationX(double angle) => [1, 0, 0, 0, Math.Cos(angle), Math.Sin(angle), 0, -Math.Sin(angle), Math.Cos(angle)];

    private static double[] RotationY(double angle) => [Math.Cos(angle), 0, -Math.Sin(angle), 0, 1, 0, Math.Sin(angle), 0, Math.Cos(angle)];

    private static double[] RotationZ(double angle) => [Math.Cos(angle), Math.Sin(angle), 0, -Math.Sin(angle), Math.Cos(angle), 0, 0, 0, 1];

    private static double[] Multiply(double[] a, double[] b)
    {
        double[] product = new double[9];
        for (int row = 0; row < 3; row++)
            for (int column = 0; column < 3; column++)
                for (int k = 0; k < 3; k++)
                    product[(3 * row) + column] += a[(3 * row) + k] * b[(3 * k) + column];
        return product;
    }
}
