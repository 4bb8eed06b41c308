using System.Buffers;
using Pile.Rasters;

namespace Pile.Reading;

/// <summary>Bands of a window that are not stored as they are in the value: the window exceeds the raster, or the raster has larger
/// pixels. Their pixels, or which of them have data.</summary>
internal sealed class WindowPart : IDisposable
{
    private readonly byte[] pixels;
    private readonly Memory<byte> destination;
    private readonly RasterLayout layout;
    private readonly int[] bands;
    private readonly int elementBytes, width, height, firstColumn, firstRow, factor;

    private WindowPart(RasterRequest request, RasterLayout layout, int[] bands, int elementBytes, int factor, Memory<byte> destination,
        (int Width, int Height, int FirstColumn, int FirstRow) value)
    {
        (Request, this.layout, this.bands, this.elementBytes, this.factor, this.destination) =
            (request, layout, bands, elementBytes, factor, destination);
        (width, height, firstColumn, firstRow) = value;
        int bytes = checked((int)request.Pixels * elementBytes);
        pixels = ArrayPool<byte>.Shared.Rent(bytes);
        Pixels = pixels.AsMemory(0, bytes);
    }

    /// <summary>The pixels to read.</summary>
    internal RasterRequest Request { get; }

    /// <summary>True if some of the value is outside the raster.</summary>
    internal bool ExceedsRaster { get; private init; }

    /// <summary>Receives the elements of <see cref="Request"/>.</summary>
    internal Memory<byte> Pixels { get; }

    /// <summary>Returns the part of a window.</summary>
    /// <param name="window">Column, row, width and height, in pixels of the value.</param>
    /// <param name="factor">How many pixels of the value are as wide as one of the raster.</param>
    /// <param name="layout">The raster.</param>
    /// <param name="bands">The bands.</param>
    /// <param name="elementBytes">The size of a pixel.</param>
    /// <param name="destination">The value of these bands.</param>
    /// <param name="corrupt">Makes the exception of a finding.</param>
    /// <returns>Null if the pixels are those of the raster.</returns>
    internal static WindowPart? Of(ReadOnlySpan<int> window, int factor, RasterLayout layout, int[] bands, int elementBytes,
        Memory<byte> destination, Func<string, Exception> corrupt)
    {
        (int column, int row, int width, int height) = (window[0], window[1], window[2], window[3]);
        if (factor < 1 || width < 1 || height < 1)
            throw corrupt($"a window of {width} × {height} pixels with the factor {factor} is not valid");
        if (column % factor != 0 || row % factor != 0)
            throw corrupt($"the window at column {column}, row {row} does not begin at a pixel of a raster whose pixels are {factor} "
                + "times as large");
        long left = Math.Max(column, 0), top = Math.Max(row, 0), right = Math.Min((long)column + width, (long)layout.Width * factor),
            bottom = Math.Min((long)row + height, (long)layout.Height * factor);
        if (factor == 1 && left == column && top == row && right == (long)column + width && bottom == (long)row + height)
            return null;
        if (left >= right || top >= bottom)
            throw corrupt($"the window of {width} × {height} pixels at column {column}, row {row} is outside the raster of "
                + $"{layout.Width} × {layout.Height} pixels, each {factor} times as large");
        RasterRequest request = new(0, bands, (int)(left / factor),
            (int)(top / factor), (int)(((right + factor - 1) / factor) - (left / factor)),
            (int)(((bottom + factor - 1) / factor) - (top / factor)));
        return new WindowPart(request, layout, bands, elementBytes, factor, destination,
            (width, height, (int)(left - column), (int)(top - row)))
        {
            ExceedsRaster = right - left < width || bottom - top < height,
        };
    }

    /// <summary>Writes the pixels that were read to their places in the value, and nodata everywhere else.</summary>
    internal void Place() => Place(isOfPixels: true);

    /// <summary>Writes to their places which pixels have data. Those outside the raster have none.</summary>
    internal void PlaceValid() => Place(isOfPixels: false);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(pixels);

    private void Place(bool isOfPixels)
    {
        int bandBytes = width * height * elementBytes;
        Span<byte> nodata = stackalloc byte[sizeof(double)];
        for (int i = 0; i < bands.Length; i++)
        {
            Span<byte> band = destination.Span.Slice(i * bandBytes, bandBytes);
            if (isOfPixels)
                Nodata.WriteOutside(layout.Bands[bands[i]], nodata[..elementBytes]);
            Fill(band, nodata[..elementBytes]);
            Place(Request, pixels.AsSpan(i * Request.Width * Request.Height * elementBytes), band);
        }
    }

    private void Place(RasterRequest request, ReadOnlySpan<byte> from, Span<byte> to)
    {
        int rowBytes = request.Width * elementBytes, rows = Math.Min(height - firstRow, request.Height * factor),
            columns = Math.Min(width - firstColumn, request.Width * factor);
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<byte> source = from.Slice(y / factor * rowBytes, rowBytes);
            Span<byte> line = to.Slice((((firstRow + y) * width) + firstColumn) * elementBytes, columns * elementBytes);
            if (factor == 1)
                source[..line.Length].CopyTo(line);
            else
                for (int x = 0; x < columns; x++)
                    source.Slice(x / factor * elementBytes, elementBytes).CopyTo(line[(x * elementBytes)..]);
        }
    }

    private static void Fill(Span<byte> band, ReadOnlySpan<byte> element)
    {
        if (!element.ContainsAnyExcept(element[0]))
        {
            band.Fill(element[0]);
            return;
        }
        for (int at = 0; at < band.Length; at += element.Length)
            element.CopyTo(band[at..]);
    }
}
