using Pile.Format;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Conditions on pairs compare columns of codes by the names of their categories, as conditions of queries do.</summary>
public class CategoryConditionTests
{
    private readonly MemorySide a = Side("kind", [2, 0, 1, 2], "galaxy", "qso", "star"), b = Side("sort", [1, 1, 0, 0], "agn", "star");

    [Theory]
    [InlineData("a.kind = 'star'", "0 3")]
    [InlineData("kind = 'star' AND b.sort = 'star'", "0")]
    [InlineData("a.kind IN ('galaxy', 'qso')", "1 2")]
    [InlineData("A.KIND <> 'star' OR sort = 'agn'", "1 2 3")]
    [InlineData("a.kind = 2", "0 3")]
    [InlineData("(b.sort = 'star') = (a.kind = 'star')", "0 2")]
    [InlineData("a.kind = b.sort", "0")] // by name: star is 2 in one and 1 in the other
    [InlineData("b.sort IN (a.kind)", "0")]
    [InlineData("a.kind <> b.sort AND separation_arcsec < 1", "1 2 3")]
    [InlineData("kind IS DISTINCT FROM sort", "1 2 3")]
    [InlineData("a.kind IN ('qso', b.sort)", "0 2")]
    [InlineData("CAST(a.kind AS INTEGER) = CAST(b.sort AS INTEGER) + 1", "0 2")]
    public async Task A_name_of_a_category_is_compared_with_the_codes_of_its_side(string condition, string ids)
    {
        using MatchTable match = await CrossMatcher.MatchAsync(a, b, new() { RadiusArcsec = 1, Where = condition },
            TestContext.Current.CancellationToken);
        Assert.Equal(ids, string.Join(' ', (await SelfMatchTests.RowsOf(match)).Select(p => p.A).Order()));
    }

    [Fact]
    public async Task The_condition_is_recorded_as_the_user_wrote_it()
    {
        using MatchTable match = await CrossMatcher.MatchAsync(a, b, new() { RadiusArcsec = 1, Where = "a.kind = 'qso'" },
            TestContext.Current.CancellationToken);
        Assert.Contains(match.Record, m => m.Value == "a.kind = 'qso'");
    }

    [Theory]
    [InlineData("a.kind = 'stars'", "'stars' is not a category of 'kind'. Similar names: 'star'")]
    [InlineData("a.kind = '2'", "'2' is not a category of 'kind'. Write a code without quotation marks: 2.")]
    [InlineData("a.kind IN ('star', '02')", "'02' is not a category of 'kind'. Write a code without quotation marks: 2.")]
    public async Task An_unknown_category_is_an_error(string condition, string message)
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(a, b,
            new() { RadiusArcsec = 1, Where = condition }, TestContext.Current.CancellationToken));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.kind LIKE 's%'")]
    [InlineData("a.kind NOT ILIKE 's%'")]
    [InlineData("a.kind SIMILAR TO 's.*'")]
    [InlineData("a.kind GLOB 's*'")]
    [InlineData("starts_with(a.kind, 's')")]
    [InlineData("lower(a.kind) = 'star'")]
    public async Task A_comparison_of_parts_of_names_is_an_error_with_the_names(string condition)
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(a, b,
            new() { RadiusArcsec = 1, Where = condition }, TestContext.Current.CancellationToken));
        Assert.Contains("'kind' has labels, which are compared by name with =, <> and IN only. Its labels are galaxy, qso, star.",
            e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_several_codes_means_each_of_them()
    {
        MemorySide twice = Side("kind", [2, 0, 1, 2], "star", "qso", "star");
        foreach ((string condition, string ids) in new[] { ("a.kind = 'star'", "0 1 3"), ("a.kind <> 'star'", "2"),
            ("a.kind IN ('qso', 'star')", "0 1 2 3"), ("a.kind = b.sort", "0 1"), ("a.kind = 2", "0 3") })
        {
            using MatchTable match = await CrossMatcher.MatchAsync(twice, b, new() { RadiusArcsec = 1, Where = condition },
                TestContext.Current.CancellationToken);
            Assert.Equal((condition, ids), (condition, string.Join(' ', (await SelfMatchTests.RowsOf(match)).Select(p => p.A).Order())));
        }
    }

    [Theory]
    [InlineData("a.kind < b.sort", "compared by name with =, <> and IN only")]
    [InlineData("a.kind BETWEEN b.sort AND 2", "compared by name with =, <> and IN only")]
    public async Task Codes_with_other_names_have_no_order(string condition, string message)
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(a, b,
            new() { RadiusArcsec = 1, Where = condition }, TestContext.Current.CancellationToken));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_of_codes_with_other_names_is_an_error()
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(a, b,
            new() { RadiusArcsec = 1, GroupColumn = "kind", GroupColumnB = "sort" }, TestContext.Current.CancellationToken));
        Assert.Contains("codes with other names", e.Message, StringComparison.Ordinal);
        Assert.Contains("a.\"kind\" = b.\"sort\"", e.Message, StringComparison.Ordinal);
    }

    private static MemorySide Side(string name, int[] codes, params string[] categories) => new([10, 20, 30, 40], [10, 10, 10, 10],
        new ColumnData<int>(new ColumnSchema
        {
            Name = name,
            DType = DType.Int32,
            Categories = [.. categories.Select((category, code) => new CategorySchema(code, category))],
        }, codes));
}
