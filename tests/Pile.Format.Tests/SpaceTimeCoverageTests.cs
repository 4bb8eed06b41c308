using Pile.Sky;

namespace Pile.Format.Tests;

public class SpaceTimeCoverageTests
{
    [Fact]
    public void An_interval_covers_the_slots_of_all_its_instants_also_when_slots_are_joined()
    {
        Random random = new(3);
        foreach (double spanDays in (double[])[0.5, 6, 700, 40_000])
        {
            SpaceTimeCoverage ofIntervals = SpaceTimeCoverage.Of("TAI", 50_000, 50_000 + spanDays)!,
                ofInstants = SpaceTimeCoverage.Of("TAI", 50_000, 50_000 + spanDays)!;
            for (int row = 0; row < 60; row++)
            {
                long pixel29 = random.NextInt64(Healpix.PixelCount(29));
                double start = 50_000 + (random.NextDouble() * spanDays), end = start + (random.NextDouble() * (50_000 + spanDays - start));
                ofIntervals.Add(pixel29, row % 2 == 0 ? start : end, row % 2 == 0 ? end : start);
                double step = (end - start) / 2100;
                for (int i = 0; i <= 2100; i++)
                    ofInstants.Add(pixel29, i == 2100 ? end : start + (i * step), double.NaN);
            }
            SpaceTimeMoc expected = ofInstants.Build(), found = ofIntervals.Build();
            Assert.Equal(expected.ToFlagged(), found.ToFlagged());
            Assert.Equal(found.ToFlagged(), SpaceTimeFits.Read(SpaceTimeFits.ToBytes(found)).ToFlagged());
        }
    }

    [Theory]
    [InlineData("LOCAL", 50_000, 50_001)]
    [InlineData(null, 50_000, 50_001)]
    [InlineData("UTC", -3e6, 50_001)]
    [InlineData("UTC", 50_000, 1e300)]
    public void Times_that_cannot_be_converted_have_no_coverage(string? scale, double first, double last) =>
        Assert.Null(SpaceTimeCoverage.Of(scale, first, last));

    [Fact]
    public void Damaged_files_are_rejected()
    {
        SpaceTimeCoverage coverage = SpaceTimeCoverage.Of("TDB", 50_000, 50_100)!;
        coverage.Add(5, 50_001, 50_099);
        byte[] file = SpaceTimeFits.ToBytes(coverage.Build());
        foreach (int length in (int[])[0, 80, 2880, 5000, 5760, file.Length - 1])
            Assert.Throws<FormatException>(() => SpaceTimeFits.Read(file.AsSpan(0, length)));
        file[5760] ^= 0x80; // the start of a range of times becomes a pixel
        Assert.Throws<FormatException>(() => SpaceTimeFits.Read(file));
    }
}
