using System.Globalization;

namespace Pile.Earth;

/// <summary>A transform of pixels to coordinates: <c>x = A·column + B·row + C</c>, <c>y = D·column + E·row + F</c>.</summary>
/// <remarks>Column 0, row 0 is the outer corner of the first pixel, not its centre. E is usually negative (rows go down), but need not
/// be. This is the order of STAC's <c>proj:transform</c>; GDAL's geotransform is (C, A, B, F, D, E).</remarks>
internal readonly record struct Affine(double A, double B, double C, double D, double E, double F)
{
    /// <summary>The determinant: the signed area of a pixel in squared units of the coordinates.</summary>
    internal double Determinant => (A * E) - (B * D);

    /// <summary>True if all terms are finite and the transform can be inverted.</summary>
    internal bool IsInvertible => double.IsFinite(Determinant) && double.IsFinite(C) && double.IsFinite(F) && Determinant is not 0;

    /// <summary>Returns the six numbers in the order of STAC.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{A}, {B}, {C}, {D}, {E}, {F}]");

    /// <summary>Returns the coordinates of a place given in pixels.</summary>
    internal (double X, double Y) Apply(double column, double row) => ((A * column) + (B * row) + C, (D * column) + (E * row) + F);

    /// <summary>Returns the transform of coordinates to pixels.</summary>
    /// <exception cref="InvalidOperationException">The transform cannot be inverted.</exception>
    internal Affine Inverse()
    {
        if (!IsInvertible)
            throw new InvalidOperationException($"The transform {this} cannot be inverted.");
        (double a, double b, double d, double e) = (E / Determinant, -B / Determinant, -D / Determinant, A / Determinant);
        return new Affine(a, b, -(a * C) - (b * F), d, e, -(d * C) - (e * F));
    }

    /// <summary>Returns the transform of a window whose first pixel is (column, row) of this one.</summary>
    internal Affine Window(double column, double row)
    {
        (double x, double y) = Apply(column, row);
        return this with { C = x, F = y };
    }

    /// <summary>Returns the transform of pixels that are larger by factors, with the same outer corner.</summary>
    internal Affine Scaled(double columns, double rows) => new(A * columns, B * rows, C, D * columns, E * rows, F);
}
