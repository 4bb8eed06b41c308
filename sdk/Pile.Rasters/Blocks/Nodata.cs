using System.Numerics;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Rasters;

/// <summary>Nodata values: their bytes, and which pixels have them.</summary>
internal static class Nodata
{
    // The NaN of C compilers; that of .NET has the sign bit set.
    private const uint QuietNaN32 = 0x7fc00000;
    private const ulong QuietNaN64 = 0x7ff8000000000000;

    /// <summary>Returns the nodata of a band; null if it has none, or one that no pixel of its dtype can have.</summary>
    internal static double? Of(RasterBand band) =>
        band.Nodata is { } value && (band.DType.IsFloat() || !NodataRange.Of(band.DType, value).IsEmpty) ? value : null;

    /// <summary>Writes the element outside a raster: nodata, or 0 if no pixel can have it.</summary>
    internal static void WriteOutside(RasterBand band, Span<byte> destination) => Write(band.DType, Of(band) ?? 0, destination);

    /// <summary>Writes the element that fills a block that is not stored: nodata, rounded and limited to the dtype as in GDAL, or
    /// 0.</summary>
    internal static void WriteMissing(RasterBand band, Span<byte> destination) => Write(band.DType, band.Nodata ?? 0, destination);

    private static void Write(DType dtype, double value, Span<byte> destination)
    {
        switch (dtype)
        {
            case DType.Int8:
                Write(Rounded<sbyte>(value), destination);
                break;
            case DType.UInt8:
                Write(Rounded<byte>(value), destination);
                break;
            case DType.Int16:
                Write(Rounded<short>(value), destination);
                break;
            case DType.UInt16:
                Write(Rounded<ushort>(value), destination);
                break;
            case DType.Int32:
                Write(Rounded<int>(value), destination);
                break;
            case DType.UInt32:
                Write(Rounded<uint>(value), destination);
                break;
            case DType.Float32:
                Write(double.IsNaN(value) ? BitConverter.UInt32BitsToSingle(QuietNaN32) : (float)value, destination);
                break;
            default:
                Write(double.IsNaN(value) ? BitConverter.UInt64BitsToDouble(QuietNaN64) : value, destination);
                break;
        }
    }

    /// <summary>Sets 0 for pixels that have the nodata value or another missing number of the band, are outside its limits, or are NaN;
    /// leaves the others.</summary>
    /// <param name="band">The band.</param>
    /// <param name="pixels">Native-endian elements.</param>
    /// <param name="valid">One byte per pixel.</param>
    internal static void Clear(RasterBand band, ReadOnlySpan<byte> pixels, Span<byte> valid)
    {
        ClearNumber(band.DType, band.Nodata, pixels, valid);
        foreach (double missing in band.Missing)
            ClearNumber(band.DType, missing, pixels, valid);
        if (band.ValidMin is not null || band.ValidMax is not null)
            ClearOutside(band.DType, band.ValidMin ?? double.NegativeInfinity, band.ValidMax ?? double.PositiveInfinity, pixels, valid);
    }

    private static void ClearNumber(DType dtype, double? number, ReadOnlySpan<byte> pixels, Span<byte> valid)
    {
        NodataRange nodata = number is { } value ? NodataRange.Of(dtype, value) : NodataRange.None;
        switch (dtype)
        {
            case DType.Int8:
                ClearInteger(MemoryMarshal.Cast<byte, sbyte>(pixels), nodata, valid);
                break;
            case DType.UInt8:
                ClearInteger(pixels, nodata, valid);
                break;
            case DType.Int16:
                ClearInteger(MemoryMarshal.Cast<byte, short>(pixels), nodata, valid);
                break;
            case DType.UInt16:
                ClearInteger(MemoryMarshal.Cast<byte, ushort>(pixels), nodata, valid);
                break;
            case DType.Int32:
                ClearInteger(MemoryMarshal.Cast<byte, int>(pixels), nodata, valid);
                break;
            case DType.UInt32:
                ClearInteger(MemoryMarshal.Cast<byte, uint>(pixels), nodata, valid);
                break;
            case DType.Float32:
                ClearFloat(MemoryMarshal.Cast<byte, float>(pixels), (float)nodata.Low, (float)nodata.High, valid);
                break;
            default:
                ClearFloat(MemoryMarshal.Cast<byte, double>(pixels), nodata.Low, nodata.High, valid);
                break;
        }
    }

    private static void ClearInteger<T>(ReadOnlySpan<T> pixels, NodataRange nodata, Span<byte> valid)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (nodata.IsEmpty)
            return;
        T absent = T.CreateChecked(nodata.Low);
        valid = valid[..pixels.Length];
        for (int i = 0; i < valid.Length; i++)
            if (pixels[i] == absent)
                valid[i] = 0;
    }

    private static void ClearFloat<T>(ReadOnlySpan<T> pixels, T low, T high, Span<byte> valid)
        where T : unmanaged, IFloatingPoint<T>
    {
        valid = valid[..pixels.Length];
        for (int i = 0; i < valid.Length; i++)
            if ((pixels[i] >= low && pixels[i] <= high) || T.IsNaN(pixels[i]))
                valid[i] = 0;
    }

    private static void ClearOutside(DType dtype, double least, double most, ReadOnlySpan<byte> pixels, Span<byte> valid)
    {
        switch (dtype)
        {
            case DType.Int8: ClearOutside(MemoryMarshal.Cast<byte, sbyte>(pixels), least, most, valid); break;
            case DType.UInt8: ClearOutside(pixels, least, most, valid); break;
            case DType.Int16: ClearOutside(MemoryMarshal.Cast<byte, short>(pixels), least, most, valid); break;
            case DType.UInt16: ClearOutside(MemoryMarshal.Cast<byte, ushort>(pixels), least, most, valid); break;
            case DType.Int32: ClearOutside(MemoryMarshal.Cast<byte, int>(pixels), least, most, valid); break;
            case DType.UInt32: ClearOutside(MemoryMarshal.Cast<byte, uint>(pixels), least, most, valid); break;
            case DType.Float32: ClearOutside(MemoryMarshal.Cast<byte, float>(pixels), (float)least, (float)most, valid); break;
            default: ClearOutside(MemoryMarshal.Cast<byte, double>(pixels), least, most, valid); break;
        }
    }

    private static void ClearOutside<T>(ReadOnlySpan<T> pixels, double least, double most, Span<byte> valid)
        where T : unmanaged, INumber<T>
    {
        valid = valid[..pixels.Length];
        for (int i = 0; i < valid.Length; i++)
            if (double.CreateTruncating(pixels[i]) is var value && (value < least || value > most))
                valid[i] = 0;
    }

    private static T Rounded<T>(double value)
        where T : IBinaryInteger<T> => T.CreateSaturating(Math.Floor(value + 0.5));

    private static void Write<T>(T value, Span<byte> destination)
        where T : unmanaged => MemoryMarshal.Write(destination, in value);
}
