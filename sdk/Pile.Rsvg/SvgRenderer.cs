using System.Runtime.InteropServices;
using System.Text;
using Pile.Rsvg.Native;

namespace Pile.Rsvg;

/// <summary>Draws SVG documents to pixels.</summary>
internal static unsafe class SvgRenderer
{
    /// <summary>The largest width and height in pixels: Cairo's limit for images.</summary>
    internal const int LargestSidePx = 32_767;

    /// <summary>Draws a document that loads nothing: styles and images are in it.</summary>
    /// <param name="svg">The document.</param>
    /// <param name="width">Width of the picture in pixels; the document is scaled to it.</param>
    /// <param name="height">Height of the picture in pixels.</param>
    /// <returns>Red, green and blue of each pixel, rows from the top, shape [height, width, 3]; transparent parts are white.</returns>
    /// <exception cref="ArgumentException">The document is not SVG, or the picture would be too large.</exception>
    /// <exception cref="Format.NativeLibraryMissingException">librsvg is not installed.</exception>
    internal static byte[] Render(string svg, int width, int height)
    {
        if (width is < 1 or > LargestSidePx || height is < 1 or > LargestSidePx)
            throw new ArgumentException($"A picture of {width} × {height} pixels is not possible: each side must be from 1 to "
                + $"{LargestSidePx} pixels. Draw fewer rows in one picture.");
        byte[] document = Encoding.UTF8.GetBytes(svg);
        RsvgNative.Error* error = null;
        using RsvgHandle handle = Parse(document, &error);
        if (handle.IsInvalid)
            throw Failed(error);
        using SurfaceHandle surface = RsvgNative.CreateSurface(RsvgNative.FormatArgb32, width, height);
        if (RsvgNative.SurfaceStatus(surface) is not 0 and var status)
            throw new Format.MemoryLimitException($"Cairo could not create an image of {width} × {height} pixels (status {status}). "
                + "Draw fewer rows in one picture.");
        using ContextHandle cairo = RsvgNative.CreateContext(surface);
        if (RsvgNative.RenderDocument(handle, cairo, new() { Width = width, Height = height }, &error) == 0)
            throw Failed(error);
        RsvgNative.Flush(surface);
        return Rgb(RsvgNative.DataOf(surface), RsvgNative.StrideOf(surface), width, height);
    }

    private static RsvgHandle Parse(byte[] document, RsvgNative.Error** error)
    {
        fixed (byte* data = document)
            return RsvgNative.NewFromData(data, (nuint)document.Length, error);
    }

    private static byte[] Rgb(byte* pixels, int stride, int width, int height)
    {
        byte[] rgb = new byte[3 * width * height];
        int next = 0;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<uint> row = new(pixels + ((long)y * stride), width);
            foreach (uint argb in row)
            {
                uint white = 255 - (argb >> 24); // colours are premultiplied
                rgb[next++] = (byte)(((argb >> 16) & 0xFF) + white);
                rgb[next++] = (byte)(((argb >> 8) & 0xFF) + white);
                rgb[next++] = (byte)((argb & 0xFF) + white);
            }
        }
        return rgb;
    }

    private static ArgumentException Failed(RsvgNative.Error* error)
    {
        string reason = error is null ? "no reason given" : Marshal.PtrToStringUTF8((nint)error->Message) ?? "no reason given";
        if (error is not null)
            RsvgNative.FreeError(error);
        return new ArgumentException($"librsvg does not draw this document: {reason}.");
    }
}
