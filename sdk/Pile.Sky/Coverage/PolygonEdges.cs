namespace Pile.Sky;

/// <summary>The edges of a polygon, indexed by their azimuth about an axis that is far from all of them, so that only the edges which the
/// meridian of a point can cross are checked.</summary>
/// <remarks>A point is inside if the arc from it to the pole of the axis, whose side is known, crosses
/// the border an odd number of times. Crossings are determined by the signs of triple products. A
/// vertex on the arc counts for only one of its sides, so that no crossing is counted twice.</remarks>
internal sealed class PolygonEdges
{
    /// <summary>The squared chord below which two directions are equal: 2·10⁻¹⁰ arcseconds.</summary>
    internal const double SamePlace2 = 1e-30;

    private const double HalfSky = 2.0 * Math.PI;
    private const double Turn = 2.0 * Math.PI;
    private const double RoundingRad = 1e-12; // far more than the error of an azimuth: the axis is far from the edges
    private const double OppositeChord2 = 4.0 - 1e-12;

    private readonly UnitVector[] corners;
    private readonly UnitVector[] normals; // of edge i, from corner i to the next; not normalized
    private readonly bool[] poleIsLeft;    // whether the pole is on the side of the edge's normal
    private readonly UnitVector pole, east, north;
    private readonly int[][] byAzimuth;
    private readonly bool poleIsInside;
    private (double West, double East)[] azimuths = [];
    private double firstAzimuth, binsPerRad;
    private bool enclosesAxis;

    private PolygonEdges(UnitVector[] corners)
    {
        this.corners = corners;
        normals = new UnitVector[corners.Length];
        for (int i = 0; i < corners.Length; i++)
            // twice a × b, without loss of digits if a and b are close
            normals[i] = Cross(Plus(corners[i], Next(i)), Minus(Next(i), corners[i]));
        pole = FarthestPole();
        (east, north) = Across(pole);
        poleIsLeft = Array.ConvertAll(normals, n => Dot(n, pole) > 0.0);

        // The triangles between the edges and the antipode of the pole cover,
        // with signs, the side of the border that does not contain the pole.
        double solidAngle = 0.0;
        UnitVector apex = pole.Antipode;
        for (int i = 0; i < corners.Length; i++)
            solidAngle += TriangleSteradian(apex, corners[i], Next(i));
        double side = Math.Abs(solidAngle);
        poleIsInside = side > HalfSky;
        AreaSteradian = Math.Min(side, (2.0 * HalfSky) - side);
        if (Math.Abs(side - HalfSky) < 1e-9)
            throw new ArgumentException("The polygon's border divides the sky into equal halves, so it is ambiguous which one is inside. "
                + "Move a vertex.");
        byAzimuth = SortByAzimuth();
    }

    /// <summary>Creates the edges of a polygon and validates them.</summary>
    /// <param name="corners">Vertices; consecutive ones must differ.</param>
    /// <param name="numbers">The number of each vertex in messages.</param>
    /// <exception cref="ArgumentException">The edges do not define a polygon.</exception>
    internal static PolygonEdges Of(UnitVector[] corners, IReadOnlyList<int> numbers)
    {
        for (int i = 0; i < corners.Length; i++)
            if (corners[i].SquaredChordTo(corners[(i + 1) % corners.Length]) > OppositeChord2)
                throw new ArgumentException($"Vertices {numbers[i]} and {numbers[(i + 1) % corners.Length]} of the polygon are opposite "
                    + "each other on the sky, so the edge between them is ambiguous. Add a vertex between them.");
        PolygonEdges edges = new(corners);
        if (edges.FirstCrossing() is (int a, int b))
            throw new ArgumentException($"The polygon crosses or touches itself: the edge from vertex {numbers[a]} to "
                + $"{numbers[(a + 1) % corners.Length]} meets the one from {numbers[b]} to {numbers[(b + 1) % corners.Length]}. "
                + "Specify the vertices in the order of the border, or use two polygons.");
        return edges;
    }

    internal double AreaSteradian { get; }

    internal int Count => corners.Length;

    internal bool Contains(UnitVector p)
    {
        bool isInside = poleIsInside;
        // The meridian of p: positive is east of it. The components are exact enough: a corner equal to p gives zero.
        double pe = Dot(p, east), pn = Dot(p, north);
        foreach (int i in EdgesAt(pe, pn))
        {
            UnitVector a = corners[i], b = Next(i);
            double distance = Dot(normals[i], Minus(p, a)); // times the normal's length; p on the edge's left is positive
            if (IsOnEdge(p, a, b, distance, normals[i]))
                return true;
            double sideA = (pe * Dot(a, north)) - (pn * Dot(a, east)), sideB = (pe * Dot(b, north)) - (pn * Dot(b, east));
            if (sideA >= 0.0 == sideB >= 0.0)
                continue;
            // The edge crosses the great circle of the meridian. It does so on the arc to the pole, rather than on the opposite side, if p
            // and pole are on different sides of the edge and the direction of the edge places p on that side.
            bool pIsLeft = distance > 0.0;
            if (pIsLeft != poleIsLeft[i] && pIsLeft == (sideA >= 0.0))
                isInside = !isInside;
        }
        return isInside;
    }

