namespace Pile.Drawing.Tests;

public class AxisTicksTests
{
    [Theory]
    [InlineData(3801.2, 9219.4, 8, "4000 5000 6000 7000 8000 9000", 0)]
    [InlineData(-0.3, 1.1, 7, "−0.2 0.0 0.2 0.4 0.6 0.8 1.0", 0)]
    [InlineData(0, 100, 5, "0 20 40 60 80 100", 0)]
    [InlineData(1.2e-17, 4.9e-17, 4, "2 3 4", -17)]
    [InlineData(-2e6, 3e6, 5, "−2 −1 0 1 2 3", 6)]
    [InlineData(0.001, 0.0049, 4, "0.001 0.002 0.003 0.004", 0)]
    public void Ticks_are_round(double minimum, double maximum, int count, string labels, int exponent)
    {
        AxisTicks ticks = new(minimum, maximum, count);
        Assert.Equal(labels, string.Join(' ', ticks.Labels));
        Assert.Equal(exponent, ticks.Exponent);
    }

    [Fact]
    public void Ticks_are_inside_the_range_and_evenly_spaced_with_about_the_wanted_number()
    {
        Random random = new(11);
        for (int i = 0; i < 2000; i++)
        {
            double minimum = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20));
            double maximum = minimum + (random.NextDouble() + 1e-3) * Math.Pow(10, Math.Log10(Math.Abs(minimum)) + random.Next(-3, 4));
            AxisTicks ticks = new(minimum, maximum, 6);
            double slack = 1e-6 * ticks.Step;
            Assert.All(ticks.Values, v => Assert.InRange(v, minimum - slack, maximum + slack));
            Assert.InRange(ticks.Values.Length, 2, 8);
            Assert.Equal(ticks.Labels.Length, ticks.Labels.Distinct(StringComparer.Ordinal).Count());
            double lead = ticks.Step / Math.Pow(10, Math.Floor(Math.Log10(ticks.Step) + 1e-9));
            Assert.Contains(Math.Round(lead, 6), new[] { 1.0, 2, 5 });
        }
    }

    [Theory]
    [InlineData(0.99, 1, 0.5)]
    [InlineData(1, 1, 1)]
    [InlineData(37.3, 50, 20)]
    [InlineData(4e-4, 5e-4, 2e-4)]
    [InlineData(5.0, 5, 5)]
    public void Rounding_up_and_down_returns_round_numbers(double value, double above, double below)
    {
        Assert.Equal(above, AxisTicks.RoundUp(value), 1e-12);
        Assert.Equal(below, AxisTicks.RoundDown(value), 1e-12);
    }

    [Theory]
    [InlineData(0, 10, "erg s⁻¹", "Flux (erg s⁻¹)")]
    [InlineData(0, 2e-17, "erg s⁻¹", "Flux (10⁻¹⁷ erg s⁻¹)")]
    [InlineData(0, 2e6, "10⁻¹⁷ erg s⁻¹", "Flux (10⁶ × 10⁻¹⁷ erg s⁻¹)")]
    [InlineData(0, 10, "", "Flux")]
    public void The_axis_label_contains_the_power_of_ten(double minimum, double maximum, string unit, string label) =>
        Assert.Equal(label, new AxisTicks(minimum, maximum, 5).WithUnit("Flux", unit));

    [Fact]
    public void An_empty_range_is_rejected() => Assert.Throws<ArgumentException>(() => new AxisTicks(1, 1, 5));
}
