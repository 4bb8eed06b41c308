namespace Pile.Builders.Sources.SkyImages;

/// <summary>Where a cut-out lies along one axis of a frame, and which part of it the frame covers. Pixels are counted from 0.</summary>
/// <param name="Start">The cut-out's first pixel in the frame; may be negative.</param>
/// <param name="Skip">Pixels of the cut-out before the frame begins.</param>
/// <param name="Count">Pixels that the frame covers.</param>
internal readonly record struct CutoutWindow(long Start, int Skip, int Count)
{
    /// <summary>The window of N pixels about a position: it starts at ⌈x − N/2⌉, as astropy's Cutout2D.</summary>
    /// <param name="position">The object along this axis.</param>
    /// <param name="size">N.</param>
    /// <param name="frameSize">The frame's pixels along this axis.</param>
    internal static CutoutWindow About(double position, int size, long frameSize)
    {
        long start = (long)Math.Ceiling(position - (size / 2.0));
        long first = Math.Max(start, 0), end = Math.Min(start + size, frameSize);
        return new(start, (int)(first - start), (int)Math.Max(0, end - first));
    }

    /// <summary>The position less the cut-out's middle.</summary>
    internal double Offset(double position, int size) => position - (Start + ((size - 1) / 2.0));
}
