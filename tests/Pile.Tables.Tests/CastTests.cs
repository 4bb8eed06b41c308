using System.Text.Json;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Compares columns that are converted to another type while they are read with numpy.</summary>
public sealed class CastTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Values_are_converted_like_in_numpy()
    {
        File.WriteAllText(folder["t.csv"],
            "flag,count,big,mag,whole,n\nTrue,3,9007199254740993,12.625,7.0,1\nFalse,,-5,1e-3,-2.0,0\nt,250,0,NaN,,1\n");
        Dictionary<string, DType> types = new()
        {
            ["flag"] = DType.Bool,
            ["count"] = DType.UInt8,
            ["big"] = DType.String,
            ["mag"] = DType.Float32,
            ["whole"] = DType.Int16,
            ["n"] = DType.Bool
        };
        RowBatch rows = await ReadAsync("t.csv", types);
        Assert.Equal(types.Values, rows.Columns.Select(c => c.Schema.DType));
        string expected = Python.Run("import numpy as np\nprint(np.array([3, 0, 250]).astype('u1').tolist(), np.array([12.625, "
            + "1e-3]).astype('f4').tolist(), np.array([7.0, -2.0]).astype('i2').tolist(), sep='\\n')").ReplaceLineEndings("\n").TrimEnd();
        Assert.Equal(expected,
            $"{List<byte>(rows, "count")}\n{List<float, double>(rows, "mag", 2, v => v)}\n{List<short>(rows, "whole", 2)}");
        Assert.Equal([true, false, true], ((ColumnData<bool>)rows["flag"]).Values.ToArray());
        Assert.Equal([true, false, true], ((ColumnData<bool>)rows["n"]).Values.ToArray());
        Assert.Equal(["9007199254740993", "-5", "0"], Enumerable.Range(0, 3).Select(i => ((TextColumnData)rows["big"]).Text(i)));
        Assert.True(rows["count"].IsNullAt(1) && rows["whole"].IsNullAt(2) && !rows["count"].IsNullAt(0));
    }

    [Fact]
    public async Task Words_and_numbers_of_one_column_become_booleans()
    {
        string[] cells = ["true", "1.0", "0.0", "NO", "1", "0", "1e0", "null", "-0.0", "nan", "f"];
        File.WriteAllText(folder["t.csv"], $"b\n{string.Join('\n', cells)}\n");
        ColumnData<bool> flags = (ColumnData<bool>)(await ReadAsync("t.csv", new() { ["b"] = DType.Bool }))["b"];
        Assert.Equal([true, true, false, false, true, false, true, null, false, null, false],
            Enumerable.Range(0, cells.Length).Select(i => flags.IsNullAt(i) ? (bool?)null : flags.Row(i)[0]));
    }

    [Theory]
    [InlineData("1.5", DType.Int32, "'1.5' is not int32")]
    [InlineData("300", DType.UInt8, "'300' is not uint8")]
    [InlineData("-1", DType.UInt64, "'-1' is not uint64")]
    [InlineData("9007199254740993", DType.Float64, "'9007199254740993' is not float64")]
    [InlineData("2", DType.Bool, "'2' is not bool")]
    [InlineData("maybe", DType.Bool, "'maybe' is not bool")]
    [InlineData("0.5", DType.Bool, "'0.5' is not bool")]
    [InlineData("faint", DType.Float32, "'faint' is not float32")]
    [InlineData("1e300", DType.Float32, "'1E+300' is not float32")]
    public async Task A_value_that_cannot_be_converted_is_reported(string value, DType type, string says)
    {
        File.WriteAllText(folder["t.csv"], $"a,b\n1,1\n1,{value}\n");
        ValueInvalidException error = await Assert.ThrowsAsync<ValueInvalidException>(() => ReadAsync("t.csv", new() { ["b"] = type }));
        Assert.Equal((1L, "b"), (error.Row, error.Column));
        Assert.Contains($"t.csv, row 1, column 'b': {says}", error.Message, StringComparison.Ordinal);
        List<ValueInvalidException> bad = [];
        RowBatch rows = await ReadAsync("t.csv", new() { ["b"] = type }, bad.Add);
        Assert.Equal((1L, true), (Assert.Single(bad).Row, rows["b"].IsNullAt(1)));
    }

    [Fact]
    public async Task A_list_of_integers_with_missing_elements_is_read_as_floats()
    {
        string path = System.IO.Path.Combine(folder.Path, "lists.parquet");
        using (DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new()))
        using (DuckDbConnection connection = database.Connect())
            connection.Execute($"COPY (SELECT 1 AS id, [10, NULL, 30]::BIGINT[] AS counts UNION ALL SELECT 2, []) TO '{path}' (FORMAT "
                + "parquet)", cancellationToken: TestContext.Current.CancellationToken);
        foreach (Dictionary<string, DType> types in (Dictionary<string, DType>[])[[], new() { ["counts"] = DType.Float64 }])
        {
            ColumnData<double> counts = (ColumnData<double>)(await ReadAsync("lists.parquet", types))["counts"];
            Assert.Equal([10, double.NaN, 30], counts.Row(0).ToArray());
            Assert.Equal(0, counts.Row(1).Length);
        }
    }

    [Theory]
    [InlineData(DType.Int64, "1234567890123456789")]
    [InlineData(DType.String, "1234567890123456789.00")]
    [InlineData(DType.Float64, "1.2345678901234568E+18")]
    public async Task Decimals_are_not_rounded_before_a_cast(DType type, string expected)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute("COPY (SELECT 1234567890123456789::DECIMAL(21, 2) AS d, 123456789012345678::DECIMAL(18, 0) AS i, "
            + $"[7]::DECIMAL(9, 0)[] AS l) TO '{folder["t.parquet"]}' (FORMAT parquet)",
            cancellationToken: TestContext.Current.CancellationToken);
        ITableReader decimals = TableReader.Open(folder["t.parquet"], cancellationToken: TestContext.Current.CancellationToken);
        using CastTable table = new(decimals, new Dictionary<string, DType> { ["d"] = type });
        Assert.Equal([type, DType.Int64, DType.Int64], table.Columns.Select(c => c.DType));
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal([expected, "123456789012345678", "7"], cells.Select(c => c[0]));
    }

    [Fact]
    public void An_unknown_column_is_reported_with_similar_names()
    {
        File.WriteAllText(folder["t.csv"], "flux,flux_err\n1,2\n");
        using ITableReader table = TableReader.Open(folder["t.csv"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("no column 'fluxx'. Similar names: 'flux'",
            Assert.Throws<ArgumentException>(
                () => new CastTable(table, new Dictionary<string, DType> { ["fluxx"] = DType.Float32 })).Message, StringComparison.Ordinal);
    }

    private async Task<RowBatch> ReadAsync(string name, Dictionary<string, DType> types, Action<ValueInvalidException>? onBadValue = null)
    {
        using CastTable table = new(TableReader.Open(folder[name]), types, onBadValue);
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
            batches.Add(batch);
        Assert.Equal(table.Columns.Select(c => c.DType), batches[0].Columns.Select(c => c.Schema.DType));
        return Assert.Single(batches);
    }

    private static string List<T>(RowBatch rows, string column, int count = 3)
        where T : unmanaged => List<T, T>(rows, column, count, v => v);

    private static string List<T, TOut>(RowBatch rows, string column, int count, Func<T, TOut> convert) where T : unmanaged =>
        JsonSerializer.Serialize(((ColumnData<T>)rows[column]).Values.ToArray().Take(count).Select(convert).Select(v => (object)v!))
            .Replace(",", ", ", StringComparison.Ordinal);
}
