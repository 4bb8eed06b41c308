using System.Globalization;

namespace Pile.Streaming;

public abstract partial class StreamSource
{
    private const ulong ForMixture = 201, ForWeights = 202;

    /// <summary>Mixes sources in given proportions: an epoch has that many rows of each source, some left out or repeated. Shuffle them to
    /// mix their order.</summary>
    /// <param name="sources">Sources with their weights; the columns are those of their union.</param>
    /// <param name="rowsPerEpoch">The number of rows of an epoch, 0 to <see cref="Array.MaxLength"/>; null for the sum of all
    /// sources.</param>
    /// <param name="seed">Selects the rows that are left out or repeated.</param>
    /// <param name="options">How the columns are united; null for the defaults.</param>
    /// <exception cref="ArgumentException">A weight is not a positive number, a source that is needed has no rows, or columns
    /// differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows is negative or too large.</exception>
    public static StreamSource Mix(IEnumerable<(StreamSource Source, double Weight)> sources, long? rowsPerEpoch = null, ulong seed = 0,
        UnionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        (StreamSource Source, double Weight)[] parts = [.. sources];
        if (parts.Any(p => !(p.Weight > 0) || double.IsInfinity(p.Weight)))
            throw new ArgumentException("The weights of a mixture must be positive numbers.", nameof(sources));
        StreamSource union = Union(parts.Select(p => p.Source), options ?? new UnionOptions());
        long total = RequireDrawn(rowsPerEpoch ?? union.RowCount, nameof(rowsPerEpoch)), first = 0, given = 0;
        double[] scaled = SummableWeights.Of([.. parts.Select(p => p.Weight)]);
        double weights = scaled.Sum(), before = 0;
        List<long> rows = [];
        for (int i = 0; i < parts.Length; i++)
        {
            before += scaled[i];
            long wanted = (i == parts.Length - 1 ? total : (long)Math.Round(total * (before / weights))) - given,
                count = parts[i].Source.RowCount;
            given += wanted;
            if (wanted > 0 && count == 0)
                throw new ArgumentException($"Source {i} of the mixture has no rows.", nameof(sources));
            // Every row is taken as often as all rows can be, and some rows once more.
            bool[] more = Chosen(count, count == 0 ? 0 : wanted % count, new SeededRandom(seed, ForMixture, (ulong)i));
            for (long row = 0; row < count; row++)
                for (long copy = (wanted / count) + (more[row] ? 1 : 0); copy > 0; copy--)
                    rows.Add(first + row);
            first += count;
        }
        return union.Select(rows);
    }

    /// <summary>Draws rows with given weights, so that rare rows can be as frequent as common ones. Systematic sampling draws a row with
    /// weight w exactly w·n/Σw times, rounded up or down.</summary>
    /// <param name="weights">A weight for every row, zero or more, for example the inverse of the number of matches in the row's
    /// cell.</param>
    /// <param name="rowCount">The number of rows to draw, 0 to <see cref="Array.MaxLength"/>; null for the number of rows of this
    /// source.</param>
    /// <param name="seed">Selects the rows that are rounded up.</param>
    /// <exception cref="ArgumentException">The number of weights differs from the number of rows, a weight is negative or not finite, or
    /// all are zero.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows is negative or too large.</exception>
    public StreamSource Weighted(ReadOnlySpan<double> weights, long? rowCount = null, ulong seed = 0)
    {
        if (weights.Length != RowCount)
            throw new ArgumentException($"There are {RowCount} rows and {weights.Length} weights.", nameof(weights));
        foreach (double weight in weights)
            if (!(weight >= 0) || !double.IsFinite(weight))
                throw new ArgumentException($"A weight is {weight}; weights must be finite and not negative.", nameof(weights));
        long wanted = RequireDrawn(rowCount ?? RowCount, nameof(rowCount));
        double[] scaled = SummableWeights.Of(weights);
        double total = scaled.Sum();
        if (!(total > 0) && (weights.Length > 0 || wanted > 0))
            throw new ArgumentException(weights.IsEmpty ? $"There are no rows, of which {wanted} are requested." : "All weights are zero.",
                weights.IsEmpty ? nameof(rowCount) : nameof(weights));
        List<long> rows = [];
        double at = new SeededRandom(seed, ForWeights).NextUnit(), before = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            before += scaled[row];
            for (double end = before / total * wanted; at < end && rows.Count < wanted; at++)
                rows.Add(row);
        }
        return Select(rows);
    }

    /// <summary>Returns a number of rows that can be drawn.</summary>
    private static long RequireDrawn(long rows, string name) => rows >= 0 && rows <= Array.MaxLength ? rows
        : throw new ArgumentOutOfRangeException(name, rows, string.Create(CultureInfo.InvariantCulture,
            $"A draw has 0 to {Array.MaxLength:N0} rows."));

    // Selection sampling, Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S.
    private static bool[] Chosen(long count, long wanted, SeededRandom random)
    {
        bool[] chosen = new bool[count];
        for (long i = 0; i < count && wanted > 0; i++)
            if (random.Below((ulong)(count - i)) < (ulong)wanted)
            {
                chosen[i] = true;
                wanted--;
            }
        return chosen;
    }
}
