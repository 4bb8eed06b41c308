using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>The key <c>time</c>: the column of the times and their time axis.</summary>
/// <param name="Column">The column.</param>
/// <param name="Scale">The time scale; null for the recipe's <c>options.time_scale</c>.</param>
/// <param name="Reference">The reference position; null if the recipe does not declare it.</param>
/// <param name="ZeroMjd">The MJD of time 0.</param>
internal sealed record TimeRecipe(string Column, string? Scale, string? Reference, double ZeroMjd)
{
    private static readonly Dictionary<string, double> Zeros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mjd"] = 0,
        ["jd"] = -TimeWords.JdOfMjdZero,
        ["btjd"] = 2_457_000 - TimeWords.JdOfMjdZero, // TESS
        ["bkjd"] = 2_454_833 - TimeWords.JdOfMjdZero, // Kepler
    };

    /// <summary>The time axis of the column; null for MJD in the time scale of the dataset.</summary>
    internal TimeAxis? Axis => Scale is null ? null : new TimeAxis(Scale, Reference, ZeroMjd);

    /// <exception cref="DocumentInvalidException">A key is missing or unknown, or the zero point is invalid.</exception>
    internal static TimeRecipe Read(YamlNode node)
    {
        if (node is not YamlMap map)
            return new(node.AsScalar().Text, null, null, 0);
        map.RequireKeys("column", "scale", "reference", "zero_mjd");
        YamlScalar? zero = map.Find("zero_mjd")?.AsScalar();
        return Read(map, map.Text("column"), zero is null ? 0 : Zeros.TryGetValue(zero.Text, out double known) ? known : zero.AsDouble());
    }

    /// <summary>Reads the keys <c>scale</c> and <c>reference</c> of a column of MJDs that the source names.</summary>
    /// <param name="map">The mapping; null if the recipe does not have it.</param>
    /// <param name="column">The column.</param>
    /// <exception cref="DocumentInvalidException">A key is unknown or invalid.</exception>
    internal static TimeRecipe ReadMjd(YamlMap? map, string column)
    {
        map?.RequireKeys("scale", "reference");
        return map is null ? new(column, null, null, 0) : Read(map, column, 0);
    }

    private static TimeRecipe Read(YamlMap map, string column, double zeroMjd)
    {
        TimeRecipe time = new(column,
            map.Find("scale") is { } scale ? TimeWords.ReadScale(scale.AsScalar()) : null,
            map.Find("reference") is { } reference ? TimeWords.ReadReference(reference.AsScalar()) : null, zeroMjd);
        return time is { Scale: null } and ({ Reference: not null } or { ZeroMjd: not 0 })
            ? throw map.Invalid("'reference' and 'zero_mjd' require 'scale' (UTC, TAI, TDB …)") : time;
    }
}
