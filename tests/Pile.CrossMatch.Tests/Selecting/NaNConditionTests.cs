using Pile.Format;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Conditions on sides, on pairs and on the result treat NaN as IEEE 754 does.</summary>
public class NaNConditionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("x > 2", "3")]
    [InlineData("NOT (x > 2)", "1 2")]
    [InlineData("x <> 3", "1 2")]
    public async Task Conditions_on_a_table_side_compare_NaN_as_IEEE_754_does(string condition, string ids)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "id,ra,dec,x\n1,10,10,1\n2,20,10,nan\n3,30,10,3\n4,40,10,\n");
        await using ITableReader table = TableReader.Open(folder["t.csv"], cancellationToken: Token),
            same = TableReader.Open(folder["t.csv"], cancellationToken: Token);
        using MatchTable match = await CrossMatcher.MatchAsync(TableSide.Create(table).Where(condition), TableSide.Create(same),
            new() { RadiusArcsec = 1 }, Token);
        Assert.Equal(ids, await IdsAsync(match));
    }

    // As for other columns of the file: an empty field is NULL, and NaN is a number. Both have no position.
    [Theory]
    [InlineData("ra IS NULL", "2 null 10")]
    [InlineData("dec IS NULL", "5 50 null")]
    [InlineData("isnan(dec)", "3 30 NaN")]
    [InlineData("lon IS NULL OR lat IS NULL", "2 null 10, 5 50 null")]
    [InlineData("true", "1 10 10, 4 40 10, 2 null 10, 3 30 NaN, 5 50 null")]
    public async Task A_missing_coordinate_is_null_and_NaN_is_not(string condition, string expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "id,ra,dec,lon,lat\n1,10,10,1,1\n2,,10,,1\n3,30,NaN,3,NaN\n4,40,10,4,1\n5,50,,5,\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n1,10,10\n");
        await using ITableReader table = TableReader.Open(folder["t.csv"], cancellationToken: Token),
            other = TableReader.Open(folder["b.csv"], cancellationToken: Token);
        using MatchTable match = await CrossMatcher.MatchAsync(TableSide.Create(table).Where(condition), TableSide.Create(other),
            new() { RadiusArcsec = 1, Join = MatchJoin.Left }, Token);
        List<string> rows = [];
        await foreach (RowBatch batch in match.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add($"{((ColumnData<long>)batch["a_object_id"]).Row(row)[0]} {Text(batch["a_ra"], row)} {Text(batch["a_dec"], row)}");
        Assert.Equal(expected.Split(", ").Order(), rows.Order());

        static string Text(ColumnData column, int row) => column.IsNullAt(row) ? "null"
            : ((ColumnData<double>)column).Row(row)[0].ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Conditions_on_pairs_and_results_compare_NaN_as_IEEE_754_does()
    {
        MemorySide side = new([10, 20, 30], [10, 10, 10], Column("x", [1, double.NaN, 3]), Column("y", [2, 2, 2]));
        Assert.Equal("2", await PairsAsync("a.x > b.y"));
        Assert.Equal("0 1", await PairsAsync("NOT (a.x > b.y)"));
        Assert.Equal("0 2", await PairsAsync("a.x = b.x"));

        using MatchTable all = await CrossMatcher.MatchAsync(side, side, new() { RadiusArcsec = 1, ColumnsA = ["x"] }, Token);
        Assert.Equal("2", await IdsAsync(all.Where("a_x > 2")));
        Assert.Equal("0 1", await IdsAsync(all.Where("NOT (a_x > 2)")));

        async Task<string> PairsAsync(string condition)
        {
            using MatchTable match = await CrossMatcher.MatchAsync(side, side, new() { RadiusArcsec = 1, Where = condition }, Token);
            return await IdsAsync(match);
        }
    }

    [Fact]
    public async Task Groups_compare_NaN_as_IEEE_754_does()
    {
        MemorySide side = new([10, 20, 30], [10, 10, 10], Column("x", [1, double.NaN, 3]));
        using MatchTable match = await CrossMatcher.MatchAsync(side, side, new() { RadiusArcsec = 1, GroupColumn = "x" }, Token);
        Assert.Equal("0 2", await IdsAsync(match));
    }

    private static ColumnData<double> Column(string name,
        double[] values) => new(new ColumnSchema { Name = name, DType = DType.Float64 }, values, values.Length);

    private static async Task<string> IdsAsync(MatchTable match) =>
        string.Join(' ', (await SelfMatchTests.RowsOf(match)).Select(p => p.A).Order());
}
