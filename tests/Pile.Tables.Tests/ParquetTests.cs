using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class ParquetTests
{
    [Fact]
    public async Task Reads_the_same_rows_as_the_fits_file_of_the_same_catalogue()
    {
        // hats-import created small_sky.parquet from the same table as small_sky.fits, in another order.
        string[] expected = Python.Run("""
            import sys
            from astropy.table import Table
            for row in sorted(tuple(float(row[n]) for n in ('id', 'ra', 'dec')) for row in Table.read(sys.argv[1])): print(*row)
            """, TestPaths.Data("catalog/small_sky.fits")).TrimEnd().Split('\n');
        using ITableReader table = Tables.Open(TestPaths.Data("catalog/small_sky.parquet"));
        Assert.Equal(["_healpix_29", "id", "ra", "dec", "ra_error", "dec_error"], table.Columns.Select(c => c.Name));
        Assert.Equal(DType.Int64, table.Columns[0].DType);
        Assert.Equal(131, table.RowCount);
        List<string[]> cells = await Cells.ReadAsync(table, ["id", "ra", "dec"]);
        double[][] rows = [.. Enumerable.Range(0, 131).Select(i => cells.Select(c => double.Parse(c[i]!)).ToArray()).OrderBy(r => r[0])];
        Assert.Equal(expected.Select(line => line.Split(' ').Select(double.Parse).ToArray()), rows);
    }

    [Fact]
    public async Task Rows_are_read_in_parts_across_row_groups()
    {
        using ITableReader table = Tables.Open(TestPaths.Data("catalog/multi_row_group.parquet"));
        List<string[]> all = await Cells.ReadAsync(table);
        Assert.Equal(table.RowCount, all[0].Length);
        List<string[]> part = await Cells.ReadAsync(table, firstRow: 50, rowCount: 60);
        Assert.Equal(all.Select(c => c[50..110]), part);
        Assert.Equal(all.Select(c => c[120..]), await Cells.ReadAsync(table, firstRow: 120));
    }
}
