using System.Xml.Linq;

namespace Pile.Drawing.Tests;

public class SpectrumPlotTests
{
    private const double RedshiftZ = 0.1;

    [Theory]
    [InlineData(WavelengthMedium.Vacuum)]
    [InlineData(WavelengthMedium.Air)]
    public void Lines_are_labelled_at_their_observed_wavelengths(WavelengthMedium medium)
    {
        XElement svg = SvgReading.Parse(SpectrumPlot.Draw(Galaxy() with { Medium = medium }));
        double[] drawn = [.. svg.Shapes("line", "guide").Select(l => Angstrom(svg, l.Number("x1")))];
        double[] expected = [.. SpectralLines.Usual.Select(
            l => (medium is WavelengthMedium.Air ? l.AirAngstrom : l.VacuumAngstrom) * (1 + RedshiftZ))
            .Where(a => a is > 4000 and < 9000)];
        Assert.Equal(expected.Length, drawn.Length);
        Assert.All(expected.Zip(drawn), pair => Assert.Equal(pair.First, pair.Second, 0.5));
        Assert.Contains(drawn, a => Math.Abs(a - 6564.61 * 1.1) < 3);
    }

    [Fact]
    public void The_drawn_peak_is_at_the_wavelength_of_the_line()
    {
        XElement svg = SvgReading.Parse(SpectrumPlot.Draw(Galaxy()));
        (double peakX, _) = svg.Shapes("path", "trace").Last(p => p.Points().Length > 2).Points().MinBy(p => p.Y);
        Assert.Equal(6564.61 * 1.1, Angstrom(svg, peakX), 3.0);
    }

    [Fact]
    public void Labels_never_overlap()
    {
        XElement svg = SvgReading.Parse(SpectrumPlot.Draw(Galaxy()));
        double[] x = [.. svg.Shapes("text", "line-label").Select(t => t.Number("x"))];
        Assert.Equal(16, x.Length);
        Assert.All(x.Zip(x.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 12.9));
    }

    [Fact]
    public void Masked_padded_and_missing_pixels_are_gaps()
    {
        float[] flux = [1, 2, 9999, 2, 1, float.NaN, 2, 3, 1, -9999];
        double[] wavelength = [5000, 5001, 5002, 5003, 5004, 5005, 5006, 5007, 5008, 0];
        var mask = new bool[10];
        mask[2] = true;
        XElement svg = SvgReading.Parse(
            SpectrumPlot.Draw(new() { WavelengthAngstrom = wavelength, Flux = flux, Mask = mask, Medium = WavelengthMedium.Vacuum }));
        XElement trace = svg.Shapes("path", "trace").Last(p => p.Points().Length > 2);
        Assert.Equal(7, trace.Points().Length);
        Assert.Equal(3, ((string)trace.Attribute("d")!).Count(c => c == 'M'));
    }

    [Fact]
    public void A_long_spectrum_is_simplified_but_keeps_a_spike_of_one_pixel()
    {
        const int Count = 200_000;
        double[] wavelength = [.. Enumerable.Range(0, Count).Select(i => 4000 + 0.02 * i)];
        float[] flux = [.. Enumerable.Range(0, Count).Select(i => (float)Math.Sin(i * 0.7))];
        flux[123_456] = 50;
        XElement svg = SvgReading.Parse(
            SpectrumPlot.Draw(new() { WavelengthAngstrom = wavelength, Flux = flux, Medium = WavelengthMedium.Vacuum }));
        (double X, double Y)[] points = svg.Shapes("path", "trace").Last(p => p.Points().Length > 2).Points();
        Assert.InRange(points.Length, 2000, 4 * 900);
        Assert.Equal(wavelength[123_456], Angstrom(svg, points.MinBy(p => p.Y).X), 5.0);
        Assert.Contains("1 pixel off scale", svg.Texts());
    }

    [Fact]
    public void Axes_are_labelled_with_quantity_medium_and_unit()
    {
        string[] texts = SvgReading.Parse(SpectrumPlot.Draw(Galaxy() with { FluxUnit = "nJy", Medium = WavelengthMedium.Air })).Texts();
        Assert.Contains("Observed wavelength, air (Å)", texts);
        Assert.Contains("Flux (nJy)", texts);
        Assert.Contains("z = 0.1", texts);
    }

