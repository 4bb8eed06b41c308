using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Arrays of texts in ECSV files: read as astropy writes them, and written so that astropy reads them.</summary>
public sealed class EcsvTextArrayTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Lists_and_arrays_of_texts_are_those_of_astropy_and_return()
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            t = Table({'id': [1, 2, 3]})
            t['list'] = np.empty(3, object)
            t['list'][:] = [np.array(['a', 'b "c", d']), np.array(['é']), np.array([], dtype=str)]
            t['pair'] = np.array([['a', 'b'], ['c', ''], [' d', '[e]']])
            t['grid'] = np.array([[['a', 'b'], ['c', 'd']]] * 3)
            t.write(sys.argv[1])
            """, folder["a.ecsv"]);
        using (ITableReader table = Tables.Open(folder["a.ecsv"]))
        {
            Assert.Equal(["int64", "string[-1]", "string[2]", "string[2,2]"], table.Columns.Select(Type));
            Assert.Equal([["a b \"c\", d", "é", ""], ["a b", "c ", " d [e]"], ["a b c d", "a b c d", "a b c d"]],
                await Cells.ReadAsync(table, ["list", "pair", "grid"]));
            await TableWriter.WriteAsync(folder["b.ecsv"], table.Columns, table.ReadAsync(
                cancellationToken: TestContext.Current.CancellationToken), cancellationToken: TestContext.Current.CancellationToken);
        }
        using ITableReader again = Tables.Open(folder["b.ecsv"]);
        Assert.Equal(["int64", "string[-1]", "string[2]", "string[2,2]"], again.Columns.Select(Type));
        Assert.Equal("same", Python.Run("""
            import sys
            from astropy.table import Table
            a, b = Table.read(sys.argv[1]), Table.read(sys.argv[2])
            for name in a.colnames:
                assert a[name].dtype.kind == b[name].dtype.kind and a[name].shape == b[name].shape, (a[name].dtype, b[name].dtype)
                for x, y in zip(a[name], b[name]):
                    assert (x == y).all() if hasattr(x, 'shape') else x == y, (name, x, y)
            print('same')
            """, folder["a.ecsv"], folder["b.ecsv"]).Trim());
    }

    [Theory]
    [InlineData("string[null]", "[[\"\"a\"\"],[\"\"b\"\"]]")]
    [InlineData("string[null]", "a")]
    [InlineData("string[2,2]", "[\"\"a\"\",\"\"b\"\",\"\"c\"\",\"\"d\"\"]")]
    public async Task An_array_of_other_axes_is_an_error_that_names_the_row(string subtype, string cell)
    {
        File.WriteAllText(folder["t.ecsv"], $"# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n# - {{name: id, datatype: int64}}\n"
            + $"# - {{name: v, datatype: string, subtype: '{subtype}'}}\nid,v\n1,\"{cell}\"\n");
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(table, ["v"]));
        Assert.Equal((0, "v"), (e.Row, e.Column));
    }

    private static string Type(ColumnSchema column) =>
        column.DType.Name() + (column.IsScalar ? "" : $"[{string.Join(',', column.Shape)}]");
}
