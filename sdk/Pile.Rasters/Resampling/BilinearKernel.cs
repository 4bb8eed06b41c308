using System.Numerics;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Rasters;

/// <summary>Bilinear interpolation of a band, as gdalwarp does with an error threshold of 0.</summary>
/// <remarks>Weights of pixels that are not valid, or outside the raster, are dropped, and the rest is normalized. Where the nearest pixel
/// is not valid, the result is its stored number. Halves are rounded up. A result that matches nodata is replaced by the number below;
/// below the least number of the dtype, by the one above. Of floats this is outside of the tolerance (<see cref="NodataRange"/>), where
/// gdalwarp takes the next number, which its masks then hide.</remarks>
internal static class BilinearKernel
{
    /// <summary>Computes the pixels of a window.</summary>
    /// <param name="band">The band.</param>
    /// <param name="source">The pixels of the raster, from <c>Low</c> to <c>High</c> of both axes.</param>
    /// <param name="valid">1 for each valid pixel of <paramref name="source"/>.</param>
    /// <param name="columns">The taps of columns.</param>
    /// <param name="rows">The taps of rows.</param>
    /// <param name="destination">Receives the pixels; those outside the raster are untouched.</param>
    internal static void Run(RasterBand band, ReadOnlySpan<byte> source, ReadOnlySpan<byte> valid, AxisTaps columns, AxisTaps rows,
        Span<byte> destination)
    {
        switch (band.DType)
        {
            case DType.UInt8: Run<byte>(band, source, valid, columns, rows, destination); break;
            case DType.Int8: Run<sbyte>(band, source, valid, columns, rows, destination); break;
            case DType.UInt16: Run<ushort>(band, source, valid, columns, rows, destination); break;
            case DType.Int16: Run<short>(band, source, valid, columns, rows, destination); break;
            case DType.UInt32: Run<uint>(band, source, valid, columns, rows, destination); break;
            case DType.Int32: Run<int>(band, source, valid, columns, rows, destination); break;
            case DType.Float32: Run<float>(band, source, valid, columns, rows, destination); break;
            default: Run<double>(band, source, valid, columns, rows, destination); break;
        }
    }

    private static void Run<T>(RasterBand band, ReadOnlySpan<byte> sourceBytes, ReadOnlySpan<byte> valid, AxisTaps columns, AxisTaps rows,
        Span<byte> destinationBytes) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(sourceBytes);
        Span<T> destination = MemoryMarshal.Cast<byte, T>(destinationBytes);
        int width = columns.High - columns.Low + 1, count = columns.Nearest.Length;
        bool isFloat = band.DType.IsFloat();
        NodataRange nodata = band.Nodata is { } number ? NodataRange.Of(band.DType, number) : NodataRange.None;
        for (int y = 0; y < rows.Nearest.Length; y++)
        {
            if (rows.Nearest[y] < 0)
                continue;
            int nearestRow = (rows.Nearest[y] - rows.Low) * width, top = rows.Left[y];
            for (int x = 0; x < count; x++)
            {
                if (columns.Nearest[x] < 0)
                    continue;
                int nearest = nearestRow + columns.Nearest[x] - columns.Low;
                if (valid[nearest] is 0)
                {
                    destination[(y * count) + x] = source[nearest];
                    continue;
                }
                double sum = 0, weights = 0;
                for (int down = 0; down < 2; down++)
                    for (int right = 0; right < 2; right++)
                    {
                        (int row, int column) = (top + down, columns.Left[x] + right);
                        double weight = (down is 0 ? rows.WeightSum - rows.Weight[y] : rows.Weight[y])
                            * (right is 0 ? columns.WeightSum - columns.Weight[x] : columns.Weight[x]);
                        if (weight <= 0 || row < rows.Low || row > rows.High || column < columns.Low || column > columns.High)
                            continue; // outside the raster: a pixel with a weight is otherwise within Low and High
                        int at = ((row - rows.Low) * width) + column - columns.Low;
                        if (valid[at] is 0)
                            continue;
                        sum += weight * double.CreateTruncating(source[at]);
                        weights += weight;
                    }
                double value = sum / weights;
                destination[(y * count) + x] = OtherThanNodata(isFloat ? T.CreateTruncating(value)
                    : T.CreateSaturating(Math.Floor(value + 0.5)), nodata);
            }
        }
    }

    private static T OtherThanNodata<T>(T value, in NodataRange nodata) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        if (!nodata.Contains(double.CreateTruncating(value)))
            return value;
        (T low, T high) = (T.CreateTruncating(nodata.Low), T.CreateTruncating(nodata.High));
        bool isLeast = low <= T.MinValue;
        return low switch
        {
            float single => T.CreateTruncating(isLeast ? MathF.BitIncrement(float.CreateTruncating(high)) : MathF.BitDecrement(single)),
            double number => T.CreateTruncating(isLeast ? Math.BitIncrement(double.CreateTruncating(high)) : Math.BitDecrement(number)),
            _ => isLeast ? high + T.One : low - T.One,
        };
    }
}
