using System.Text;
using System.Text.Json.Nodes;

namespace Pile.Stac.Tests;

public class StacItemTests
{
    private static Scene Read(string assets, string properties = "", string members = "") => StacItem.Parse(Encoding.UTF8.GetBytes(
        $$$"""{"type":"Feature","stac_version":"1.1.0","id":"a","geometry":{"type":"Polygon"},{{{members}}}"""
        + $$$""" "properties":{"datetime":"2020-01-01T00:00:00Z"{{{properties}}}},"assets":{ {{{assets}}} }}"""), "a.json");

    private static SceneInvalidException Error(string assets, string properties = "", string members = "") =>
        Assert.Throws<SceneInvalidException>(() => Read(assets, properties, members));

    [Fact]
    public void Members_of_an_asset_apply_to_its_bands_which_may_differ()
    {
        Scene scene = Read("""
            "one": {"href": "1.tif", "data_type": "uint16", "nodata": 0, "raster:scale": 0.5, "eo:common_name": "red"},
            "two": {"href": "2.tif", "data_type": "float32", "nodata": "nan", "unit": "K", "bands": [
                {"name": "a", "nodata": -9999},
                {"name": "b", "data_type": "int16", "eo:center_wavelength": 0.6, "statistics": {"mean": 1}}]}
            """);
        SceneBand one = Assert.Single(scene.Assets[0].Bands);
        Assert.Equal(("uint16", 0, 0.5, "red", null), (one.DType, one.Nodata, one.Scale, one.CommonName, one.Offset));
        Assert.Equal([("a", "float32", -9999, "K"), ("b", "int16", double.NaN, "K")],
            scene.Assets[1].Bands.Select(b => (b.Name!, b.DType!, b.Nodata!.Value, b.Unit!)));
        Assert.Empty(scene.Assets[1].Bands[1].Others);
    }

    [Theory] // the extension 'raster', version 1.1, "Raster Band Object", has no name; an item of Planet has titles there
    [InlineData("\"eo:bands\": [{\"name\": \"B4\"}], \"raster:bands\": [{\"name\": \"Red TOA reflectance\"}]", "B4")]
    [InlineData("\"raster:bands\": [{\"name\": \"Red TOA reflectance\"}], \"eo:bands\": [{\"name\": \"B4\"}]", "B4")]
    [InlineData("\"raster:bands\": [{\"name\": \"red\"}], \"eo:bands\": [{\"common_name\": \"red\"}]", "red")]
    [InlineData("\"raster:bands\": [{\"name\": \"red\"}]", "red")]
    public void A_name_in_raster_bands_does_not_replace_that_of_another_list(string members, string expected) =>
        Assert.Equal(expected, Assert.Single(Read($$"""  "a": {"href": "1.tif", {{members}}} """).Assets[0].Bands).Name);

    [Theory]
    [InlineData("null", null)]
    [InlineData("-9999", -9999.0)]
    [InlineData("\"nan\"", double.NaN)]
    [InlineData("\"NaN\"", double.NaN)]
    [InlineData("\"-inf\"", double.NegativeInfinity)]
    public void Nodata_that_is_absent_and_nan_and_a_number_are_three_things(string json, double? expected)
    {
        SceneBand band = Read($$"""  "a": {"href": "1.tif", "raster:bands": [{"nodata": {{json}}}]} """).Assets[0].Bands[0];
        Assert.Equal(expected, band.Nodata);
        Assert.Null(Read("""  "a": {"href": "1.tif", "raster:bands": [{}]} """).Assets[0].Bands[0].Nodata);
    }

    [Theory]
    [InlineData("\"proj:epsg\": 32606", "EPSG:32606", true)]
    [InlineData("\"proj:epsg\": 32606.0", "EPSG:32606", true)] // of a table with missing codes
    [InlineData("\"proj:code\": \"IAU_2015:30100\"", "IAU_2015:30100", true)]
    [InlineData("\"proj:code\": \"EPSG:32606\", \"proj:epsg\": 32606", "EPSG:32606", true)]
    [InlineData("\"proj:epsg\": null, \"proj:wkt2\": \"PROJCRS[]\"", "PROJCRS[]", true)]
    [InlineData("\"proj:projjson\": {\"id\": 1}", "{\"id\": 1}", true)]
    [InlineData("\"proj:epsg\": null", null, true)]
    [InlineData("\"proj:shape\": [5, 6]", "EPSG:4326", true)]
    public void The_crs_of_an_asset_is_its_own_or_that_of_the_item(string members, string? expected, bool states)
    {
        SceneGrid grid = Read($$"""  "a": {"href": "1.tif", {{members}}} """, ", \"proj:epsg\": 4326").Assets[0].Grid;
        Assert.Equal((expected, states), (grid.Crs, grid.StatesCrs));
    }

