using System.Text;
using Pile.DuckDb;
using Pile.Format;
using Pile.Tables.Opening;
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

    // DuckDB changes such names when it writes and when it reads them, unlike Arrow, so that they are written into the file here.
    [Theory]
    [InlineData("E_mag", "E_mag", null)]
    [InlineData("e_mag", "e_mag_2", "another column 'e_mag' is read as 'e_mag_2', because names of columns must be unique.")]
    public async Task Names_that_differ_by_case_only_are_those_of_the_file(string name, string expected, string? note)
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute("COPY (SELECT i AS id, {'x': i, 'e_mag': [i]} AS s, [i, 2] AS l, i / 2 AS e_mag, "
            + "CASE WHEN i < 2 THEN i END AS k_mag, i::VARCHAR AS t FROM range(3) r(i)) "
            + $"TO '{folder["t.parquet"]}' (FORMAT parquet)", cancellationToken: TestContext.Current.CancellationToken);
        byte[] bytes = File.ReadAllBytes(folder["t.parquet"]), written = Encoding.UTF8.GetBytes(name);
        for (int at; (at = bytes.AsSpan().IndexOf("k_mag"u8)) >= 0;)
            written.CopyTo(bytes, at);
        File.WriteAllBytes(folder["t.parquet"], bytes);

        using ITableReader table = Tables.Open(folder["t.parquet"]);
        Assert.Equal(["id", "s.x", "s.e_mag", "l", "e_mag", expected, "t"], table.Columns.Select(c => c.Name));
        Assert.True(table.Columns[5].Nullable);
        List<string[]> cells = await Cells.ReadAsync(table, ["e_mag", expected, "s.e_mag"]);
        Assert.Equal([["0", "0.5", "1"], ["0", "1", Cells.Null], ["0", "1", "2"]], cells);
        Assert.Equal([["1", Cells.Null]], await Cells.ReadAsync(table, [expected], firstRow: 1));
        Assert.Equal(note is null ? [] : [note], ITableNotes.Of(table));
    }

    // DuckDB writes no nanoseconds in UTC, as pandas does: the file is made to say so. INT96 needs another writer.
    [Theory]
    [InlineData(true, "2023-11-14 22:13:20.123456+00", "the times of column 't' are in nanoseconds, and are read in whole microseconds.")]
    [InlineData(false, "2023-11-14 22:13:20.123456789", null)]
    public async Task Dropped_nanoseconds_are_noted(bool isUtc, string expected, string? note)
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute("COPY (SELECT make_timestamp_ns(1700000000123456789) AS t, make_timestamp(1700000000123456) AS u) "
            + $"TO '{folder["t.parquet"]}' (FORMAT parquet)", cancellationToken: TestContext.Current.CancellationToken);
        byte[] bytes = File.ReadAllBytes(folder["t.parquet"]);
        // Thrift's compact protocol: field 1 (isAdjustedToUTC) false, field 2 (unit) a struct with field 3 (NANOS)
        byte[] zoneless = [0x12, 0x1C, 0x3C, 0, 0, 0];
        Assert.Equal(1, bytes.AsSpan().Count(zoneless));
        if (isUtc)
            bytes[bytes.AsSpan().IndexOf(zoneless)] = 0x11;
        File.WriteAllBytes(folder["t.parquet"], bytes);

        using ITableReader table = Tables.Open(folder["t.parquet"]);
        Assert.Equal([[expected]], await Cells.ReadAsync(table, ["t"]));
        Assert.Equal(note is null ? [] : [note], ITableNotes.Of(table));
    }

    [Theory] // astropy.io.misc.parquet writes the first
    [InlineData("<PARQUET type='Parquet-local-XML'/>")]
    [InlineData("<DATA><PARQUET type='Parquet-local-XML'/></DATA>")]
    [InlineData("")]
    public void Fields_of_a_VOTable_in_the_metadata_describe_the_columns(string data)
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string markup = "<VOTABLE version='1.4'><RESOURCE><TABLE><FIELD name='z' datatype='double' unit='km/s' ucd='src.redshift'/>"
            + $"{data}</TABLE></RESOURCE></VOTABLE>";
        connection.Execute($"COPY (SELECT 1.5::DOUBLE AS z) TO '{folder["t.parquet"]}' (FORMAT parquet, KV_METADATA "
            + $"{{\"IVOA.VOTable-Parquet.content\": {DuckDbSql.Literal(markup)}}})",
            cancellationToken: TestContext.Current.CancellationToken);
        using ITableReader table = Tables.Open(folder["t.parquet"]);
        Assert.Equal(("km/s", "src.redshift"), (table.Columns[0].Unit, table.Columns[0].Ucd));
    }

    // DuckDB holds a row group in memory while it writes: 122,880 images would be gigabytes.
    [Theory]
    [InlineData(1 << 17, false, 100)]
    [InlineData(1 << 17, true, 100)]
    [InlineData(1 << 17, false, 400, Traits = ["Run", "Long"])]
    [InlineData(1, false, 400)]
    public async Task Row_groups_of_wide_rows_have_fewer_rows(int elements, bool isRagged, int rows)
    {
        using TemporaryFolder folder = new();
        ColumnSchema column = new()
        {
            Name = "image",
            DType = DType.Float64,
            Shape = [isRagged ? ColumnSchema.Ragged : elements],
            IsHeavy = true,
        };
        await TableWriter.WriteAsync(folder["t.parquet"], [column], Batches(), cancellationToken: TestContext.Current.CancellationToken);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string file = DuckDbSql.Literal(folder["t.parquet"]);
        Assert.Equal(rows, Scalar($"SELECT count(*) FROM {file} WHERE image[1] = 1 AND len(image) = {elements}"));
        Assert.True(Scalar($"SELECT max(row_group_bytes) FROM parquet_metadata({file})") < 40 << 20);
        Assert.Equal(elements > 1 ? (rows + 31) / 32 : 1, Scalar($"SELECT num_row_groups FROM parquet_file_metadata({file})"));

        long Scalar(string sql) => connection.Scalar<long>(sql, cancellationToken: TestContext.Current.CancellationToken);

        async IAsyncEnumerable<RowBatch> Batches()
        {
            for (int row = 0; row < rows; row += 4)
            {
                double[] values = new double[4 * elements];
                values.AsSpan().Fill(1);
                yield return new RowBatch([isRagged
                    ? new ColumnData<double>(column, values, [elements, elements, elements, elements])
                    : new ColumnData<double>(column, values)]);
                await Task.Yield();
            }
        }
    }

    [Theory]
    [InlineData(15, 3)]
    [InlineData(18, 17)]
    [InlineData(20, 0)]
    [InlineData(20, 3)]
    [InlineData(38, 18)]
    [InlineData(38, 37)]
    public async Task Decimals_become_the_nearest_float64(int width, int scale)
    {
        Random random = new(width + scale);
        string[] texts = [.. Enumerable.Range(0, 500).Select(_ =>
        {
            string digits = string.Concat(Enumerable.Range(0, random.Next(1, width)).Select(_ => (char)('0' + random.Next(10))));
            digits = digits.PadLeft(scale + 1, '0');
            string text = scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}";
            return random.Next(2) == 0 ? "-" + text : text;
        })];
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["texts"], texts);
        using (DuckDbDatabase database = DuckDbDatabase.OpenInMemory())
        using (DuckDbConnection connection = database.Connect())
            connection.Execute($"COPY (SELECT n::DECIMAL({width}, {scale}) AS d, [n::DECIMAL({width}, {scale}), NULL] AS l FROM (SELECT "
                + $"unnest({DuckDbSql.LiteralList(texts)}) AS n)) TO '{folder["t.parquet"]}' (FORMAT parquet)",
                cancellationToken: TestContext.Current.CancellationToken);
        string[] nearest = Python.Run("import sys; print(*[float(x) for x in open(sys.argv[1]).read().split()])", folder["texts"])
            .Split(' ');

        using ITableReader table = Tables.Open(folder["t.parquet"]);
        Assert.Equal([DType.Float64, DType.Float64], table.Columns.Select(c => c.DType));
        int row = 0;
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
            for (int i = 0; i < batch.RowCount; i++, row++)
            {
                double expected = double.Parse(nearest[row]);
                Assert.Equal(expected, batch.Values<double>("d")[i]);
                Assert.Equal([expected, double.NaN], ((ColumnData<double>)batch["l"]).Row(i).ToArray());
            }
        Assert.Equal(texts.Length, row);
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