    /// <summary>Returns whether an edge is within a distance of a direction. The limit is given as a squared chord and as a sine.</summary>
    internal bool IsWithin(int edge, UnitVector c, double limitChord2, double limitSine)
    {
        UnitVector a = corners[edge], b = Next(edge), n = normals[edge];
        if (c.SquaredChordTo(a) <= limitChord2 || c.SquaredChordTo(b) <= limitChord2)
            return true;
        double distance = Dot(n, Minus(c, a));
        if (distance * distance > limitSine * limitSine * Dot(n, n))
            return false;
        // The foot of the perpendicular must be between the ends, on this half of the sky.
        return Dot(Cross(n, a), c) >= 0.0 && Dot(Cross(b, n), c) >= 0.0;
    }

    private UnitVector Next(int i) => corners[i + 1 < corners.Length ? i + 1 : 0];

    private static bool IsOnEdge(UnitVector p, UnitVector a, UnitVector b, double distance, UnitVector n) =>
        distance * distance <= SamePlace2 * Dot(n, n) && Dot(Minus(p, a), Minus(p, b)) <= SamePlace2;

    /// <summary>Returns, from a set of directions spread over the sky, the
    /// one that is, with its antipode, farthest from all edges.</summary>
    private UnitVector FarthestPole()
    {
        const int candidates = 97;
        (UnitVector Pole, double Distance) best = default;
        for (int k = 0; k < candidates; k++)
        {
            // A golden spiral over a hemisphere, without any symmetry that a polygon could share.
            double z = 1.0 - ((k + 0.37) / candidates), radius = Math.Sqrt((1.0 - z) * (1.0 + z));
            (double sin, double cos) = Math.SinCos((k + 0.21) * Math.PI * (3.0 - Math.Sqrt(5.0)));
            UnitVector candidate = new(radius * cos, radius * sin, z);
            double distance = Math.Min(NearestEdge(candidate, best.Distance), NearestEdge(candidate.Antipode, best.Distance));
            if (distance > best.Distance)
                best = (candidate, distance);
        }
        return best.Pole;
    }

    /// <summary>Returns the distance to the nearest edge as a sine or a chord, whichever is smaller. Stops at the first distance below
    /// <paramref name="sought"/>.</summary>
    private double NearestEdge(UnitVector c, double sought)
    {
        double nearest = 2.0;
        for (int i = 0; i < corners.Length && nearest > sought; i++)
        {
            nearest = Math.Min(nearest, Math.Sqrt(c.SquaredChordTo(corners[i])));
            UnitVector n = normals[i];
            if (Dot(Cross(n, corners[i]), c) >= 0.0 && Dot(Cross(Next(i), n), c) >= 0.0)
                nearest = Math.Min(nearest, Math.Abs(Dot(n, c)) / Math.Sqrt(Dot(n, n)));
        }
        return nearest;
    }

