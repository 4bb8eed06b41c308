namespace Pile.Sky.Tests;

public sealed class MocTests
{
    [Theory]
    [InlineData("3/1-4 5/10 29/", "3/1-4 5/10 29/")]
    [InlineData("1/0,1,2,3", "0/0 1/")]
    [InlineData("2/0-15,17", "0/0 2/17")]
    [InlineData("s0/0-11", "0/0-11")]
    [InlineData("", "0/")]
    [InlineData("7/", "7/")]
    [InlineData("1/1 3 4 2/4 25 12-14 21 3/", "1/1 3 4 2/21 25 3/")]
    [InlineData("5/7,\n 5/8 9", "5/7-9")]
    [InlineData("29/3458764513820540927", "29/3458764513820540927")]
    [InlineData("{\"3\": [1, 2], \"8\": []}", "3/1 2 8/")]
    [InlineData("{}", "0/")]
    public void String_form_of_the_standard_is_parsed_and_formatted(string text, string normal)
    {
        Moc moc = Moc.Parse(text);
        Assert.Equal(normal, moc.ToString());
        Assert.Equal(moc, Moc.Parse(moc.ToString()));
        Assert.Equal(moc, Moc.Parse(moc.ToJson()));
    }

    [Theory]
    [InlineData("5", "an order first")]
    [InlineData("30/1", "0 to 29")]
    [InlineData("3/768", "0 to 767")]
    [InlineData("3/5-4", "3/5-4")]
    [InlineData("3/1-2-3", "a range")]
    [InlineData("3/1/2", "before the '/'")]
    [InlineData("3/-1", "3/-1")]
    [InlineData("3/x", "3/x")]
    [InlineData("{\"3\": [768]}", "768 in \"3\"")]
    [InlineData("{\"3\": 5}", "not a valid JSON object")]
    [InlineData("{\"3\":", "not a valid JSON object")]
    [InlineData("{\"x\": []}", "\"x\"")]
    public void Invalid_text_is_rejected_with_the_reason(string text, string finding) =>
        Assert.Contains(finding, Assert.Throws<FormatException>(() => Moc.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Set_operations_agree_with_sets_of_pixels()
    {
        Random random = new(8);
        const int order = 4;
        for (int trial = 0; trial < 60; trial++)
        {
            (Moc a, HashSet<long> setA) = Any(order);
            (Moc b, HashSet<long> setB) = Any(order - (trial % 3));
            Check(a.Union(b), setA.Union(setB));
            Check(a.Intersect(b), setA.Intersect(setB));
            Check(a.Difference(b), setA.Except(setB));
            Check(a.Complement(), Enumerable.Range(0, 3072).Select(i => (long)i).Except(setA));
            Assert.Equal([.. setA.Select(p => p >> 4).Distinct().Order()], a.AtOrder(2).Ranges.Pixels().ToArray());
            Assert.Equal(setA.Count / 3072.0, a.SkyFraction);
            Assert.Equal(a.SkyFraction, a.AtOrder(20).SkyFraction, 1e-15);
            Assert.Equal(a.Ranges.Ranges.ToArray(), Moc.OfCells(a.Cells(), order).Ranges.Ranges.ToArray());
        }

        static void Check(Moc moc, IEnumerable<long> pixels) =>
            Assert.Equal([.. pixels.Order()], moc.AtOrder(order).Ranges.Pixels().ToArray());

        (Moc, HashSet<long>) Any(int at)
        {
            HealpixPixel[] cells = [.. Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(at + 1))
                .Select(o => new HealpixPixel(o, random.NextInt64(Healpix.PixelCount(o))))];
            return (Moc.OfCells(cells, at),
                [.. cells.SelectMany(c => HealpixRanges.FromRanges(order, [Healpix.RangeAtOrder(c.Pixel, c.Order, order)]).Pixels())]);
        }
    }

    [Fact]
    public void Cells_are_as_large_as_possible_and_contain_their_positions()
    {
        Moc cone = Moc.Of(Healpix.CoverConeInclusive(10, 89, 3, 9));
        HealpixPixel[] cells = [.. cone.Cells()];
        Assert.Equal(cone.Ranges.PixelCount, cells.Sum(c => 1L << (2 * (9 - c.Order))));
        Assert.DoesNotContain(cells, c => c.Order > 0 && c.Parent.Children.All(cells.Contains)); // four cells of one parent must be merged
        Assert.True(cone.Contains(200, 89.5));
        Assert.False(cone.Contains(200, 80));
        Assert.Throws<ArgumentException>(() => Moc.OfCells([new HealpixPixel(5, 1)], 4));
        Assert.False(cone.Equals(cone.AtOrder(10)));
    }
}
