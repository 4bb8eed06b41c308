using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>The members of a dataset document of the metadata type <c>eo</c>, which the Open Data Cube used before EO3.</summary>
/// <remarks>The document has the corners of the pixels but not their number, so the transform is read from the files.</remarks>
internal static class EoScene
{
    private static readonly string[] Corners = ["ul", "ll", "lr", "ur"];

    /// <summary>Reads a dataset.</summary>
    internal static Scene Read(OdcNode root, string id)
    {
        OdcNode projection = root.Required("grid_spatial").Required("projection");
        string? crs = projection.Find("spatial_reference")?.Text();
        SceneGrid grid = new() { Crs = crs, StatesCrs = crs is not null, Bbox = Box(projection) };
        OdcNode? extent = root.Find("extent");
        (ReadOnlyMemory<byte> geometry, bool isLonLat) = Geometry(root, projection, extent);
        OdcNode time = extent ?? root;
        return new Scene
        {
            Format = SceneFormat.Eo,
            Id = id,
            Label = root.Find("label")?.Text(),
            Collection = root.Find("product_type")?.Text(),
            Geometry = geometry,
            GeometryCrs = isLonLat ? null : crs,
            Time = Eo3Scene.Interval(time, time.Find("center_dt")?.Text(), time.Find("from_dt")?.Text(), time.Find("to_dt")?.Text()),
            Properties = [.. Properties(root)],
            Common = new SceneMetadata
            {
                Platform = root.Find("platform")?.Find("code")?.Text(),
                Instruments = root.Find("instrument")?.Find("name")?.Text() is { } instrument ? [instrument] : [],
            },
            Grid = grid,
            Assets = [.. Bands(root, grid)],
            Lineage = Lineage(root),
            Source = "",
        };
    }

    private static ImmutableArray<double> Box(OdcNode projection)
    {
        if (projection.Find("geo_ref_points") is not { } points)
            return [];
        (double X, double Y)[] corners = [.. Points(points, "x", "y")];
        return [corners.Min(p => p.X), corners.Min(p => p.Y), corners.Max(p => p.X), corners.Max(p => p.Y)];
    }

    private static (ReadOnlyMemory<byte>, bool IsLonLat) Geometry(OdcNode root, OdcNode projection, OdcNode? extent)
    {
        if (projection.Find("valid_data") is { } valid)
            return (valid.ToValue().Json, false);
        if (extent?.Find("coord") is { } coordinates)
            return (GeoJsonRing.Polygon([.. Points(coordinates, "lon", "lat")], p => p), true);
        if (projection.Find("geo_ref_points") is { } points)
            return (GeoJsonRing.Polygon([.. Points(points, "x", "y")], p => p), false);
        throw root.Origin.Invalid(SceneProblem.NoGeometry, "extent.coord", "the dataset has no corners");
    }

    private static IEnumerable<(double X, double Y)> Points(OdcNode points, string x, string y)
    {
        foreach (string corner in Corners)
            if (points.Required(corner) is var point)
                yield return (point.Required(x).Number(), point.Required(y).Number());
    }

    private static IEnumerable<SceneAsset> Bands(OdcNode root, SceneGrid grid)
    {
        foreach ((string name, OdcNode band) in root.Find("image")?.Find("bands")?.Entries() ?? [])
            yield return new SceneAsset
            {
                Key = name,
                Href = Eo3Scene.Href(band.Required("path")),
                Roles = ["data"],
                Layer = Eo3Scene.LayerName(band),
                Bands = [new SceneBand { Name = name, FileBand = Eo3Scene.BandNumber(band) }],
                Grid = grid,
                OwnGrid = grid,
            };
    }

    // Values of the top level; mappings keep their structure.
    private static IEnumerable<SceneProperty> Properties(OdcNode root) =>
        from entry in root.Entries()
        where entry.Key is not ("id" or "label" or "grid_spatial" or "extent" or "image" or "lineage")
        select new SceneProperty(entry.Key, entry.Value.ToValue());

    private static ImmutableArray<KeyValuePair<string, string>> Lineage(OdcNode root) =>
        root.Find("lineage")?.Find("source_datasets") is not { IsMap: true } sources ? []
            : [.. sources.Entries().Select(e => new KeyValuePair<string, string>(e.Key,
                e.Value.IsMap ? e.Value.Find("id")?.Text() ?? e.Key : e.Value.Text()))];
}
