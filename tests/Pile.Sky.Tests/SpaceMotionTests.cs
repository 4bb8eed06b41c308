using System.Globalization;
using Pile.TestKit;

namespace Pile.Sky.Tests;

/// <summary>Positions at other epochs, compared with <c>apply_space_motion</c> of astropy.</summary>
public class SpaceMotionTests
{
    // Each line: right ascension, declination, proper motions, parallax, radial velocity, years, and the position of astropy.
    private const string Script = """
        import warnings, numpy as np, astropy.units as u
        from astropy.coordinates import SkyCoord
        from astropy.time import Time
        warnings.simplefilter('ignore')
        rng = np.random.default_rng(17)
        n = 400
        ra = rng.uniform(0, 360, n)
        dec = np.degrees(np.arcsin(rng.uniform(-1, 1, n)))
        dec[:60] = 90 - 10 ** rng.uniform(-5, 1, 60)
        dec[60:120] = -90 + 10 ** rng.uniform(-5, 1, 60)
        ra[120:130] = 360 - 1e-7
        pmra, pmdec = rng.normal(0, 300, n), rng.normal(0, 300, n)
        pmra[130:140], pmdec[130:140] = 0, 0
        pmra[140:150] = 10000
        plx = 10 ** rng.uniform(-1, 2.8, n)
        rv = rng.normal(0, 60, n)
        years = rng.uniform(-50, 50, n)
        for i in range(n):
            has = i % 2 == 0
            more = dict(distance=(1000 / plx[i]) * u.pc, radial_velocity=rv[i] * u.km / u.s) if has else {}
            start = Time(2000.0, format='jyear', scale='tdb')
            c = SkyCoord(ra[i] * u.deg, dec[i] * u.deg, pm_ra_cosdec=pmra[i] * u.mas / u.yr, pm_dec=pmdec[i] * u.mas / u.yr,
                         obstime=start, **more)
            m = c.apply_space_motion(Time(2000.0 + years[i], format='jyear', scale='tdb'))
            print(*(repr(float(v)) for v in (ra[i], dec[i], pmra[i], pmdec[i], plx[i] if has else 0, rv[i] if has else 0, years[i],
                                            m.ra.deg, m.dec.deg)))
        """;

    [Fact]
    public void Moved_positions_are_those_of_astropy_also_at_the_poles()
    {
        string[] lines = Python.Run(Script).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(400, lines.Length);
        int compared = 0;
        foreach (string line in lines)
        {
            double[] v = [.. line.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
            (double ra, double dec) = SpaceMotion.Propagate(v[0], v[1], v[2], v[3], v[4], v[5], v[6]);
            // Without a parallax, or with a smaller one, the speed is 1 % of that of light (pmsafe); at a pole, ERFA takes a wrong motion
            // for this limit. ERFA 2.0 then divides by a radial velocity that is zero or a
            // rounding error, so that its own results differ by half of the squared speed, 5e-5 of the motion.
            bool isMeasured = v[4] > Math.Sqrt((v[2] * v[2]) + (v[3] * v[3])) / 206_265 * 326;
            if (!isMeasured && Math.Abs(v[1]) > 89.9)
                continue;
            compared++;
            double motion = isMeasured ? 0 : Separation.Arcsec(v[0], v[1], v[7], v[8]);
            Assert.True(Separation.Arcsec(ra, dec, v[7], v[8]) < 1e-5 + (6e-5 * motion), $"{line}: {ra}, {dec}");
            Assert.InRange(ra, 0, Math.BitDecrement(360.0));
        }
        Assert.InRange(compared, 330, 400);
    }

    [Theory] // across the pole, exactly at the pole, and without motion
    [InlineData(0, 89.9999, 0, 3_600_000, 1, 180, 89.0001)]
    [InlineData(90, 90, 0, -3_600_000, 1, 90, 89)]
    [InlineData(12.5, -45.25, 0, 0, 100, 12.5, -45.25)]
    public void A_star_at_a_pole_moves_along_its_meridian(double ra, double dec, double pmRa, double pmDec, double years, double newRa,
        double newDec)
    {
        (double movedRa, double movedDec) = SpaceMotion.Propagate(ra, dec, pmRa, pmDec, double.NaN, double.NaN, years);
        Assert.True(Separation.Arcsec(movedRa, movedDec, newRa, newDec) < 1, $"{movedRa}, {movedDec}"); // the path is straight in space
    }

    [Theory] // such as the 1E20 of masked values
    [InlineData(1e20)]
    [InlineData(-1e20)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(150_000)]
    public void A_radial_velocity_that_no_star_has_is_not_used(double kmPerS)
    {
        Assert.True(kmPerS > SpaceMotion.FastestKmPerS || kmPerS < -SpaceMotion.FastestKmPerS);
        foreach (double parallaxMas in (ReadOnlySpan<double>)[double.NaN, 0.2, 100])
            Assert.Equal(SpaceMotion.Propagate(120, 30, 63.2, -20, parallaxMas, double.NaN, -16),
                SpaceMotion.Propagate(120, 30, 63.2, -20, parallaxMas, kmPerS, -16));
        Assert.NotEqual(30, SpaceMotion.Propagate(120, 30, 63.2, -20, 100, kmPerS, -16).DecDeg);
    }

    [Fact]
    public void A_star_moves_to_the_same_bits_beside_any_other_stars()
    {
        const int count = 2003;
        Random random = new(5);
        double[] ra = Numbers(0, 0.001), dec = Numbers(44, 46), pmRa = Numbers(-300, 300), pmDec = Numbers(-300, 300),
            parallax = Numbers(-1, 20), velocity = Numbers(-60, 60), years = Numbers(-50, 50);
        for (int i = 0; i < count; i += 7)
            (dec[i], velocity[i]) = (i % 5 == 0 ? -90 + (i / 100.0) : i % 5 == 1 ? 45 : i % 5 == 2 ? -dec[i] : double.NaN, double.NaN);
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        double[] shuffledRa = Of(ra), shuffledDec = Of(dec);
        SpaceMotion.Propagate(shuffledRa, shuffledDec, new StarMotions(Of(pmRa), Of(pmDec), Of(parallax), Of(velocity)), Of(years));
        for (int place = 0; place < count; place++)
        {
            int star = order[place];
            (double Ra, double Dec) alone = SpaceMotion.Propagate(ra[star], dec[star], pmRa[star], pmDec[star], parallax[star],
                velocity[star], years[star]);
            Assert.Equal(alone, (shuffledRa[place], shuffledDec[place]));
        }

        double[] Numbers(double least, double most) =>
            [.. Enumerable.Range(0, count).Select(_ => least + (random.NextDouble() * (most - least)))];

        double[] Of(double[] values) => [.. order.Select(star => values[star])];
    }
}
