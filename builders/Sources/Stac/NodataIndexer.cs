using System.Globalization;
using System.Numerics;
using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>Counts pixels without data in a band of measurements, such as the backscatter of Sentinel-1; clouds are unknown.</summary>
/// <param name="band">The band.</param>
/// <param name="nodata">The value of pixels without data, which alone is counted, as in GDAL; null for that of the file, and
/// NaN.</param>
internal sealed class NodataIndexer(string band, double? nodata) : ChipIndexer("mask", band)
{
    /// <inheritdoc/>
    public override bool MeasuresClouds => false;

    /// <inheritdoc/>
    public override ChipStatistics Measure(in ChipBlock block) => new(block.OutsidePixels + block.DType switch
    {
        DType.UInt8 => Count<byte>(block),
        DType.Int8 => Count<sbyte>(block),
        DType.UInt16 => Count<ushort>(block),
        DType.Int16 => Count<short>(block),
        DType.UInt32 => Count<uint>(block),
        DType.Int32 => Count<int>(block),
        DType.Float32 => Count<float>(block),
        _ => Count<double>(block),
    }, null, null);

    private int Count<T>(in ChipBlock block) where T : unmanaged, INumber<T>
    {
        double? value = nodata ?? block.Nodata;
        // A number that an integer type does not have is in no pixel, and neither is one beyond float32.
        NodataRange range = value is { } number && (block.DType is not DType.Float32 || double.IsInfinity(number)
            || float.IsFinite((float)number)) ? NodataRange.Of(block.DType, number) : NodataRange.None;
        bool hasValue = !range.IsEmpty;
        if (nodata is { } named && !hasValue && !double.IsNaN(named)) // it would count nothing, and hide a mistake
            throw new SchemaMismatchException("the band of the mask", Bands[0], string.Create(CultureInfo.InvariantCulture,
                $"no pixel of {block.DType.Name()} can have the nodata {named:R}"), "Correct 'nodata' in 'stats'");
        bool countsNaN = nodata is null or double.NaN;
        (T low, T high) = hasValue ? (T.CreateChecked(range.Low), T.CreateChecked(range.High)) : default;
        int count = 0;
        for (int row = 0; row < block.Height; row++)
        {
            ReadOnlySpan<T> pixels = block.Row<T>(row);
            ReadOnlySpan<byte> valid = block.ValidRow(row);
            for (int x = 0; x < pixels.Length; x++)
                if ((hasValue && pixels[x] >= low && pixels[x] <= high) || (countsNaN && T.IsNaN(pixels[x]))
                    || (!valid.IsEmpty && valid[x] == 0))
                    count++;
        }
        return count;
    }
}
