using System.Text;
using Pile.Publishing.Exporting.Stac;

namespace Pile.Publishing.Tests.Exporting;

public class JsonShapesTests
{
    private const string First = """{"a": 1, "b": [1.5, "x"], "c": {"d": true, "e": null}}""";

    [Theory]
    [InlineData("""{"a": 7, "b": [2e3, "another"], "c": {"d": false, "e": null}}""", false)]
    [InlineData("""{ "a":9223372036854775807,"b":[-0.5,""],"c":{"d":true,"e":null} }""", false)]
    [InlineData("""{"a": -1, "b": [1.5, "x"], "c": {"d": true, "e": null}}""", true)]
    [InlineData("""{"a": 1.0, "b": [1.5, "x"], "c": {"d": true, "e": null}}""", true)]
    [InlineData("""{"a": 9223372036854775808, "b": [1.5, "x"], "c": {"d": true, "e": null}}""", true)]
    [InlineData("""{"a": 1, "b": [1.5, "x", "y"], "c": {"d": true, "e": null}}""", true)]
    [InlineData("""{"a": 1, "b": [1.5, "x"], "c": {"d": true, "e": "2020"}}""", true)]
    [InlineData("""{"a": 1, "b": [1.5, "x"], "c": {"d": true, "E": null}}""", true)]
    [InlineData("""{"a": 1, "b": [1.5, "x"], "c": {"d": true}, "e": null}""", true)]
    [InlineData("""{"a": 1, "b": [1.5, "x"], "c": [{"d": true, "e": null}]}""", true)]
    public void Names_and_kinds_of_values_are_the_shape(string text, bool isNew)
    {
        JsonShapes shapes = new();
        Assert.True(shapes.Add(Encoding.UTF8.GetBytes(First)));
        Assert.False(shapes.Add(Encoding.UTF8.GetBytes(First)));
        Assert.Equal(isNew, shapes.Add(Encoding.UTF8.GetBytes(text)));
    }
}
