using System.Globalization;
using Pile.Earth;
using Pile.Format;
using Pile.Proj;
using Pile.Rasters;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Compares what a document states of a band with its file.</summary>
/// <param name="scene">The document.</param>
/// <param name="field">The asset, for messages.</param>
internal sealed class BandAgreement(Scene scene, string field)
{
    // In pixels: more than rounded numbers, less than half a pixel.
    private const double MaxShiftPixels = 0.1;

    /// <summary>Checks shape, coordinate reference system and transform.</summary>
    /// <param name="grid">The grid that the document states.</param>
    /// <param name="transform">Its transform; null if it states none, or the headers of files are to be used.</param>
    /// <param name="layout">The file.</param>
    /// <param name="crs">Finds coordinate reference systems.</param>
    /// <exception cref="SceneInvalidException">They differ.</exception>
    internal void RequireGrid(SceneGrid grid, Affine? transform, RasterLayout layout, SceneCrs crs)
    {
        if ((grid.Rows is { } rows && rows != layout.Height) || (grid.Columns is { } columns && columns != layout.Width))
            throw Invalid("proj:shape", $"it is [{grid.Rows}, {grid.Columns}], but the file has {layout.Height} rows and {layout.Width} "
                + "columns", "Correct the document");
        if (transform is not { } stated || layout.Transform is not { IsInvertible: true } own)
            return;
        if (layout.Crs is { } definition && EpsgOf(crs.CrsOf(definition)) is { } code && EpsgOf(crs.CrsOf(grid.Crs!)) is { } statedCode
            && code != statedCode)
            throw Invalid("proj:code", $"it is {statedCode}, but the file has {code}",
                "Correct the document, or use the headers of the files ('probe: headers')");
        Affine inverse = own.Inverse();
        foreach ((int column, int row) in ((int, int)[])[(0, 0), (layout.Width, 0), (0, layout.Height)])
        {
            (double x, double y) = stated.Apply(column, row);
            (double ownColumn, double ownRow) = inverse.Apply(x, y);
            if (!(Math.Abs(ownColumn - column) <= MaxShiftPixels && Math.Abs(ownRow - row) <= MaxShiftPixels))
                throw Invalid("proj:transform", $"it is {stated}, but that of the file is {own}",
                    "Correct the document, or use the headers of the files ('probe: headers')");
        }
    }

    /// <summary>Checks the dtype: scale, offset and nodata are meant for it.</summary>
    /// <param name="band">What the document or the sensor says of the band.</param>
    /// <param name="own">The dtype of the file.</param>
    /// <exception cref="SceneInvalidException">They differ.</exception>
    internal void RequireDType(SceneBand band, DType own)
    {
        if (band.DType is { } stated && stated != own.Name())
            throw band.AssumesDType
                ? Invalid("data_type", $"it is {stated} in the definition of the sensor, but the file has {own.Name()}",
                    "State 'data_type' in the document, or name the right sensor ('sensor')")
                : Invalid("data_type", $"it is {stated}, but the file has {own.Name()}", "Correct the document");
    }

    /// <summary>Returns the nodata of a document.</summary>
    /// <exception cref="SceneInvalidException">No pixel of the data type can have it.</exception>
    internal double? RequireNodata(DType dtype, double? nodata)
    {
        (double least, double most) = dtype switch
        {
            DType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            DType.UInt8 => (byte.MinValue, byte.MaxValue),
            DType.Int16 => (short.MinValue, short.MaxValue),
            DType.UInt16 => (ushort.MinValue, ushort.MaxValue),
            DType.Int32 => (int.MinValue, int.MaxValue),
            DType.UInt32 => (uint.MinValue, uint.MaxValue),
            _ => (double.NaN, double.NaN),
        };
        if (nodata is { } number && !double.IsNaN(least) && !(number >= least && number <= most && number == Math.Truncate(number)))
            throw Invalid("nodata", string.Create(CultureInfo.InvariantCulture, $"it is {number}, which no {dtype.Name()} pixel can have"),
                "Correct the document");
        return nodata;
    }

    private static string? EpsgOf(Crs crs) =>
        crs.AuthorityCode is { } code && code.StartsWith("EPSG:", StringComparison.Ordinal) ? code : null;

    private SceneInvalidException Invalid(string member, string finding, string remedy) => new(SceneProblem.InvalidValue, scene.Source,
        scene.Index, scene.Id, $"{field}.{member}", finding, remedy);
}
