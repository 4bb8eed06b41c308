namespace Pile.Earth;

/// <summary>The calendar day of an instant by mean solar time at a longitude, as MJD of its midnight: scenes of one pass have the
/// same.</summary>
internal static class SolarDay
{
    private const double SecondsPerDegree = 240.0, SecondsPerDay = 86_400.0, DegreesPerHour = 15.0;

    /// <summary>Returns the day at UTC + 240 s for each degree of longitude, in whole seconds towards 0, as datacube defines it.</summary>
    /// <param name="mjd">MJD in UTC.</param>
    /// <param name="lonDeg">The longitude of the load's centre, one for all scenes, in [-180, 180].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not a time or a longitude.</exception>
    internal static int Of(double mjd, double lonDeg) =>
        Shifted(mjd, lonDeg, Math.Truncate(lonDeg * SecondsPerDegree));

    /// <summary>Returns the day at UTC + whole hours of 15 degrees of longitude, towards 0, as odc-stac defines it.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    /// <inheritdoc cref="Of" path="/exception"/>
    internal static int HourSnapped(double mjd, double lonDeg) =>
        Shifted(mjd, lonDeg, Math.Truncate(lonDeg / DegreesPerHour) * 3600.0);

    private static int Shifted(double mjd, double lonDeg, double seconds)
    {
        if (!(Math.Abs(mjd) <= 1e7))
            throw new ArgumentOutOfRangeException(nameof(mjd), mjd, "Expected an MJD.");
        if (!(Math.Abs(lonDeg) <= 180.0))
            throw new ArgumentOutOfRangeException(nameof(lonDeg), lonDeg, "Expected a longitude in [-180, 180].");
        // To the microsecond that an MJD has: midnight itself is not moved to the day before by rounding.
        double day = Math.Floor(mjd), micros = Math.Round(((mjd - day) * SecondsPerDay * 1e6) + (seconds * 1e6));
        return (int)(day + Math.Floor(micros / (SecondsPerDay * 1e6)));
    }
}
