using System.Globalization;
using Pile.Format.Yaml;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>The region of a search in the form of a saved query.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Text">Numbers in degrees (ICRS) separated by commas, a coverage map as text, or a polygon as GeoJSON.</param>
internal sealed record SavedRegion(string Kind, string Text)
{
    internal const string Cone = "cone", Box = "box", Polygon = "polygon", Moc = "moc", Footprint = "footprint",
        FootprintWithin = "footprint_within";

    internal static readonly string[] Kinds = [Cone, Box, Polygon, Moc, Footprint, FootprintWithin];

    /// <summary>Returns a region with numbers in their shortest form that parses to the same values.</summary>
    internal static SavedRegion Of(string kind, params IEnumerable<double> numbers) =>
        new(kind, string.Join(',', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture))));

    /// <summary>Reads a region: a mapping of one kind to its text.</summary>
    /// <exception cref="Pile.Format.PileException">The kind is unknown.</exception>
    internal static SavedRegion Read(YamlNode node)
    {
        YamlMap map = node.AsMap();
        map.RequireKeys(Kinds);
        return map.Entries.ToArray() is [var (kind, value)] ? new SavedRegion(kind.Text, value.AsScalar().Text)
            : throw map.Invalid($"expected one kind of region, such as cone: \"10.68,41.27,0.5\"; found {map.Entries.Count()}");
    }

    /// <summary>Returns a query for the rows within the region.</summary>
    /// <exception cref="ArgumentException">The region is not valid, or the rows have no positions.</exception>
    /// <exception cref="FormatException">A coverage map is not valid.</exception>
    internal Query Narrow(Query query) => Kind switch
    {
        Cone when Numbers() is [var ra, var dec, var radius] => query.Cone(ra, dec, radius),
        Box when Numbers() is [var ra1, var dec1, var ra2, var dec2] => query.Box(ra1, dec1, ra2, dec2),
        Polygon when Numbers() is { Length: >= 6 } numbers && numbers.Length % 2 == 0 =>
            query.Polygon(SkyPolygon.Of(numbers.Chunk(2).Select(pair => (pair[0], pair[1])))),
        Moc => query.Moc(Sky.Moc.Parse(Text)),
        Footprint => query.Footprint(Text),
        FootprintWithin => query.Footprint(Text, isWithin: true),
        _ => throw new ArgumentException($"'{Text}' has another number of values than a {Kind} needs."),
    };

    private double[] Numbers() => [.. Text.Split(',').Select(word =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number
            : throw new ArgumentException($"'{word}' is not a number in degrees."))];
}
