using System.Text;
using System.Text.Json.Nodes;
using Pile.Earth;

namespace Pile.Stac;

/// <summary>Transforms coordinates of a CRS to longitude and latitude in degrees, in place: xs to longitudes, ys to latitudes. A point that
/// the CRS does not reach becomes NaN or infinite.</summary>
internal delegate void ToLonLat(string crs, Span<double> xs, Span<double> ys);

/// <summary>Creates the footprint of a scene from its geometry.</summary>
internal static class SceneFootprint
{
    private const int DepthLimit = 6;
    private const double StraightDeg = 1e-4; // about 11 m

    /// <summary>Returns the footprint in longitude and latitude.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="toLonLat">Transforms the coordinates of <see cref="Scene.GeometryCrs"/>; not called if it is null.</param>
    /// <exception cref="SceneInvalidException">The geometry is malformed, or a position does not transform.</exception>
    /// <remarks>Edges that are straight in the CRS are split until they are straight in longitude and latitude to 10⁻⁴ degrees.</remarks>
    internal static Footprint Of(Scene scene, ToLonLat toLonLat)
    {
        try
        {
            return scene.GeometryCrs is null ? Footprint.FromGeoJson(scene.Geometry, scene.BboxDeg.AsSpan())
                : Footprint.FromGeoJson(Transformed(scene, toLonLat));
        }
        catch (FormatException e)
        {
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, "geometry",
                e.Message.TrimEnd('.'),
                "Correct the document, or leave it out", e);
        }
    }

    private static ReadOnlyMemory<byte> Transformed(Scene scene, ToLonLat toLonLat)
    {
        JsonNode geometry = JsonNode.Parse(scene.Geometry.Span)!;
        try
        {
            if (geometry["type"]?.GetValue<string>() is not ("Polygon" or "MultiPolygon"))
                throw new FormatException("expected a Polygon or MultiPolygon");
            geometry["coordinates"] = Rings(geometry["coordinates"]!.AsArray());
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException or ArgumentException)
        {
            throw new FormatException("the coordinates are not lists of positions", e);
        }
        return Encoding.UTF8.GetBytes(geometry.ToJsonString());

        JsonArray Rings(JsonArray list)
        {
            if (list.Count > 0 && list[0] is JsonArray { Count: > 0 } first && first[0] is JsonArray)
                return new([.. list.Select(i => (JsonNode)Rings(i!.AsArray()))]);
            return Ring([.. list.Select(p => (p!.AsArray()[0]!.GetValue<double>(), p.AsArray()[1]!.GetValue<double>()))]);
        }

        JsonArray Ring((double X, double Y)[] ring)
        {
            JsonArray positions = [];
            for (int i = 0; i < ring.Length; i++)
            {
                (double, double) here = LonLat(ring[i]);
                positions.Add((JsonNode)new JsonArray(here.Item1, here.Item2));
                if (i + 1 < ring.Length)
                    Split(ring[i], ring[i + 1], here, LonLat(ring[i + 1]), DepthLimit, positions);
            }
            return positions;
        }

        void Split((double X, double Y) a, (double X, double Y) b, (double Lon, double Lat) from, (double Lon, double Lat) to,
            int depthLeft, JsonArray positions)
        {
            (double X, double Y) middle = ((a.X + b.X) / 2, (a.Y + b.Y) / 2);
            (double Lon, double Lat) at = LonLat(middle);
            // Longitudes are compared the short way across the antimeridian. An edge whose middle is not on it is written the long way.
            double half = Math.IEEERemainder(to.Lon - from.Lon, 360) / 2;
            double bend = Math.Abs(Math.IEEERemainder(at.Lon - from.Lon - half, 360));
            if (depthLeft == 0 || (Math.Abs(from.Lon - to.Lon) > 180 && bend > 90)
                || (bend < StraightDeg && Math.Abs(at.Lat - (from.Lat + to.Lat) / 2) < StraightDeg))
                return;
            Split(a, middle, from, at, depthLeft - 1, positions);
            positions.Add((JsonNode)new JsonArray(at.Lon, at.Lat));
            Split(middle, b, at, to, depthLeft - 1, positions);
        }

        (double Lon, double Lat) LonLat((double X, double Y) place)
        {
            Span<double> x = [place.X], y = [place.Y];
            toLonLat(scene.GeometryCrs!, x, y);
            return double.IsFinite(x[0]) && double.IsFinite(y[0]) ? (x[0], y[0])
                : throw new FormatException($"the position ({place.X}, {place.Y}) is outside of its CRS");
        }
    }
}