    [Fact]
    public void Noise_and_model_are_drawn_if_given()
    {
        SpectrumArrays galaxy = Galaxy();
        var ivar = new float[galaxy.Flux.Length];
        Array.Fill(ivar, 4);
        XElement svg = SvgReading.Parse(SpectrumPlot.Draw(galaxy with { Ivar = ivar, Model = galaxy.Flux }));
        Assert.Single(svg.Shapes("path", "band"));
        Assert.Equal(2, svg.Shapes("path", "model").Count()); // the curve and its sample in the legend
        Assert.Contains("±1σ", svg.Texts());
    }

    [Fact]
    public void A_spectrum_without_good_pixels_has_a_note()
    {
        SpectrumArrays padding = new() { WavelengthAngstrom = new double[3], Flux = new float[3], Medium = WavelengthMedium.Vacuum };
        Assert.Contains("no good pixels", SvgReading.Parse(SpectrumPlot.Draw(padding)).Texts());
    }

    [Fact]
    public void One_good_pixel_can_be_drawn()
    {
        SpectrumArrays pixel = new()
        {
            WavelengthAngstrom = new double[] { 5000 },
            Flux = new float[] { 1 },
            Medium = WavelengthMedium.Vacuum
        };
        IEnumerable<XElement> traces = SvgReading.Parse(SpectrumPlot.Draw(pixel)).Shapes("path", "trace");
        Assert.Single(traces, p => ((string)p.Attribute("d")!).EndsWith("h0", StringComparison.Ordinal));
    }

    [Fact]
    public void Flat_and_extreme_spectra_can_be_drawn()
    {
        double[] wavelength = [.. Enumerable.Range(0, 100).Select(i => 5000.0 + i)];
        foreach (float level in new[] { 0f, 3f, -1e-17f, 1e30f })
        {
            var flux = new float[100];
            Array.Fill(flux, level);
            flux[50] = float.MaxValue;
            SvgFigure figure = SpectrumPlot.Draw(new() { WavelengthAngstrom = wavelength, Flux = flux, Medium = WavelengthMedium.Vacuum });
            Assert.All(SvgReading.Parse(figure).Shapes("path", "trace").SelectMany(p => p.Points()),
                p => Assert.InRange(p.Y, -10_000, 10_000));
        }
    }

    [Fact]
    public void A_long_title_ends_before_the_legend()
    {
        XElement svg = SvgReading.Parse(SpectrumPlot.Draw(Galaxy(), new() { Title = new string('w', 500) }));
        Assert.EndsWith("…", svg.Shapes("text", "title").Single().Value, StringComparison.Ordinal);
        Assert.Equal(500, ((string)svg.Attribute("aria-label")!).Length);
    }

    [Fact]
    public void The_same_spectrum_gives_the_same_text() =>
        Assert.Equal(SpectrumPlot.Draw(Galaxy()).ToSvg(), SpectrumPlot.Draw(Galaxy()).ToSvg());

    [Fact]
    public void Arrays_of_different_length_are_rejected() =>
        Assert.Throws<ArgumentException>(
            () => SpectrumPlot.Draw(new() { WavelengthAngstrom = new double[3], Flux = new float[2], Medium = WavelengthMedium.Vacuum }));

    private static SpectrumArrays Galaxy()
    {
        double[] wavelength = [.. Enumerable.Range(0, 4001).Select(i => 4000 + 1.25 * i)];
        float[] flux = [.. wavelength.Select(a => (float)(2 + 10 * Math.Exp(-0.5 * Math.Pow((a - 6564.61 * (1 + RedshiftZ)) / 6, 2))))];
        return new() { WavelengthAngstrom = wavelength, Flux = flux, Medium = WavelengthMedium.Vacuum, Z = RedshiftZ };
    }

    // The frame spans the wavelengths of the good pixels; its ends are computed from two ticks.
    private static double Angstrom(XElement svg, double x)
    {
        XElement[] ticks = [.. svg.Shapes("text", "tick").Where(t => t.Value is "5000" or "7000")];
        double low = ticks[0].Number("x"), high = ticks[1].Number("x");
        return 5000 + (x - low) / (high - low) * 2000;
    }
}
