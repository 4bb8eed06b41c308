using Pile.Builders.Sources.CubeSpectrum;

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>The weights of spaxels on the edge of a circle.</summary>
public class ApertureTests
{
    [Fact]
    public void Weights_of_a_circle_add_up_to_its_area_at_any_position()
    {
        Random random = new(3);
        for (int i = 0; i < 200; i++)
        {
            (double x, double y, double radius) = (random.NextDouble() * 10, random.NextDouble() * 10,
                Math.Pow(10, (random.NextDouble() * 3) - 1.5));
            (double a, double b, double c, double d) = (0.2 + random.NextDouble(), random.NextDouble() - 0.5, random.NextDouble() - 0.5,
                -0.9 - random.NextDouble());
            Aperture aperture = Aperture.About(x, y, (a, b, c, d), radius, ApertureMethod.Exact);
            Assert.Equal(1, aperture.TotalWeight * Math.Abs((a * d) - (b * c)) / (Math.PI * radius * radius), 1e-9);
        }
    }

    [Theory]
    [InlineData(0, 0, 1, 1, 1, Math.PI / 4)] // a quarter of the circle
    [InlineData(-1, -1, 1, 1, 1, Math.PI)] // all of it, touching
    [InlineData(-0.1, -0.1, 0.1, 0.1, 1, 0.04)] // all of the square
    [InlineData(2, 2, 3, 3, 1, 0)]
    [InlineData(0, -2, 2, 2, 1, Math.PI / 2)]
    [InlineData(0.5, -2, 2, 2, 1, 0.61418484930437)] // a segment: acos(1/2) − √3/4
    public void Overlap_of_circle_and_rectangle(double left, double low, double right, double high, double radius, double area)
    {
        Assert.Equal(area, CircleOverlap.Area([(left, low), (right, low), (right, high), (left, high)], radius), 1e-12);
        Assert.Equal(area, CircleOverlap.Area([(left, high), (right, high), (right, low), (left, low)], radius), 1e-12);
    }
}
