using System.Runtime.InteropServices;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Ranges of the key, which together have all rows of a spill, and the batches with rows of each.</summary>
/// <remarks>The rows of a batch are often near each other: those of one image, or of one scene. A range then needs few of the batches,
/// and most batches are in one range.</remarks>
internal sealed class KeyRanges
{
    private const int SampledRows = 100_000;

    /// <summary>How often all rows are read at most. Dividing them among files reads them twice and writes them once.</summary>
    private const int MostReads = 2;

    private readonly long[] starts;
    private readonly int[][] batches;

    private KeyRanges(long[] starts, int[][] batches) => (this.starts, this.batches) = (starts, batches);

    internal int Count => starts.Length;

    /// <summary>Reads the rows of a range, and sorts them.</summary>
    /// <exception cref="Format.SourceUnreadableException">A file was damaged.</exception>
    internal SortedRows Sort(StoredRows rows, SortOrder order, int range) =>
        new(rows, order, batches[range], starts[range], LastOf(starts, range));

    /// <summary>Divides the keys of rows into ranges whose batches are about as large as given; returns null if that needs too many
    /// reads.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="key">The column of the key.</param>
    /// <param name="rangeBytes">The size of the batches of a range.</param>
    /// <exception cref="Format.SourceUnreadableException">A file was damaged.</exception>
    internal static KeyRanges? Of(StoredRows rows, int key, long rangeBytes)
    {
        (long Least, long Greatest)[] extents = new (long, long)[rows.BatchCount];
        long[] sizes = new long[rows.BatchCount];
        List<long> sample = [];
        byte[] buffer = [];
        long bytes = 0, every = Math.Max(rows.RowCount / SampledRows, 1), seen = 0;
        for (int batch = 0; batch < extents.Length; batch++)
        {
            DuckDbColumn keys = rows.Read(batch, [key], ref buffer)[0];
            (long least, long greatest) = (long.MaxValue, long.MinValue);
            for (int row = 0; row < keys.RowCount; row++, seen++)
            {
                long value = MemoryMarshal.Read<long>(keys.RowBytes(row));
                (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
                if (seen % every == 0)
                    sample.Add(value);
            }
            extents[batch] = (least, greatest);
            bytes += sizes[batch] = rows.BytesOf(batch);
        }
        RowsTable.Return(buffer);
        sample.Sort();
        int count = (int)Math.Clamp(bytes / rangeBytes + 1, 1, Math.Max(sample.Count, 1));
        // All rows of a key are in one range, so that equal starts are one.
        long[] firsts = [long.MinValue, .. Enumerable.Range(1, count - 1)
            .Select(range => sample[(int)((long)range * sample.Count / count)]).Distinct()];
        int[][] overlapping = new int[firsts.Length][];
        long readBytes = 0;
        for (int range = 0; range < firsts.Length; range++)
        {
            overlapping[range] = Overlapping(extents, firsts[range], LastOf(firsts, range));
            long ofRange = overlapping[range].Sum(batch => sizes[batch]);
            readBytes += ofRange;
            if (ofRange > 2 * rangeBytes || readBytes > MostReads * bytes)
                return null; // before the lists of a large catalogue fill the memory: each range has all batches
        }
        return new KeyRanges(firsts, overlapping);
    }

    private static long LastOf(long[] starts, int range) => range + 1 < starts.Length ? starts[range + 1] - 1 : long.MaxValue;

    private static int[] Overlapping((long Least, long Greatest)[] extents, long first, long last) =>
        [.. Enumerable.Range(0, extents.Length).Where(batch => extents[batch].Least <= last && extents[batch].Greatest >= first)];
}
