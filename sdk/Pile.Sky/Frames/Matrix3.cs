namespace Pile.Sky;

/// <summary>A 3 × 3 matrix in row order. Rotations turn the axes, as is usual in astrometry.</summary>
internal readonly record struct Matrix3(double A, double B, double C, double D, double E, double F, double G, double H, double I)
{
    internal static Matrix3 Identity => new(1, 0, 0, 0, 1, 0, 0, 0, 1);

    internal static Matrix3 AboutX(double angleRad)
    {
        (double sin, double cos) = Math.SinCos(angleRad);
        return new Matrix3(1, 0, 0, 0, cos, sin, 0, -sin, cos);
    }

    internal static Matrix3 AboutY(double angleRad)
    {
        (double sin, double cos) = Math.SinCos(angleRad);
        return new Matrix3(cos, 0, -sin, 0, 1, 0, sin, 0, cos);
    }

    internal static Matrix3 AboutZ(double angleRad)
    {
        (double sin, double cos) = Math.SinCos(angleRad);
        return new Matrix3(cos, sin, 0, -sin, cos, 0, 0, 0, 1);
    }

    internal Matrix3 Transposed => new(A, D, G, B, E, H, C, F, I);

    public static Matrix3 operator *(Matrix3 l, Matrix3 r) => new(
        (l.A * r.A) + (l.B * r.D) + (l.C * r.G), (l.A * r.B) + (l.B * r.E) + (l.C * r.H), (l.A * r.C) + (l.B * r.F) + (l.C * r.I),
        (l.D * r.A) + (l.E * r.D) + (l.F * r.G), (l.D * r.B) + (l.E * r.E) + (l.F * r.H), (l.D * r.C) + (l.E * r.F) + (l.F * r.I),
        (l.G * r.A) + (l.H * r.D) + (l.I * r.G), (l.G * r.B) + (l.H * r.E) + (l.I * r.H), (l.G * r.C) + (l.H * r.F) + (l.I * r.I));

    public static UnitVector operator *(Matrix3 m, UnitVector v) => new(
        (m.A * v.X) + (m.B * v.Y) + (m.C * v.Z), (m.D * v.X) + (m.E * v.Y) + (m.F * v.Z), (m.G * v.X) + (m.H * v.Y) + (m.I * v.Z));
}
