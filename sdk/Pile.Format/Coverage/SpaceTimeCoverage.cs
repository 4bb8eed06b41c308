using System.Numerics;
using Pile.Sky;

namespace Pile.Format;

/// <summary>Collects the space-time coverage of a dataset from the positions and times of its rows (SCHEMA.md, section 6.7).</summary>
/// <remarks>The slots of time follow from the span of the times alone, and the result from the set of rows: neither depends on their
/// order. It takes 128 bytes for each cell with rows: 6 MiB for the whole sky.</remarks>
internal sealed class SpaceTimeCoverage
{
    /// <summary>The HEALPix order of the cells: 0.9 degrees.</summary>
    internal const int SpaceOrder = 6;

    /// <summary>The finest order of time: slots of 9 minutes, about the largest light time between reference positions.</summary>
    internal const int FinestTimeOrder = 32;

    /// <summary>The largest number of slots between the first and the last time.</summary>
    internal const int MaxSlots = 1024;

    /// <summary>The largest number of ranges of times and pixels: 2 MiB of FITS.</summary>
    internal const int MaxRanges = 131_072;

    private const int WordBits = 64, Words = MaxSlots / WordBits, KeyShift = 2 * (Healpix.MaxOrder - SpaceOrder);

    private readonly string scale;
    private readonly ulong[]?[] slots = new ulong[]?[(int)Healpix.PixelCount(SpaceOrder)]; // of cells with rows
    private int timeOrder;
    private long firstSlot;
    private int slotCount;

    private SpaceTimeCoverage(string scale, int timeOrder, long firstSlot, int slotCount) =>
        (this.scale, this.timeOrder, this.firstSlot, this.slotCount) = (scale, timeOrder, firstSlot, slotCount);

    /// <summary>Creates an empty coverage.</summary>
    /// <param name="scale">The scale of the times, as declared.</param>
    /// <param name="firstMjd">The earliest time of all rows.</param>
    /// <param name="lastMjd">The latest time.</param>
    /// <returns>Null if the scale cannot be converted to TCB, or a time is before JD 0.</returns>
    internal static SpaceTimeCoverage? Of(string? scale, double firstMjd, double lastMjd)
    {
        if (TimeScales.Name(scale) is not { } name)
            return null;
        long first = SpaceTimeMoc.Microsecond(TimeScales.ToTcb(name, firstMjd)),
            last = SpaceTimeMoc.Microsecond(TimeScales.ToTcb(name, lastMjd));
        if (first < 0 || last < first)
            return null;
        int order = FinestTimeOrder;
        while ((last >> (SpaceTimeMoc.MaxTimeOrder - order)) - (first >> (SpaceTimeMoc.MaxTimeOrder - order)) >= MaxSlots)
            order--;
        int shift = SpaceTimeMoc.MaxTimeOrder - order;
        return new SpaceTimeCoverage(name, order, first >> shift, (int)((last >> shift) - (first >> shift)) + 1);
    }

    /// <summary>Adds a row.</summary>
    /// <param name="pixel29">Its pixel at order 29.</param>
    /// <param name="startMjd">Its time, or the start of its interval; NaN if missing.</param>
    /// <param name="endMjd">The end of its interval; NaN for an instant.</param>
    internal void Add(long pixel29, double startMjd, double endMjd)
    {
        (double from, double to) = double.IsNaN(startMjd) ? (endMjd, endMjd) : double.IsNaN(endMjd) ? (startMjd, startMjd)
            : (Math.Min(startMjd, endMjd), Math.Max(startMjd, endMjd));
        if (double.IsNaN(from))
            return;
        int first = SlotOf(from), last = SlotOf(to);
        Span<ulong> ofCell = slots[(int)(pixel29 >> KeyShift)] ??= new ulong[Words];
        for (int word = first / WordBits; word <= last / WordBits; word++)
        {
            int from64 = Math.Max(first - (word * WordBits), 0), to64 = Math.Min(last - (word * WordBits), WordBits - 1);
            ofCell[word] |= (ulong.MaxValue << from64) & (ulong.MaxValue >> (WordBits - 1 - to64));
        }
    }

    /// <summary>Returns the map, in slots of twice the length while it would have more than <see cref="MaxRanges"/>.</summary>
    internal SpaceTimeMoc Build()
    {
        while (true)
        {
            List<SpaceTimeElement> elements = Elements();
            if (slotCount == 1 || elements.Sum(e => 1 + e.Space.Ranges.Length) <= MaxRanges)
                return SpaceTimeMoc.Of(timeOrder, SpaceOrder, elements);
            Coarsen();
        }
    }

    private int SlotOf(double mjd) => (int)Math.Clamp(
        (SpaceTimeMoc.Microsecond(TimeScales.ToTcb(scale, mjd)) >> (SpaceTimeMoc.MaxTimeOrder - timeOrder)) - firstSlot, 0, slotCount - 1);

    private List<SpaceTimeElement> Elements()
    {
        List<SpaceTimeElement> elements = [];
        int shift = SpaceTimeMoc.MaxTimeOrder - timeOrder;
        List<HealpixRange>?[] rangesOfSlots = RangesOfSlots();
        for (int slot = 0; slot < slotCount; slot++)
        {
            if (rangesOfSlots[slot] is not { } ranges)
                continue;
            long start = (firstSlot + slot) << shift, end = (firstSlot + slot + 1) << shift;
            if (elements.Count > 0 && elements[^1].End == start && elements[^1].Space.Ranges.SequenceEqual([.. ranges]))
                elements[^1] = elements[^1] with { End = end };
            else
                elements.Add(new SpaceTimeElement(start, end, HealpixRanges.FromRanges(SpaceOrder, [.. ranges])));
        }
        return elements;
    }

    // Cell by cell, as the bits lie in memory.
    private List<HealpixRange>?[] RangesOfSlots()
    {
        List<HealpixRange>?[] found = new List<HealpixRange>?[slotCount];
        for (int cell = 0; cell < slots.Length; cell++)
            for (int word = 0; slots[cell] is { } ofCell && word < Words; word++)
                for (ulong bits = ofCell[word]; bits != 0; bits &= bits - 1)
                    Extend(found[(word * WordBits) + BitOperations.TrailingZeroCount(bits)] ??= [], cell);
        return found;
    }

    private static void Extend(List<HealpixRange> ranges, int cell)
    {
        if (ranges.Count > 0 && ranges[^1].End == cell)
            ranges[^1] = new HealpixRange(ranges[^1].Start, cell + 1);
        else
            ranges.Add(new HealpixRange(cell, cell + 1));
    }

    private void Coarsen()
    {
        long coarserFirst = firstSlot >> 1;
        ulong[] coarser = new ulong[Words];
        foreach (ulong[] ofCell in slots.OfType<ulong[]>())
        {
            Array.Clear(coarser);
            for (int word = 0; word < Words; word++)
                for (ulong bits = ofCell[word]; bits != 0; bits &= bits - 1)
                {
                    long slot = ((firstSlot + (word * WordBits) + BitOperations.TrailingZeroCount(bits)) >> 1) - coarserFirst;
                    coarser[slot / WordBits] |= 1UL << (int)(slot % WordBits);
                }
            coarser.CopyTo(ofCell, 0);
        }
        slotCount = (int)(((firstSlot + slotCount - 1) >> 1) - coarserFirst) + 1;
        (firstSlot, timeOrder) = (coarserFirst, timeOrder - 1);
    }
}
