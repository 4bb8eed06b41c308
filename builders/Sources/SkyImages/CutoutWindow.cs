namespace Pile.Builders.Sources.SkyImages;

/// <summary>The range of a cut-out along one axis of a frame, and the part that the frame covers. Pixels are counted from 0.</summary>
/// <param name="Start">The first pixel of the cut-out in the frame; may be negative.</param>
/// <param name="Skip">The number of pixels of the cut-out before the first pixel of the frame.</param>
/// <param name="Count">The number of pixels that the frame covers.</param>
internal readonly record struct CutoutWindow(long Start, int Skip, int Count)
{
    /// <summary>Returns the window of N pixels around a position. It starts at ⌈x − N/2⌉, as in astropy's Cutout2D.</summary>
    /// <param name="position">The position x of the object along this axis.</param>
    /// <param name="size">The number N of pixels.</param>
    /// <param name="frameSize">The number of pixels of the frame along this axis.</param>
    internal static CutoutWindow About(double position, int size, long frameSize)
    {
        long start = (long)Math.Ceiling(position - (size / 2.0));
        long first = Math.Max(start, 0), end = Math.Min(start + size, frameSize);
        return new(start, (int)(first - start), (int)Math.Max(0, end - first));
    }

    /// <summary>Returns the position relative to the centre of the cut-out.</summary>
    internal double Offset(double position, int size) => position - (Start + ((size - 1) / 2.0));
}
