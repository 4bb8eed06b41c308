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
}
