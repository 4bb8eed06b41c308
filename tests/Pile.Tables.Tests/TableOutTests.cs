using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Reads tables with all types of columns with other programs and with the own reader.</summary>
public sealed class TableOutTests : IDisposable
{
    private static readonly string[] AllFormats = ["t.csv", "t.csv.gz", "t.ecsv", "t.ecsv.gz", "t.fits", "t.fits.gz", "t.vot", "t.vot.gz",
        "t.parquet", "t.parquet.gz", "t.tsv", "t.tsv.gz", "t.arrow", "t.arrow.gz", "t.arrows", "t.feather"];

    internal static readonly TableAbout About = new()
    {
        Description = "All types in one",
        Frame = "ICRS",
        Facts = [new("survey", "a <survey> & more"), new("licence", "CC-BY-4.0"), new("citation", "doi:10.1234/5678"),
            new("instrument", "größe")],
    };

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, int> FormatsAndRows()
    {
        TheoryData<string, int> data = [];
        foreach (string format in AllFormats)
            foreach (int rows in (int[])[0, 1, 4])
                data.Add(format, rows);
        return data;
    }

    [Theory]
    [MemberData(nameof(FormatsAndRows))]
    public async Task All_values_are_read_back_from_every_format(string name, int rows)
    {
        bool isFits = name.StartsWith("t.fits", StringComparison.Ordinal), isCsv = name.StartsWith("t.csv", StringComparison.Ordinal)
            || name.StartsWith("t.tsv", StringComparison.Ordinal);
        bool hasTextLists = isFits || name.StartsWith("t.parquet", StringComparison.Ordinal)
            || name.StartsWith("t.ecsv", StringComparison.Ordinal) || name.StartsWith("t.arrow", StringComparison.Ordinal)
            || name == "t.feather";
        RowBatch batch = Batch(rows, isAscii: isFits);
        Assert.Equal(rows, await WriteAsync(name, batch));
        using ITableReader table = Tables.Open(folder[name]);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(batch.Columns.Select(c => c.Schema.Name), table.Columns.Select(c => c.Name));
        for (int i = 0; i < batch.Columns.Length; i++)
        {
            ColumnData column = batch.Columns[i];
            Assert.Equal(rows, cells[i].Length);
            if (isCsv)
                continue; // types and arrays are inferred; WriterTests checks the result
            if (rows > 0)
                Assert.Equal(column.Schema.Unit, table.Columns[i].Unit);
            for (int row = 0; row < rows; row++)
                Assert.Equal($"{column.Schema.Name} {row} {Lenient(Expected(column, row))}",
                    $"{column.Schema.Name} {row} {Lenient(cells[i][row])}");
        }

        string Expected(ColumnData column,
            int row) => column is TextColumnData { Schema.IsScalar: false } texts && !hasTextLists && !texts.IsNullAt(row)
            // an array of text is JSON in formats that do not support it
            ? $"[{string.Join(',', Enumerable.Range(0, 2).Select(e => $"\"{texts.Text(row, e)}\""))}]"
            : isFits && column is ColumnData<bool> { Schema.IsRagged: true } flags && !flags.IsNullAt(row)
            ? string.Join(' ', flags.Row(row).ToArray().Select(Convert.ToInt32)) // bytes of 0 and 1
            : Cells.Text(column, row);
        // In FITS, NaN is the only missing float, and an empty array the only missing array; an empty text is missing except in Parquet.
        string Lenient(string cell) => cell is Cells.Null or "" ? "-" : isFits && cell.Split(' ').All(c => c is "NaN") ? "-" : cell;
    }

    [Theory]
    [InlineData("t.fits", """{"format": "fits", "character_as_bytes": false}""")]
    [InlineData("t.fits.gz", """{"format": "fits", "character_as_bytes": false}""")]
    [InlineData("t.vot", """{"format": "votable", "use_names_over_ids": true}""")]
    [InlineData("t.vot.gz", """{"format": "votable", "use_names_over_ids": true}""")]
    [InlineData("t.ecsv", """{"format": "ascii.ecsv"}""")]
    public async Task Astropy_reads_integers_nulls_vectors_and_units(string name, string arguments)
    {
        int[] sizes = name == "t.ecsv" ? [1, 4] : [0, 1, 4]; // astropy 5.2 fails on an empty ECSV with vectors, even on its own
        foreach (int rows in sizes)
        {
            File.Delete(folder[name]);
            await WriteAsync(name, Batch(rows, isAscii: true));
            string[] lines = Python.Run("""
                import sys, json, warnings, numpy as np
                warnings.simplefilter('ignore')
                from astropy.table import Table
                t = Table.read(sys.argv[1], **json.loads(sys.argv[2]))
                print(len(t), t['ra'].unit, t['pair'].unit)
                for r in t:
                    nul = lambda v: v is np.ma.masked or bool(np.all(np.ma.getmaskarray(v)))
                    pair, values = list(map(float, np.ravel(r['pair']))), list(map(int, np.ma.compressed(np.ravel(np.ma.array(r['list'])))))
                    flags = list(map(int, np.ma.compressed(np.ravel(np.ma.array(r['flags'])))))
                    print(r['big'], bool(r['yes']), 'null' if nul(r['some']) else r['some'], pair, values, flags, str(r['text']).strip())
                """, folder[name], arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal($"{rows} deg mas", lines[0]);
            string[] expected =
            [
                "9007199254740993 True 5 [1.5, -2.0] [1] [1, 0] a",
                "-9007199254740993 False null [0.0, 1.0] [] [] b, \"c\"",
                "9223372036854775807 True 7 [1e+300, 5e-324] [1, 2, 3] [1] d",
                "0 False 80000 [1.0, 2.0] [4, 5] [] e<f>&g",
            ];
            Assert.Equal(expected.Take(rows), lines[1..]);
        }
    }

    [Fact]
    public async Task Stilts_reads_the_same_from_fits_votable_and_csv()
    {
        RowBatch all = Batch(4, isAscii: true);
        RowBatch batch = new(all.Columns.Where(c => c.Schema.IsScalar && c.Schema.DType is DType.Int64 or DType.Float64 or DType.Int32
            && c.Schema.Name is not ("nan")));
        foreach (string name in (string[])["t.fits", "t.vot.gz", "t.csv"])
            await WriteAsync(name, batch);
        string[] lines = Stilts("tcatn", "nin=3", $"in1={folder["t.fits"]}", $"in2={folder["t.vot.gz"]}", $"in3={folder["t.csv"]}",
            "ifmt3=csv", "countrows=true", "ofmt=csv", "out=-");
        Assert.Equal(13, lines.Length);
        Assert.Equal("ra,big,some", lines[0]);
        Assert.Equal(lines[1..5], lines[5..9]);
        Assert.Equal(lines[1..5], lines[9..13]);
        Assert.Contains("9007199254740993,5", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("-9007199254740993,", lines[2], StringComparison.Ordinal);
    }

    [Fact] // STILTS reads Inf without a sign as a missing value
    public async Task Stilts_and_astropy_read_infinite_numbers_of_a_votable()
    {
        double[] values = [double.PositiveInfinity, double.NegativeInfinity, 1.5];
        await WriteAsync("t.vot", new RowBatch([
            new ColumnData<double>(new ColumnSchema { Name = "x", DType = DType.Float64 }, values),
            new ColumnData<float>(new ColumnSchema { Name = "v", DType = DType.Float32, Shape = [2] },
                (float[])[float.PositiveInfinity, 1, float.NegativeInfinity, 2, 3, 4])]));
        Assert.Equal(["Infinity", "-Infinity", "1.5"],
            Stilts("tpipe", $"in={folder["t.vot"]}", "cmd=keepcols x", "ofmt=csv", "out=-")[1..]);
        Assert.DoesNotContain(Stilts("votlint", $"votable={folder["t.vot"]}"), l => l.Contains("Bad", StringComparison.Ordinal));
        Assert.Equal("[inf, -inf, 1.5] [[inf, 1.0], [-inf, 2.0], [3.0, 4.0]]", Python.Run("""
            import sys
            from astropy.table import Table
            t = Table.read(sys.argv[1], format='votable')
            print(t['x'].tolist(), t['v'].tolist())
            """, folder["t.vot"]).Trim());
        await using ITableReader read = await TableReader.OpenAsync(folder["t.vot"],
            cancellationToken: TestContext.Current.CancellationToken);
        await foreach (RowBatch batch in read.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
            Assert.Equal(values, ((ColumnData<double>)batch["x"]).Values.ToArray());
    }

    [Fact]
    public async Task Units_in_FITS_and_ECSV_are_those_of_the_source_for_astropy()
    {
        (string Unit, string Astropy)[] units = [("micron", "u.micron"), ("1 / deg2", "1 / u.deg**2"), ("%", "u.percent"),
            ("0.1nm", "0.1 * u.nm"), ("'electron'.s-1", "u.electron / u.s"), ("mas.yr**-1", "u.mas / u.yr")];
        RowBatch batch = new(units.Select((unit, i) => new ColumnData<double>(
            new ColumnSchema { Name = $"c{i}", DType = DType.Float64, Unit = unit.Unit }, (double[])[1])));
        await WriteAsync("t.fits", batch);
        await WriteAsync("t.ecsv", batch);
        Assert.Equal("", Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            import astropy.units as u
            from astropy.table import Table
            for path, reader in ((sys.argv[1], 'fits'), (sys.argv[2], 'ascii.ecsv')):
                t = Table.read(path, format=reader)
                for i, text in enumerate(sys.argv[3:]):
                    # FITS has no electrons
                    if (reader, i) not in (('fits', 4),) and t[f'c{i}'].unit != u.Unit(eval(text)):
                        print(path, text, repr(t[f'c{i}'].unit))
            """, [folder["t.fits"], folder["t.ecsv"], .. units.Select(u => u.Astropy)]).Trim());
    }

    [Fact]
    public async Task Stilts_reads_units_ucds_descriptions_and_arrays_of_differing_length()
    {
        await WriteAsync("t.fits", Batch(4, isAscii: true));
        string[] lines = Stilts("tpipe", $"in={folder["t.fits"]}",
            "cmd=addcol n 'list==null ? 0 : count(list)'; keepcols 'ra n u8 list'; stats Name Class Units UCD Description Sum",
            "ofmt=csv", "out=-");
        Assert.Contains(lines, l => l.StartsWith("ra,Double,deg,pos.eq.ra;meta.main,\"right ascension", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("n,", StringComparison.Ordinal)
            && double.Parse(l.Split(',')[^1], CultureInfo.InvariantCulture) == 6);
        Assert.Contains(lines, l => l.StartsWith("list,int[]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("t.fits", "CC-BY-4.0 a <survey> & more gr??e ICRS doi:10.1234/5678")]
    [InlineData("t.ecsv", "CC-BY-4.0 a <survey> & more größe ICRS doi:10.1234/5678")]
    [InlineData("t.vot", "CC-BY-4.0 a <survey> & more größe ICRS doi:10.1234/5678 All types in one https://doi.org/10.1234/5678 frame")]
    [InlineData("t.parquet", "CC-BY-4.0 a <survey> & more größe ICRS doi:10.1234/5678 All types in one https://doi.org/10.1234/5678 frame")]
    public async Task Provenance_is_included(string name, string expected)
    {
        await WriteAsync(name, Batch(1, isAscii: true));
        string path = folder[name];
        if (name == "t.parquet") // the metadata of VO-Parquet are a VOTable, which astropy can read
        {
            path = folder["inside.vot"];
            await File.WriteAllTextAsync(path, VoTableInside(folder[name]), TestContext.Current.CancellationToken);
        }
        Assert.Equal(expected, Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            path = sys.argv[1]
            if path.endswith('.fits'):
                from astropy.io import fits
                h = fits.getheader(path, 1)
                print(h['LICENCE'], h['SURVEY'], h['INSTRUME'], h['RADESYS'], h['CITATION'])
            elif path.endswith('.ecsv'):
                from astropy.table import Table
                m = Table.read(path, format='ascii.ecsv').meta
                print(m['licence'], m['survey'], m['instrument'], m['frame'], m['citation'])
            else:
                from astropy.io.votable import parse
                r = parse(path).resources[0]
                i = {x.name: x.value for x in r.infos}
                print(i['licence'], i['survey'], i['instrument'], r.coordinate_systems[0].system, i['citation'], r.description,
                    r.links[0].href, r.tables[0].get_field_by_id_or_name('ra').ref)
            """, path).Trim());
        using ITableReader table = Tables.Open(folder[name]);
        Assert.Equal(name == "t.ecsv" ? null : "ICRS", table.FrameOf("ra"));
    }

    [Fact]
    public async Task One_of_several_tables_in_a_votable_is_selected_by_number_name_or_id()
    {
        Python.Run("""
            import sys
            from astropy.io.votable import tree
            from astropy.table import Table
            v = tree.VOTableFile()
            for k, name in enumerate(['first', None, 'third']):
                r = tree.Resource(); v.resources.append(r)
                t = tree.Table.from_table(v, Table({f'c{k}': [k, k + 10]}))
                if name: t.name = name
                else: t.ID = 'second_id'
                r.tables.append(t)
            v.to_xml(sys.argv[1])
            """, folder["m.vot"]);
        foreach ((string part, int expected) in (ReadOnlySpan<(string, int)>)[("", 0), ("#1", 0), ("#first", 0), ("#2", 1),
            ("#second_id", 1), ("#3", 2), ("#third", 2)])
        {
            using ITableReader table = Tables.Open(folder["m.vot"] + part);
            Assert.Equal($"c{expected}", table.Columns[0].Name);
        }
        using (ITableReader table = Tables.Open(folder["m.vot"] + "#third"))
            Assert.Equal(["2", "12"], (await Cells.ReadAsync(table))[0]);
        Assert.Contains("#1 'first', #2 'second_id', #3 'third'",
            Assert.Throws<TablePartNotFoundException>(() => Tables.Open(folder["m.vot"] + "#4")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private Task<long> WriteAsync(string name, RowBatch batch) =>
        TableWriter.WriteAsync(folder[name], [.. batch.Columns.Select(c => c.Schema)], One(batch), new TableWriteOptions { About = About },
            TestContext.Current.CancellationToken);

    private static async IAsyncEnumerable<RowBatch> One(RowBatch batch)
    {
        await Task.Yield();
        yield return batch;
    }

    private static string VoTableInside(string parquet)
    {
        byte[] bytes = File.ReadAllBytes(parquet);
        int start = bytes.AsSpan().LastIndexOf("<?xml"u8), end = bytes.AsSpan().LastIndexOf("</VOTABLE>"u8);
        return System.Text.Encoding.UTF8.GetString(bytes, start, end - start) + "</VOTABLE>";
    }

    private static string[] Stilts(params string[] arguments)
    {
        ProcessStartInfo start = new("stilts") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task JSON_Lines_have_null_for_NaN_and_reject_infinite_numbers()
    {
        ColumnSchema x = Column("x", DType.Float64), v = Column("v", DType.Float32) with { Shape = [2] };
        await Write(1.5, float.NaN);
        Assert.Equal("[1.5, [2.0, None]] [None, [2.0, 0.5]]\n", Python.Run("import json, sys\n"
            + "print(*[list(json.loads(line).values()) for line in open(sys.argv[1])])", folder["t.jsonl"]));
        File.Delete(folder["t.jsonl"]);
        foreach ((double first, float second, string column, string shown) in new[]
        {
            (double.NegativeInfinity, 0f, "x", "-Infinity"), (0, float.PositiveInfinity, "v", "Infinity"),
        })
        {
            ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => Write(first, second));
            Assert.Equal($"{folder["t.jsonl"]}, row 0, column '{column}': {shown} is not a number in JSON. Use Parquet, FITS or CSV "
                + "instead. Rows are counted from 0.", e.Message);
            Assert.Empty(Directory.GetFiles(folder.Path));
        }

        Task Write(double first, float second)
        {
            File.Delete(folder["t.jsonl"]);
            return WriteAsync("t.jsonl", new RowBatch([new ColumnData<double>(x, new[] { first, double.NaN }, 2),
                new ColumnData<float>(v, new[] { 2, second, 2, .5f }, 2)]));
        }
    }

    [Theory]
    [InlineData("t.jsonl", "[list(json.loads(l).values()) for l in f]")]
    [InlineData("t.ecsv", "[[float(r['x']), float(r['f']), json.loads(r['v'])] for r in csv.DictReader(l for l in f if '#' not in l)]")]
    public async Task Whole_floats_in_JSON_are_floats(string name, string read)
    {
        const double beyond = 1234567890123456.8;
        await WriteAsync(name, new RowBatch([
            new ColumnData<double>(Column("x", DType.Float64), new[] { 1, -0.0, 1e300, beyond }, 4),
            new ColumnData<float>(Column("f", DType.Float32), new[] { 1, -0f, 1e30f, 16777216 }, 4),
            new ColumnData<double>(Column("v", DType.Float64) with { Shape = [2] }, new[] { 1, -0.0, 1e300, beyond, 2, 2.5, -3, 0 }, 4)]));
        Assert.Equal("[[1.0, 1.0, [1.0, -0.0]], [-0.0, -0.0, [1e+300, 1234567890123456.8]], [1e+300, 1e+30, [2.0, 2.5]], "
            + "[1234567890123456.8, 16777216.0, [-3.0, 0.0]]]", Python.Run($"""
            import csv, json, sys
            f = open(sys.argv[1])
            print({read})
            """, folder[name]).Trim());
        using ITableReader table = Tables.Open(folder[name]);
        Assert.Equal(DType.Float64, table.Columns[0].DType);
    }

    [Theory]
    [InlineData("t.csv", "','")]
    [InlineData("t.tsv", "'\\t'")]
    public async Task Whole_floats_in_text_are_floats(string name, string delimiter)
    {
        await WriteAsync(name, new RowBatch([
            new ColumnData<double>(Column("x", DType.Float64), new[] { 1, -0.0, 1e300, double.NegativeInfinity }, 4),
            new ColumnData<float>(Column("f", DType.Float32), new[] { 1, -0f, 16777216, 2 }, 4),
            new ColumnData<long>(Column("i", DType.Int64), new[] { 1L, 0, -5, 2 }, 4)]));
        Assert.Equal("float64 float64 int64 True True [1.0, -0.0, 1e+300, -inf]", Python.Run($"""
            import sys
            import numpy as np, pandas
            t = pandas.read_csv(sys.argv[1], sep={delimiter}, float_precision='round_trip')
            print(*t.dtypes, np.signbit(t.x[1]), np.signbit(t.f[1]), t.x.tolist())
            """, folder[name]).Trim());
        string cells = File.ReadAllText(folder[name]).Replace('\t', ',');
        Assert.Equal("x,f,i\n1.0,1.0,1\n-0.0,-0.0,0\n1E+300,16777216.0,-5\n-inf,2.0,2\n", cells);
        using ITableReader table = Tables.Open(folder[name]);
        Assert.Equal([DType.Float64, DType.Float64, DType.Int64], table.Columns.Select(c => c.DType));
    }

    internal static RowBatch Batch(int rows, bool isAscii)
    {
        bool[] second = [.. new[] { false, true, false, false }.Take(rows)];
        List<ColumnData> columns =
        [
            Numbers(Column("ra", DType.Float64) with { Unit = "deg", Ucd = "pos.eq.ra;meta.main",
                Description = "right ascension, " + new string('x', 90) }, 0.1, 359.99999999999994, 1e-300, 180.0),
            Numbers(Column("big", DType.Int64), 9007199254740993, -9007199254740993, long.MaxValue, 0L),
            new ColumnData<int>(Column("some", DType.Int32), new[] { 5, 0, 7, 80_000 }.AsMemory(0, rows), second),
            Numbers(Column("i1", DType.Int8), (sbyte)-128, (sbyte)127, (sbyte)0, (sbyte)1),
            Numbers(Column("u2", DType.UInt16), (ushort)0, ushort.MaxValue, (ushort)1, (ushort)2),
            Numbers<short>(Column("i2", DType.Int16), short.MinValue, short.MaxValue, 0, 1),
            Numbers(Column("u4", DType.UInt32), 0u, uint.MaxValue, 1u, 2u),
            Numbers(Column("u8", DType.UInt64), 0ul, (ulong)long.MaxValue, 1ul, 2ul),
            Numbers(Column("f4", DType.Float32), 1.1f, float.NaN, float.MaxValue, float.Epsilon),
            new ColumnData<double>(Column("nan", DType.Float64),
                new[] { double.NaN, 0, double.PositiveInfinity, -0.5 }.AsMemory(0, rows), second),
            Numbers(Column("yes", DType.Bool), true, false, true, false),
            TextColumnData.From(Column("text", DType.String),
                [.. new[] { "a", "b, \"c\"", isAscii ? "d" : "größe 漢字 🌌", "e<f>&g" }.Take(rows)]),
            TextColumnData.From(Column("none", DType.String), [.. new[] { "x", null, "y", "z" }.Take(rows)]),
            new ColumnData<double>(Column("pair", DType.Float64) with { Shape = [2], Unit = "mas" },
                new[] { 1.5, -2, 0, 1, 1e300, 5e-324, 1, 2 }.AsMemory(0, rows * 2), rows),
            new ColumnData<int>(Column("list", DType.Int32) with { Shape = [ColumnSchema.Ragged] },
                new[] { 1, 1, 2, 3, 4, 5 }.AsMemory(0, rows switch { 0 => 0, 1 => 1, _ => 6 }), [.. new[] { 1, 0, 3, 2 }.Take(rows)]),
            new ColumnData<bool>(Column("flags", DType.Bool) with { Shape = [ColumnSchema.Ragged] },
                new[] { true, false, true }.AsMemory(0, rows switch { 0 => 0, 1 => 2, _ => 3 }), [.. new[] { 2, 0, 1, 0 }.Take(rows)]),
            new TextColumnData(Column("bands", DType.String) with { Shape = [2] },
                "griz"u8.ToArray().AsMemory(0, rows == 0 ? 0 : rows == 1 ? 2 : 4), Starts(rows)),
        ];
        return new RowBatch(columns);

        ColumnData<T> Numbers<T>(ColumnSchema schema, params T[] values) where T : unmanaged => new(schema, values.AsMemory(0, rows), rows);
        static int[] Starts(int rows) => rows switch { 0 => [0], 1 => [0, 1, 2], _ => [0, 1, 2, 3, 4, 4, 4, 4, 4] };
    }

    private static ColumnSchema Column(string name, DType type) => new() { Name = name, DType = type, Nullable = true };
}
