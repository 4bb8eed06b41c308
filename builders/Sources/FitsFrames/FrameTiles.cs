using System.Globalization;
using Pile.Builders.Sources.SkyImages;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.FitsFrames;

/// <summary>Some tiles of a frame in all bands, in memory.</summary>
internal sealed class FrameTiles
{
    private static readonly ColumnSchema Id = Modality.Common.Find("object_id")!.With(DType.String, []),
        Ra = Modality.Common.Find("ra")!.With(DType.Float64, []), Dec = Modality.Common.Find("dec")!.With(DType.Float64, []);

    private readonly IReadOnlyList<BandRecipe> bands;
    private readonly Frame[] frames;
    private readonly TileAxis xs, ys;
    private readonly long first;
    private readonly int count;
    private readonly ImagePlanes planes;
    private readonly double[] raDeg, decDeg;
    private readonly TileAlignment? alignment;

    /// <param name="bands">The bands.</param>
    /// <param name="frames">The frame of each band.</param>
    /// <param name="tiles">The tiles of the frame along x and y.</param>
    /// <param name="first">The first tile, counted by rows of tiles.</param>
    /// <param name="count">The number of tiles.</param>
    internal FrameTiles(IReadOnlyList<BandRecipe> bands, Frame[] frames, (TileAxis X, TileAxis Y) tiles, long first, int count)
    {
        (this.bands, this.frames, (xs, ys), this.first, this.count) = (bands, frames, tiles, first, count);
        planes = new(bands, count, (int)ys.Length, (int)xs.Length, new());
        (raDeg, decDeg) = (new double[count], new double[count]);
        alignment = bands.Count > 1 ? new(bands[0].Name, frames[0], count) : null;
    }

    internal int Count => count;

    internal ImagePlanes Planes => planes;

    /// <summary>Reads the pixels of all bands, and computes the positions of the tiles.</summary>
    /// <exception cref="PileException">A file is unreadable, or a band shows another part of the sky than the first.</exception>
    internal void Read(CancellationToken cancellationToken)
    {
        for (int band = 0; band < bands.Count; band++)
        {
            using Wcs wcs = Wcs.Open(frames[band].Header);
            if (band == 0)
                SetPositions(wcs);
            using FrameImages images = new(bands[band], frames[band]);
            Describe(band, images, wcs);
            long longest = Math.Min(frames[band].Width, Math.Min(count, xs.Count) * xs.Length);
            PixelBuffer buffer = new(checked((int)(longest * ys.Length)), planes.Dq is not null);
            for (long tile = first; tile < first + count;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // One read for all tiles of a line, because tiles of compressed files are often as wide as the frame.
                long end = Math.Min(first + count, (tile / xs.Count * xs.Count) + xs.Count);
                CutoutWindow up = new(ys.Start(tile / xs.Count), 0, (int)ys.Length);
                long left = xs.Start(tile % xs.Count), right = xs.Start((end - 1) % xs.Count) + xs.Length;
                CutoutWindow across = new(left, 0, (int)(right - left));
                PixelPart line = buffer.Read(images, across, up);
                for (; tile < end; tile++)
                {
                    long start = xs.Start(tile % xs.Count);
                    planes.Set((int)(tile - first), band, line.From((int)(start - left)), new(start, 0, (int)xs.Length), up);
                }
            }
        }
    }

    /// <summary>Sets the Galactic extinction at the centres of the tiles.</summary>
    internal void SetExtinction()
    {
        using SkyMaps maps = new();
        for (int band = 0; band < bands.Count && planes.Extinction is not null; band++)
            if (bands[band].Extinction is { } source)
                for (int row = 0; row < count; row++)
                    planes.Extinction[planes.Plane(row, band)] = maps.ExtinctionAt(source, raDeg[row], decDeg[row]);
    }

    /// <summary>Returns the tiles whose centre is on the sky.</summary>
    internal int[] OnSky() => [.. Enumerable.Range(0, count).Where(row => !double.IsNaN(raDeg[row]))];

