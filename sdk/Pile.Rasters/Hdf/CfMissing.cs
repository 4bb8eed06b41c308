using Pile.Format;

namespace Pile.Rasters;

/// <summary>The numbers of a variable that mean missing pixels: <c>_FillValue</c> or the fill value of the netCDF library,
/// <c>missing_value</c>, <c>valid_range</c>, <c>valid_min</c> and <c>valid_max</c> (CF 2.5.1).</summary>
internal static class CfMissing
{
    /// <summary>Returns a band with these numbers. The first of them that a value outside the raster can have is its nodata.</summary>
    /// <param name="band">The band, with scale and offset.</param>
    /// <param name="variable">The variable.</param>
    /// <param name="blocks">Its chunks: those that were never written have the fill value of the dataset.</param>
    /// <param name="stored">Its type in the file.</param>
    /// <exception cref="SourceUnreadableException">Pixels that were never written contradict <c>_FillValue</c>.</exception>
    internal static RasterBand AddTo(RasterBand band, HdfVariable variable, HdfBlocks blocks, DType stored)
    {
        double? declared = variable.Number("_FillValue");
        double[] missing = [.. (variable.Numbers("missing_value") ?? [])
            .Concat(declared is null && blocks.LibraryFill is { } fillOfLibrary ? [fillOfLibrary] : [])
            .Select(number => Unsigned(number, band, stored))];
        double? nodata = blocks.NodataOf(declared, band.DType != stored);
        if (nodata is null && missing.Length > 0 && (blocks.FillValue is not { } fill || missing.Contains(fill)))
            nodata = blocks.FillValue ?? missing[0];
        (double? least, double? most) = RangeOf(variable, band, stored);
        return band with
        {
            Nodata = nodata,
            Missing = [.. missing.Where(number => !number.Equals(nodata)).Distinct()],
            ValidMin = least,
            ValidMax = most,
        };
    }

    // valid_range excludes the other two, as in netCDF4-python.
    private static (double? Least, double? Most) RangeOf(HdfVariable variable, RasterBand band, DType stored)
    {
        if (variable.Numbers("valid_range") is [var first, var last])
            return IsUnpacked(variable, "valid_range", stored) ? Packed(first, last, band)
                : (Known(Unsigned(first, band, stored)), Known(Unsigned(last, band, stored)));
        (double? least, double? most) = (null, null);
        if (variable.Number("valid_min") is { } min)
            (least, most) = IsUnpacked(variable, "valid_min", stored) ? Packed(min, null, band)
                : (Known(Unsigned(min, band, stored)), null);
        if (variable.Number("valid_max") is { } max)
        {
            (double? lower, double? upper) = IsUnpacked(variable, "valid_max", stored) ? Packed(null, max, band)
                : (null, Known(Unsigned(max, band, stored)));
            (least, most) = (least ?? lower, most ?? upper);
        }
        return (least, most);
    }

    // NetCDF Users Guide, Attribute Conventions: limits are packed numbers, unless they have the type of scale_factor or add_offset (the
    // wider one) and it is wider than that of the variable.
    private static bool IsUnpacked(HdfVariable variable, string name, DType stored)
    {
        DType[] packing = [.. ((string[])["scale_factor", "add_offset"]).Select(TypeOf).OfType<DType>()];
        return packing.Length > 0 && TypeOf(name) is { } own && own == packing.MaxBy(Width) && Width(own) > Width(stored);

        DType? TypeOf(string attribute) => variable.Find(attribute) is { IsNull: false } found ? HdfVariable.DTypeOf(found.Type) : null;

        static int Width(DType type) => type.ElementBytes() + (type.IsFloat() ? 8 : 0);
    }

    private static (double? Least, double? Most) Packed(double? first, double? last, RasterBand band)
    {
        (double? least, double? most) = ((first - band.Offset) / band.Scale, (last - band.Offset) / band.Scale);
        if (band.Scale < 0)
            (least, most) = (most, least);
        // A limit is often the value of a packed number, which the division returns with a rounding error.
        return band.DType.IsFloat() ? (Known(least), Known(most)) : (Known(Rounded(least)), Known(Rounded(most)));

        static double? Rounded(double? number) => number is { } value && Math.Abs(value - Math.Round(value)) < 1e-6 ? Math.Round(value)
            : number;
    }

    private static double Unsigned(double number, RasterBand band, DType stored) =>
        number < 0 && band.DType != stored ? number + Math.Pow(2, stored.ElementBytes() * 8) : number;

    private static double? Known(double? limit) => limit is { } number && !double.IsNaN(number) ? number : null;
}
