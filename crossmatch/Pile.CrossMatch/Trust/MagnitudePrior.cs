using System.Globalization;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>How many times more frequent a magnitude is among counterparts than among unrelated rows of B: a factor of the prior.</summary>
/// <remarks>As the magnitude priors of NWAY: Salvato et al. 2018, MNRAS 473, 4937, section 2.4.</remarks>
internal sealed class MagnitudePrior
{
    /// <summary>The smallest number of secure counterparts, and of unrelated rows, from which a factor is estimated.</summary>
    internal const int FewestRows = 50;

    // More bins follow the magnitudes more closely, but the error of a factor is a fifth with 25 counterparts in a bin.
    private const int CounterpartsInBin = 25, MostBins = 20;

    // Values beyond are marks of missing magnitudes, such as -99 and 99.999.
    private const double Brightest = -50, Faintest = 90;

    private readonly double[] edges, logFactors;

    private MagnitudePrior(double[] edges, double[] counterparts, double[] others, string source)
    {
        this.edges = edges;
        logFactors = [.. counterparts.Zip(others, (ofCounterparts, ofOthers) => Math.Log(ofCounterparts / ofOthers))];
        Source = source;
        Table = string.Join('\n', ["lo hi selected others", .. counterparts.Select((density, bin) => string.Create(
            CultureInfo.InvariantCulture, $"{edges[bin]:R} {edges[bin + 1]:R} {density:R} {others[bin]:R}"))]);
    }

    /// <summary>How the factor was determined.</summary>
    internal string Source { get; }

    /// <summary>The densities of both distributions as text, in the layout that <see cref="Read"/> reads.</summary>
    internal string Table { get; }

    /// <summary>True if a number may be a magnitude; false for NaN and for marks of missing values.</summary>
    internal static bool IsMagnitude(double value) => value is > Brightest and < Faintest;

    /// <summary>Returns the natural logarithm of the factor; 0 for a missing magnitude. Magnitudes beyond the bins have the factor of the
    /// nearest bin.</summary>
    internal double Log(double magnitude)
    {
        if (!IsMagnitude(magnitude))
            return 0;
        int bin = Array.BinarySearch(edges, magnitude);
        return logFactors[Math.Clamp(bin < 0 ? ~bin - 1 : bin, 0, logFactors.Length - 1)];
    }

    /// <summary>Estimates the factor. Bins contain equal numbers of counterparts, and half a row is added to each, so that no factor is
    /// zero or infinite.</summary>
    /// <param name="counterparts">Magnitudes of secure counterparts.</param>
    /// <param name="others">Magnitudes of rows that are no counterparts.</param>
    /// <param name="column">The name of the column, for messages.</param>
    /// <exception cref="ArgumentException">There are too few of either.</exception>
    internal static MagnitudePrior Estimate(double[] counterparts, double[] others, string column)
    {
        if (Math.Min(counterparts.Length, others.Length) < FewestRows)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"the magnitude prior of '{column}' cannot be "
                + $"estimated: at least {FewestRows} secure counterparts (p_any · p_i > {MagnitudeSample.SecureProbability}) and as many "
                + $"rows of B without a possible partner must have a magnitude, but {counterparts.Length:N0} and {others.Length:N0} "
                + $"have one")
                + ". State the distributions with CrossMatchOptions.MagnitudePriorFile.");
        Array.Sort(counterparts);
        int wanted = Math.Clamp(counterparts.Length / CounterpartsInBin, 2, MostBins);
        SortedSet<double> borders = [Math.Min(counterparts[0], others.Min()),
            Math.BitIncrement(Math.Max(counterparts[^1], others.Max()))];
        for (int bin = 1; bin < wanted; bin++)
            borders.Add(counterparts[(int)((long)bin * counterparts.Length / wanted)]);
        double[] limits = [.. borders];
        return new MagnitudePrior(limits, Densities(counterparts, limits), Densities(others, limits),
            string.Create(CultureInfo.InvariantCulture, $"{counterparts.Length:N0} secure counterparts and {others.Length:N0} other rows "
                + $"of B in {limits.Length - 1} bins"));
    }

    /// <summary>Reads the distributions from a text file with a bin in each line: its limits, and the densities of counterparts and of
    /// other rows, separated by blanks. These are the files of NWAY. A heading and lines with <c>#</c> are skipped.</summary>
    /// <exception cref="SourceUnreadableException">The file cannot be read, or a line is not such a bin.</exception>
    internal static MagnitudePrior Read(string path)
    {
        List<double> read = [], counterparts = [], others = [];
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(path, e.Message, "Check the path of the magnitude prior", e);
        }
        for (int line = 0; line < lines.Length; line++)
        {
            string[] words = lines[line].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#') || (read.Count == 0 && words is ["lo", ..]))
                continue;
            double[] numbers = [.. words.Select(word =>
                double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
            if (numbers is not [double lo, double hi, double selected, double other] || !(lo < hi) || !(selected >= 0) || !(other > 0)
                || !double.IsFinite(hi - lo + selected + other))
                throw Invalid(line, "expected 'lo hi selected others': two limits, the first below the second, a density of at least 0, "
                    + "and one above 0");
            if (read.Count > 0 && Math.Abs(read[^1] - lo) > 1e-4 * (hi - lo))
                throw Invalid(line, string.Create(CultureInfo.InvariantCulture,
                    $"the bin begins at {lo}, but the bin before it ends at {read[^1]}"));
            if (read.Count == 0)
                read.Add(lo);
            read.Add(hi);
            counterparts.Add(selected);
            others.Add(other);
        }
        if (!(counterparts.Sum() > 0))
            throw new SourceUnreadableException(path, "it has no bin with counterparts",
                "Write a line 'lo hi selected others' for each bin of the magnitude prior");
        double[] limits = [.. read];
        return new MagnitudePrior(limits, Normalized(counterparts, limits), Normalized(others, limits),
            string.Create(CultureInfo.InvariantCulture, $"{path}, {counterparts.Count} bins"));

        SourceUnreadableException Invalid(int line, string finding) => new(path, string.Create(CultureInfo.InvariantCulture,
            $"line {line + 1}, '{lines[line].Trim()}': {finding}"), "Correct the line");
    }

    private static double[] Densities(double[] magnitudes, double[] limits)
    {
        double[] rows = new double[limits.Length - 1];
        Array.Fill(rows, 0.5);
        foreach (double magnitude in magnitudes)
        {
            int bin = Array.BinarySearch(limits, magnitude);
            rows[bin < 0 ? ~bin - 1 : bin]++;
        }
        double all = rows.Sum();
        return [.. rows.Select((count, bin) => count / all / (limits[bin + 1] - limits[bin]))];
    }

    private static double[] Normalized(List<double> densities, double[] limits)
    {
        double sum = densities.Select((density, bin) => density * (limits[bin + 1] - limits[bin])).Sum();
        return [.. densities.Select(density => density / sum)];
    }
}