    /// <summary>Returns the rows of some tiles.</summary>
    /// <param name="rows">The tiles, counted from the first of this block.</param>
    /// <param name="name">The name of the frame.</param>
    /// <param name="areTiles">Whether the frame is divided; otherwise its name is the id.</param>
    /// <param name="columns">The columns of the pixels.</param>
    /// <param name="ofFrame">The columns that all tiles of the frame share, with one row.</param>
    internal RowBatch ToBatch(int[] rows, string name, bool areTiles, ImageColumns columns, IEnumerable<ColumnData> ofFrame)
    {
        List<ColumnData> all =
        [
            TextColumnData.From(Id, [.. Enumerable.Range(0, count).Select(row => areTiles ? IdOf(name, first + row) : name)]),
            new ColumnData<double>(Ra, raDeg),
            new ColumnData<double>(Dec, decDeg),
            .. columns.Of(count, planes),
        ];
        if (areTiles)
        {
            all.Add(Own("frame_x", "first column of the tile in the frame, from 0", tile => xs.Start(tile % xs.Count)));
            all.Add(Own("frame_y", "first row of the tile in the frame, from 0", tile => ys.Start(tile / xs.Count)));
        }
        int[] sameRow = new int[count];
        all.AddRange(ofFrame.Select(c => c.Take(sameRow)));
        return new(rows.Length == count ? all : all.Select(c => c.Take(rows)));
    }

    private string IdOf(string name, long tile) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}-{tile / xs.Count}-{tile % xs.Count}");

    private ColumnData<long> Own(string name, string description, Func<long, long> of) =>
        new(new() { Name = name, DType = DType.Int64, Unit = "pix", Description = description },
            Enumerable.Range(0, count).Select(row => of(first + row)).ToArray());

    private (double X, double Y) CentreOf(long tile) =>
        (xs.Start(tile % xs.Count) + ((xs.Length - 1) / 2.0), ys.Start(tile / xs.Count) + ((ys.Length - 1) / 2.0));

    private (double X, double Y)[] CentreAndCornersOf(long tile)
    {
        (long left, long bottom) = (xs.Start(tile % xs.Count), ys.Start(tile / xs.Count));
        (long right, long top) = (left + xs.Length - 1, bottom + ys.Length - 1);
        return [CentreOf(tile), (left, bottom), (right, bottom), (left, top), (right, top)];
    }

    private void SetPositions(Wcs wcs)
    {
        for (int row = 0; row < count; row++)
        {
            (double x, double y) = CentreOf(first + row);
            (raDeg[row], decDeg[row]) = frames[0].PositionOf(wcs, x, y);
            alignment?.Set(row, wcs, CentreAndCornersOf(first + row));
        }
    }

    private void Describe(int band, FrameImages images, Wcs wcs)
    {
        Frame frame = frames[band];
        foreach (int row in OnSky())
        {
            (double x, double y) = CentreOf(first + row);
            if (band > 0)
            {
                (double longitude, double latitude) = frame.FromIcrs.Convert(raDeg[row], decDeg[row]);
                (x, y) = wcs.SkyToPixel(longitude, latitude);
                if (!(x >= -0.5 && x <= frame.Width - 0.5 && y >= -0.5 && y <= frame.Height - 0.5))
                    throw new SchemaMismatchException(frame.Path, null, $"HDU {frame.Header.Hdu}: it does not show the position "
                        + string.Create(CultureInfo.InvariantCulture, $"({raDeg[row]:R}, {decDeg[row]:R}), which is in the frame of band ")
                        + $"'{bands[0].Name}', {frames[0].Path}", "Correct 'group' in the recipe's source");
            }
            long tile = first + row;
            planes.Describe(row, band, images, wcs, new(frame, x, y), xs.Start(tile % xs.Count), ys.Start(tile / xs.Count));
            if (band > 0)
                alignment?.Require(row, frame, wcs, CentreAndCornersOf(tile), planes.ScaleArcsec[planes.Plane(row, band)]);
        }
    }
}
