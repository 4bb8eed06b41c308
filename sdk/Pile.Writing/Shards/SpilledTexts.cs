using System.Runtime.InteropServices;

namespace Pile.Writing.Shards;

/// <summary>Reads the texts of some rows from the units' files. Rows that are neighbours in a file are read together: in the order of the
/// index, those of one source are often near each other.</summary>
/// <remarks>Not safe for concurrent use; reuse it, because it keeps its memory.</remarks>
internal sealed class SpilledTexts(HeavyFiles files)
{
    private const int MostBytes = 4 << 20, MostRangeBytes = 1 << 20, MostGapBytes = 4 << 10;

    private readonly List<Place> rows = [], inFiles = [];
    private readonly Dictionary<(int Unit, long Offset), Place> places = []; // rows with equal texts can share them
    private byte[] bytes = [], range = [];
    private int totalBytes;

    /// <summary>Adds a row, unless the texts of all rows would take too much memory; the first row always fits.</summary>
    /// <param name="unit">The unit of the row.</param>
    /// <param name="offset">The offset of its texts in the file of the unit.</param>
    /// <param name="byteCount">Their size, with that of their CRC-32C; 0 for a row without such columns.</param>
    internal bool TryAdd(int unit, long offset, int byteCount)
    {
        if (byteCount == 0 || !places.TryGetValue((unit, offset), out Place place))
        {
            if (rows.Count > 0 && totalBytes + byteCount > MostBytes)
                return false;
            place = new Place(unit, offset, totalBytes, byteCount);
            if (byteCount > 0)
            {
                places.Add((unit, offset), place);
                inFiles.Add(place);
            }
            totalBytes += byteCount;
        }
        rows.Add(place);
        return true;
    }

    /// <summary>Reads the texts of all rows.</summary>
    /// <exception cref="IOException">A file is shorter than its record states, or cannot be read.</exception>
    internal void Read()
    {
        if (bytes.Length < totalBytes)
            bytes = new byte[Math.Max(totalBytes, Math.Min(2L * bytes.Length, MostBytes))];
        inFiles.Sort(static (a, b) => a.Unit != b.Unit ? a.Unit.CompareTo(b.Unit) : a.Offset.CompareTo(b.Offset));
        for (int first = 0, next; first < inFiles.Count; first = next)
        {
            long start = inFiles[first].Offset, end = start + inFiles[first].Bytes;
            for (next = first + 1; next < inFiles.Count && inFiles[next].Unit == inFiles[first].Unit
                && inFiles[next].Offset - end <= MostGapBytes
                && inFiles[next].Offset + inFiles[next].Bytes - start <= MostRangeBytes; next++)
                end = Math.Max(end, inFiles[next].Offset + inFiles[next].Bytes);
            ReadRange(CollectionsMarshal.AsSpan(inFiles)[first..next], start, (int)(end - start));
        }
    }

    /// <summary>Returns the texts of a row, by its number among those that were added.</summary>
    /// <exception cref="Format.SourceUnreadableException">They are not those that were written.</exception>
    internal ReadOnlySpan<byte> BytesOf(int number) => rows[number] is { Bytes: > 0 } row
        ? files.Verified(row.Unit, bytes.AsSpan(row.Start, row.Bytes)) : [];

    internal void Clear()
    {
        rows.Clear();
        inFiles.Clear();
        places.Clear();
        totalBytes = 0;
    }

    private void ReadRange(ReadOnlySpan<Place> places, long start, int length)
    {
        if (places.Length == 1)
        {
            files.Read(places[0].Unit, start, bytes.AsSpan(places[0].Start, length));
            return;
        }
        if (range.Length < length)
            range = new byte[MostRangeBytes];
        files.Read(places[0].Unit, start, range.AsSpan(0, length));
        foreach (Place place in places)
            range.AsSpan((int)(place.Offset - start), place.Bytes).CopyTo(bytes.AsSpan(place.Start));
    }

    private readonly record struct Place(int Unit, long Offset, int Start, int Bytes);
}
