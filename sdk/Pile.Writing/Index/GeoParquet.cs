using System.Text.Json.Nodes;

namespace Pile.Writing.Index;

/// <summary>The metadata by which other programs see the tiles of an index as GeoParquet 1.1.</summary>
internal static class GeoParquet
{
    /// <summary>The encoding of geometries.</summary>
    internal const string Encoding = "wkb";

    /// <summary>Returns the value of the key <c>geo</c> of a tile (GeoParquet 1.1.0, file metadata).</summary>
    /// <param name="column">The column of the footprints.</param>
    /// <remarks>Coordinates are longitude and latitude (OGC:CRS84, the default), edges are straight in them, and exterior rings are
    /// counter-clockwise.</remarks>
    internal static string Metadata(string column) => new JsonObject
    {
        ["version"] = "1.1.0",
        ["primary_column"] = column,
        ["columns"] = new JsonObject
        {
            [column] = new JsonObject
            {
                ["encoding"] = "WKB",
                ["geometry_types"] = new JsonArray("Polygon", "MultiPolygon"),
                ["orientation"] = "counterclockwise",
                ["edges"] = "planar",
            },
        },
    }.ToJsonString();
}
