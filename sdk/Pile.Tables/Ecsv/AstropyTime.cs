using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Tables.Ecsv;

/// <summary>A Time or TimeDelta object of astropy that is stored as two columns of days, whose sum is the time.</summary>
/// <param name="Name">The name of the object.</param>
/// <param name="First">The column of the larger parts (<c>jd1</c>).</param>
/// <param name="Second">The column of the smaller parts (<c>jd2</c>).</param>
/// <param name="IsDuration">True for a TimeDelta, whose sum is a number of days; the sum of a Time is a Julian date.</param>
/// <param name="Scale">The time scale; null if the object has none that FITS knows.</param>
internal sealed record AstropyTime(string Name, string First, string Second, bool IsDuration, string? Scale)
{
    /// <summary>The axis of its times as MJD; null for durations and unknown scales.</summary>
    internal TimeAxis? Axis => IsDuration || Scale is null ? null : new TimeAxis(Scale);

    /// <summary>Returns the time that a description is of; null if it is not stored as two columns.</summary>
    /// <param name="name">The name of the object.</param>
    /// <param name="described">Its description.</param>
    internal static AstropyTime? In(string name, YamlMap described) =>
        AstropyColumns.ColumnOf(described, "jd1") is { } first && AstropyColumns.ColumnOf(described, "jd2") is { } second
            ? new(first.EndsWith(".jd1", StringComparison.Ordinal) ? first[..^".jd1".Length] : name, first, second,
                AstropyColumns.TextOf(described, "__class__")?.EndsWith(".TimeDelta", StringComparison.Ordinal) is true,
                AstropyColumns.TextOf(described, "scale")?.ToUpperInvariant() is { } scale && TimeWords.IsScale(scale) ? scale : null)
            : null;
}
