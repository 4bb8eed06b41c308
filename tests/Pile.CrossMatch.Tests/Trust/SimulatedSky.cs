namespace Pile.CrossMatch.Tests;

/// <summary>Two sides of which it is known which pairs are true: A, counterparts of a part of A with Gaussian errors, and unrelated rows of
/// B, all uniform in a field.</summary>
internal sealed class SimulatedSky
{
    private const double MarginDeg = 0.05, RadPerDeg = Math.PI / 180;

    private readonly HashSet<(long A, long B)> truth = [];

    internal SimulatedSky(int seed, int rowsA, int unrelated, double completeness, double sigmaArcsec, double widthDeg = 0.5,
        double decDeg = 60, double eastArcsec = 0, double northArcsec = 0)
    {
        Random random = new(seed);
        // B is wider than A, so that shifted positions have the density of the field.
        double south = decDeg - (widthDeg / 2), north = decDeg + (widthDeg / 2), widthRa = widthDeg / Math.Cos(decDeg * RadPerDeg);
        (double[] Ra, double[] Dec) a = Uniform(random, rowsA, 359.9, widthRa, south, north);
        (double[] Ra, double[] Dec) others = Uniform(random, unrelated, 359.9 - MarginDeg / Math.Cos(north * RadPerDeg),
            widthRa + (2 * MarginDeg / Math.Cos(north * RadPerDeg)), south - MarginDeg, north + MarginDeg);
        List<double> ra = [.. others.Ra], dec = [.. others.Dec];
        int[] order = [.. Enumerable.Range(0, rowsA)];
        random.Shuffle(order);
        foreach (int row in order.Take((int)(completeness * rowsA)))
        {
            truth.Add((row, ra.Count));
            dec.Add(a.Dec[row] + ((northArcsec + (sigmaArcsec * Gauss(random))) / 3600));
            ra.Add(Wrapped(a.Ra[row] + ((eastArcsec + (sigmaArcsec * Gauss(random))) / 3600 / Math.Cos(a.Dec[row] * RadPerDeg))));
        }
        (A, B) = (new MemorySide(a.Ra, a.Dec), new MemorySide([.. ra], [.. dec]));
        double unrelatedArea = Area(widthRa + (2 * MarginDeg / Math.Cos(north * RadPerDeg)), south - MarginDeg, north + MarginDeg),
            area = Area(widthRa, south, north);
        UnrelatedPerArcsec2 = unrelated / unrelatedArea;
        PerArcsec2 = UnrelatedPerArcsec2 + (completeness * rowsA / area);
    }

    internal MemorySide A { get; }

    internal MemorySide B { get; }

    /// <summary>The density of rows of B that are not a row's own counterpart.</summary>
    internal double PerArcsec2 { get; }

    /// <summary>The density of rows of B that are no counterparts.</summary>
    internal double UnrelatedPerArcsec2 { get; }

    internal bool IsTrue(long a, long b) => truth.Contains((a, b));

    /// <summary>The number of pairs that are not true.</summary>
    internal int FalsePairs(MatchTable pairs)
    {
        int count = 0;
        foreach (MatchPair pair in pairs)
            count += truth.Contains((pair.A!.Value.Number, pair.B!.Value.Number)) ? 0 : 1;
        return count;
    }

    private static (double[] Ra, double[] Dec) Uniform(Random random, int rows, double west, double width, double south, double north)
    {
        (double low, double high) = (Math.Sin(south * RadPerDeg), Math.Sin(north * RadPerDeg));
        return ([.. Enumerable.Range(0, rows).Select(_ => Wrapped(west + (width * random.NextDouble())))],
            [.. Enumerable.Range(0, rows).Select(_ => Math.Asin(low + ((high - low) * random.NextDouble())) / RadPerDeg)]);
    }

    private static double Area(double widthRa, double south, double north) => widthRa * RadPerDeg
        * (Math.Sin(north * RadPerDeg) - Math.Sin(south * RadPerDeg)) * Math.Pow(3600 / RadPerDeg, 2);

    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Wrapped(double raDeg) => raDeg < 0 ? raDeg + 360 : raDeg >= 360 ? raDeg - 360 : raDeg;
}
