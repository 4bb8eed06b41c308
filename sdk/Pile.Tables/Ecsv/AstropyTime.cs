using Pile.Format;

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
}
