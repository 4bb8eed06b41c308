using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Lists of integers and booleans in Parquet files, of which single elements are missing.</summary>
public sealed class ParquetMissingElementTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("[[1, 2], [3, NULL], NULL, []]::{0}[]", "1 2", "3 NaN", Cells.Null, "")]
    [InlineData("[[[1, 2], [3, NULL]], [[5, 6], [7, 8]]]::{0}[][]", "1 2 3 NaN", "5 6 7 8")]
    public async Task Missing_elements_of_lists_of_integers_in_Parquet_are_NaN(string rows, params string[] expected)
    {
        foreach (string type in (string[])["TINYINT", "USMALLINT", "INTEGER", "BIGINT", "UBIGINT"])
        {
            WriteParquet(string.Format(rows, type + "[]"));
            using ITableReader table = Tables.Open(folder["t.parquet"]);
            Assert.Equal(DType.Float64, table.Columns[1].DType);
            Assert.Equal(expected, (await Cells.ReadAsync(table))[1]);
        }
    }

    [Fact]
    public async Task Lists_of_integers_without_missing_elements_keep_their_type()
    {
        WriteParquet("[[1, 2], NULL, [], [9223372036854775807]]::BIGINT[][]");
        using ITableReader table = Tables.Open(folder["t.parquet"]);
        Assert.Equal(DType.Int64, table.Columns[1].DType);
        Assert.Equal(["1 2", Cells.Null, "", "9223372036854775807"], (await Cells.ReadAsync(table))[1]);
    }

    [Theory]
    [InlineData("[[1, 2], [3, NULL], [9007199254740993]]::BIGINT[][]", "does not represent the value 9007199254740993", "1 2",
        "9007199254740993")]
    [InlineData("[[true, false], [true, NULL], [false]]", "an array of bool", "true false", "false")]
    public async Task Lists_in_Parquet_with_missing_elements_that_have_no_representation(string rows, string reason, params string[] others)
    {
        WriteParquet(rows);
        using (ITableReader strict = Tables.Open(folder["t.parquet"]))
        {
            ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(strict));
            Assert.Equal((1L, "v"), (e.Row, e.Column));
            Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        }
        List<long> skipped = [];
        using ITableReader table = Tables.Open(folder["t.parquet"], new TableReadOptions { OnBadRow = bad => skipped.Add(bad.Row) });
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal([1L], skipped);
        Assert.Equal(["0", "2"], cells[0]);
        Assert.Equal(others, cells[1]);
    }

    [Fact]
    public async Task Missing_elements_of_lists_in_structs_are_found()
    {
        using (DuckDbDatabase database = DuckDbDatabase.OpenInMemory())
        using (DuckDbConnection connection = database.Connect())
            connection.Execute("COPY (SELECT {'a': [1, 2]} AS s, [{'b': 1, 'c': 2}] AS l UNION ALL SELECT {'a': [3, NULL]}, "
                + $"[{{'b': NULL, 'c': 3}}]) TO '{folder["t.parquet"]}' (FORMAT parquet)",
                cancellationToken: TestContext.Current.CancellationToken);
        using ITableReader table = Tables.Open(folder["t.parquet"]);
        Assert.Equal(["s.a Float64", "l.b Float64", "l.c Int32"], table.Columns.Select(c => $"{c.Name} {c.DType}"));
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["1 2", "3 NaN"], cells[0]);
        Assert.Equal(["1", "NaN"], cells[1]);
        Assert.Equal(["2", "3"], cells[2]);
    }

    private void WriteParquet(string rows)
    {
        File.Delete(folder["t.parquet"]);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"COPY (SELECT row_number() OVER () - 1 AS id, v FROM (SELECT unnest({rows}) AS v)) TO "
            + $"'{folder["t.parquet"]}' (FORMAT parquet)", cancellationToken: TestContext.Current.CancellationToken);
    }
}
