using System.Globalization;
using Pile.Format;

namespace Pile.Publishing.Exporting.Chips;

/// <summary>Week and hour of a chip as points on a circle, by which models take times of year and day.</summary>
/// <remarks>The angles are 2π · week / 52 with the week of ISO 8601 (1 to 53), and 2π · hour / 24 with the hour of day (0 to 23, UTC).
/// An interval has the time of its middle; if it is a day or longer, its hour is unknown.</remarks>
/// <param name="Week">Sine and cosine; NaN if the time is unknown.</param>
/// <param name="Hour">Sine and cosine; NaN if the hour is unknown.</param>
internal readonly record struct ChipTime((double Sin, double Cos) Week, (double Sin, double Cos) Hour)
{
    private const double WeeksPerTurn = 52, HoursPerTurn = 24, MillisecondsPerDay = 86_400_000;
    private static readonly DateTime Epoch = new(1858, 11, 17, 0, 0, 0, DateTimeKind.Utc);

    private static (double, double) Unknown => (double.NaN, double.NaN);

    /// <summary>Returns the time of an interval.</summary>
    /// <param name="startMjd">Start, MJD in UTC; NaN if unknown.</param>
    /// <param name="endMjd">End; NaN if it is an instant.</param>
    internal static ChipTime Of(double startMjd, double endMjd)
    {
        (startMjd, endMjd) = (LeapSeconds.ToClock(startMjd), LeapSeconds.ToClock(endMjd));
        double days = double.IsFinite(endMjd) ? endMjd - startMjd : 0;
        // A float64 has MJD to 0.6 µs: full hours would fall into the hour before without rounding.
        double milliseconds = Math.Round((startMjd + (days / 2)) * MillisecondsPerDay);
        if (!(milliseconds > (DateTime.MinValue - Epoch).TotalMilliseconds && milliseconds < (DateTime.MaxValue - Epoch).TotalMilliseconds))
            return new ChipTime(Unknown, Unknown);
        DateTime time = Epoch.AddTicks((long)milliseconds * TimeSpan.TicksPerMillisecond);
        return new ChipTime(Point(ISOWeek.GetWeekOfYear(time) / WeeksPerTurn), days < 1 ? Point(time.Hour / HoursPerTurn) : Unknown);
    }

    private static (double Sin, double Cos) Point(double turns) => Math.SinCos(2 * Math.PI * turns);
}
