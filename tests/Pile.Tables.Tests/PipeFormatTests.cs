using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Pile.Format;
using Pile.Tables.Opening;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>The formats for pipes: Arrow is read by Apache Arrow's own library, JSON Lines and TSV by Python.</summary>
public sealed class PipeFormatTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Arrow_reads_every_type_from_a_stream_and_from_a_file(int rows)
    {
        RowBatch batch = TableOutTests.Batch(rows, isAscii: false);
        using MemoryStream stream = new();
        Assert.Equal(2 * rows, await WriteAsync(stream, TableFormat.Arrow, batch, batch));
        stream.Position = 0;
        using (ArrowStreamReader reader = new(stream, leaveOpen: true))
            Same(batch, reader, rows == 0 ? 0 : 2);
        await TableWriter.WriteAsync(folder["t.arrow"], [.. batch.Columns.Select(c => c.Schema)],
            new[] { batch, batch }.ToAsyncEnumerable(), new TableWriteOptions { About = TableOutTests.About },
            TestContext.Current.CancellationToken);
        using FileStream file = File.OpenRead(folder["t.arrow"]);
        using (ArrowFileReader reader = new(file))
            Same(batch, reader, rows == 0 ? 0 : 2);
    }

    [Fact]
    public async Task Arrays_of_several_axes_are_nested_lists_and_times_have_their_zero()
    {
        ColumnSchema schema = new() { Name = "fixed", DType = DType.Int16, Shape = [2, 3] };
        ColumnData<short> cells = new(schema, Enumerable.Range(0, 18).Select(i => (short)i).ToArray(), 3);
        ColumnData<float> ragged = new(schema with { Name = "ragged", DType = DType.Float32, Shape = [-1, -1, -1] },
            new float[] { 1, 2, 3, 4, 5 }, new[] { 1, 2, 2, 2, 0, 1, 1, 1, 1 });
        ColumnData<double> time = new(new ColumnSchema { Name = "t", DType = DType.Float64, Unit = "d", Time = new("TDB", null, 54832.5) },
            new double[3]);
        using MemoryStream stream = new();
        await WriteAsync(stream, TableFormat.Arrow, new RowBatch([cells, ragged, time]));
        stream.Position = 0;
        using ArrowStreamReader reader = new(stream, leaveOpen: true);
        using Apache.Arrow.RecordBatch read = reader.ReadNextRecordBatch();
        Assert.Equal("54832.5", reader.Schema.GetFieldByName("t").Metadata["time_zero_mjd"]);
        Assert.Equal("[[[0,1,2],[3,4,5]],[[6,7,8],[9,10,11]],[[12,13,14],[15,16,17]]]", Text(read.Column("fixed")));
        Assert.Equal("[[[[1,2],[3,4]]],[[],[]],[[[5]]]]", Text(read.Column("ragged")));

        static string Text(IArrowArray array) => $"[{string.Join(',', Enumerable.Range(0, array.Length).Select(i => array switch
        {
            ListArray lists => Text(lists.GetSlicedValues(i)),
            Int16Array numbers => $"{numbers.GetValue(i)}",
            FloatArray numbers => numbers.GetValue(i)!.Value.ToString(CultureInfo.InvariantCulture),
            _ => throw new InvalidOperationException($"{array.GetType()}"),
        }))}]";
    }

    [Fact]
    public async Task Json_lines_of_a_pipe_are_valid_json_with_exact_integers()
    {
        using MemoryStream stream = new();
        RowBatch all = TableOutTests.Batch(4, isAscii: false);
        await Assert.ThrowsAsync<ValueInvalidException>(() => WriteAsync(stream, TableFormat.JsonLines, all)); // Infinity in 'nan'
        ColumnData<double> finite = new(all["nan"].Schema, new[] { double.NaN, 0, double.NaN, -0.5 }, new[] { false, true, false, false });
        RowBatch batch = new(all.Columns.Select(c => c.Schema.Name == "nan" ? finite : c));
        stream.SetLength(0);
        await WriteAsync(stream, TableFormat.JsonLines, batch);
        await File.WriteAllBytesAsync(folder["t.jsonl"], stream.ToArray(), TestContext.Current.CancellationToken);
        string[] lines = Python.Run("""
            import json, sys
            def invalid(word): raise ValueError(word)
            for line in open(sys.argv[1], encoding='utf-8'):
                r = json.loads(line, parse_constant=invalid)
                print(r['big'], r['ra'], r['some'], r['nan'], r['yes'], r['none'], r['pair'], r['list'], r['flags'], r['bands'], r['text'])
            """, folder["t.jsonl"]).TrimEnd('\n').Split('\n');
        Assert.Equal(
        [
            "9007199254740993 0.1 5 None True x [1.5, -2.0] [1] [True, False] ['g', 'r'] a",
            "-9007199254740993 359.99999999999994 None None False None [0.0, 1.0] [] [] ['i', 'z'] b, \"c\"",
            "9223372036854775807 1e-300 7 None True y [1e+300, 5e-324] [1, 2, 3] [True] ['', ''] größe 漢字 🌌",
            "0 180.0 80000 -0.5 False z [1.0, 2.0] [4, 5] [] ['', ''] e<f>&g",
        ], lines);
    }

    [Fact]
    public async Task Tabs_and_quotes_in_fields_are_read_back_from_tsv_by_pandas()
    {
        ColumnSchema text = new() { Name = "a\tname", DType = DType.String, Nullable = true };
        RowBatch batch = new([TextColumnData.From(text, ["a\tb", "say \"x\"", "two\nlines", ", comma", null]),
            new ColumnData<long>(new ColumnSchema { Name = "n", DType = DType.Int64 }, new long[] { 1, 2, 3, 4, 5 })]);
        using MemoryStream stream = new();
        await WriteAsync(stream, TableFormat.Tsv, batch);
        await File.WriteAllBytesAsync(folder["t.tsv"], stream.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("""[["a\tb", 1], ["say \"x\"", 2], ["two\nlines", 3], [", comma", 4], ["-", 5]]""", Python.Run(
            "import json, sys, pandas; t = pandas.read_csv(sys.argv[1], sep='\\t').fillna('-'); assert t.columns[0] == 'a\\tname'; "
            + "print(json.dumps(t.values.tolist()))", folder["t.tsv"]).Trim());
        Assert.Contains(", comma\t4\n", Encoding.UTF8.GetString(stream.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Formats_that_need_a_file_are_copied_to_the_pipe()
    {
        RowBatch batch = TableOutTests.Batch(4, isAscii: true);
        foreach ((TableFormat format, string name) in new[] { (TableFormat.Parquet, "t.parquet"), (TableFormat.Fits, "t.fits") })
        {
            using MemoryStream stream = new();
            Assert.Equal(4, await WriteAsync(stream, format, batch));
            await TableWriter.WriteAsync(folder[name], [.. batch.Columns.Select(c => c.Schema)], new[] { batch }.ToAsyncEnumerable(),
                new TableWriteOptions { About = TableOutTests.About }, TestContext.Current.CancellationToken);
            Assert.Equal(await File.ReadAllBytesAsync(folder[name], TestContext.Current.CancellationToken), stream.ToArray());
        }
    }

    private static Task<long> WriteAsync(Stream stream, TableFormat format, params RowBatch[] batches) =>
        TableWriter.WriteAsync(stream, format, [.. batches[0].Columns.Select(c => c.Schema)], batches.ToAsyncEnumerable(),
            TableOutTests.About, onMessage: null, TestContext.Current.CancellationToken);

    private static void Same(RowBatch expected, ArrowStreamReader reader, int batchCount)
    {
        Assert.Equal(expected.Columns.Select(c => c.Schema.Name), reader.Schema.FieldsList.Select(f => f.Name));
        Assert.Equal("deg", reader.Schema.GetFieldByName("ra").Metadata["unit"]);
        Assert.Equal("pos.eq.ra;meta.main", reader.Schema.GetFieldByName("ra").Metadata["ucd"]);
        Assert.Equal("a <survey> & more", reader.Schema.Metadata["survey"]);
        int batches = 0;
        while (reader.ReadNextRecordBatch() is { } read)
        {
            using (read)
            {
                batches++;
                Assert.Equal(expected.RowCount, read.Length);
                for (int i = 0; i < expected.Columns.Length; i++)
                    for (int row = 0; row < read.Length; row++)
                        Assert.Equal($"{read.Schema.FieldsList[i].Name} {JsonOf(expected.Columns[i], row)}",
                            $"{read.Schema.FieldsList[i].Name} {TextOf(read.Column(i), row)}");
            }
        }
        Assert.Equal(batchCount, batches);
    }

    private static string JsonOf(ColumnData column, int row) => column.IsNullAt(row) ? "null" : column switch
    {
        TextColumnData c => string.Join('|', Enumerable.Range(0, c.ElementsOf(row)).Select(i => c.Text(row, i))),
        _ => string.Join('|', Cells.Text(column, row).Split(' ')),
    };

    private static string TextOf(IArrowArray array, int row) => array.IsNull(row) ? "null" : array switch
    {
        ListArray a => string.Join('|', Enumerable.Range(0, a.GetValueLength(row)).Select(i => TextOf(a.GetSlicedValues(row), i))),
        StringArray a => a.GetString(row),
        BooleanArray a => a.GetValue(row)!.Value ? "true" : "false",
        Int8Array a => Text(a.GetValue(row)),
        UInt16Array a => Text(a.GetValue(row)),
        Int16Array a => Text(a.GetValue(row)),
        Int32Array a => Text(a.GetValue(row)),
        UInt32Array a => Text(a.GetValue(row)),
        Int64Array a => Text(a.GetValue(row)),
        UInt64Array a => Text(a.GetValue(row)),
        FloatArray a => ((double)a.GetValue(row)!).ToString("R", CultureInfo.InvariantCulture),
        DoubleArray a => Text(a.GetValue(row)),
        _ => throw new NotSupportedException(array.Data.DataType.Name),
    };

    private static string Text<T>(T value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
