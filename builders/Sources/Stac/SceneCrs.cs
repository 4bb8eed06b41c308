using System.Collections.Concurrent;
using Pile.Earth;
using Pile.Proj;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Transforms to longitude and latitude, one for each coordinate reference system. Thread-safe.</summary>
internal sealed class SceneCrs : ICrsCoordinates
{
    private readonly ConcurrentDictionary<string, Lazy<(Crs Crs, CrsTransform Transform, CoordinateTransform OnEarth)>> known =
        new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<(string From, string To), Lazy<CrsTransform>> between = new();

    /// <summary>Returns a coordinate reference system.</summary>
    /// <exception cref="CrsInvalidException">PROJ does not know it.</exception>
    internal Crs CrsOf(string definition) => Of(definition).Crs;

    /// <summary>Returns the transform of a coordinate reference system. Positions beyond the outline of its map become NaN.</summary>
    /// <exception cref="CrsInvalidException">PROJ does not know it.</exception>
    internal CoordinateTransform TransformOf(string definition) => Of(definition).OnEarth;

    /// <summary>Transforms positions of the earth in place; those that do not project, or are beyond the outline of the map, become
    /// NaN.</summary>
    internal void OnEarthToLonLat(string definition, Span<double> x, Span<double> y) => Of(definition).OnEarth(x, y);

    /// <summary>Transforms positions in place; those that do not project become NaN. Those beyond the outline of the map, as the corners
    /// of a global raster may be, have the place that PROJ gives them.</summary>
    public void ToLonLat(string definition, Span<double> x, Span<double> y) => Of(definition).Transform.Forward(x, y);

    /// <summary>Transforms longitudes and latitudes in place; positions that do not project become NaN.</summary>
    public void FromLonLat(string definition, Span<double> x, Span<double> y) => Of(definition).Transform.Inverse(x, y);

    /// <summary>Returns whether the shift of the datum to WGS 84 is left out because none is known.</summary>
    /// <exception cref="CrsInvalidException">PROJ does not know the coordinate reference system.</exception>
    internal bool LacksShift(string definition) => Of(definition).Transform.Operation.IsBallpark;

    /// <summary>Returns the transform of one coordinate reference system to another.</summary>
    /// <exception cref="CrsInvalidException">PROJ does not know one of them, or has no operation for them.</exception>
    internal CoordinateTransform Between(string from, string to) =>
        between.GetOrAdd((from, to), pair => new(() => CrsTransform.Create(CrsOf(pair.From), CrsOf(pair.To)))).Value.Forward;

    private (Crs Crs, CrsTransform Transform, CoordinateTransform OnEarth) Of(string definition) => known.GetOrAdd(definition, text =>
        new(() =>
        {
            Crs crs = Crs.Parse(text);
            CrsTransform transform = CrsTransform.ToLonLat(crs);
            return (crs, transform, crs.MayExceedEarth ? transform.ForwardWithinMap : transform.Forward);
        })).Value;
}
