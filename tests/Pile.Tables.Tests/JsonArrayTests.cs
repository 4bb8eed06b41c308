using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Arrays of several axes in JSON Lines: nested lists, written and read.</summary>
public sealed class JsonArrayTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Arrays_are_nested_as_by_numpy_and_are_read_with_their_shape()
    {
        string[] numpy = Python.Run("""
            import json, numpy as np, sys
            rows = [{'i': (np.arange(6) + r).reshape(2, 3).tolist(), 'f': (np.arange(12) / 4 - r).reshape(2, 3, 2).tolist(),
                     'r': (np.arange(2 * (r + 1)) + 0.5).reshape(r + 1, 2).tolist(), 't': [['a', 'b'], ['c', str(r)]],
                     'flat': [1, 2][:r + 1]} for r in range(2)]
            for row in rows:
                print(json.dumps(row, separators=(',', ':')))
            """).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        File.WriteAllLines(folder["t.jsonl"], numpy);
        using ITableReader table = Tables.Open(folder["t.jsonl"]);
        Assert.Equal(["2,3", "2,3,2", "-1,2", "2,2", "-1"], table.Columns.Select(c => string.Join(',', c.Shape)));
        Assert.Equal([DType.Int64, DType.Float64, DType.Float64, DType.String, DType.Int64], table.Columns.Select(c => c.DType));
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["0 1 2 3 4 5", "1 2 3 4 5 6"], cells[0]);
        Assert.Equal(["0.5 1.5", "0.5 1.5 2.5 3.5"], cells[2]);
        await TableWriter.WriteAsync(folder["u.jsonl"], table.Columns, table.ReadAsync(cancellationToken: Token), cancellationToken: Token);
        Assert.Equal(numpy, File.ReadAllLines(folder["u.jsonl"]));
    }

    [Fact]
    public async Task Missing_rows_and_elements_of_arrays_are_read()
    {
        File.WriteAllLines(folder["t.jsonl"], ["""{"id":1,"m":[[1,null],[3,4]]}""", """{"id":2,"m":null}""", """{"id":3}"""]);
        using ITableReader table = Tables.Open(folder["t.jsonl"]);
        Assert.Equal([2, 2], table.Columns[1].Shape);
        Assert.Equal(["1 NaN 3 4", Cells.Null, Cells.Null], (await Cells.ReadAsync(table))[1]);
    }

    [Theory]
    [InlineData("""{"m":[[1,2]]}""", """{"m":[1,2]}""", "a list of values")]
    [InlineData("""{"m":[[1,2]]}""", """{"m":[[1,2,3]]}""", "a list of lists of the shape [3]")]
    public void Rows_of_different_inner_shapes_are_an_error(string first, string second, string finding)
    {
        File.WriteAllLines(folder["t.jsonl"], [first, second]);
        ValueInvalidException e = Assert.Throws<ValueInvalidException>(() => Tables.Open(folder["t.jsonl"]));
        Assert.Equal((1, "m"), (e.Row, e.Column));
        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
        Assert.Contains("a list of lists of the shape [2], which row 0 has", e.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
