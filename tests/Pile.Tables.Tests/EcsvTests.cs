using System.Globalization;
using Pile.Format;
using Pile.Tables.Opening;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class EcsvTests
{
    [Fact]
    public Task Reads_the_same_as_astropy() =>
        AstropyOracle.CompareAsync(TestPaths.Data("catalog/result.ecsv"), """{"format": "ascii.ecsv"}""");

    [Theory]
    [InlineData(" ")]
    [InlineData(",")]
    public async Task Reads_files_of_astropy(string delimiter)
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
        Assert.Equal([DType.String, DType.Float64, DType.Int16, DType.Bool, DType.Float64, DType.UInt64, DType.Float64, DType.Float64],
            table.Columns.Select(c => c.DType));
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

    [Theory]
    [InlineData("int64", "[1,null,9007199254740993]", "the column 'v' is read as text, because single elements of its arrays are missing, "
        + "which arrays of integers beyond 2⁵³ cannot have. Write them without missing elements, or leave the column out")]
    [InlineData("bool", "[true,null]", "the column 'v' is read as text, because single elements of its arrays are missing, which arrays of "
        + "booleans cannot have. Write them as integers, or leave the column out")]
    [InlineData("int64", "[1,null,3]", null)]
    [InlineData("int64", "[1,9007199254740993]", null)]
    public void Arrays_that_are_read_as_text_are_reported(string type, string cell, string? expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.ecsv"], $"# %ECSV 1.0\n# ---\n# datatype:\n# - {{name: v, datatype: string, subtype: '{type}[null]'}}\n"
            + $"# schema: astropy-2.0\nv\n\"{cell}\"\n");
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        Assert.Equal(expected is null ? [] : [expected], ITableNotes.Of(table));
        Assert.Equal(expected is null, table.Columns[0].DType != DType.String);
    }

    [Theory]
    [InlineData("unix", "utc")]
    [InlineData("unix_tai", "tai")]
    [InlineData("cxcsec", "utc")]
    [InlineData("gps", "tai")]
    [InlineData("jyear", "tdb")]
    [InlineData("jd", "tt")]
    public async Task Times_of_astropy_have_their_unit_scale_and_zero_point(string format, string scale)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.table import QTable
            from astropy.time import Time
            t = Time([57000.25, 59123.5], format='mjd', scale=sys.argv[3])
            t.format = sys.argv[2]
            QTable({'when': t}).write(sys.argv[1], format='ascii.ecsv')
            """, folder["t.ecsv"], format, scale);
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        ColumnSchema when = table.Columns[0];
        Assert.True(Units.TryConvert(when.Unit!, "d", out double days));
        List<string[]> cells = await Cells.ReadAsync(table);
        string[] mjd = [.. cells[0].Select(cell =>
            ((double.Parse(cell, CultureInfo.InvariantCulture) * days) + when.Time!.ZeroMjd).ToString("R", CultureInfo.InvariantCulture))];
        Assert.Equal("True", Python.Run("""
            import sys, numpy as np
            from astropy.table import QTable
            t = QTable.read(sys.argv[1])['when']
            print(np.allclose(getattr(t, sys.argv[2]).mjd, [float(v) for v in sys.argv[3:]], rtol=0, atol=1e-6))
            """, [folder["t.ecsv"], when.Time!.Scale.ToLowerInvariant(), .. mjd]).Trim());
    }

    [Fact] // astroquery's results have columns of objects, which astropy writes as JSON
    public async Task Texts_that_astropy_writes_as_JSON_are_read_as_texts()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            objects = np.array(['Gaia "DR2" é', None, [1, 'x']], dtype=object)
            vectors = np.array([['a', 'b,"c"'], ['', 'd'], ['e', 'f']])
            Table({'o': objects, 'v': vectors}).write(sys.argv[1], format='ascii.ecsv')
            """, folder["t.ecsv"]);
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["Gaia \"DR2\" é", Cells.Null, "[1,\"x\"]"], cells[0]);
        Assert.Equal([2], table.Columns[1].Shape);
        Assert.Equal(["a b,\"c\"", " d", "e f"], cells[1]);
    }

    [Fact] // the files of Gaia's bulk download are ECSV with the extension .csv.gz, with null for missing values
    public async Task Reads_ragged_arrays_and_null_words_in_a_file_with_the_extension_of_csv()
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
    [InlineData("data_mask")]
    [InlineData("null_value")]
    public async Task Masked_columns_of_astropy_have_nulls_in_every_serialization(string method)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np, astropy.units as u
            from astropy.table import QTable, MaskedColumn
            from astropy.utils.masked import Masked
            t = QTable()
            t['id'] = [1, 2, 3]
            t['f'] = MaskedColumn([1.5, 2.5, 3.5], mask=[0, 1, 0], unit='mag', description='flux')
            t['s'] = MaskedColumn(['a', 'b', ''], mask=[1, 0, 0])
            t['i'] = MaskedColumn([7, 8, 9], mask=[0, 0, 1])
            t['ok'] = MaskedColumn([True, False, True], mask=[0, 0, 1])
            t['v'] = MaskedColumn(np.arange(6.0).reshape(3, 2), mask=[[0, 1], [1, 1], [0, 0]])
            name = 'a name, so long and with: such characters, that YAML wraps its lines in the header, although it is quoted, somewhere'
            t[name] = MaskedColumn([1.0, 2.0, 3.0], mask=[0, 1, 0])
            t['q'] = Masked([1.0, 2.0, 3.0] * u.mJy, mask=[1, 0, 0])
            t['none'] = MaskedColumn([1, 2, 3])
            t['q.mask'] = ['a', 'b', 'c'] if sys.argv[2] == 'null_value' else [1, 2, 3] # not the mask of 'q'
            if sys.argv[2] == 'data_mask': t.rename_column('q.mask', 'none.mask')
            t.write(sys.argv[1], format='ascii.ecsv', serialize_method=sys.argv[2])
            """, folder["t.ecsv"], method);
        Assert.Equal(method == "data_mask", File.ReadAllText(folder["t.ecsv"]).Contains("name: f.mask", StringComparison.Ordinal));
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        Assert.Equal(["id", "f", "s", "i", "ok", "v",
            .. table.Columns[6].Name.StartsWith("a name", StringComparison.Ordinal) ? [table.Columns[6].Name] : Array.Empty<string>(), "q",
            "none", method == "data_mask" ? "none.mask" : "q.mask"], table.Columns.Select(c => c.Name));
        Assert.Equal(("mag", "flux", "mJy"), (table.Columns[1].Unit, table.Columns[1].Description, table.Columns[7].Unit));
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal([["1", "2", "3"], ["1.5", Cells.Null, "3.5"], [Cells.Null, "b", method == "data_mask" ? "" : Cells.Null],
            ["7", "8", Cells.Null], ["true", "false", Cells.Null], ["0 NaN", Cells.Null, "4 5"],
            ["1", Cells.Null, "3"], [Cells.Null, "2", "3"], ["1", "2", "3"]], cells[..^1]);
        Assert.Equal([cells[3][1..], cells[1][1..]], await Cells.ReadAsync(table, ["i", "f"], firstRow: 1));
        if (method == "null_value")
            return;
        File.WriteAllText(folder["bad.ecsv"],
            File.ReadAllText(folder["t.ecsv"]).Replace("2.5 True", "2.5 maybe", StringComparison.Ordinal));
        using ITableReader bad = Tables.Open(folder["bad.ecsv"]);
        Assert.Contains("row 1, column 'f.mask': 'maybe' is not true or false",
            (await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(bad))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null_value")]
    [InlineData("data_mask")]
    public async Task Arrays_with_missing_elements_are_those_of_astropy(string method)
    {
        using TemporaryFolder folder = new();
        string[] expected = Python.Run("""
            import sys, numpy as np
            from astropy.table import Table, MaskedColumn
            some, rows = [[0, 1], [0, 0], [1, 1]], [[0, 0], [0, 0], [1, 1]]
            t = Table()
            t['small'] = MaskedColumn(np.array([[1, 2], [3, 4], [5, 6]], 'i2'), mask=some)
            t['wide'] = MaskedColumn(np.array([[1, 2], [-2**53, 4], [2**60 + 1, 6]]), mask=some) # a masked value may be of any size
            t['rows'] = MaskedColumn(np.array([[2**60 + 1, 2], [3, 4], [5, 6]]), mask=rows)
            t['huge'] = MaskedColumn(np.array([[2**60 + 1, 2], [3, 4], [5, 6]], 'u8'), mask=some)
            t['flag'] = MaskedColumn(np.array([[True, False], [False, True], [True, True]]), mask=some)
            t['text'] = MaskedColumn(np.array([['a', 'b'], ['c', '"d"'], ['e', 'f']]), mask=some)
            t['cube'] = MaskedColumn(np.arange(12, dtype='u1').reshape(3, 2, 2),
                mask=[[[0, 1], [0, 0]], [[0, 0], [0, 0]], [[1, 1], [1, 1]]])
            t.write(sys.argv[1], format='ascii.ecsv', serialize_method=sys.argv[2])
            t = Table.read(sys.argv[1], format='ascii.ecsv')
            for name in t.colnames:
                missing = 'NaN' if name in ('small', 'wide', 'cube') else ''
                def cell(v): return missing if v is np.ma.masked else str(v).lower()
                print(*('∅' if np.all(row.mask) else ' '.join(cell(v) for v in row.ravel()) for row in t[name]), sep='\t')
            """, folder["t.ecsv"], method).TrimEnd('\n').Split('\n');
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        Assert.Equal([DType.Float64, DType.Float64, DType.Int64, DType.String, DType.String, DType.String, DType.Float64],
            table.Columns.Select(c => c.DType));
        Assert.Equal(expected, (await Cells.ReadAsync(table)).Select(column => string.Join('\t', column)));
    }

    [Fact]
    public async Task Lists_of_integers_with_missing_elements_are_float64_or_JSON()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table, MaskedColumn
            t = Table({'id': [1, 2, 3]})
            for name, first in ('n', 7), ('huge', 2**60 + 1):
                lists = np.empty(3, dtype=object)
                lists[0], lists[1], lists[2] = np.ma.array([first, 2], mask=[0, 1]), np.ma.array([3]), np.ma.array([], dtype=int)
                t[name] = MaskedColumn(lists)
            t.write(sys.argv[1], format='ascii.ecsv')
            """, folder["t.ecsv"]);
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        Assert.Equal([["7 NaN", "3", ""], ["[1152921504606846977,null]", "[3]", "[]"]], await Cells.ReadAsync(table, ["n", "huge"]));
    }

    [Theory]
    [InlineData("id\n300\n", "row 0, column 'id': '300' is not int8")]
    [InlineData("id\n1 2\n", "a row of 1 fields")]
    public async Task Values_that_contradict_the_header_are_reported(string rows, string finding)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.ecsv"], "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: id, datatype: int8}\n" + rows);
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        Assert.Contains(finding, (await Assert.ThrowsAsync<ValueInvalidException>(() => Cells.ReadAsync(table))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# - {name: id, datatype: int8}\nother\n1\n", "the line of names does not agree")]
    [InlineData("# - {datatype: int8}\nid\n1\n", "the key 'name' is missing")]
    public void Invalid_headers_are_rejected(string rest, string finding)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.ecsv"], "# %ECSV 1.0\n# ---\n# datatype:\n" + rest);
        Assert.Contains(finding, Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder["t.ecsv"])).Message,
            StringComparison.Ordinal);
    }

    [Fact] // as the archive of Gaia writes them; a text that contains such lines itself is not changed
    public void Block_texts_may_begin_below_their_key()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.ecsv"], """
            # %ECSV 1.0
            # ---
            # delimiter: ','
            # datatype:
            # -
            #   name: ra
            #   datatype: float64
            #   description:§
            #   |
            #    Text of a
            #    -   long description:
            #    |
            #    see:
            #    >-
            #   unit: deg
            #   meta:
            #     ucd: pos.eq.ra
            # - name: dec
            #   datatype: float64
            #   description: >
            #     folded:
            #     |
            #     text
            #   unit: deg
            # -
            #   name: z
            #   datatype: float64
            #   description:
            #   >-
            #    also
            #    folded
            # meta:
            #   QUERY: 'SELECT'
            ra,dec,z
            1.5,2.5,3.5

            """.Replace('§', ' '));
        string[]? expected = System.Text.Json.JsonSerializer.Deserialize<string[]>(Python.Run("""
            import sys, json
            from astropy.table import Table
            t = Table.read(sys.argv[1], format='ascii.ecsv')
            print(json.dumps([t[name].description for name in t.colnames]))
            """, folder["t.ecsv"]));
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        Assert.Equal(expected, table.Columns.Select(c => c.Description));
        Assert.Equal(["deg", "deg", null], table.Columns.Select(c => c.Unit));
        Assert.Equal("pos.eq.ra", table.Columns[0].Ucd);
    }

    [Fact]
    public void An_error_below_a_block_text_names_its_line()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.ecsv"], "# %ECSV 1.0\n# ---\n# datatype:\n# - name: id\n#   datatype: int8\n#   description:\n#   |\n"
            + "#    text\n# - datatype: int8\nid\n1\n");
        Assert.Contains("its ECSV header, line 9: ", Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder["t.ecsv"])).Message,
            StringComparison.Ordinal);
    }
}
