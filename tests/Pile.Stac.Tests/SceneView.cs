using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pile.Stac.Tests;

/// <summary>Writes what was read from a document, for the comparison with a reading by another program.</summary>
internal static class SceneView
{
    public static JsonNode Of(Scene scene) => new JsonObject
    {
        ["id"] = scene.Id,
        ["collection"] = scene.Collection,
        ["version"] = scene.Version,
        ["geometry"] = Json(scene.Geometry),
        ["geometry_crs"] = scene.GeometryCrs,
        ["bbox"] = Numbers(scene.BboxDeg),
        ["start_mjd"] = scene.Time.StartMjd,
        ["end_mjd"] = scene.Time.EndMjd,
        ["datetime"] = scene.Time.Datetime,
        ["properties"] = new JsonObject(scene.Properties.Select(p => new KeyValuePair<string, JsonNode?>(p.Name, Json(p.Value.Json)))),
        ["platform"] = scene.Common.Platform,
        ["instruments"] = new JsonArray([.. scene.Common.Instruments.Select(i => JsonValueNode(i))]),
        ["gsd"] = scene.Common.GsdM,
        ["cloud_cover"] = scene.Common.CloudCoverPercent,
        ["sun_azimuth"] = scene.Common.SunAzimuthDeg,
        ["sun_elevation"] = scene.Common.SunElevationDeg,
        ["grid_code"] = scene.Common.GridCode,
        ["links"] = new JsonArray([.. scene.Links.Select(l => new JsonArray(l.Rel, l.Href))]),
        ["lineage"] = new JsonArray([.. scene.Lineage.Select(l => new JsonArray(l.Key, l.Value))]),
        ["assets"] = new JsonObject(scene.Assets.Select(a => new KeyValuePair<string, JsonNode?>(a.Key, Of(a)))),
    };

    private static JsonObject Of(SceneAsset asset) => new()
    {
        ["href"] = asset.Href,
        ["type"] = asset.Type,
        ["title"] = asset.Title,
        ["roles"] = new JsonArray([.. asset.Roles.Select(r => JsonValueNode(r))]),
        ["gsd"] = asset.GsdM,
        ["crs"] = asset.Grid.Crs,
        ["transform"] = Numbers(asset.Grid.Transform),
        ["shape"] = asset.Grid.Rows is { } rows ? new JsonArray(rows, asset.Grid.Columns) : null,
        ["proj_bbox"] = Numbers(asset.Grid.Bbox),
        ["alternates"] = new JsonObject(asset.Alternates.Select(a => new KeyValuePair<string, JsonNode?>(a.Key, a.Value))),
        ["bands"] = new JsonArray([.. asset.Bands.Select(b => new JsonObject
        {
            ["name"] = b.Name,
            ["common_name"] = b.CommonName,
            ["centre"] = b.CentreWavelengthUm,
            ["fwhm"] = b.FullWidthHalfMaxUm,
            ["dtype"] = b.DType,
            ["nodata"] = b.Nodata is { } nodata ? double.IsNaN(nodata) ? "nan" : nodata : null,
            ["unit"] = b.Unit,
            ["scale"] = b.Scale,
            ["offset"] = b.Offset,
            ["gsd"] = b.GsdM,
        })]),
    };

    private static JsonNode? Json(ReadOnlyMemory<byte> json) => JsonNode.Parse(json.Span);

    private static System.Text.Json.Nodes.JsonValue? JsonValueNode(string text) => System.Text.Json.Nodes.JsonValue.Create(text);

    private static JsonArray? Numbers(IReadOnlyCollection<double> values) =>
        values.Count == 0 ? null : new JsonArray([.. values.Select(v => (JsonNode?)v)]);

    public static void Write(string path, IEnumerable<(string Name, JsonNode View)> views) => File.WriteAllText(path,
        new JsonObject(views.Select(v => new KeyValuePair<string, JsonNode?>(v.Name, v.View)))
            .ToJsonString(new JsonSerializerOptions { WriteIndented = false }), new UTF8Encoding(false));
}
