using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Pile.Sky;

/// <summary>A space-time coverage map (ST-MOC): parts of the sky, each during a span of time.</summary>
/// <remarks>Source: IVOA MOC 2.0 (Fernique et al. 2022), time as the first dimension and space as the second. Times are whole microseconds
/// of TCB since JD 0; a cell of time order t has 2^(61 − t) of them. <c>MocFile.ReadSpaceTime</c> reads a map.</remarks>
public sealed class SpaceTimeMoc
{
    /// <summary>The finest order of time, one microsecond.</summary>
    internal const int MaxTimeOrder = 61;

    /// <summary>The end of all times, excluded.</summary>
    internal const long EndOfTime = 1L << (MaxTimeOrder + 1);

    // Marks the ends of time ranges in FITS.
    private const long TimeFlag = long.MinValue;

    private const double MjdZero = 2_400_000.5, DayMicroseconds = 86_400e6;
    private const long MjdZeroMicroseconds = 207_360_043_200_000_000;

    private SpaceTimeMoc(int timeOrder, int spaceOrder, ImmutableArray<SpaceTimeElement> elements) =>
        (TimeOrder, SpaceOrder, Elements) = (timeOrder, spaceOrder, elements);

    /// <summary>The order of time, which gives the resolution.</summary>
    public int TimeOrder { get; }

    /// <summary>The HEALPix order of the cells.</summary>
    public int SpaceOrder { get; }

    /// <summary>The elements by start; their times do not overlap.</summary>
    internal ImmutableArray<SpaceTimeElement> Elements { get; }

    /// <summary>Creates a map.</summary>
    /// <param name="timeOrder">The order of time, 0 to 61.</param>
    /// <param name="spaceOrder">The HEALPix order of the cells, 0 to 29.</param>
    /// <param name="elements">The elements, in any sequence.</param>
    /// <exception cref="FormatException">An order is not valid, an element is empty or outside of all times, or the times of two elements
    /// overlap.</exception>
    internal static SpaceTimeMoc Of(int timeOrder, int spaceOrder, IEnumerable<SpaceTimeElement> elements)
    {
        Healpix.CheckOrder(spaceOrder);
        if (timeOrder is < 0 or > MaxTimeOrder)
            throw new FormatException($"The time order is {timeOrder}, expected 0 to {MaxTimeOrder}.");
        ImmutableArray<SpaceTimeElement> sorted = [.. elements.OrderBy(e => e.Start)];
        for (int i = 0; i < sorted.Length; i++)
            if (sorted[i] is not { Start: >= 0, End: <= EndOfTime } element || element.End <= element.Start || element.Space.IsEmpty)
                throw new FormatException($"Element {i} is [{sorted[i].Start}, {sorted[i].End}), expected microseconds from 0 to "
                    + $"{EndOfTime} and a part of the sky.");
            else if (i > 0 && sorted[i - 1].End > element.Start)
                throw new FormatException($"The times [{sorted[i - 1].Start}, {sorted[i - 1].End}) and [{element.Start}, {element.End}) "
                    + "overlap.");
        return new SpaceTimeMoc(timeOrder, spaceOrder, sorted);
    }

