using Pile.Earth;

namespace Pile.Rasters;

/// <summary>The coordinate reference system and the transform of a GeoTIFF file.</summary>
/// <param name="Crs">The authority code, or WKT; null if the file has neither, or parameters that are not read.</param>
/// <param name="Citation">The file's description of the system, null if it has none.</param>
/// <param name="Transform">The transform from the outer corner of the first pixel, null if the file has none.</param>
/// <param name="HasControlPoints">True if the file has ground control points in place of a transform.</param>
/// <remarks>Source: OGC 19-008r4 (GeoTIFF 1.1), sections 7.1 (keys) and 7.2.1 (tie points, scale, transformation).</remarks>
internal sealed record TiffGeoreference(string? Crs, string? Citation, Affine? Transform, bool HasControlPoints)
{
    private const int ModelType = 1024, RasterType = 1025, Citations = 1026, GeographicCrs = 2048, GeographicCitation = 2049,
        ProjectedCrs = 3072, ProjectedCitation = 3073;

    // Projections without a code and without GeoTIFF's parameters are the WKT of ESRI here, as GDAL and ArcGIS write it.
    private const string EsriText = "ESRI PE String = ";

    /// <summary>The code of a system that the file describes by parameters.</summary>
    internal const int UserDefined = 32767;

    private const int Projected = 1, Geographic = 2, PixelIsPoint = 2, LeastCode = 1024, MostCode = 32766, MostValues = ushort.MaxValue;

    /// <summary>Reads the tags of a directory.</summary>
    internal static async ValueTask<TiffGeoreference> ReadAsync(TiffDirectory directory, TiffBytes bytes,
        CancellationToken cancellationToken)
    {
        long[] keys = await directory.IntegersAsync(TiffTag.GeoKeyDirectory, 4 + (4 * MostValues), cancellationToken).ConfigureAwait(false);
        double[] numbers = await directory.DoublesAsync(TiffTag.GeoDoubleParams, MostValues, cancellationToken).ConfigureAwait(false);
        string text = await directory.TextAsync(TiffTag.GeoAsciiParams, cancellationToken).ConfigureAwait(false) ?? "";
        double[] scale = await directory.DoublesAsync(TiffTag.ModelPixelScale, MostValues, cancellationToken).ConfigureAwait(false);
        double[] ties = await directory.DoublesAsync(TiffTag.ModelTiepoint, 6 * MostValues, cancellationToken).ConfigureAwait(false);
        double[] matrix = await directory.DoublesAsync(TiffTag.ModelTransformation, MostValues, cancellationToken).ConfigureAwait(false);

        bool isPoint = Code(RasterType) is PixelIsPoint;
        Affine? transform = TransformOf(scale, ties, matrix);
        if (transform is { } found && isPoint) // the tie point is the centre of its pixel
            transform = found.Window(-0.5, -0.5);
        if (transform is { IsInvertible: false })
            throw bytes.Corrupt($"the transform {transform} cannot be inverted");
        long projected = Code(ProjectedCrs), geographic = Code(GeographicCrs), model = Code(ModelType);
        long code = model is Projected || (model is 0 && projected > 0) ? projected : model is 0 or Geographic ? geographic : 0;
        string? crs = code is >= LeastCode and <= MostCode ? $"EPSG:{code}"
            : Text(ProjectedCitation) is { } esri && esri.StartsWith(EsriText, StringComparison.Ordinal) ? esri[EsriText.Length..]
            : code is UserDefined ? new TiffCrs(Code, Number, Numbers).ToWkt(model is Projected) : null;
        string? citation = Text(ProjectedCitation) ?? Text(Citations) ?? Text(GeographicCitation);
        return new TiffGeoreference(crs, citation, transform, transform is null && ties.Length > 6);

        long Code(int key)
        {
            int at = Find(key);
            return at >= 0 && keys[at + 1] is 0 ? keys[at + 3] : 0;
        }

        double Number(int key)
        {
            int at = Find(key);
            return at >= 0 && keys[at + 1] is (long)TiffTag.GeoDoubleParams && keys[at + 3] < numbers.Length ? numbers[keys[at + 3]]
                : double.NaN;
        }

        double[] Numbers(int key)
        {
            int at = Find(key);
            return at >= 0 && keys[at + 1] is (long)TiffTag.GeoDoubleParams && keys[at + 2] + keys[at + 3] <= numbers.Length
                ? numbers[(int)keys[at + 3]..(int)(keys[at + 3] + keys[at + 2])] : [];
        }

        string? Text(int key)
        {
            int at = Find(key);
            if (at < 0 || keys[at + 1] is not (long)TiffTag.GeoAsciiParams)
                return null;
            (long length, long start) = (keys[at + 2], keys[at + 3]);
            return start >= text.Length ? null
                : text.Substring((int)start, (int)Math.Min(length, text.Length - start)).TrimEnd('|', '\0', ' ');
        }

        int Find(int key)
        {
            for (int at = 4; at + 3 < keys.Length; at += 4)
                if (keys[at] == key)
                    return at;
            return -1;
        }
    }

    private static Affine? TransformOf(double[] scale, double[] ties, double[] matrix)
    {
        if (scale is [not 0, not 0, ..] && ties is [double column, double row, _, double x, double y, _, ..])
        {
            // GDAL reads a negative vertical scale as its absolute value: rows go down.
            (double width, double height) = (scale[0], -Math.Abs(scale[1]));
            return new Affine(width, 0, x - (column * width), 0, height, y - (row * height));
        }
        return matrix.Length is 16 ? new Affine(matrix[0], matrix[1], matrix[3], matrix[4], matrix[5], matrix[7]) : null;
    }
}
