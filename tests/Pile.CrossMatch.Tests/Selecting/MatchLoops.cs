using Pile.Format;
using Pile.Sky;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Random skies, and their matches by loops over all pairs.</summary>
internal static class MatchLoops
{
    internal static (MemorySide A, MemorySide B, double RadiusArcsec) Sky(int seed)
    {
        double[] radiiDeg = [0, 1e-3 / 3600, 1 / 3600.0, 0.2, 10, 120];
        double radiusDeg = radiiDeg[seed % radiiDeg.Length];
        Random random = new(seed);
        ((double[] RaDeg, double[] DecDeg) a, (double[] RaDeg, double[] DecDeg) b) =
            SkyGenerators.Clumps(seed, Math.Max(radiusDeg, 1e-6), 24 + seed % 30);
        if (seed % 3 == 0)
            (a.RaDeg[0], b.DecDeg[1]) = (double.NaN, double.NaN);
        // The result depends on which side is longer.
        int rowsB = b.RaDeg.Length - (seed % 2 * 3);
        b = (b.RaDeg[..rowsB], b.DecDeg[..rowsB]);
        (a, b) = seed % 5 == 0 ? (b, a) : (a, b);
        return (Side(a, random, radiusDeg * 3600), Side(b, random, radiusDeg * 3600), radiusDeg * 3600);
    }

    private static MemorySide Side((double[] RaDeg, double[] DecDeg) sky, Random random, double radiusArcsec)
    {
        int n = sky.RaDeg.Length;
        return new MemorySide(sky.RaDeg, sky.DecDeg, Column("mag", () => random.Next(20)),
            Column("pos_error", () => random.Next(10) == 0 ? double.NaN : radiusArcsec * random.NextDouble()),
            Column("mjd", () => random.Next(9) == 0 ? double.NaN : 50_000 + (10 * random.NextDouble())),
            Column("field", () => random.Next(3)));

        ColumnData<double> Column(string name, Func<double> value) =>
            new(new ColumnSchema { Name = name, DType = DType.Float64 }, Enumerable.Range(0, n).Select(_ => value()).ToArray());
    }

    internal static List<(int A, int B, double Separation)> Pairs(MemorySide a, MemorySide b, CrossMatchOptions options, bool isSelf)
    {
        List<(int, int, double)> pairs = [];
        for (int i = 0; i < a.Count; i++)
            for (int j = 0; j < b.Count; j++)
            {
                double separation = Separation.Arcsec(a.RaDeg[i], a.DecDeg[i], b.RaDeg[j], b.DecDeg[j]);
                if (!(separation <= options.RadiusArcsec && separation >= options.MinRadiusArcsec)
                    || (isSelf && (options.Find == MatchFind.Nearest ? i == j : i >= j)))
                    continue;
                (double errorA, double errorB) = options.Errors == ErrorModel.None ? (0, 0)
                    : (Value(a, "pos_error", i), Value(b, "pos_error", j));
                if (options.Errors == ErrorModel.Sum && !(separation <= errorA + errorB)
                    || options.Errors == ErrorModel.Sigma && !(separation <= options.Sigma * Math.Sqrt(errorA * errorA + errorB * errorB)))
                    continue;
                if (options.Where is not null && !(Math.Abs(Value(a, "mag", i) - Value(b, "mag", j)) < 3))
                    continue;
                if (options.GroupColumn is not null && Value(a, "field", i) != Value(b, "field", j))
                    continue;
                if (options.TimeWindowDays is { } days && !(Math.Abs(Value(b, "mjd", j) - Value(a, "mjd", i)) <= days))
                    continue;
                pairs.Add((i, j, separation));
            }
        return pairs;

        static double Value(MemorySide side, string column, int row) => ((ColumnData<double>)side.Further(column)).Values.Span[row];
    }

    internal static bool IsTied(IEnumerable<IGrouping<int, (int A, int B, double Separation)>> rows) =>
        rows.Any(row => row.Select(p => p.Separation).Order().ToArray() is var sorted
            && Enumerable.Range(1, sorted.Length - 1).Any(i => sorted[i] - sorted[i - 1] <= 1e-9 * sorted[i]));

    internal static List<(int A, int B, double Separation)> Chosen(List<(int A, int B, double Separation)> pairs, CrossMatchOptions options,
        bool isSelf = false, int rowsA = 0, int rowsB = 0)
    {
        if (options.Find == MatchFind.Nearest)
            return [.. pairs.GroupBy(p => p.A).SelectMany(g => g.OrderBy(p => p.Separation).Take(options.Neighbours))];
        if (options.Find != MatchFind.OneToOne)
            return pairs;
        // Symmetric best: the nearest partner of each row of the longer side, then the closest row of each partner; in a self match, rows
        // that are each other's nearest.
        IEnumerable<(int A, int B, double Separation)> nearestOfA = pairs.GroupBy(p => p.A).Select(g => g.MinBy(p => p.Separation)),
            nearestOfB = pairs.GroupBy(p => p.B).Select(g => g.MinBy(p => p.Separation));
        if (!isSelf)
            return [.. rowsA >= rowsB ? nearestOfA.GroupBy(p => p.B).Select(g => g.MinBy(p => p.Separation))
                : nearestOfB.GroupBy(p => p.A).Select(g => g.MinBy(p => p.Separation))];
        Dictionary<int, double> nearest = [];
        foreach ((int a, int b, double separation) in pairs)
            foreach (int row in (int[])[a, b])
                nearest[row] = Math.Min(nearest.GetValueOrDefault(row, double.PositiveInfinity), separation);
        HashSet<int> taken = [];
        return [.. pairs.OrderBy(p => p.Separation).Where(p => p.Separation == nearest[p.A] && p.Separation == nearest[p.B]
            && !taken.Contains(p.A) && !taken.Contains(p.B) && taken.Add(p.A) && taken.Add(p.B))];
    }

    internal static List<(long? A, long? B, double Separation)> Joined(List<(int A, int B, double Separation)> pairs, MatchJoin join,
        int rowsA, int rowsB)
    {
        List<(long?, long?, double)> rows = [];
        if (join is MatchJoin.Inner or MatchJoin.Left or MatchJoin.Right or MatchJoin.Full)
            rows.AddRange(pairs.Select(p => ((long?)p.A, (long?)p.B, p.Separation)));
        if (join is MatchJoin.Left or MatchJoin.Full or MatchJoin.Anti or MatchJoin.Xor)
            rows.AddRange(Enumerable.Range(0, rowsA).Except(pairs.Select(p => p.A)).Select(a => ((long?)a, (long?)null, -1.0)));
        if (join is MatchJoin.Right or MatchJoin.Full or MatchJoin.RightAnti or MatchJoin.Xor)
            rows.AddRange(Enumerable.Range(0, rowsB).Except(pairs.Select(p => p.B)).Select(b => ((long?)null, (long?)b, -1.0)));
        return rows;
    }
}
