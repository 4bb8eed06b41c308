namespace Pile.Drawing;

/// <summary>Enlarges small images, so that their pixels remain squares in renderers that smooth enlarged images.</summary>
internal static class PixelBlocks
{
    /// <summary>Encodes an image as a PNG whose longer side has at least a number of pixels: each pixel becomes a block.</summary>
    /// <param name="pixels">The pixels, rows from the top.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="kind">The meaning of a pixel's bytes.</param>
    /// <param name="longSidePx">The wanted length of the longer side.</param>
    /// <param name="factor">Receives the side of a block.</param>
    public static byte[] Encode(byte[] pixels, int width, int height, PngPixels kind, int longSidePx, out int factor)
    {
        factor = Math.Max(1, longSidePx / Math.Max(width, height));
        if (factor == 1)
            return PngEncoder.Encode(pixels, width, height, kind);
        int bytes = (int)kind, rowBytes = width * factor * bytes;
        byte[] large = new byte[rowBytes * height * factor];
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = large.AsSpan(y * factor * rowBytes, rowBytes);
            for (int x = 0; x < width * factor; x++)
                pixels.AsSpan(((y * width) + (x / factor)) * bytes, bytes).CopyTo(row[(x * bytes)..]);
            for (int copy = 1; copy < factor; copy++)
                row.CopyTo(large.AsSpan(((y * factor) + copy) * rowBytes, rowBytes));
        }

        return PngEncoder.Encode(large, width * factor, height * factor, kind);
    }
}