    private int[][] SortByAzimuth()
    {
        // Azimuths without jumps: an edge spans less than half a circle.
        double[] along = new double[corners.Length + 1];
        along[0] = Azimuth(corners[0]);
        for (int i = 0; i < corners.Length; i++)
        {
            double turn = Azimuth(Next(i)) - along[i];
            along[i + 1] = along[i] + turn - (Turn * Math.Round(turn / Turn));
        }
        // A small polygon spans few degrees of azimuth; all bins are within that span.
        firstAzimuth = along.Min() - RoundingRad;
        double span = Math.Min(along.Max() + RoundingRad - firstAzimuth, Turn);
        int count = Math.Clamp(corners.Length, 8, 4096);
        binsPerRad = count / span;
        enclosesAxis = span >= Turn;
        azimuths = [.. Enumerable.Range(0, corners.Length)
            .Select(i => (Math.Min(along[i], along[i + 1]) - RoundingRad, Math.Max(along[i], along[i + 1]) + RoundingRad))];
        List<int>[] bins = [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
        for (int i = 0; i < corners.Length; i++)
        {
            int first = (int)Math.Floor((azimuths[i].West - firstAzimuth) * binsPerRad),
                last = (int)Math.Floor((azimuths[i].East - firstAzimuth) * binsPerRad);
            if (!enclosesAxis)
                (first, last) = (Math.Max(first, 0), Math.Min(last, count - 1));
            for (int bin = first; bin <= Math.Min(last, first + count - 1); bin++)
                bins[((bin % count) + count) % count].Add(i);
        }
        return [.. bins.Select(bin => bin.ToArray())];
    }

    private double Azimuth(UnitVector v) => Math.Atan2(Dot(v, north), Dot(v, east));

    /// <summary>Returns the edges that can cross the meridian of an azimuth.</summary>
    private int[] EdgesAt(double east, double north)
    {
        double fromFirst = Math.Atan2(north, east) - firstAzimuth;
        fromFirst -= Turn * Math.Floor(fromFirst / Turn);
        int bin = (int)(fromFirst * binsPerRad);
        return bin < byAzimuth.Length ? byAzimuth[bin] : fromFirst > Turn - RoundingRad ? byAzimuth[0] : [];
    }

    /// <summary>Finds two edges that meet, by a sweep in azimuth: only edges with a common azimuth are compared, each pair once.</summary>
    private (int, int)? FirstCrossing()
    {
        // For a border that encloses the axis, each edge is added again one turn later, because the end of the sweep joins its start.
        IEnumerable<(double West, double East, int Edge)> all = azimuths.Select((a, i) => (a.West, a.East, i));
        if (enclosesAxis)
            all = all.Concat(azimuths.Select((a, i) => (a.West + Turn, a.East + Turn, i)));
        (double West, double East, int Edge)[] sorted = [.. all.OrderBy(e => e.West)];
        (int, int)? first = null;
        for (int i = 0; i < sorted.Length; i++)
            for (int j = i + 1; j < sorted.Length && sorted[j].West <= sorted[i].East; j++)
            {
                (int a, int b) = (Math.Min(sorted[i].Edge, sorted[j].Edge), Math.Max(sorted[i].Edge, sorted[j].Edge));
                if ((first is null || (a, b).CompareTo(first.Value) < 0) && Meet(a, b))
                    first = (a, b);
            }
        return first;
    }

    private bool Meet(int i, int j)
    {
        if (i == j)
            return false;
        UnitVector a = corners[i], b = Next(i), c = corners[j], d = Next(j);
        bool followsOn = j == i + 1, wrapsAround = i == 0 && j == corners.Length - 1;
        if (followsOn || wrapsAround)
        {
            // Consecutive edges share a vertex; they meet elsewhere only if one turns back along the other.
            (UnitVector before, UnitVector after) = followsOn ? (a, d) : (c, b);
            return followsOn ? IsOn(after, i) || IsOn(before, j) : IsOn(before, i) || IsOn(after, j);
        }
        if (IsOn(a, j) || IsOn(b, j) || IsOn(c, i) || IsOn(d, i))
            return true;
        bool cIsLeft = Dot(normals[i], Minus(c, a)) > 0.0, dIsLeft = Dot(normals[i], Minus(d, a)) > 0.0;
        bool aIsLeft = Dot(normals[j], Minus(a, c)) > 0.0, bIsLeft = Dot(normals[j], Minus(b, c)) > 0.0;
        return cIsLeft != dIsLeft && aIsLeft != bIsLeft && dIsLeft == aIsLeft; // the last condition excludes the opposite side of the sky
    }

    private bool IsOn(UnitVector p,
        int edge) => IsOnEdge(p, corners[edge], Next(edge), Dot(normals[edge], Minus(p, corners[edge])), normals[edge]);

    /// <summary>Computes the signed solid angle of a triangle (A. van Oosterom
    /// and J. Strackee, IEEE Trans. Biomed. Eng. 30 (1983) 125).</summary>
    private static double TriangleSteradian(UnitVector a, UnitVector b, UnitVector c) =>
        2.0 * Math.Atan2(Dot(a, Cross(b, c)), 1.0 + Dot(a, b) + Dot(b, c) + Dot(c, a));

    private static (UnitVector East, UnitVector North) Across(UnitVector v)
    {
        UnitVector least = Math.Abs(v.X) <= Math.Abs(v.Y) && Math.Abs(v.X) <= Math.Abs(v.Z) ? new UnitVector(1, 0, 0)
            : Math.Abs(v.Y) <= Math.Abs(v.Z) ? new UnitVector(0, 1, 0) : new UnitVector(0, 0, 1);
        UnitVector across = Cross(v, least);
        double length = Math.Sqrt(Dot(across, across));
        across = new UnitVector(across.X / length, across.Y / length, across.Z / length);
        return (across, Cross(v, across));
    }

    private static double Dot(UnitVector a, UnitVector b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    private static UnitVector Cross(UnitVector a, UnitVector b) =>
        new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));

    private static UnitVector Minus(UnitVector a, UnitVector b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    private static UnitVector Plus(UnitVector a, UnitVector b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);
}
