using System.Buffers;
using Pile.Fits;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Reads rectangles of an image: from the file, or from memory if reading them needs more pixels together than the image has.
/// Cut-outs of a crowded field overlap, and a line of a compressed image needs a tile, which is often as wide as the image.</summary>
/// <param name="image">The image.</param>
/// <param name="lines">The number of lines of all rectangles.</param>
/// <param name="width">The length of a line.</param>
internal sealed class FramePixels<T>(FitsImage image, long lines, int width) : IDisposable where T : unmanaged
{
    private const int MostPixels = 4 << 20; // 16 MB: each thread has a frame, with noise and mask

    private T[] whole = [];
    private bool isRead = lines * (image.IsCompressed ? image.Width : width) < image.Width * image.Height
        || image.Width * image.Height > MostPixels;

    /// <summary>Reads a rectangle.</summary>
    /// <exception cref="FitsException">The pixels are unreadable.</exception>
    internal void Read(CutoutWindow across, CutoutWindow up, Span<T> destination)
    {
        (long left, long bottom) = (across.Start + across.Skip, up.Start + up.Skip);
        if (!isRead)
            ReadWhole();
        if (whole.Length == 0)
        {
            image.Read(left, bottom, across.Count, up.Count, destination);
            return;
        }
        for (int y = 0; y < up.Count; y++)
            whole.AsSpan((int)(((bottom + y) * image.Width) + left), across.Count).CopyTo(destination[(y * across.Count)..]);
    }

    public void Dispose()
    {
        if (whole.Length > 0)
            ArrayPool<T>.Shared.Return(whole);
        whole = [];
    }

    private void ReadWhole()
    {
        isRead = true;
        T[] pixels = ArrayPool<T>.Shared.Rent((int)(image.Width * image.Height));
        try
        {
            image.Read<T>(0, 0, (int)image.Width, (int)image.Height, pixels);
            whole = pixels;
        }
        catch (FitsException)
        {
            // Other parts of the file may be readable: each rectangle is, or is reported.
            ArrayPool<T>.Shared.Return(pixels);
        }
    }
}
