using System.Globalization;
using System.Xml.Linq;
using Pile.Drawing;
using Pile.Skia;
using Pile.TestKit;

namespace Pile.Plotting.Tests;

/// <summary>Where values are drawn, compared with astropy, numpy and rasterio.</summary>
public sealed class PlotPositionsTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Folded_times_are_drawn_at_the_phases_of_astropy()
    {
        Random random = new(3);
        double[] time = [.. Enumerable.Range(0, 40).Select(_ => 100 + (50 * random.NextDouble())).Order()];
        double[] flux = [.. Enumerable.Range(0, 40).Select(i => 5 + Math.Sin(i))];
        SvgFigure figure = LightCurvePlot.Draw([new("r", time, flux, [], [])],
            new() { TimeName = "MJD", ValueName = "Flux", Period = 7.3, Epoch = 101.25 });
        (double X, double Y)[] drawn = Centres(figure, "solid");
        double[] expected = Numbers(Python.Run("""
            import sys, numpy as np
            from astropy.time import Time
            from astropy.timeseries import TimeSeries
            import astropy.units as u
            t = np.array([float(v) for v in sys.argv[1].split(',')])
            ts = TimeSeries(time=Time(t, format='mjd', scale='tdb'), data={'i': np.arange(len(t))})
            folded = ts.fold(period=7.3 * u.day, epoch_time=Time(101.25, format='mjd', scale='tdb'), normalize_phase=True)
            print(','.join(repr(float(v)) for v in np.asarray(folded.time)[np.argsort(folded['i'])]))
            """, Text(time)));
        (double left, double right, double top, double bottom) = Frame(figure);
        Assert.Equal(40, drawn.Length);
        ValueRange range = ValueRange.Of(flux);
        for (int i = 0; i < drawn.Length; i++)
        {
            Assert.Equal(left + ((expected[i] + 0.5) * (right - left)), drawn[i].X, 0.02);
            Assert.Equal(bottom - ((flux[i] - range.Low) / (range.High - range.Low) * (bottom - top)), drawn[i].Y, 0.02);
        }
    }

    [Fact]
    public void Magnitudes_decrease_upwards_and_flagged_samples_are_gray()
    {
        SvgFigure figure = LightCurvePlot.Draw([new("V", [1, 2, 3], [10, 12, 11], [0.1, double.NaN, 0.2], [false, false, true])],
            new() { TimeName = "MJD", ValueName = "Magnitude", IsMagnitude = true });
        (double X, double Y)[] drawn = Centres(figure, "solid");
        Assert.Equal(2, drawn.Length);
        Assert.True(drawn[0].Y < drawn[1].Y);
        Assert.Contains("flagged (1)", figure.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void Light_curves_of_one_point_are_drawn_and_those_of_none_are_rejected()
    {
        LightCurvePlotOptions options = new() { TimeName = "MJD", ValueName = "Flux" };
        Assert.Single(Centres(LightCurvePlot.Draw([new("r", [5], [3], [], [])], options), "solid"));
        Assert.Contains("2 measurements are flagged", Assert.Throws<ArgumentException>(() =>
            LightCurvePlot.Draw([new("r", [5, 6], [3, 3], [], [true, true])], options)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => LightCurvePlot.Draw([new("r", [5, double.NaN], [double.NaN, 3], [], [])], options));
    }

    [Fact]
    public void Bars_of_a_histogram_are_the_counts_of_numpy()
    {
        Random random = new(8);
        double[] values = [.. Enumerable.Range(0, 5000).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
            * Math.Cos(2 * Math.PI * random.NextDouble()))];
        (double low, double width, int[] counts) = HistogramPlot.Bin([.. values], isInteger: false);
        Assert.Equal(counts.Select(c => (double)c), Numbers(Python.Run("""
            import sys, numpy as np
            v, edges = (np.array([float(x) for x in open(a).read().split(',')]) for a in sys.argv[1:])
            print(','.join(str(c) for c in np.histogram(v, bins=edges)[0]))
            """, Stored(values), Stored([.. Enumerable.Range(0, counts.Length + 1).Select(i => low + (i * width))]))));
        SvgFigure figure = HistogramPlot.Draw(values, new() { XName = "v" });
        Assert.Equal(counts.Count(c => c > 0), Parse(figure).Descendants(Svg + "rect")
            .Count(r => ((string)r.Attribute("class")!).Contains("bar", StringComparison.Ordinal)));
    }

    [Fact]
    public void Integers_are_counted_in_bins_of_whole_numbers()
    {
        (double low, double width, int[] counts) = HistogramPlot.Bin([0, 0, 1, 3, 3, 3], isInteger: true);
        Assert.Equal((-0.5, 1.0), (low, width));
        Assert.Equal([2, 1, 0, 3], counts);
    }

    [Theory]
    [InlineData("4 rows, 2 off scale", 1.7e308, -1.7e308, 0.0, 1.0)]
    [InlineData("2 rows, 2 off scale", 1.79e308, 1.79e308)]
    public void Values_near_the_limits_of_float64_are_off_scale(string note, params double[] values)
    {
        string[] figures = [HistogramPlot.Draw(values, new() { XName = "x" }).ToSvg(),
            ScatterPlot.Draw([.. values], [.. values], new() { XName = "x", YName = "y" }).ToSvg()];
        Assert.All(figures, svg => Assert.Contains(note, svg, StringComparison.Ordinal));
        Assert.All(figures, svg => Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal));
        Assert.Equal(2, ValueRange.Of(values).BeyondCount);
    }

    [Fact]
    public void Projections_are_those_of_astropy()
    {
        double[] numbers = Numbers(Python.Run("""
            import numpy as np
            from astropy.wcs import WCS
            out = []
            for code, ra0, dec0 in (('MOL', 180, 0), ('ZEA', 40, -35)):
                w = WCS(naxis=2)
                w.wcs.ctype = ['RA---' + code, 'DEC--' + code]
                w.wcs.crval = [ra0, dec0]; w.wcs.crpix = [0, 0]; w.wcs.cdelt = [1, 1]
                for x, y in ((12.5, 30.25), (-40, -5), (3, 0.5)):
                    out += [float(v) for v in w.wcs_pix2world([[x, y]], 0 + 1)[0]]
            print(','.join(repr(v) for v in out))
            """));
        int next = 0;
        foreach ((double x, double y) in new[] { (12.5, 30.25), (-40.0, -5.0), (3, 0.5) })
        {
            (double offset, double latitude) = SkyProjection.FromMollweide(x, y)!.Value;
            Assert.Equal((numbers[next++], numbers[next++]), (180 + offset, latitude), new Near());
        }
        foreach ((double x, double y) in new[] { (12.5, 30.25), (-40.0, -5.0), (3, 0.5) })
        {
            (double ra, double dec) = SkyProjection.FromZenithal(40, -35, x, y)!.Value;
            Assert.Equal((numbers[next++], numbers[next++]), (ra, dec), new Near());
            (double east, double north) = SkyProjection.Zenithal(40, -35, ra, dec);
            Assert.Equal((x, y), (east, north), new Near());
        }
    }

    [Fact]
    public void Pngs_have_the_colours_of_the_drawing_in_another_decoder()
    {
        using TemporaryFolder folder = new();
        PlotFrame frame = new(400, 300, "Title <&> \"quoted\"", new("x", "s", ValueRange.Exactly(0, 1)),
            new("y", "", ValueRange.Exactly(0, 1)));
        frame.Window.Rect(frame.X[0.5], frame.Y[1], frame.X[1] - frame.X[0.5], frame.Y[0] - frame.Y[1], "solid s2");
        SvgFigure figure = frame.Finish();
        byte[] png = PlotFile.Png(figure, new());
        Assert.Equal(png, PlotFile.Png(figure, new()));
        File.WriteAllBytes(folder["x.png"], png);
        Assert.Equal($"{2 * (int)frame.X[0.75]}: 600 800 194 69 10 255 255 255", Python.Run("""
            import sys, warnings, rasterio
            warnings.simplefilter('ignore')
            with rasterio.open(sys.argv[1]) as f:
                a, x = f.read(), int(sys.argv[2])
            print(f'{x}:', *a.shape[1:], *a[:, 301, x], *a[:, 301, int(sys.argv[3])])
            """, folder["x.png"], $"{2 * (int)frame.X[0.75]}", $"{2 * (int)frame.X[0.3]}").Trim());
    }

    [Fact]
    public void The_orientation_of_a_camera_does_not_turn_a_picture()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import struct, sys, warnings, numpy, rasterio
            warnings.simplefilter('ignore')
            pixels = numpy.zeros((3, 60, 100), 'uint8')
            pixels[0, :, 50:] = 255
            name = sys.argv[1]
            with rasterio.open(name, 'w', driver='JPEG', quality=95, height=60, width=100, count=3, dtype='uint8') as f:
                f.write(pixels)
            jpeg = open(name, 'rb').read()
            exif = b'Exif\0\0MM\0*\0\0\0\x08' + struct.pack('>HHHIHH', 1, 0x112, 3, 1, 6, 0) + b'\0' * 4
            open(name, 'wb').write(jpeg[:2] + b'\xff\xe1' + struct.pack('>H', len(exif) + 2) + exif + jpeg[2:])
            """, folder["x.jpg"]);
        SvgCanvas canvas = new(100, 60, "");
        canvas.Image(0, 0, 100, 60, File.ReadAllBytes(folder["x.jpg"]), "image/jpeg", isPixelated: true);
        byte[] rgb = SvgRenderer.Render(canvas.ToFigure().ToPrintSvg(), 100, 60);
        Assert.All((int[])[5, 55], y => Assert.InRange(rgb[3 * ((y * 100) + 10)], 0, 8));
        Assert.All((int[])[5, 55], y => Assert.InRange(rgb[3 * ((y * 100) + 90)], 247, 255));
    }

    private static (double X, double Y)[] Centres(SvgFigure figure, string style)
    {
        XElement path = Parse(figure).Descendants(Svg + "path").First(p => ((string)p.Attribute("class")!)
            .StartsWith(style, StringComparison.Ordinal)
            && p.Parent!.Attribute("overflow") is not null);
        return [.. ((string)path.Attribute("d")!).Split('Z', StringSplitOptions.RemoveEmptyEntries).Select(mark =>
        {
            double[][] corners = [.. mark.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)
                .Select(c => Numbers(c.Replace(' ', ',')))];
            return (corners.Average(c => c[0]), corners.Average(c => c[1]));
        })];
    }

    private static (double Left, double Right, double Top, double Bottom) Frame(SvgFigure figure)
    {
        XElement frame = Parse(figure).Descendants(Svg + "rect").Single(r => (string?)r.Attribute("class") == "frame");
        double x = (double)frame.Attribute("x")!, y = (double)frame.Attribute("y")!;
        return (x, x + (double)frame.Attribute("width")!, y, y + (double)frame.Attribute("height")!);
    }

    private static XElement Parse(SvgFigure figure) => XDocument.Parse(figure.ToSvg()).Root!;

    private static double[] Numbers(string text) =>
        [.. text.Trim().Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];

    private static string Text(double[] values) => string.Join(',', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));

    private static string Stored(double[] values)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, Text(values));
        return path;
    }

    private sealed class Near : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-9
            && Math.Abs(a.Item2 - b.Item2) < 1e-9;

        public int GetHashCode((double, double) obj) => 0;
    }
}
