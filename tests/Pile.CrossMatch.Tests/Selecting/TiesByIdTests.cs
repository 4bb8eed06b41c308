namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>One-to-one matches of partners at equal separations are decided by ids.</summary>
public class TiesByIdTests
{
    // a row of A between two rows of B on the same parallel, at separations that are equal to the last bit
    [Theory]
    [InlineData(new long[] { 7, 3 })]
    [InlineData(new long[] { 3, 7 })]
    [InlineData(new long[] { -3, -7 })]
    public async Task Partners_at_equal_separations_are_chosen_by_the_lowest_id(long[] ids)
    {
        const double step = 1.0 / 4096;
        MemorySide amid = new([10], [20]) { Ids = [5] }, beside = new([10 - step, 10 + step], [20, 20]) { Ids = ids },
            all = new([10 - step, 10, 10 + step], [20, 20, 20]) { Ids = [ids[0], 5, ids[1]] };
        CrossMatchOptions options = new() { RadiusArcsec = 2, Find = MatchFind.OneToOne };
        using MatchTable one = await CrossMatcher.MatchAsync(amid, beside, options, TestContext.Current.CancellationToken);
        Assert.Equal([(5, (int)ids.Min())], await SelfMatchTests.RowsOf(one));
        using MatchTable other = await CrossMatcher.MatchAsync(beside, amid, options, TestContext.Current.CancellationToken);
        Assert.Equal([((int)ids.Min(), 5)], await SelfMatchTests.RowsOf(other));
        using MatchTable self = await CrossMatcher.MatchSelfAsync(all, options, TestContext.Current.CancellationToken);
        (int a, int b) = Assert.Single(await SelfMatchTests.RowsOf(self));
        Assert.Equal((Math.Min(5, ids.Min()), Math.Max(5, ids.Min())), (Math.Min(a, b), Math.Max(a, b)));
    }

    [Theory]
    [InlineData(90)]
    [InlineData(-90)]
    public async Task The_lowest_id_is_also_chosen_at_a_pole(double dec)
    {
        MemorySide one = new([0, 40], [dec, 0]) { Ids = [5, 6] }, others = new([10, 40, 200], [dec, 0, dec]) { Ids = [7, 3, 1] };
        CrossMatchOptions options = new() { RadiusArcsec = 0, Find = MatchFind.OneToOne };
        using MatchTable found = await CrossMatcher.MatchAsync(one, others, options, TestContext.Current.CancellationToken);
        Assert.Equal([(5, 1), (6, 3)], (await SelfMatchTests.RowsOf(found)).Order());
        using MatchTable turned = await CrossMatcher.MatchAsync(others, one, options, TestContext.Current.CancellationToken);
        Assert.Equal([(1, 5), (3, 6)], (await SelfMatchTests.RowsOf(turned)).Order());
    }
}
