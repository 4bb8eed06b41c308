using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Times;

/// <summary>Conversions of time scales, compared with astropy.time.</summary>
public class TimeScalesTests
{
    private const double ToleranceSeconds = 1.5e-5;

    [Theory]
    [InlineData(-1e300)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e300)]
    [InlineData(double.NaN)]
    public void Numbers_that_are_no_times_are_converted_to_other_such_numbers(double mjd)
    {
        foreach (string scale in (string[])["UTC", "TAI", "TT", "TDB", "TCG", "TCB", "GPS"])
            Assert.False(Math.Abs(TimeScales.ToTdb(scale, mjd)) < 1e200 || Math.Abs(TimeScales.ToTcb(scale, mjd)) < 1e200);
    }

    [Fact]
    public void Every_scale_is_converted_to_TDB_as_astropy_does_around_leap_seconds_too()
    {
        string[] scales = ["UTC", "TAI", "TT", "TDB", "TCG", "TCB"];
        StringBuilder values = new();
        foreach (string scale in scales)
            foreach (double mjd in Instants(scale == "UTC" ? 36_934 : 41_317))
                values.Append(CultureInfo.InvariantCulture, $"{scale.ToLowerInvariant()} {mjd:R} {TimeScales.ToTdb(scale, mjd):R}\n");
        string[] worst = Python.Run("""
            import sys, warnings
            import numpy as np
            warnings.simplefilter('ignore')
            from astropy.time import Time
            from astropy.utils import iers
            iers.conf.auto_download = False
            rows = [line.split() for line in sys.argv[1].splitlines()]
            for scale in ['utc', 'tai', 'tt', 'tdb', 'tcg', 'tcb']:
                mjd, tdb = (np.array([float(r[i]) for r in rows if r[0] == scale]) for i in (1, 2))
                days = np.floor(mjd)
                times = Time(days, mjd - days, format='mjd', scale=scale).tdb
                print(len(mjd), np.abs((times.jd1 - 2400000.5 - np.floor(tdb)) + (times.jd2 - (tdb - np.floor(tdb)))).max() * 86400)
            """, values.ToString()).TrimEnd().Split('\n');
        Assert.Equal(scales.Length, worst.Length);
        Assert.All(worst, line =>
        {
            string[] numbers = line.Split(' ');
            Assert.True(int.Parse(numbers[0], CultureInfo.InvariantCulture) > 300);
            Assert.InRange(double.Parse(numbers[1], CultureInfo.InvariantCulture), 0, ToleranceSeconds);
        });
    }

    [Theory]
    [InlineData("UTC(NIST)", "UTC")]
    [InlineData("iat", "TAI")]
    [InlineData("ET", "TT")]
    [InlineData("GMT", "UT1")]
    [InlineData("LOCAL", null)]
    [InlineData(null, null)]
    public void Synonyms_and_realizations_have_one_name(string? scale, string? name) => Assert.Equal(name, TimeScales.Name(scale));

    [Fact]
    public void Before_1960_UTC_has_a_constant_offset()
    {
        double offset = (TimeScales.ToTdb("UTC", 30_000) - TimeScales.ToTdb("TAI", 30_000)) * 86_400;
        Assert.Equal(0.943482, offset, 1e-5);
        Assert.True(TimeScales.IsBeforeUtc("UTC", 36_933.9));
        Assert.False(TimeScales.IsBeforeUtc("UTC", 36_934));
        Assert.False(TimeScales.IsBeforeUtc("TDB", 0));
    }

    [Theory]
    [InlineData("TOPOCENTER", "GEOCENTER", 0.022)]
    [InlineData("GEOCENTRIC", "GEOCENTER", 0)]
    [InlineData("BARYCENTER", "BARYCENT", 0)]
    [InlineData("HELIOCENTER", "BARYCENTER", 6)]
    [InlineData("TOPOCENTER", "BARYCENTER", 500)]
    [InlineData("JUPITER", "BARYCENTER", double.PositiveInfinity)]
    [InlineData(null, "BARYCENTER", 500)]
    public void Light_time_depends_on_the_reference_positions(string? a, string? b, double seconds) =>
        Assert.Equal(seconds, ReferencePositions.LargestDifferenceSeconds(a, b));

    // 1960 or 1972 to 2030, and seconds around the leap seconds of 1972, 2006 and 2016.
    private static IEnumerable<double> Instants(double first)
    {
        for (double mjd = first; mjd < 62_867; mjd += 63.137)
            yield return mjd;
        foreach (double day in (double[])[41_499, 53_736, 57_754])
            foreach (double seconds in (double[])[-86_400, -2, -1.5, -1, -0.5, -1e-3, 0, 1e-3, 0.5, 1, 86_399])
                yield return day + (seconds / 86_400);
    }
}
