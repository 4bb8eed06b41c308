using System.Globalization;
using System.Xml.Linq;
using Pile.Drawing;
using Pile.TestKit;

namespace Pile.Plotting.Tests;

/// <summary>Marks and arrows on images, compared with astropy, and enlarged images, compared with GDAL.</summary>
public sealed class ImageAnnotationTests
{
    // Turned by 30° and mirrored, 0.4″ per pixel.
    private static readonly string[] Cards =
    [
        "NAXIS   = 2", "NAXIS1  = 60", "NAXIS2  = 40", "CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  = 150.1", "CRVAL2  = 62.2",
        "CRPIX1  = 31.5", "CRPIX2  = 20.5", "CD1_1   = 9.62250449E-05", "CD1_2   = 5.55555556E-05", "CD2_1   = -5.55555556E-05",
        "CD2_2   = 9.62250449E-05", "CUNIT1  = 'deg'", "CUNIT2  = 'deg'", "RADESYS = 'ICRS'",
    ];

    [Fact]
    public void Marks_and_proper_motions_are_where_astropy_puts_them()
    {
        string header = string.Concat(Cards.Select(c => c.PadRight(80)));
        SkyPositions others = new("stars", [150.1, 150.104, 150.2, double.NaN, 150.099], [62.2, 62.2011, 62.2, 62.2, 62.1985]);
        ImageOrientation image = ImageOrientation.Of(header, "d", 60, 40, 150.1, 62.2, others)!;
        (double x, double y, double years) = image.MotionOf(120, -250, 60, 40)!.Value;
        (double ra, double dec, double radius) = ImageOrientation.FieldOf(header, "d", 60, 40)!.Value;
        double[] expected = Numbers(Python.Run("""
            import sys, numpy as np, astropy.units as u
            from astropy.io import fits
            from astropy.wcs import WCS
            from astropy.coordinates import SkyCoord
            w, years = WCS(fits.Header.fromstring(sys.argv[1])), float(sys.argv[2])
            out = []
            for p in ((150.1, 62.2), (150.104, 62.2011), (150.2, 62.2), (150.099, 62.1985)):
                a, b = w.wcs_world2pix([p], 0)[0]
                if -0.5 < a < 59.5 and -0.5 < b < 39.5:
                    out += [a, b]
            out.append(len(out) / 2)
            here = SkyCoord(150.1 * u.deg, 62.2 * u.deg)
            there = here.spherical_offsets_by(0.120 * years * u.arcsec, -0.250 * years * u.arcsec)
            out += list(w.wcs_world2pix([[there.ra.deg, there.dec.deg]], 0)[0] - w.wcs_world2pix([[150.1, 62.2]], 0)[0])
            centre = SkyCoord(*(v * u.deg for v in w.wcs_pix2world([[29.5, 19.5]], 0)[0]))
            corner = SkyCoord(*(v * u.deg for v in w.wcs_pix2world([[-0.5, -0.5]], 0)[0]))
            print(','.join(repr(float(v)) for v in out + [centre.ra.deg, centre.dec.deg, centre.separation(corner).deg]))
            """, header, years.ToString(CultureInfo.InvariantCulture)));
        Assert.Equal(expected[(2 * image.Marks.Count)], image.Marks.Count);
        Assert.InRange(image.Marks.Count, 2, 3);
        for (int i = 0; i < image.Marks.Count; i++)
        {
            Assert.Equal(expected[2 * i], image.Marks[i].X, 1e-6);
            Assert.Equal(expected[(2 * i) + 1], image.Marks[i].Y, 1e-6);
        }
        int next = (2 * image.Marks.Count) + 1;
        Assert.Equal(expected[next], x, 0.01);
        Assert.Equal(expected[next + 1], y, 0.01);
        Assert.Equal((expected[next + 2], expected[next + 3]), (ra, dec), new Near());
        Assert.InRange(radius / expected[next + 4], 1, 1.06);
        Assert.InRange(Math.Sqrt((x * x) + (y * y)), 4, 12.1); // at most 0.3 of 40 pixels, a round number of years
        Assert.Null(image.MotionOf(0, 0, 60, 40));
        Assert.Null(image.MotionOf(double.NaN, 1, 60, 40));
    }

