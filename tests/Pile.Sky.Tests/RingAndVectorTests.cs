using System.Globalization;
using Pile.TestKit;

namespace Pile.Sky.Tests;

public sealed class RingAndVectorTests
{
    private const string Script = """
        import numpy as np, healpy as hp
        r = np.random.default_rng(11)
        for order in (0, 1, 2, 5, 13, 29):
            nside = 1 << order
            n = 12 * nside * nside
            cap = 2*nside*(nside-1)
            edges = [0, 3, 4, cap-1, cap, n//2, n-cap-1, n-cap, n-5, n-1]
            pix = np.arange(n) if n < 800 else np.unique(np.concatenate([r.integers(0, n, 400), edges]))
            ring = hp.nest2ring(nside, pix)
            nest = hp.ring2nest(nside, pix)
            v = hp.pix2vec(nside, pix, nest=True)
            b = hp.boundaries(nside, pix, step=3, nest=True)
            for i in range(len(pix)):
                print(order, pix[i], ring[i], nest[i], *(repr(float(c[i])) for c in v), *(repr(float(x)) for x in b[i].T.ravel()))
        """;

    [Fact]
    public void Ring_numbers_centres_and_borders_agree_with_healpy()
    {
        int rows = 0;
        foreach (string line in Python.Run(Script).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            (int order, long pixel) = (int.Parse(words[0], CultureInfo.InvariantCulture),
                long.Parse(words[1], CultureInfo.InvariantCulture));
            Assert.Equal(words[2], Healpix.NestToRing(order, pixel).ToString(CultureInfo.InvariantCulture));
            Assert.Equal(words[3], Healpix.RingToNest(order, pixel).ToString(CultureInfo.InvariantCulture));
            double[] numbers = [.. words[4..].Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
            (double x, double y, double z) = Healpix.PixToVec(order, pixel);
            Assert.InRange(Math.Abs(x - numbers[0]) + Math.Abs(y - numbers[1]) + Math.Abs(z - numbers[2]), 0, 1e-14);
            Assert.Equal(pixel, Healpix.VecToPix(order, 7 * x, 7 * y, 7 * z));
            double[] ra = new double[12], dec = new double[12];
            Healpix.Boundaries(order, pixel, 3, ra, dec);
            for (int i = 0; i < 12; i++)
            {
                UnitVector point = UnitVector.FromRaDec(ra[i], dec[i]),
                    expected = new(numbers[3 + (3 * i)], numbers[4 + (3 * i)], numbers[5 + (3 * i)]);
                Assert.True(point.SquaredChordTo(expected) < 1e-28, $"order {order}, pixel {pixel}, point {i}: {ra[i]}, {dec[i]}");
            }
            rows++;
        }
        Assert.True(rows > 1400);
    }

    [Fact]
    public void Pixels_of_vectors_agree_with_healpy()
    {
        string[] lines = Python.Run("""
            import numpy as np, healpy as hp
            r = np.random.default_rng(3)
            v = r.normal(size=(3000, 3)); v[:300, :2] *= 1e-4; v[300:320, :2] *= 1e-9
            for row in v:
                print(*(repr(float(c)) for c in row), *(hp.vec2pix(1 << o, *row, nest=True) for o in (3, 12, 24)))
            """).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string line in lines)
        {
            string[] words = line.Split(' ');
            double[] v = [.. words[..3].Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
            Assert.Equal(words[3..], ((int[])[3, 12, 24])
                .Select(o => Healpix.VecToPix(o, v[0], v[1], v[2]).ToString(CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void Conversion_of_many_pixels_to_RING_and_back_is_exact()
    {
        long[] pixels = [.. Enumerable.Range(0, 768).Select(i => (long)i)], ring = new long[768];
        Healpix.NestToRing(3, pixels, ring);
        Assert.Equal(pixels, ring.Order());
        Healpix.RingToNest(3, ring, ring);
        Assert.Equal(pixels, ring);
        Assert.Throws<ArgumentException>(() => Healpix.NestToRing(3, pixels, new long[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.RingToNest(3, [768], new long[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.VecToPix(3, 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.VecToPix(3, double.NaN, 0, 1));
        Assert.Throws<ArgumentException>(() => Healpix.Boundaries(3, 0, 2, new double[8], new double[7]));
    }
}