    [Fact]
    public void Rows_come_before_columns_and_heights_are_left_out()
    {
        Scene scene = Read("""  "a": {"href": "1.tif", "proj:shape": [15681.0, 15561], "proj:bbox": [1, 2, 0, 3, 4, 9]} """,
            members: "\"bbox\": [170, -10, 0, -170, 10, 100],");
        Assert.Equal((15681, 15561), (scene.Assets[0].Grid.Rows, scene.Assets[0].Grid.Columns));
        Assert.Equal([1, 2, 3, 4], scene.Assets[0].Grid.Bbox);
        Assert.Equal([170, -10, -170, 10], scene.BboxDeg);
    }

    [Fact] // the range of longitudes in geometries
    public void A_box_may_have_the_longitudes_of_a_geometry()
    {
        const string Asset = "\"a\": {\"href\": \"1.tif\"}";
        Assert.Equal([-180, 78, -168, 90], Read(Asset, members: "\"bbox\": [-180, 78, -168, 90.00000000000001],").BboxDeg); // C3S-LC-L4
        Assert.Throws<SceneInvalidException>(() => Read(Asset, members: "\"bbox\": [-180, 78, -168, 90.00000001],"));
        Assert.Equal([358, 0, 362, 2], Read(Asset, members: "\"bbox\": [358, 0, 362, 2],").BboxDeg);
        SceneInvalidException error = Assert.Throws<SceneInvalidException>(() => Read(Asset, members: "\"bbox\": [358, 0, 541, 2],"));
        Assert.Contains("longitudes in [-540, 540]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"proj:code\": \"EPSG:1\", \"proj:epsg\": 2", "assets.k.proj:code")]
    [InlineData("\"proj:epsg\": \"4326\"", "assets.k.proj:epsg")]
    [InlineData("\"proj:epsg\": 4326.5", "assets.k.proj:epsg")]
    [InlineData("\"proj:transform\": [1, 2, 3, 4, 5]", "assets.k.proj:transform")]
    [InlineData("\"proj:transform\": [1, 2, 3, 4, 5, 6, 0, 0, 2]", "assets.k.proj:transform")]
    [InlineData("\"proj:transform\": [1, 2, 3, 4, 5, null]", "assets.k.proj:transform")]
    [InlineData("\"proj:shape\": [0, 5]", "assets.k.proj:shape")]
    [InlineData("\"proj:shape\": [5.5, 5]", "assets.k.proj:shape")]
    [InlineData("\"proj:shape\": [5, 99999999999]", "assets.k.proj:shape")]
    [InlineData("\"raster:bands\": [{}, {\"scale\": \"x\"}]", "assets.k.raster:bands[1].scale")]
    [InlineData("\"raster:bands\": [{\"nodata\": \"none\"}]", "assets.k.raster:bands[0].nodata")]
    [InlineData("\"eo:bands\": [3]", "assets.k.eo:bands")]
    [InlineData("\"roles\": [1]", "assets.k.roles")]
    [InlineData("\"href\": 5", "assets.k.href")]
    [InlineData("\"gsd\": 1e999", "assets.k.gsd")]
    public void Errors_name_the_member_of_the_asset(string members, string field) =>
        Assert.Equal(field, Error($$"""  "k": {"href": "1.tif", {{members}}} """).Field);

    [Fact]
    public void Keys_that_occur_twice_are_rejected()
    {
        Assert.Equal("assets.a", Error("\"a\": {\"href\": \"1\"}, \"a\": {\"href\": \"2\"}").Field);
        Assert.Equal("properties.gsd", Error("\"a\": {\"href\": \"1\"}", ", \"gsd\": 1, \"gsd\": 2").Field);
    }

    [Fact]
    public void Values_of_unknown_properties_keep_their_kind()
    {
        Scene scene = Read("\"a\": {\"href\": \"1\"}",
            ", \"x:int\": 9007199254740993, \"x:text\": \"\\u00e9\", \"x:bool\": true, \"x:list\": [1]");
        JsonValue integer = Find("x:int"), text = Find("x:text"), flag = Find("x:bool"), list = Find("x:list");
        Assert.Equal((9007199254740993, "é", true, "[1]"), (integer.AsInt64(), text.AsText(), flag.AsBool(), list.ToString()));
        Assert.Equal((null, null, null), (integer.AsText(), text.AsDouble(), list.AsBool()));
        JsonNode written = JsonNode.Parse(StacItemWriter.Write(scene with { BboxDeg = [0, 0, 1, 1] }).Span)!;
        Assert.Equal("9007199254740993", written["properties"]!["x:int"]!.ToJsonString());

        JsonValue Find(string name) => scene.TryFind(name, out JsonValue value) ? value : throw new InvalidOperationException(name);
    }
}
