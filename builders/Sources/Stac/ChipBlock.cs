using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>The pixels of one band of a chip.</summary>
internal readonly ref struct ChipBlock
{
    private readonly ReadOnlySpan<byte> bytes;

    /// <summary>Creates a block.</summary>
    /// <param name="dtype">The dtype.</param>
    /// <param name="bytes">The pixels of a strip of chips.</param>
    /// <param name="stride">The width of the strip in pixels.</param>
    /// <param name="first">The first column of the chip in the strip.</param>
    /// <param name="width">The width of the chip within the raster.</param>
    /// <param name="height">The height of the chip within the raster.</param>
    /// <param name="size">The width of the whole chip, in pixels of the band.</param>
    /// <param name="nodata">The value of pixels without data; null for none.</param>
    internal ChipBlock(DType dtype, ReadOnlySpan<byte> bytes, int stride, int first, int width, int height, int size, double? nodata)
    {
        this.bytes = bytes;
        (DType, Stride, First, Width, Height, Size, Nodata) = (dtype, stride, first, width, height, size, nodata);
    }

    /// <summary>The dtype of the pixels.</summary>
    internal DType DType { get; }

    /// <summary>The width in pixels, without those outside the raster.</summary>
    internal int Width { get; }

    /// <summary>The height in pixels, without those outside the raster.</summary>
    internal int Height { get; }

    /// <summary>The width and height of the whole chip in pixels of the band.</summary>
    internal int Size { get; }

    /// <summary>The value of pixels without data, as the file declares it; null if it declares none.</summary>
    internal double? Nodata { get; }

    /// <summary>The number of pixels of the chip outside the raster, which are missing.</summary>
    internal int OutsidePixels => (Size * Size) - (Width * Height);

    private int Stride { get; }

    private int First { get; }

    /// <summary>Returns the pixels of a row.</summary>
    /// <typeparam name="T">The type of <see cref="DType"/>.</typeparam>
    /// <param name="row">The row, from 0.</param>
    internal ReadOnlySpan<T> Row<T>(int row) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(bytes).Slice((row * Stride) + First, Width);
}
