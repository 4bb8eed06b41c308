using System.Collections.Concurrent;
using Pile.Earth;
using Pile.Proj;

namespace Pile.Builders.Sources.Stac;

/// <summary>Transforms to longitude and latitude, one for each coordinate reference system. Thread-safe.</summary>
internal sealed class SceneCrs
{
    private readonly ConcurrentDictionary<string, Lazy<(Crs Crs, CrsTransform Transform)>> known = new(StringComparer.Ordinal);

    /// <summary>Returns a coordinate reference system.</summary>
    /// <exception cref="CrsInvalidException">PROJ does not know it.</exception>
    internal Crs CrsOf(string definition) => Of(definition).Crs;

    /// <summary>Returns the transform of a coordinate reference system.</summary>
    /// <exception cref="CrsInvalidException">PROJ does not know it.</exception>
    internal CoordinateTransform TransformOf(string definition) => Of(definition).Transform.Forward;

    /// <summary>Transforms positions in place; those that do not project become NaN.</summary>
    internal void ToLonLat(string definition, Span<double> x, Span<double> y) => Of(definition).Transform.Forward(x, y);

    private (Crs Crs, CrsTransform Transform) Of(string definition) => known.GetOrAdd(definition, text => new(() =>
    {
        Crs crs = Crs.Parse(text);
        return (crs, CrsTransform.ToLonLat(crs));
    })).Value;
}
