using System.Runtime.InteropServices;

namespace Pile.Rasters;

/// <summary>Takes one band out of pixels with interleaved bands.</summary>
internal static class BandElements
{
    /// <summary>Copies a band.</summary>
    /// <param name="pixels">Pixels with all bands.</param>
    /// <param name="elementBytes">The size of an element: 1, 2, 4 or 8.</param>
    /// <param name="bands">The number of bands of a pixel.</param>
    /// <param name="band">The band, from 0.</param>
    /// <param name="destination">Receives the elements of the band, one per pixel.</param>
    internal static void Copy(ReadOnlySpan<byte> pixels, int elementBytes, int bands, int band, Span<byte> destination)
    {
        if (bands is 1)
        {
            pixels.CopyTo(destination);
            return;
        }
        switch (elementBytes)
        {
            case 1:
                Copy(pixels, bands, band, destination);
                break;
            case 2:
                Copy(MemoryMarshal.Cast<byte, ushort>(pixels), bands, band, MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case 4:
                Copy(MemoryMarshal.Cast<byte, uint>(pixels), bands, band, MemoryMarshal.Cast<byte, uint>(destination));
                break;
            default:
                Copy(MemoryMarshal.Cast<byte, ulong>(pixels), bands, band, MemoryMarshal.Cast<byte, ulong>(destination));
                break;
        }
    }

    private static void Copy<T>(ReadOnlySpan<T> pixels, int bands, int band, Span<T> destination)
        where T : unmanaged
    {
        for (int i = 0, at = band; i < destination.Length; i++, at += bands)
            destination[i] = pixels[at];
    }
}