    [Fact]
    public void Marks_and_the_arrow_are_drawn_at_their_pixels()
    {
        byte[] png = PngEncoder.Encode(new byte[60 * 40], 60, 40, PngPixels.Gray);
        XElement svg = XDocument.Parse(ImagePanel.Draw(png, new()
        {
            Rows = RowOrder.BottomUp,
            LongSidePx = 600,
            Target = (10, 10),
            Motion = (5, 3, "100 yr"),
            Marks = [(0, 0), (59, 39)],
            Legend = "○ 2 rows of <b>",
        }).ToSvg()).Root!;
        Assert.Equal([("5", "395"), ("595", "5")], svg.Descendants().Where(e => e.Name.LocalName == "circle"
            && (string)e.Attribute("class")! == "over").Select(e => ((string)e.Attribute("cx")!, (string)e.Attribute("cy")!)));
        Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "path"
            && ((string)e.Attribute("d")!).StartsWith("M105 295L155 265", StringComparison.Ordinal));
        Assert.Superset(new HashSet<string> { "100 yr", "○ 2 rows of <b>" }, svg.Descendants().Select(e => e.Value).ToHashSet());
    }

    [Fact]
    public void Images_are_enlarged_as_GDAL_does_and_missing_pixels_stay_missing()
    {
        Random random = new(4);
        float[] plane = [.. Enumerable.Range(0, 12 * 9).Select(_ => (float)(10 * random.NextDouble()))];
        float[] large = PixelInterpolation.Enlarge(plane, 12, 5);
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["p"], string.Join(',', plane.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));
        double[] expected = Numbers(Python.Run("""
            import sys, numpy as np, rasterio
            from rasterio.enums import Resampling
            from rasterio.io import MemoryFile
            p = np.array([float(v) for v in open(sys.argv[1]).read().split(',')], 'f4').reshape(1, 9, 12)
            with MemoryFile() as m:
                with m.open(driver='GTiff', width=12, height=9, count=1, dtype='float32') as f:
                    f.write(p)
                with m.open() as f:
                    a = f.read(1, out_shape=(45, 60), resampling=Resampling.cubic)
            print(','.join(repr(float(v)) for v in a.ravel()))
            """, folder["p"]));
        for (int y = 10; y < 35; y++) // edges differ: GDAL repeats no pixels there
            for (int x = 10; x < 50; x++)
                Assert.Equal(expected[(y * 60) + x], large[(y * 60) + x], 2e-4);

        plane[40] = float.NaN;
        float[] holed = PixelInterpolation.Enlarge(plane, 12, 5);
        Assert.Equal(25, holed.Count(float.IsNaN));
        Assert.True(float.IsNaN(holed[(((5 * 3) + 2) * 60) + (5 * 4) + 2]));
        Assert.Equal([7f, 7f, 7f, 7f], PixelInterpolation.Enlarge([7], 1, 2));
    }

    [Fact]
    public void A_chip_is_drawn_at_its_longitude_and_latitude_also_across_the_antimeridian()
    {
        double[] chip = [179.9, 10, -179.9, 10, -179.9, 10.2, 179.9, 10.2, 179.9, 10];
        double[] scene = [179.5, 9.8, -179.5, 9.8, -179.5, 10.4, 179.5, 10.4, 179.5, 9.8];
        XElement svg = XDocument.Parse(ChipMap.Draw(new([chip], [scene], 1), 480).ToSvg()).Root!;
        double[][] inner = Corners(svg, "model s2"), outer = Corners(svg, "frame");
        // The chip is a fifth of the scene in longitude and a third in latitude, and both centres agree in longitude.
        Assert.Equal(0.2, (inner[1][0] - inner[0][0]) / (outer[1][0] - outer[0][0]), 0.001);
        Assert.Equal(1 / 3.0, (inner[2][1] - inner[1][1]) / (outer[2][1] - outer[1][1]), 0.001);
        Assert.Equal((outer[0][0] + outer[1][0]) / 2, (inner[0][0] + inner[1][0]) / 2, 0.05);
    }

    private static double[][] Corners(XElement svg, string style) => [.. ((string)svg.Descendants()
        .First(e => e.Name.LocalName == "path" && (string?)e.Attribute("class") == style).Attribute("d")!)
        .Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries).Select(c => Numbers(c.Replace(' ', ',')))];

    private static double[] Numbers(string text) =>
        [.. text.Trim().Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];

    private sealed class Near : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-8
            && Math.Abs(a.Item2 - b.Item2) < 1e-8;

        public int GetHashCode((double, double) obj) => 0;
    }
}
