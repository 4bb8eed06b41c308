using SkiaSharp;
using Svg.Skia;

namespace Pile.Skia;

/// <summary>Draws SVG documents to pixels and to PDF.</summary>
internal static class SvgRenderer
{
    /// <summary>The largest width and height in pixels.</summary>
    internal const int LargestSidePx = 32_767;

    /// <summary>Draws a document that loads nothing: styles and images are in it.</summary>
    /// <param name="svg">The document.</param>
    /// <param name="width">Width of the picture in pixels; the document is scaled to it.</param>
    /// <param name="height">Height of the picture in pixels.</param>
    /// <returns>Red, green and blue of each pixel, rows from the top, shape [height, width, 3]; transparent parts are white.</returns>
    /// <exception cref="ArgumentException">The document is not SVG, or the picture would be too large.</exception>
    internal static byte[] Render(string svg, int width, int height)
    {
        if (width is < 1 or > LargestSidePx || height is < 1 or > LargestSidePx)
            throw new ArgumentException($"A picture of {width} × {height} pixels is not possible: each side must be from 1 to "
                + $"{LargestSidePx} pixels. Draw fewer rows in one picture.");
        using SKSvg document = Parse(svg, out SKPicture picture);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul))
            ?? throw new Format.MemoryLimitException($"Skia could not create an image of {width} × {height} pixels. Draw fewer rows in one "
                + "picture.");
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(width / picture.CullRect.Width, height / picture.CullRect.Height);
        surface.Canvas.DrawPicture(picture);
        using SKPixmap pixels = surface.PeekPixels();
        return Rgb(pixels.GetPixelSpan(), pixels.RowBytes, width, height);
    }

    /// <summary>Draws a document that loads nothing to a page of PDF. Its unit is a point, 1/72 inch.</summary>
    /// <param name="svg">The document.</param>
    /// <param name="title">The title of the PDF document.</param>
    /// <returns>The PDF file, without a time: the same input gives the same bytes.</returns>
    /// <exception cref="ArgumentException">The document is not SVG.</exception>
    internal static byte[] RenderPdf(string svg, string title)
    {
        using SKSvg document = Parse(svg, out SKPicture picture);
        using MemoryStream file = new();
        SKDocumentPdfMetadata metadata = SKDocumentPdfMetadata.Default; // images without loss; all zero would be JPEG of the lowest quality
        (metadata.Title, metadata.Creator) = (title, "Pile");
        using (SKDocument pdf = SKDocument.CreatePdf(file, metadata))
        {
            SKCanvas page = pdf.BeginPage(picture.CullRect.Width, picture.CullRect.Height);
            page.DrawPicture(picture);
            pdf.EndPage();
            pdf.Close();
        }
        return file.ToArray();
    }

    private static SKSvg Parse(string svg, out SKPicture picture)
    {
        SKSvg document = new();
        document.Settings.TypefaceProviders = [new ShippedFont()];
        try
        {
            picture = document.FromSvg(svg) ?? throw new ArgumentException("The document has nothing to draw.");
            return document;
        }
        catch (System.Xml.XmlException e)
        {
            document.Dispose();
            throw new ArgumentException($"The document is not SVG: {e.Message}", nameof(svg), e);
        }
    }

    private static byte[] Rgb(ReadOnlySpan<byte> pixels, int rowBytes, int width, int height)
    {
        byte[] rgb = GC.AllocateUninitializedArray<byte>(3 * width * height);
        int next = 0;
        for (int y = 0; y < height; y++)
            for (ReadOnlySpan<byte> row = pixels.Slice(y * rowBytes, 4 * width); !row.IsEmpty; row = row[4..])
            {
                rgb[next++] = row[0];
                rgb[next++] = row[1];
                rgb[next++] = row[2];
            }
        return rgb;
    }
}
