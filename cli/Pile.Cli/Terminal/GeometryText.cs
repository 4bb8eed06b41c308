using Pile.Earth;
using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Formats geometries, which are stored as WKB: as GeoJSON in JSON, as WKT in other texts.</summary>
internal static class GeometryText
{
    /// <summary>Returns true for a column of geometries.</summary>
    internal static bool IsGeometry(ColumnSchema column) =>
        column is { Encoding: "wkb", DType: DType.UInt8, Shape: [ColumnSchema.Ragged] };

    /// <summary>Returns true for a table file that keeps geometries as WKB.</summary>
    internal static bool KeepsWkb(string path) => Path.GetExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3]
        : path).ToUpperInvariant() is ".PARQUET" or ".ARROW";

    /// <summary>Returns a geometry as GeoJSON.</summary>
    internal static string GeoJson(ColumnData column, int row) => Read(column, row).ToGeoJson();

    /// <summary>Returns a geometry as WKT.</summary>
    internal static string Wkt(ColumnData column, int row) => Read(column, row).ToWkt();

    /// <summary>Returns rows with geometries as text columns of WKT.</summary>
    internal static RowBatch AsWkt(RowBatch batch) => !batch.Columns.Any(c => IsGeometry(c.Schema)) ? batch
        : new(batch.Columns.Select(column => !IsGeometry(column.Schema) ? column : TextColumnData.From(
            column.Schema with { DType = DType.String, Shape = [], Encoding = null, IsList = false },
            [.. Enumerable.Range(0, batch.RowCount).Select(row => column.IsNullAt(row) ? null : Wkt(column, row))])));

    private static Footprint Read(ColumnData column, int row)
    {
        try
        {
            return Footprint.FromWkb(column.RowBytes(row));
        }
        catch (FormatException e)
        {
            throw new DatasetInvalidException("the result",
                $"the geometry in column '{column.Schema.Name}' is damaged: {e.Message.TrimEnd('.')}",
                "Run 'pile validate' for all findings", e);
        }
    }
}
