using System.Xml.Linq;

namespace Pile.Drawing.Tests;

public class SkyMapTests
{
    [Fact]
    public void Right_ascension_increases_to_the_left_and_declination_upwards()
    {
        XElement svg = SvgReading.Parse(SkyMap.Draw([Series([170, 190, 180], [0, 0, 30])]));
        (double X, double Y)[] dots = svg.Shapes("path", "dots").Single().Points();
        Assert.True(dots[1].X < dots[2].X && dots[2].X < dots[0].X);
        Assert.True(dots[2].Y < dots[0].Y);
    }

    [Theory]
    [InlineData(AllSkyProjection.Mollweide)]
    [InlineData(AllSkyProjection.Aitoff)]
    public void Every_position_of_the_sky_is_inside_the_outline(AllSkyProjection projection)
    {
        Random random = new(9);
        double[] ra = [.. Enumerable.Range(0, 3000).Select(_ => 720 * random.NextDouble() - 180)],
            dec = [.. ra.Select(_ => 180 * random.NextDouble() - 90)];
        XElement svg = SvgReading.Parse(SkyMap.Draw([Series(ra, dec)], new() { Projection = projection, CentreRaDeg = 37 }));
        (double X, double Y)[] outline = [.. svg.Shapes("path", "frame").SelectMany(p => p.Points())];
        double middleX = (outline.Min(p => p.X) + outline.Max(p => p.X)) / 2, middleY = (outline.Min(p => p.Y) + outline.Max(p => p.Y)) / 2;
        double halfX = outline.Max(p => p.X) - middleX, halfY = outline.Max(p => p.Y) - middleY;
        Assert.Equal(2, halfX / halfY, 0.01);
        Assert.All(svg.Shapes("path", "dots").Single().Points(),
            p => Assert.InRange(Math.Pow((p.X - middleX) / halfX, 2) + Math.Pow((p.Y - middleY) / halfY, 2), 0, 1.001));
    }

    [Fact]
    public void Missing_positions_are_left_out_and_counted() =>
        Assert.Contains("test (2 of 3)", SvgReading.Parse(SkyMap.Draw([Series([1, double.NaN, 3], [1, 2, 3])])).Texts());

    [Fact]
    public void A_million_rows_at_few_positions_give_a_small_drawing()
    {
        double[] ra = [.. Enumerable.Range(0, 1_000_000).Select(i => i % 50 * 7.2)], dec = new double[ra.Length];
        SvgFigure map = SkyMap.Draw([Series(ra, dec)]);
        Assert.InRange(map.ToSvg().Length, 1000, 40_000);
        Assert.Contains("test (1,000,000)", SvgReading.Parse(map).Texts());
    }

    [Theory] // the galactic centre and the anticentre are on the drawn plane
    [InlineData(266.40499, -28.93617)]
    [InlineData(86.40499, 28.93617)]
    public void The_galactic_plane_runs_through_its_centre(double raDeg, double decDeg)
    {
        XElement svg = SvgReading.Parse(SkyMap.Draw([Series([raDeg], [decDeg])], new() { CentreRaDeg = raDeg + 20 }));
        (double X, double Y) dot = svg.Shapes("path", "dots").Single().Points()[0];
        Assert.InRange(svg.Shapes("path", "galaxy").Single().Points()
            .Min(p => Math.Sqrt(Math.Pow(p.X - dot.X, 2) + Math.Pow(p.Y - dot.Y, 2))), 0, 2.5);
    }

    [Fact]
    public void Series_have_their_own_colours_and_a_legend()
    {
        XElement svg = SvgReading.Parse(SkyMap.Draw([Series([1], [1]), new("b & <c>", new double[] { 2 }, new double[] { 2 })]));
        Assert.Single(svg.Shapes("path", "s1"));
        Assert.Single(svg.Shapes("path", "s2"));
        Assert.Contains("b & <c> (1)", svg.Texts());
    }

    [Theory]
    [InlineData(359.999, 0.001, 0)]
    [InlineData(10, 190, 89.99)]
    public void A_field_across_0_degrees_or_the_pole_is_small(double firstRaDeg, double secondRaDeg, double decDeg)
    {
        XElement svg = SvgReading.Parse(LocalSkyMap.Draw([Series([firstRaDeg, secondRaDeg], [decDeg, decDeg])]));
        Assert.Equal(3, svg.Shapes("circle", "mark").Count()); // two positions and the legend
        Assert.Contains("test (2)", svg.Texts());
        Assert.Contains(svg.Texts(), t => t.EndsWith("(arcsec)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_field_has_east_to_the_left_and_counts_what_it_shows()
    {
        XElement svg = SvgReading.Parse(LocalSkyMap.Draw([Series([150.001, 149.999, 152], [2, 2.001, 2])],
            new() { Centre = (150, 2), WidthDeg = 0.01 }));
        XElement[] marks = [.. svg.Shapes("circle", "mark")];
        Assert.True(marks[0].Number("cx") < marks[1].Number("cx") && marks[0].Number("cy") > marks[1].Number("cy"));
        Assert.Contains("test (2 of 3)", svg.Texts());
    }

    [Fact]
    public void An_empty_field_without_a_centre_is_rejected() =>
        Assert.Throws<ArgumentException>(() => LocalSkyMap.Draw([Series([double.NaN], [double.NaN])]));

    private static SkySeries Series(double[] ra, double[] dec) => new("test", ra, dec);
}
