using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using NetTopologySuite.IO.Converters;
using Pile.TestKit;

namespace Pile.Earth.Tests;

/// <summary>Geometries that Pile writes are read by NetTopologySuite, and the other way round.</summary>
public class GeometryReaderTests
{
    private static readonly JsonSerializerOptions GeoJson = new() { Converters = { new GeoJsonConverterFactory() } };

    private static Gen<int> Seeds => Gen.Choose(0, int.MaxValue);

    [Fact]
    public void WKB_and_GeoJSON_of_Pile_are_those_of_NetTopologySuite() => Prop.ForAll(Seeds.ToArbitrary(), seed =>
    {
        Footprint ours = Footprint.FromGeoJson(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Shape(seed), GeoJson)));
        Geometry expected = ours.Parts.Length == 1 ? ours.Parts[0] : new MultiPolygon(ours.Parts.ToArray());
        Geometry fromWkb = new WKBReader().Read(ours.Wkb.ToArray()),
            fromGeoJson = JsonSerializer.Deserialize<Geometry>(ours.ToGeoJson(), GeoJson)!;
        return fromWkb.EqualsExact(expected) && fromGeoJson.EqualsExact(expected)
            && ours.Wkb.Span.SequenceEqual(new WKBWriter().Write(expected));
    }).Check(Laws.Repeatable);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void WKB_of_NetTopologySuite_is_read(bool isBigEndian, bool hasAltitude) => Prop.ForAll(Seeds.ToArbitrary(), seed =>
    {
        Geometry shape = Shape(seed);
        if (hasAltitude)
            foreach (Coordinate at in shape.Coordinates)
                at.Z = seed;
        ByteOrder order = isBigEndian ? ByteOrder.BigEndian : ByteOrder.LittleEndian;
        byte[] wkb = new WKBWriter(order, handleSRID: false, emitZ: hasAltitude).Write(shape);
        return Footprint.FromWkb(wkb).Wkb.Span.SequenceEqual(Footprint.FromWkb(new WKBWriter().Write(shape)).Wkb.Span);
    }).Check(Laws.Repeatable);

    /// <summary>Returns one or two polygons, counter-clockwise as RFC 7946 has them, some with a hole.</summary>
    private static Geometry Shape(int seed)
    {
        Random random = new(seed);
        Polygon[] parts = [.. Enumerable.Range(0, random.Next(1, 3))
            .Select(i => Star(random, -120 + (100 * i) + (20 * random.NextDouble())))];
        return parts.Length == 1 ? parts[0] : new MultiPolygon(parts);
    }

    private static Polygon Star(Random random, double lonDeg)
    {
        double latDeg = (100 * random.NextDouble()) - 50, radiusDeg = 0.01 + (8 * random.NextDouble());
        LinearRing Ring(double scale, bool isClockwise)
        {
            int count = random.Next(4, 12);
            Coordinate[] ring = [.. Enumerable.Range(0, count).Select(i =>
            {
                (double sin, double cos) = Math.SinCos(Math.Tau * i / count * (isClockwise ? -1 : 1));
                double radius = radiusDeg * scale * (0.8 + (0.2 * random.NextDouble()));
                return new CoordinateZ(lonDeg + (radius * cos), latDeg + (radius * sin), double.NaN);
            })];
            return new LinearRing([.. ring, ring[0].Copy()]);
        }
        LinearRing outer = Ring(1, isClockwise: false);
        return random.Next(2) == 0 ? new Polygon(outer) : new Polygon(outer, [Ring(0.3, isClockwise: true)]);
    }
}
