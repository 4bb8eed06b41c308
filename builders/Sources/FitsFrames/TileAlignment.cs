using System.Globalization;
using Pile.Builders.Sources.SkyImages;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;

namespace Pile.Builders.Sources.FitsFrames;

/// <summary>Requires that some tiles of a frame show the same sky in the same pixels in all bands.</summary>
/// <param name="name">The name of the first band.</param>
/// <param name="frame">The frame of the first band.</param>
/// <param name="count">The number of tiles.</param>
internal sealed class TileAlignment(string name, Frame frame, int count)
{
    // Pixels are not resampled, so that bands cannot agree better than cut-outs do, each of which is shifted by whole pixels.
    private const double LargestOffsetPixels = 1;

    private readonly (double RaDeg, double DecDeg)[][] positions = new (double, double)[count][];

    /// <summary>Sets the pixels at which a tile is compared.</summary>
    /// <param name="row">The tile.</param>
    /// <param name="wcs">The WCS of the first band.</param>
    /// <param name="pixels">The pixels: the centre and the corners.</param>
    internal void Set(int row, Wcs wcs, (double X, double Y)[] pixels) =>
        positions[row] = Array.ConvertAll(pixels, at => frame.PositionOf(wcs, at.X, at.Y));

    /// <summary>Requires that a tile has the positions of the first band, where both are on the sky.</summary>
    /// <param name="row">The tile.</param>
    /// <param name="other">The frame of another band.</param>
    /// <param name="wcs">Its WCS.</param>
    /// <param name="pixels">The pixels of <see cref="Set"/>.</param>
    /// <param name="scaleArcsec">The size of a pixel.</param>
    /// <exception cref="SchemaMismatchException">The positions of a pixel differ by more than a pixel.</exception>
    internal void Require(int row, Frame other, Wcs wcs, (double X, double Y)[] pixels, double scaleArcsec)
    {
        (double largest, int at) = (LargestOffsetPixels, -1);
        for (int i = 0; i < pixels.Length; i++)
        {
            (double raDeg, double decDeg) = other.PositionOf(wcs, pixels[i].X, pixels[i].Y);
            double offset = Separation.Arcsec(positions[row][i].RaDeg, positions[row][i].DecDeg, raDeg, decDeg) / scaleArcsec;
            if (offset > largest)
                (largest, at) = (offset, i);
        }
        if (at >= 0)
            throw new SchemaMismatchException(other.Path, null, $"HDU {other.Header.Hdu}: "
                + string.Create(CultureInfo.InvariantCulture, $"the pixel x = {pixels[at].X + 1}, y = {pixels[at].Y + 1} is {largest:0.0} ")
                + $"pixels away from that of band '{name}', {frame.Path}; the pixels of all bands should be at the same positions",
                "Resample the frames to the pixels of one of them, or correct 'group' in the recipe's source, or build a dataset for each "
                    + "band");
    }
}
