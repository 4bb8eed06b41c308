using System.Text;
using System.Text.Json.Nodes;

namespace Pile.Stac.Tests;

public class SharedFilesTests
{
    [Fact]
    public void Single_bands_of_a_file_are_one_asset_in_the_order_of_the_file_and_are_read_as_they_were()
    {
        Scene scene = Of(Band("nir", "a.tif", 4), Band("data", "b.tif", 0), Band("red", "a.tif", 1), Band("copy", "a.tif", 1),
            Band("other", "c.tif", 1), Band("slice", "a.nc", 7) with { Layer = "v" });
        ReadOnlyMemory<byte> written = StacItemWriter.Write(scene);
        JsonObject assets = JsonNode.Parse(written.Span)!["assets"]!.AsObject();
        Assert.Equal(["data_2", "data", "copy", "other", "slice"], assets.Select(a => a.Key));
        Assert.Equal(["red", null, null, "nir"], assets["data_2"]!["bands"]!.AsArray().Select(b => (string?)b!["name"]));
        Assert.Equal(2, assets["data_2"]!["bands"]!.AsArray().Select(b => (string?)b!["description"]).OfType<string>().Distinct()
            .Count());
        Assert.Equal("a.nc#v", (string?)assets["slice"]!["href"]);
        Scene read = StacItem.Parse(written, "a.json");
        Assert.Equal([("red", "a.tif", 1), ("nir", "a.tif", 4), ("data", "b.tif", 0), ("copy", "a.tif", 1), ("other", "c.tif", 1),
            ("slice", "a.nc#v", 7)], read.Assets.Select(a => (a.Key, a.Href, Assert.Single(a.Bands).FileBand)));
    }

    [Fact]
    public void Bands_with_other_grids_stay_apart()
    {
        SceneGrid coarse = new() { Rows = 2, Columns = 3 };
        Scene scene = Of(Band("a", "a.tif", 1), Band("b", "a.tif", 2) with { OwnGrid = coarse });
        JsonNode item = JsonNode.Parse(StacItemWriter.Write(scene).Span)!;
        Assert.Equal(["a", "data"], item["assets"]!.AsObject().Select(a => a.Key));
        Assert.Equal(2, item["assets"]!["data"]!["bands"]!.AsArray().Count);
    }

    [Fact]
    public void A_band_number_above_the_longest_list_is_reported()
    {
        SceneInvalidException e = Assert.Throws<SceneInvalidException>(() => StacItemWriter.Write(Of(Band("a", "a.tif", 10_001))));
        Assert.Contains("assets.a", e.Message, StringComparison.Ordinal);
        Assert.Contains("band 10001 of its file", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"name\":\"a\",\"pile:band\":0}]", "the number of a band in its file, from 1")]
    [InlineData("[{\"name\":\"a\",\"pile:band\":\"2\"}]", "the number of a band in its file, from 1")]
    [InlineData("[{\"pile:asset\":\"x\"},{\"pile:asset\":\"x\"}]", "'x' twice")]
    public void Malformed_members_are_reported(string bands, string finding)
    {
        string text = Encoding.UTF8.GetString(StacItemWriter.Write(Of(Band("a", "a.tif", 0))).Span)
            .Replace("[{\"name\":\"a\"}]", bands, StringComparison.Ordinal);
        Assert.Contains(finding, Assert.Throws<SceneInvalidException>(() => StacItem.Parse(Encoding.UTF8.GetBytes(text), "a.json")).Message,
            StringComparison.Ordinal);
    }

    private static Scene Of(params SceneAsset[] assets) => new()
    {
        Format = SceneFormat.Stac,
        Id = "s",
        Geometry = Encoding.UTF8.GetBytes("""{"type":"Point","coordinates":[0.5,0.5]}"""),
        BboxDeg = [0, 0, 1, 1],
        Time = new SceneTime("2020-01-01T00:00:00Z", null, null, 58849, 58849),
        Source = "a.json",
        Assets = [.. assets],
    };

    private static SceneAsset Band(string key, string href, int number) =>
        new() { Key = key, Href = href, Bands = [new SceneBand { Name = key, FileBand = number }] };
}