    /// <summary>Creates a map from the numbers of a FITS table: starts and ends of time ranges with the highest bit set, then starts and
    /// ends of the pixels of order 29 to which they apply.</summary>
    /// <exception cref="FormatException">The numbers have another form.</exception>
    internal static SpaceTimeMoc OfFlagged(ReadOnlySpan<long> values, int timeOrder, int spaceOrder)
    {
        if (values.Length % 2 != 0)
            throw new FormatException($"There are {values.Length} numbers, expected a start and an end for each range.");
        List<SpaceTimeElement> elements = [];
        List<(long Start, long End)> times = [];
        List<HealpixRange> pixels = [];
        for (int i = 0; i < values.Length; i += 2)
        {
            (long start, long end) = (values[i], values[i + 1]);
            if ((start < 0) != (end < 0))
                throw new FormatException($"Range {i / 2} is [{start}, {end}), expected two times or two pixels.");
            if (start < 0 && pixels.Count > 0)
                Close();
            if (start < 0)
                times.Add((start & ~TimeFlag, end & ~TimeFlag));
            else if (times.Count == 0 || end < start || end > Healpix.PixelCount(Healpix.MaxOrder))
                throw new FormatException($"Range {i / 2} is [{start}, {end}), expected pixels of order 29 after a range of times.");
            else
                pixels.Add(new HealpixRange(start, end));
        }
        Close();
        return Of(timeOrder, spaceOrder, elements);

        void Close()
        {
            HealpixRanges space = HealpixRanges.FromRanges(Healpix.MaxOrder, [.. pixels]).AtOrder(spaceOrder);
            foreach ((long start, long end) in space.IsEmpty ? [] : times)
                elements.Add(new SpaceTimeElement(start, end, space));
            times.Clear();
            pixels.Clear();
        }
    }

    /// <summary>Returns the numbers of a FITS table, see <see cref="OfFlagged"/>.</summary>
    internal long[] ToFlagged()
    {
        List<long> values = [];
        foreach (SpaceTimeElement element in Elements)
        {
            values.AddRange(element.Start | TimeFlag, element.End | TimeFlag);
            foreach (HealpixRange range in element.Space.AtOrder29().Ranges)
                values.AddRange(range.Start, range.End);
        }
        return [.. values];
    }

    /// <summary>Returns the part of the sky that is covered at any time.</summary>
    public Moc Space() => Moc.Of(HealpixRanges.FromRanges(SpaceOrder, [.. Elements.SelectMany(e => e.Space.Ranges.ToArray())]));

    /// <summary>Returns whether a position is covered at any time of an interval.</summary>
    /// <param name="pixel29">The pixel at order 29.</param>
    /// <param name="start">The start in microseconds.</param>
    /// <param name="end">The end, included.</param>
    internal bool Overlaps(long pixel29, long start, long end)
    {
        int low = 0, high = Elements.Length; // the first element that ends after the start
        while (low < high)
            if ((low + high) >>> 1 is var middle && Elements[middle].End <= start)
                low = middle + 1;
            else
                high = middle;
        long pixel = pixel29 >> (2 * (Healpix.MaxOrder - SpaceOrder));
        for (; low < Elements.Length && Elements[low].Start <= end; low++)
            if (Elements[low].Space.Contains(pixel))
                return true;
        return false;
    }

    /// <summary>Returns the microsecond of a time; -1 for a time before JD 0, NaN, or one out of range.</summary>
    /// <param name="mjdTcb">MJD in TCB.</param>
    internal static long Microsecond(double mjdTcb)
    {
        if (!(Math.Abs(mjdTcb) < 1e7) || mjdTcb < -MjdZero)
            return -1;
        double day = Math.Floor(mjdTcb); // days and fractions apart, for the precision of a microsecond
        return ((long)day * (long)DayMicroseconds) + (long)((mjdTcb - day) * DayMicroseconds) + MjdZeroMicroseconds;
    }

    /// <summary>Returns the MJD in TCB of a microsecond.</summary>
    internal static double Mjd(long microsecond) => (microsecond - MjdZeroMicroseconds) / DayMicroseconds;

    /// <summary>Formats the map as the string of the standard, a line for each element: <c>t</c> and its times, then <c>s</c> and its
    /// cells.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        int shift = MaxTimeOrder - TimeOrder;
        foreach (SpaceTimeElement element in Elements)
        {
            long first = element.Start >> shift, last = (element.End - 1) >> shift;
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? "\n" : "")}t{TimeOrder}/{first}")
                .Append(last > first ? string.Create(CultureInfo.InvariantCulture, $"-{last}") : "")
                .Append(" s").Append(Moc.Of(element.Space).ToString());
        }
        return text.Length > 0 ? text.ToString() : string.Create(CultureInfo.InvariantCulture, $"t{TimeOrder}/ s{SpaceOrder}/");
    }
}
