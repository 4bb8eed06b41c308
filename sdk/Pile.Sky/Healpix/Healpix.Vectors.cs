namespace Pile.Sky;

public static partial class Healpix
{
    /// <summary>Finds the NESTED pixel in a direction.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="x">Toward right ascension 0 on the equator; the vector can have any length except zero.</param>
    /// <param name="y">Toward right ascension 90° on the equator.</param>
    /// <param name="z">Toward the north pole.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is not valid, or the vector is zero or not finite.</exception>
    public static long VecToPix(int order, double x, double y, double z)
    {
        CheckOrder(order);
        double length = Math.Sqrt((x * x) + (y * y) + (z * z));
        if (!(length > 0.0) || double.IsInfinity(length))
            throw new ArgumentOutOfRangeException(nameof(x), $"({x}, {y}, {z})", "Expected a vector that is finite and not zero.");
        double height = z / length;
        double quarters = WrapTurn(Math.Atan2(y, x)) * QuartersPerRad;
        long pixel = Math.Abs(height) <= TransitionZ ? EquatorialPixel(height, quarters)
            : Math.Abs(height) > PoleZ ? PolarPixel(height, quarters,
                Math.Sqrt((x * x) + (y * y)) / length / Math.Sqrt((1.0 + Math.Abs(height)) / 3.0))
            : PolarPixel(height, quarters, Math.Sqrt(3.0 * (1.0 - Math.Abs(height))));
        return pixel >> (2 * (MaxOrder - order));
    }

    /// <summary>Returns the direction of the centre of a NESTED pixel as a unit
    /// vector: x toward right ascension 0, z toward the north pole.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="pixel">Pixel number, in [0, 12·4^order).</param>
    /// <exception cref="ArgumentOutOfRangeException">The order or the pixel is not valid.</exception>
    public static (double X, double Y, double Z) PixToVec(int order, long pixel)
    {
        CheckPixel(order, pixel);
        UnitVector v = SquareOf(order, pixel).Centre.ToUnitVector();
        return (v.X, v.Y, v.Z);
    }

    /// <summary>Computes points on the border of a NESTED pixel, counter-clockwise on the sky from its northern corner.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="pixel">Pixel number, in [0, 12·4^order).</param>
    /// <param name="pointsPerSide">Points on each of the four sides, including its first corner: 1 gives the corners north, west, south,
    /// east.</param>
    /// <param name="raDeg">Receives right ascensions in [0, 360); shape [4·points] or longer. Arbitrary at a pole.</param>
    /// <param name="decDeg">Receives declinations; shape [4·points] or longer.</param>
    /// <exception cref="ArgumentException">A destination is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or the pixel is not valid, or <paramref name="pointsPerSide"/> is below
    /// 1.</exception>
    /// <remarks>Sides are not great circles: they are straight in the projection (Górski et al. 2005, §4).</remarks>
    public static void Boundaries(int order, long pixel, int pointsPerSide, Span<double> raDeg, Span<double> decDeg)
    {
        CheckPixel(order, pixel);
        ArgumentOutOfRangeException.ThrowIfLessThan(pointsPerSide, 1);
        if (raDeg.Length < 4L * pointsPerSide || decDeg.Length < 4L * pointsPerSide)
            throw new ArgumentException($"Expected two destinations of at least {4L * pointsPerSide}, found {raDeg.Length} and "
                + $"{decDeg.Length}.");
        FaceSquare square = SquareOf(order, pixel);
        (double west, double east, double south, double north) = (square.U, square.U + square.Side, square.V, square.V + square.Side);
        for (int i = 0; i < pointsPerSide; i++)
        {
            double step = square.Side * i / pointsPerSide;
            (raDeg[i], decDeg[i]) = At(east - step, north);
            (raDeg[pointsPerSide + i], decDeg[pointsPerSide + i]) = At(west, north - step);
            (raDeg[2 * pointsPerSide + i], decDeg[2 * pointsPerSide + i]) = At(west + step, south);
            (raDeg[3 * pointsPerSide + i], decDeg[3 * pointsPerSide + i]) = At(east, south + step);
        }

        (double RaDeg, double DecDeg) At(double u, double v) => RingPosition.OnFace(square.Face, u, v).ToUnitVector().ToAngles();
    }

    private static FaceSquare SquareOf(int order, long pixel)
    {
        (int face, long x, long y) = Decompose(order, pixel);
        double side = Math.ScaleB(1.0, -order);
        return new FaceSquare(face, x * side, y * side, side);
    }
}
