using System.Globalization;
using System.IO.Compression;
using System.Text;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public class CsvTests
{
    [Theory]
    [InlineData("catalog/result.csv")]
    [InlineData("catalog/catalog.csv.gz")]
    [InlineData("catalog/spatial_index.csv")]
    [InlineData("catalog/3hsp.csv")]
    public Task Reads_the_same_as_astropy(string file) =>
        AstropyOracle.CompareAsync(TestPaths.Data(file), """{"format": "ascii.csv"}""", withTypes: false, withUnits: false);

    [Fact]
    public Task Reads_files_with_other_delimiters() =>
        AstropyOracle.CompareAsync(TestPaths.Data("catalog/addendum.csv"), """{"format": "ascii.basic", "delimiter": ";"}""",
            withTypes: false);

    [Fact]
    public Task Skips_comments_before_the_header() =>
        AstropyOracle.CompareAsync(TestPaths.Data("catalog/gaia_minimum.csv"), """{"format": "ascii.csv", "comment": "#"}""",
            withTypes: false);

    [Theory]
    [InlineData("id,ra,dec,3.6,4.5\n1,10.5,20,0.1,\n2,11,21,,7\n", 5)]
    [InlineData("name,ra,dec,3.4,4.6,12,22\nM31,10.5,20,1,2,3,4\n", 7)]
    [InlineData("ra,2018\n10.5,20\n", 2)]
    [InlineData("\"id\",\"1e5\",\"null\",ra\n7,1,2,3\n", 4)]
    public async Task A_header_may_have_names_that_are_numbers(string text, int columns)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.csv"], text, TestContext.Current.CancellationToken);
        string[] expected = Python.Run("""
            import sys, pandas as pd
            t = pd.read_csv(sys.argv[1])
            print('\n'.join([*t.columns, *[' '.join('' if pd.isna(v) else str(v) for v in t[c]) for c in t]]))
            """, folder["t.csv"]).TrimEnd('\n').Split('\n');
        using ITableReader table = Tables.Open(folder["t.csv"]);
        Assert.Equal(expected[..columns], table.Columns.Select(c => c.Name));
        List<string[]> cells = await Cells.ReadAsync(table);
        for (int i = 0; i < columns; i++)
            Assert.Equal(expected[columns + i].Split(' ').Select(Number), cells[i].Select(cell => Number(cell == Cells.Null ? "" : cell)));

        static string Number(string cell) => double.TryParse(cell, CultureInfo.InvariantCulture, out double n) ? $"{n:R}" : cell;
    }

    [Theory]
    [InlineData("HD1,10.5,20.5,1\n2345,11,21,2\n")]
    [InlineData("M31,10.5,nan,3\nM33,11,5.5,4\n")]
    [InlineData("1,10.5,N/A,none\n2,11,5.5,4\n")]
    [InlineData("M31,10.5,20.5\nM33,11,21\n")]
    public void A_first_line_with_words_and_numbers_is_not_a_header(string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], text);
        using ITableReader table = Tables.Open(folder["t.csv"]);
        Assert.Equal(("col1", 2), (table.Columns[0].Name, table.RowCount));
    }

    [Fact]
    public async Task A_first_line_with_numbers_is_not_a_header()
    {
        using ITableReader table = Tables.Open(TestPaths.Data("catalog/pipe_delimited.csv"));
        Assert.Equal(["col1", "col2", "col3", "col4"], table.Columns.Select(c => c.Name));
        Assert.Equal([DType.String, DType.Int64, DType.String, DType.Float64], table.Columns.Select(c => c.DType));
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["AA", "BB", "CC"], cells[0]);
        Assert.Equal([Cells.Null, Cells.Null, Cells.Null], cells[2]);
    }

    [Theory] // decimals are measurements, not ids: the nearest float64 of an integer is what is meant
    [InlineData("0.5\n12345678901234567\n9.5", ',')]
    [InlineData("0.5\n100000000000000000000\n-1", ',')]
    [InlineData("-9007199254740993\n18446744073709551615\n1e3", '\t')]
    [InlineData("1.5\n9007199254740993", ' ')]
    public async Task A_column_with_decimals_is_float64_as_in_pandas(string values, char delimiter)
    {
        using TemporaryFolder folder = new();
        string path = folder[delimiter switch { ',' => "t.csv", '\t' => "t.tsv", _ => "t.txt" }];
        await File.WriteAllTextAsync(path, $"id{delimiter}v\n" + string.Concat(values.Split('\n').Select((v, i) => $"{i}{delimiter}{v}\n")),
            TestContext.Current.CancellationToken);
        string[] expected = Python.Run("""
            import sys, pandas as pd
            v = pd.read_csv(sys.argv[1], sep=sys.argv[2], float_precision='round_trip')['v']
            print(v.dtype, *[x.hex() for x in v])
            """, path, $"{delimiter}").Trim().Split(' ');
        Assert.Equal("float64", expected[0]);
        using ITableReader table = Tables.Open(path);
        Assert.Equal(DType.Float64, table.Columns[1].DType);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(expected[1..], Python.Run("import sys\nprint(*[float(x).hex() for x in sys.argv[1:]])", cells[1]).Trim().Split(' '));
    }

    [Theory]
    [InlineData("007\n12", DType.String)]
    [InlineData("12\n-7", DType.Int64)]
    [InlineData("12\n18446744073709551615", DType.UInt64)]
    [InlineData("-1\n18446744073709551615", DType.String)]
    [InlineData("18446744073709551616", DType.String)]
    [InlineData("9007199254740993\nnan", DType.String)]
    [InlineData("-9007199254740993\n18446744073709551615\nnan", DType.String)]
    [InlineData("1.5\n42", DType.Float64)]
    [InlineData("1\nNaN", DType.Float64)]
    [InlineData("1e400", DType.String)]
    [InlineData("true\nFalse", DType.Bool)]
    [InlineData("true\n1", DType.String)]
    [InlineData("00:42:44.3", DType.String)]
    [InlineData("12 34 56.7", DType.String)]
    [InlineData("1.5\nnull", DType.Float64)]
    [InlineData("M31\nnull", DType.String)]
    [InlineData("1\n2\n\"3\"\nx", DType.String)]
    public void Types_represent_all_values_exactly(string values, DType expected)
    {
        using TemporaryFolder folder = new();
        using ITableReader table = Tables.Open(Write(folder,
            "other,v\n" + string.Join('\n', values.Split('\n').Select(v => "x," + v)) + "\n"));
        Assert.Equal(expected, table.Columns[1].DType);
    }

    [Fact]
    public async Task Text_is_not_changed()
    {
        using TemporaryFolder folder = new();
        string path = Write(folder, "id,text\r\n007,\"a \"\"quoted\"\", text\nin two lines\"\r\n008, plain \r\n\r\n009,\"\"\r\n010,null");
        using ITableReader table = Tables.Open(path);
        List<string[]> cells = await Cells.ReadAsync(table);
        Assert.Equal(["007", "008", "009", "010"], cells[0]);
        Assert.Equal(["a \"quoted\", text\nin two lines", "plain", Cells.Null, "null"], cells[1]);
        Assert.True(table.Columns[1].Nullable);
        Assert.False(table.Columns[0].Nullable);
    }

    [Fact]
    public async Task Rows_and_columns_are_read_in_parts()
    {
        using ITableReader table = Tables.Open(TestPaths.Data("catalog/spatial_index.csv"));
        Assert.Equal(131, table.RowCount);
        List<string[]> all = await Cells.ReadAsync(table);
        List<string[]> part = await Cells.ReadAsync(table, ["nobs", "id"], firstRow: 17, rowCount: 30);
        Assert.Equal(all[3][17..47], part[0]);
        Assert.Equal(all[0][17..47], part[1]);
        Assert.Throws<ArgumentException>(() => table.ReadAsync(["nobs", "nope"], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => table.ReadAsync(["nobs", "nobs"], cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_large_file_is_read_in_batches_and_in_order()
    {
        using TemporaryFolder folder = new();
        StringBuilder text = new("n,name\n");
        const int rowCount = 200_000;
        for (int i = 0; i < rowCount; i++)
            text.Append(i).Append(",\"star ").Append(i).Append("\"\n");
        using ITableReader table = Tables.Open(Write(folder, text.ToString()));
        long next = 0;
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.InRange(batch.RowCount, 1, 65536);
            var n = (ColumnData<long>)batch["n"];
            for (int row = 0; row < batch.RowCount; row++)
                Assert.Equal(next++, n.Values.Span[row]);
            Assert.Equal($"star {next - 1}", ((TextColumnData)batch["name"]).Text(batch.RowCount - 1));
        }
        Assert.Equal(rowCount, next);
    }

    [Fact]
    public void A_row_of_another_length_is_reported()
    {
        ValueInvalidException e = Assert.Throws<ValueInvalidException>(() => Tables.Open(TestPaths.Data("malformed/catalog_bad_rows.csv")));
        Assert.Equal(6, e.Row);
        Assert.Contains("line 8 with 7 fields is not a row of 5 fields", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_another_length_are_reported_and_skipped_on_request()
    {
        using TemporaryFolder folder = new();
        string path = Write(folder, "a,b\n1,2\n3\n4,5,6\n7,8\n");
        List<long> bad = [];
        using ITableReader table = Tables.Open(path, new TableReadOptions { OnBadRow = e => bad.Add(e.Row) });
        Assert.Equal([1, 2], bad);
        Assert.Equal(2, table.RowCount);
        Assert.Equal(["1", "7"], (await Cells.ReadAsync(table))[0]);
    }

    [Theory]
    [InlineData("a,b\n1,\"never closed\n", "a quote is not closed")]
    [InlineData("a,b\n1,\"text\" after\n", "text follows a closing quote")]
    [InlineData("# only\n# comments\n", "no lines except comments")]
    public void Malformed_text_is_rejected(string text, string finding)
    {
        using TemporaryFolder folder = new();
        string path = Write(folder, text);
        Assert.Contains(finding, Assert.Throws<SourceUnreadableException>(() => Tables.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_reported()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["t.csv"], Encoding.Latin1.GetBytes("id,name\n1,Ångström\n"));
        ValueInvalidException e = Assert.Throws<ValueInvalidException>(() => Tables.Open(folder["t.csv"]));
        Assert.Equal("name", e.Column);
    }

    [Theory] // truncated in the data, and twice in the trailer; complete, with two members (which is valid)
    [InlineData(0.5, 0, false)]
    [InlineData(1, 1, false)]
    [InlineData(1, 9, false)]
    [InlineData(1, 0, true)]
    public void Truncated_gzip_is_detected(double part, int lessBytes, bool isWhole)
    {
        using TemporaryFolder folder = new();
        byte[] whole = [.. Gzip("a,b\n1,2\n"), .. Gzip(string.Concat(Enumerable.Range(0, 20000).Select(i => $"{i},{i * 7919 % 10007}\n")))];
        File.WriteAllBytes(folder["t.csv.gz"], whole[..((int)(part * whole.Length) - lessBytes)]);
        if (!isWhole)
            Assert.Contains("gzip data are truncated",
                Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder["t.csv.gz"])).Message, StringComparison.Ordinal);
        else
            Assert.Equal(20001, Tables.Open(folder["t.csv.gz"]).RowCount);
    }

    [Fact]
    public void Gzip_that_is_truncated_anywhere_gives_no_row_that_the_file_does_not_have()
    {
        using TemporaryFolder folder = new();
        byte[] whole = Gzip("id,name\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},star {i * 7919 % 1000}\n")));
        List<string> wrong = [];
        for (int length = 11; length < whole.Length; length += 3)
        {
            File.WriteAllBytes(folder["t.csv.gz"], whole[..length]);
            string message = Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder["t.csv.gz"])).Message;
            if (!message.Contains($"the gzip data are truncated or damaged: the file ends after {length} bytes", StringComparison.Ordinal))
                wrong.Add($"{length} of {whole.Length} bytes: {message}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Gzip_with_a_wrong_checksum_is_rejected()
    {
        using TemporaryFolder folder = new();
        byte[] gzip = Gzip("a,b\n1,2\n");
        gzip[^6] ^= 1;
        File.WriteAllBytes(folder["t.csv.gz"], gzip);
        Assert.Matches(@"the gzip data are damaged within the first \d+ bytes of the file\. Fetch",
            Assert.Throws<SourceUnreadableException>(() => Tables.Open(folder["t.csv.gz"])).Message);
    }

    [Theory] // Python's gzip and GNU gzip skip zeros after the last member, and GNU gzip alone ignores other bytes with a warning
    [InlineData("csv", 1)]
    [InlineData("csv", 512)]
    [InlineData("csv", 200_000)]
    [InlineData("fits", 512)]
    [InlineData("vot", 512)]
    public async Task Gzip_may_be_padded_with_zeros_but_not_with_other_bytes(string ending, int zeros)
    {
        using TemporaryFolder folder = new();
        string name = folder[$"t.{ending}.gz"], other = folder[$"other.{ending}.gz"], cut = folder[$"cut.{ending}.gz"];
        Assert.Equal("3000 3000", Python.Run("""
            import gzip, io, sys, numpy as np
            from astropy.table import Table
            name, other, cut, ending, zeros = sys.argv[1:]
            t = Table({'a': np.arange(3000), 'b': np.arange(3000) % 7 * .5})
            file = io.BytesIO() if ending != 'csv' else io.StringIO()
            t.write(file, format={'csv': 'ascii.csv', 'fits': 'fits', 'vot': 'votable'}[ending])
            data = file.getvalue() if ending != 'csv' else file.getvalue().encode()
            packed = gzip.compress(data[:900]) + gzip.compress(data[900:])
            open(name, 'wb').write(packed + bytes(int(zeros)))
            open(other, 'wb').write(packed + bytes(int(zeros)) + b'x')
            open(cut, 'wb').write(packed[:-9] + bytes(int(zeros)))
            back = gzip.open(name).read()
            assert back == data
            try: gzip.open(other).read(); print('read')
            except gzip.BadGzipFile: pass
            print(len(t), len(Table.read(io.BytesIO(back), format={'csv': 'ascii.csv', 'fits': 'fits', 'vot': 'votable'}[ending])))
            """, name, other, cut, ending, $"{zeros}").Trim());
        Assert.Equal(3000, await CountAsync(name));
        Assert.Contains("the gzip data are followed by other data", await MessageAsync(other), StringComparison.Ordinal);
        Assert.Matches("the (gzip data are|XML is) (truncated or )?damaged", await MessageAsync(cut));

        static async Task<int> CountAsync(string file)
        {
            int rows = 0;
            await foreach (RowBatch batch in Tables.Open(file).ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
                rows += batch.RowCount;
            return rows;
        }

        static async Task<string> MessageAsync(string file) =>
            (await Assert.ThrowsAsync<SourceUnreadableException>(() => CountAsync(file))).Message;
    }

    private static string Write(TemporaryFolder folder, string text)
    {
        File.WriteAllText(folder["t.csv"], text);
        return folder["t.csv"];
    }

    private static byte[] Gzip(string text)
    {
        using MemoryStream target = new();
        using (GZipStream gzip = new(target, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return target.ToArray();
    }
}
