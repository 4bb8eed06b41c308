namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>Computes the exact area of the overlap of a circle around the origin and a convex polygon.</summary>
internal static class CircleOverlap
{
    /// <summary>Returns the area of the overlap.</summary>
    /// <remarks>It is the sum over the polygon's edges of the circle's overlap with the triangle of the edge and the origin.</remarks>
    /// <param name="corners">The polygon's corners, one after the other in either sense.</param>
    /// <param name="radius">The circle's radius, in the unit of the corners.</param>
    internal static double Area(ReadOnlySpan<(double X, double Y)> corners, double radius)
    {
        double area = 0;
        for (int i = 0; i < corners.Length; i++)
            area += Edge(corners[i], corners[(i + 1) % corners.Length], radius);
        return Math.Abs(area);
    }

    /// <summary>Returns the signed overlap with the triangle of the origin and an edge: triangles where the edge is inside the circle,
    /// sectors where it is outside.</summary>
    private static double Edge((double X, double Y) p, (double X, double Y) q, double radius)
    {
        (double dx, double dy) = (q.X - p.X, q.Y - p.Y);
        double a = (dx * dx) + (dy * dy), b = (p.X * dx) + (p.Y * dy), c = (p.X * p.X) + (p.Y * p.Y) - (radius * radius);
        double discriminant = (b * b) - (a * c);
        if (a == 0 || discriminant <= 0)
            return Sector(p, q, radius);
        double root = Math.Sqrt(discriminant), enter = (-b - root) / a, leave = (-b + root) / a;
        if (leave <= 0 || enter >= 1)
            return Sector(p, q, radius);
        (double X, double Y) first = enter > 0 ? At(enter) : p, last = leave < 1 ? At(leave) : q;
        return (enter > 0 ? Sector(p, first, radius) : 0) + (((first.X * last.Y) - (first.Y * last.X)) / 2) + (leave < 1
            ? Sector(last, q, radius) : 0);

        (double X, double Y) At(double t) => (p.X + (t * dx), p.Y + (t * dy));
    }

    private static double Sector((double X, double Y) p, (double X, double Y) q, double radius) =>
        radius * radius / 2 * Math.Atan2((p.X * q.Y) - (p.Y * q.X), (p.X * q.X) + (p.Y * q.Y));
}
