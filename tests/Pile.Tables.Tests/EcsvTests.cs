using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class EcsvTests
{
    [Fact]
    public Task Reads_what_astropy_reads() => AstropyOracle.CompareAsync(TestPaths.Data("catalog/result.ecsv"), """{"format": "ascii.ecsv"}""");

    [Theory]
    [InlineData(" ")]
    [InlineData(",")]
    public async Task Reads_what_astropy_writes(string delimiter)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table, MaskedColumn, QTable
            from astropy.coordinates import SkyCoord
            from astropy.time import Time
            import astropy.units as u
            t = QTable(meta={'comments': ['!astropy: tag', 'x'], 'when': Time(51602.276, format='mjd'), 'n': {'a': [1, 2]}})
            t['id'] = ['007', 'a b', 'c,d "e"']
            t['flux'] = [1.5, np.nan, 1e-30] * u.Unit('erg / (s cm2)')
            t['n'] = MaskedColumn(np.array([1, 2, 3], np.int16), mask=[0, 1, 0], description='Counts: a "number", of - things')
            t['n'].info.meta = {'ucd': 'meta.number', 'who': SkyCoord(1*u.deg, 2*u.deg)}
            t['ok'] = [True, False, True]
            t['v'] = np.arange(6.0).reshape(3, 2) * u.mas
            t['big'] = np.array([2**64 - 1, 0, 1], np.uint64)
            t['c'] = SkyCoord([1, 2, 3] * u.deg, [4, 5, 6] * u.deg)
            t.write(sys.argv[1], format='ascii.ecsv', delimiter=sys.argv[2])
            """, folder["t.ecsv"], delimiter);
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        Assert.Equal(["id", "flux", "n", "ok", "v", "big", "c.ra", "c.dec"], table.Columns.Select(c => c.Name));
        Assert.Equal([DType.String, DType.Float64, DType.Int16, DType.Bool, DType.Float64, DType.UInt64, DType.Float64, DType.Float64], table.Columns.Select(c => c.DType));
        Assert.Equal("Counts: a \"number\", of - things", table.Columns[2].Description);
        Assert.Equal("meta.number", table.Columns[2].Ucd);
        Assert.Equal(["erg / (cm2 s)", "deg"], [table.Columns[1].Unit!, table.Columns[6].Unit!]);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["007", "a b", "c,d \"e\""], cells[0]);
        Assert.Equal(["1.5", "NaN", "1E-30"], cells[1]);
        Assert.Equal(["1", Cells.Null, "3"], cells[2]);
        Assert.Equal(["true", "false", "true"], cells[3]);
        Assert.Equal(["0 1", "2 3", "4 5"], cells[4]);
        Assert.Equal(["18446744073709551615", "0", "1"], cells[5]);
        Assert.Equal([cells[0][1..]], await Cells.ReadAsync(table, ["id"], firstRow: 1));
    }

    [Fact] // astroquery's answers have columns of objects, which astropy writes as JSON
    public async Task Texts_that_astropy_writes_as_JSON_are_texts()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            Table({'o': np.array(['Gaia "DR2" é', None, [1, 'x']], dtype=object), 'v': np.array([['a', 'b,"c"'], ['', 'd'], ['e', 'f']])}).write(sys.argv[1], format='ascii.ecsv')
            """, folder["t.ecsv"]);
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["Gaia \"DR2\" é", Cells.Null, "[1,\"x\"]"], cells[0]);
        Assert.Equal([2], table.Columns[1].Shape);
        Assert.Equal(["a b,\"c\"", " d", "e f"], cells[1]);
    }

    [Fact] // the files of Gaia's bulk download are ECSV under the name .csv.gz, with null for what is missing
    public async Task Reads_ragged_arrays_and_null_words_in_a_file_called_csv()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], """
            # %ECSV 1.0
            # ---
            # delimiter: ','
            # datatype:
            # - {name: id, datatype: int64}
            # - {name: r, datatype: string, subtype: 'float64[null]'}
            # - {name: x, datatype: float32, unit: mag}
            # meta: !!omap
            # - anything: !python/object {a: &id001 [], b: *id001}
            id,r,x
            1,"[1.5,null]",null
            2,[],0.5
            """);
        using ITableReader table = Tables.Open(folder["t.csv"]);
        Assert.Equal([ColumnSchema.Ragged], table.Columns[1].Shape);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["1.5 NaN", ""], cells[1]);
        Assert.Equal([Cells.Null, "0.5"], cells[2]);
    }

    [Theory]
    [InlineData("id\n300\n", "row 0, column 'id': '300' is not int8")]
    [InlineData("id\n1 2\n", "a row of 1 fields")]
    public async Task Values_that_contradict_the_header_are_named(string rows, string finding)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.ecsv"], "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: id, datatype: int8}\n" + rows);
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        Assert.Contains(finding, (await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(table))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# - {name: id, datatype: int8}\nother\n1\n", "the line of names does not agree")]
    [InlineData("# - {datatype: int8}\nid\n1\n", "the key 'name' is missing")]
    public void Broken_headers_are_refused(string rest, string finding)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.ecsv"], "# %ECSV 1.0\n# ---\n# datatype:\n" + rest);
        Assert.Contains(finding, Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder["t.ecsv"])).Message, StringComparison.Ordinal);
    }
}
