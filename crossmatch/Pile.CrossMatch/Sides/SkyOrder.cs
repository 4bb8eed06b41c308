using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Sorts the rows of a side by order-29 pixel, then by id, with rows without a position last.</summary>
internal static class SkyOrder
{
    /// <summary>The pixel of a row without a position.</summary>
    internal const long None = long.MaxValue;

    // Small enough that a bucket fits into the cache of a core, large enough that the ends of all buckets do.
    private const int RowsOfBucket = 4096, BlockRows = 1 << 16;

    /// <summary>Computes the pixel of each row, in the order of the file.</summary>
    /// <param name="raDeg">Right ascensions in degrees.</param>
    /// <param name="decDeg">Declinations in degrees, in pieces of the same rows.</param>
    /// <param name="work">The workspace in which the pixels are stored.</param>
    /// <param name="workers">The number of threads.</param>
    /// <returns>The pixels; <see cref="None"/> for rows without a position.</returns>
    internal static RowArray<long> Pixels(KeptColumn raDeg, KeptColumn decDeg, MatchWorkspace work, int workers)
    {
        RowArray<long> pixels = work.Rows<long>(raDeg.Count);
        Parallel.For(0, (pixels.Count + BlockRows - 1) / BlockRows, new ParallelOptions { MaxDegreeOfParallelism = workers },
            () => (Ra: new double[BlockRows], Dec: new double[BlockRows]), (block, _, degrees) =>
            {
                int end = Math.Min(pixels.Count, (block + 1) * BlockRows);
                for (int first = block * BlockRows; first < end;)
                {
                    ((ColumnData ofRa, int row), ColumnData ofDec) = (raDeg.Find(first), decDeg.Find(first).Values);
                    int rows = Math.Min(end - first, ofRa.RowCount - row);
                    Pixels((ColumnData<double>)ofRa, (ColumnData<double>)ofDec, row, degrees.Ra.AsSpan(0, rows),
                        degrees.Dec.AsSpan(0, rows), pixels.GetSpan().Slice(first, rows));
                    first += rows;
                }
                return degrees;
            }, _ => { });
        return pixels;
    }

    /// <summary>Sorts rows.</summary>
    /// <param name="pixels">The pixel of each row, which are sorted in place.</param>
    /// <param name="compareIds">Compares the ids of two rows.</param>
    /// <param name="work">The workspace in which rows are stored.</param>
    /// <param name="workers">The number of threads.</param>
    /// <returns>The sorted pixels, and the row of each.</returns>
    internal static (RowArray<long> Pixels, RowArray<int> Rows) Sort(RowArray<long> pixels, Comparison<int> compareIds, MatchWorkspace work,
        int workers)
    {
        int order = 0;
        while (order < 10 && Healpix.PixelCount(order) < pixels.Count / RowsOfBucket)
            order++;
        int shift = 2 * (Healpix.MaxOrder - order), buckets = (int)Healpix.PixelCount(order) + 1;
        int ranges = Math.Clamp(pixels.Count / BlockRows, 1, workers), rangeRows = (pixels.Count + ranges - 1) / ranges;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = workers };
        int[][] places = new int[ranges][];
        Parallel.For(0, ranges, parallel, range =>
        {
            int[] counts = places[range] = new int[buckets];
            foreach (long pixel in RangeOf(range))
                counts[Bucket(pixel)]++;
        });
        // Within a bucket, the rows of a range follow those of the ranges before it, whatever the number of threads.
        int[] starts = new int[buckets + 1];
        for (int bucket = 0, place = 0; bucket < buckets; bucket++)
        {
            foreach (int[] ofRange in places)
                (ofRange[bucket], place) = (place, place + ofRange[bucket]);
            starts[bucket + 1] = place;
        }
        (RowArray<long> sorted, RowArray<int> rows) = (work.Rows<long>(pixels.Count), work.Rows<int>(pixels.Count));
        Parallel.For(0, ranges, parallel, range =>
        {
            Span<long> ofSorted = sorted.GetSpan();
            Span<int> ofRows = rows.GetSpan();
            int row = range * rangeRows;
            foreach (long pixel in RangeOf(range))
            {
                int place = places[range][Bucket(pixel)]++;
                (ofSorted[place], ofRows[place]) = (pixel, row++);
            }
        });
        Parallel.For(0, buckets, parallel, bucket => SortBucket(sorted.GetSpan()[starts[bucket]..starts[bucket + 1]],
            rows.GetSpan()[starts[bucket]..starts[bucket + 1]], shift, compareIds));
        return (sorted, rows);

        ReadOnlySpan<long> RangeOf(int range) =>
            pixels.GetSpan()[(range * rangeRows)..(int)Math.Min((range + 1L) * rangeRows, pixels.Count)];

        int Bucket(long pixel) => pixel == None ? buckets - 1 : (int)(pixel >> shift);
    }

    private static void Pixels(ColumnData<double> raDeg, ColumnData<double> decDeg, int first, Span<double> ra, Span<double> dec,
        Span<long> pixels)
    {
        raDeg.Values.Span.Slice(first, ra.Length).CopyTo(ra);
        decDeg.Values.Span.Slice(first, ra.Length).CopyTo(dec);
        List<int>? missing = null;
        bool hasNulls = !raDeg.IsNull.IsEmpty || !decDeg.IsNull.IsEmpty;
        for (int row = 0; row < ra.Length; row++)
            if (double.IsNaN(ra[row] + dec[row]) || (hasNulls && (raDeg.IsNullAt(first + row) || decDeg.IsNullAt(first + row))))
            {
                (missing ??= []).Add(row);
                (ra[row], dec[row]) = (0, 0);
            }
            else if (ra[row] == 360)
                ra[row] = 0;
        Healpix.AngToPix(Healpix.MaxOrder, ra, dec, pixels);
        foreach (int row in missing ?? [])
            pixels[row] = None;
    }

    private static void SortBucket(Span<long> pixels, Span<int> rows, int bits, Comparison<int> compareIds)
    {
        if (pixels.IsEmpty)
            return;
        if (pixels[0] != None)
            PixelSort.Sort(pixels, rows, bits);
        for (int first = 0; first < pixels.Length;)
        {
            int end = first + 1;
            while (end < pixels.Length && pixels[end] == pixels[first])
                end++;
            if (end - first > 1)
                rows[first..end].Sort(compareIds);
            first = end;
        }
    }
}
