using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Columns with names that DuckDB or the match also use.</summary>
public class ColumnNameTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_column_named_rowid_can_be_matched_filtered_and_returned()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"],
            "id,ra,dec,rowid,ROWID_,filename,select\n1,30,10,7,70,a,5\n2,20,10,8,80,b,6\n3,10,10,9,90,c,7\n");
        await using ITableReader table = TableReader.Open(folder["t.csv"], cancellationToken: Token),
            same = TableReader.Open(folder["t.csv"], cancellationToken: Token);
        CrossMatchOptions options = new()
        {
            RadiusArcsec = 1,
            Where = "a.rowid = b.rowid AND a.rowid_ >= 80",
            GroupColumn = "rowid",
            ColumnsA = ["rowid", "ROWID_", "filename", "select"],
            ColumnsB = ["rowid"],
        };
        using MatchTable match = await CrossMatcher.MatchAsync(TableSide.Create(table).Where("rowid < 9"), TableSide.Create(same),
            options, Token);
        List<string> rows = [];
        await foreach (Format.RowBatch batch in match.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add(string.Join(' ', ((string[])["a_object_id", "a_rowid", "a_ROWID_", "a_select", "b_rowid"])
                    .Select(c => ((Format.ColumnData<long>)batch[c]).Values.Span[row])));
        Assert.Equal(["2 8 80 6 8"], rows);
    }

    // The separations are 3.6 and 36 arcsec, those of the files 50 and 0.5: a condition that takes another one finds other pairs.
    [Theory]
    [InlineData("separation_arcsec < 10", "1")]
    [InlineData("abs(separation_arcsec) < 10", "1")]
    [InlineData("SEPARATION_ARCSEC > 10 OR false", "2")]
    [InlineData("a.separation_arcsec < 10", "2")]
    [InlineData("abs(b.separation_arcsec) > 10", "1")]
    [InlineData("separation_arcsec < 10 AND abs(a.separation_arcsec) > 10 AND b.separation_arcsec = a.separation_arcsec", "1")]
    [InlineData("separation_arcsec < 10", "1", "other")]
    [InlineData("abs(separation_arcsec) < 10", "1", "other")]
    [InlineData("abs(a.dt_days) = 7", "1 2")]
    public async Task The_separation_without_a_side_is_that_of_the_pair(string where, string expected, string nameB = "separation_arcsec")
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.csv"], "id,ra,dec,separation_arcsec,dt_days\n1,10,0,50,7\n2,20,0,0.5,7\n");
        File.WriteAllText(folder["b.csv"], $"id,ra,dec,{nameB}\n1,10,0.001,50\n2,20,0.01,0.5\n");
        await using ITableReader a = TableReader.Open(folder["a.csv"], cancellationToken: Token),
            b = TableReader.Open(folder["b.csv"], cancellationToken: Token);
        using MatchTable match = await CrossMatcher.MatchAsync(TableSide.Create(a), TableSide.Create(b),
            new CrossMatchOptions { RadiusArcsec = 100, Where = where }, Token);
        List<long> ids = [];
        await foreach (Format.RowBatch batch in match.ReadAsync(Token))
            ids.AddRange(((Format.ColumnData<long>)batch["a_object_id"]).Values.ToArray());
        Assert.Equal(expected, string.Join(' ', ids.Order()));
    }

    [Theory]
    [InlineData("p.separation_arcsec < 1", "table \"p\" not found")]
    [InlineData("mag < 1", "(use: \"a.mag\" or \"b.mag\")")]
    [InlineData("position_angle_deg < 1", "'position_angle_deg' of a pair is computed after the conditions")]
    public async Task A_name_that_is_not_of_the_pair_is_an_error(string where, string expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.csv"], "id,ra,dec,mag,position_angle_deg\n1,10,0,5,7\n");
        await using ITableReader a = TableReader.Open(folder["a.csv"], cancellationToken: Token),
            b = TableReader.Open(folder["a.csv"], cancellationToken: Token);
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(TableSide.Create(a),
            TableSide.Create(b), new CrossMatchOptions { RadiusArcsec = 1, Where = where, PositionAngle = true }, Token));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
