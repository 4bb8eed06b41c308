using System.Globalization;
using System.Text;
using System.Text.Json;
using Pile.Publishing.Exporting.Stac;

namespace Pile.Publishing.Tests.Exporting;

/// <summary>The extent of a collection: the narrowest box that contains the boxes of all items (RFC 7946, section 5.2).</summary>
public sealed class StacExtentTests
{
    [Theory]
    [InlineData("[10, 1, 20, 2]", "10,1,12,2", "15,1,20,1.5")]
    [InlineData("[178, -17, -179, -15]", "178,-17,-179.5,-16", "179.5,-16,-179,-15")]
    [InlineData("[179, 0, -179, 1]", "179,0,180,1", "-180,0,-179,1")] // a box that was cut at the antimeridian
    [InlineData("[179, 0, -179, 1]", "179,0,179.9,1", "-179.9,0,-179,1")]
    [InlineData("[170, 0, 180, 1]", "170,0,180,1", "180,0,180,1")]
    [InlineData("[-180, 0, -170, 1]", "180,0,-175,1", "-180,0,-170,1")]
    [InlineData("[-100, 0, 70, 1]", "-100,0,-90,1", "60,0,70,1")]
    [InlineData("[-180, -90, 180, 90]", "-180,-90,180,90", "170,0,-170,1")]
    [InlineData("[-180, 0, 180, 1]", "-180,0,0,1", "0,0,180,1")]
    public void A_collection_has_the_narrowest_box_of_its_items(string expected, params string[] items)
    {
        StacExtent extent = new();
        foreach (string item in items)
            extent.Add(Row([.. item.Split(',').Select(n => double.Parse(n, CultureInfo.InvariantCulture))]));
        Assert.Equal(expected, BoxOf(extent));
    }

    [Fact]
    public void Many_items_far_from_each_other_have_one_box()
    {
        StacExtent extent = new();
        for (int i = 0; i < 20_000; i++)
            extent.Add(Row([Wrapped((i * 7919L) % 20_000), 0, Wrapped(((i * 7919L) % 20_000) + 0.25), 1]));
        Assert.Equal("[100, 0, -103.755859375, 1]", BoxOf(extent));

        static double Wrapped(double step) => 100 + (step / 128) is var lon && lon > 180 ? lon - 360 : lon;
    }

    private static StacRow Row(double[] bboxDeg) => new("i", "c", null, bboxDeg, 60_000, 60_001, default, _ => default);

    private static string BoxOf(StacExtent extent)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            extent.Write(json);
            json.WriteEndObject();
        }
        using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetString(bytes.ToArray()));
        return "[" + string.Join(", ", document.RootElement.GetProperty("extent").GetProperty("spatial").GetProperty("bbox")[0]
            .EnumerateArray().Select(n => n.GetRawText())) + "]";
    }
}
