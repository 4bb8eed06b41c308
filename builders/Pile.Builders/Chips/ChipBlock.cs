using System.Numerics;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Builders;

/// <summary>The pixels of one band of a chip: the stored numbers, without scale and offset.</summary>
/// <remarks>If a chip begins or ends within a pixel of the band, or at an edge of the scene within it, or the band does not nest with the
/// finest grid, the block has this grid: each of its pixels is the one of the band in which its centre is. All numbers of pixels are then
/// of this grid.</remarks>
public readonly ref struct ChipBlock
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
    public DType DType { get; }

    /// <summary>The width in pixels, without those outside the raster.</summary>
    public int Width { get; }

    /// <summary>The height in pixels, without those outside the raster.</summary>
    public int Height { get; }

    /// <summary>The width and height of the whole chip in pixels of the band.</summary>
    public int Size { get; }

    /// <summary>The value of pixels without data, as the file declares it; null if it declares none.</summary>
    public double? Nodata { get; }

    /// <summary>The number of pixels of the chip outside the raster, which are missing.</summary>
    public int OutsidePixels => (Size * Size) - (Width * Height);

    /// <summary>For each pixel of the strip 1, or 0 if it has no data; empty if the file has no internal mask.</summary>
    internal ReadOnlySpan<byte> Valid { get; init; }

    private int Stride { get; }

    private int First { get; }

    /// <summary>Returns the pixels of a row.</summary>
    /// <typeparam name="T">The type of <see cref="DType"/>.</typeparam>
    /// <param name="row">The row, from 0 to <see cref="Height"/> - 1.</param>
    /// <exception cref="ArgumentException">The pixels have another type.</exception>
    public ReadOnlySpan<T> Row<T>(int row) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Height);
        return DTypes.Of<T>() == DType ? MemoryMarshal.Cast<byte, T>(bytes).Slice((row * Stride) + First, Width)
            : throw new ArgumentException($"The pixels of the band are {DType.Name()}, not {DTypes.Of<T>().Name()}.");
    }

    /// <summary>Tells which pixels of a row an internal mask of the file hides, or have the file's value of pixels without data.</summary>
    /// <param name="row">The row, from 0 to <see cref="Height"/> - 1.</param>
    /// <returns>0 for these pixels and 1 for others; shape [<see cref="Width"/>], or empty if the file has no internal mask.</returns>
    public ReadOnlySpan<byte> ValidRow(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Height);
        return Valid.IsEmpty ? default : Valid.Slice((row * Stride) + First, Width);
    }

    /// <summary>Copies the pixels of a row of any dtype.</summary>
    /// <param name="row">The row, from 0 to <see cref="Height"/> - 1.</param>
    /// <param name="destination">Receives the numbers; shape [<see cref="Width"/>] or longer, the rest untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyRow(int row, Span<double> destination)
    {
        switch (DType)
        {
            case DType.UInt8: Copy<byte>(row, destination); break;
            case DType.Int8: Copy<sbyte>(row, destination); break;
            case DType.UInt16: Copy<ushort>(row, destination); break;
            case DType.Int16: Copy<short>(row, destination); break;
            case DType.UInt32: Copy<uint>(row, destination); break;
            case DType.Int32: Copy<int>(row, destination); break;
            case DType.Float32: Copy<float>(row, destination); break;
            default: Copy<double>(row, destination); break;
        }
    }

    private void Copy<T>(int row, Span<double> destination) where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<T> pixels = Row<T>(row);
        destination = destination[..pixels.Length];
        for (int i = 0; i < destination.Length; i++)
            destination[i] = double.CreateTruncating(pixels[i]);
    }
}
