using System.Buffers.Text;
using System.Text;
using Pile.Earth;

namespace Pile.Builders.Sources.Stac;

/// <summary>The values of the chips of a batch, in the arrays that become its columns.</summary>
/// <param name="capacity">The largest number of chips.</param>
internal sealed class PlacedChips(int capacity)
{
    private const int BoxTerms = 4, TransformTerms = 6, LongestNumber = 11; // digits and sign of an int32

    // Uninitialized: only what is set is read.
    private readonly int[] idStarts = new int[capacity + 1], x = new int[capacity], y = new int[capacity], wkbLengths = new int[capacity];
    private readonly ChipWindow[] windows = GC.AllocateUninitializedArray<ChipWindow>(capacity);
    private readonly double[] lonDeg = GC.AllocateUninitializedArray<double>(capacity),
        latDeg = GC.AllocateUninitializedArray<double>(capacity), radiusDeg = GC.AllocateUninitializedArray<double>(capacity),
        boxes = GC.AllocateUninitializedArray<double>(BoxTerms * capacity),
        transforms = GC.AllocateUninitializedArray<double>(TransformTerms * capacity);
    private byte[] ids = [], wkb = [];
    private int wkbBytes;
    private float[]? nodata, cloud, clear;

    /// <summary>The number of chips.</summary>
    internal int Count { get; private set; }

    /// <summary>The ids, one after the other.</summary>
    internal ReadOnlyMemory<byte> Ids => ids.AsMemory(0, idStarts[Count]);

    /// <summary>The start of each id, and the end of the last.</summary>
    internal ReadOnlyMemory<int> IdStarts => idStarts.AsMemory(0, Count + 1);

    internal ReadOnlyMemory<double> LonDeg => lonDeg.AsMemory(0, Count);

    internal ReadOnlyMemory<double> LatDeg => latDeg.AsMemory(0, Count);

    internal ReadOnlyMemory<double> RadiusDeg => radiusDeg.AsMemory(0, Count);

    /// <summary>West, south, east and north of each chip.</summary>
    internal ReadOnlyMemory<double> Boxes => boxes.AsMemory(0, BoxTerms * Count);

    /// <summary>The six terms of each chip.</summary>
    internal ReadOnlyMemory<double> Transforms => transforms.AsMemory(0, TransformTerms * Count);

    internal ReadOnlyMemory<int> X => x.AsMemory(0, Count);

    internal ReadOnlyMemory<int> Y => y.AsMemory(0, Count);

    /// <summary>The windows of the finest grid.</summary>
    internal ReadOnlySpan<ChipWindow> Windows => windows.AsSpan(0, Count);

    /// <summary>The footprints, one after the other.</summary>
    internal ReadOnlyMemory<byte> Wkb => wkb.AsMemory(0, wkbBytes);

    internal int[] WkbLengths => wkbLengths[..Count];

    /// <summary>The keys of the tiles; empty for cells of HEALPix.</summary>
    internal List<string> Tiles { get; } = [];

    internal ReadOnlyMemory<float> NodataShares => nodata.AsMemory(0, Count);

    internal ReadOnlyMemory<float> CloudShares => cloud.AsMemory(0, Count);

    /// <summary>Empty if no chip has one.</summary>
    internal ReadOnlyMemory<float> ClearShares => clear is null ? default : clear.AsMemory(0, Count);

    /// <summary>Sets the id of the next chip: a start, its column and its row.</summary>
    internal void AddId(ReadOnlySpan<byte> start, int chipX, int chipY)
    {
        int at = idStarts[Count];
        Reserve(ref ids, at, start.Length + (2 * LongestNumber) + 1);
        start.CopyTo(ids.AsSpan(at));
        at += start.Length;
        Utf8Formatter.TryFormat(chipX, ids.AsSpan(at), out int written);
        at += written;
        ids[at++] = (byte)'_';
        Utf8Formatter.TryFormat(chipY, ids.AsSpan(at), out written);
        idStarts[Count + 1] = at + written;
    }

    /// <summary>Sets the id of the next chip.</summary>
    internal void AddId(string id)
    {
        int at = idStarts[Count], length = Encoding.UTF8.GetByteCount(id);
        Reserve(ref ids, at, length);
        idStarts[Count + 1] = at + Encoding.UTF8.GetBytes(id, ids.AsSpan(at));
    }

    /// <summary>Adds a chip, whose id is set.</summary>
    internal void Add(int chipX, int chipY, ChipWindow window, Affine own, ReadOnlySpan<byte> footprint, in FootprintMeasures measures)
    {
        (lonDeg[Count], latDeg[Count], radiusDeg[Count]) = (measures.CentreLonDeg, measures.CentreLatDeg, measures.RadiusDeg);
        ((ReadOnlySpan<double>)[measures.Bounds.West, measures.Bounds.South, measures.Bounds.East, measures.Bounds.North])
            .CopyTo(boxes.AsSpan(BoxTerms * Count));
        ((ReadOnlySpan<double>)[own.A, own.B, own.C, own.D, own.E, own.F]).CopyTo(transforms.AsSpan(TransformTerms * Count));
        (x[Count], y[Count], windows[Count], wkbLengths[Count]) = (chipX, chipY, window, footprint.Length);
        Reserve(ref wkb, wkbBytes, footprint.Length);
        footprint.CopyTo(wkb.AsSpan(wkbBytes));
        wkbBytes += footprint.Length;
        Count++;
    }

    /// <summary>Sets what was measured in the last chip.</summary>
    internal void SetShares(float nodataShare, float cloudShare, float? clearShare)
    {
        (nodata ??= new float[capacity])[Count - 1] = nodataShare;
        (cloud ??= new float[capacity])[Count - 1] = cloudShare;
        if (clearShare is { } share)
            (clear ??= new float[capacity])[Count - 1] = share;
    }

    // Most rows are as long as the first one.
    private void Reserve(ref byte[] buffer, int used, int more)
    {
        if (buffer.Length - used < more)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(used == 0 ? capacity * more : 2 * buffer.Length, used + more));
            buffer.AsSpan(0, used).CopyTo(larger);
            buffer = larger;
        }
    }
}
