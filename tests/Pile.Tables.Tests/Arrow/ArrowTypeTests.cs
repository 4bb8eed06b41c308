using System.Diagnostics;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests.Arrow;

/// <summary>Every type of Arrow gives the values and the columns that the same table has in Parquet.</summary>
public sealed class ArrowTypeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("i::TINYINT")]
    [InlineData("i::USMALLINT")]
    [InlineData("i::UBIGINT + 18446744073709000000::UBIGINT")]
    [InlineData("i::FLOAT / 3")]
    [InlineData("CASE WHEN i % 3 = 0 THEN NULL ELSE i::DOUBLE / 7 END")]
    [InlineData("i % 2 = 0")]
    [InlineData("'größe ' || i")]
    [InlineData("CASE WHEN i % 3 = 0 THEN NULL ELSE 'a text that is longer than twelve bytes ' || i END")]
    [InlineData("(i::VARCHAR)::BLOB")]
    [InlineData("(i / 100)::DECIMAL(9, 2)")]
    [InlineData("(i * 1234567890123)::DECIMAL(38, 10)")]
    [InlineData("i::DECIMAL(12, 0)")]
    [InlineData("DATE '1969-12-30' + i::INT")]
    [InlineData("TIMESTAMP '1969-12-30 23:59:59.123456' + to_seconds(i)")]
    [InlineData("(TIMESTAMP '1969-12-30 23:59:59.123' + to_seconds(i))::TIMESTAMP_MS")]
    [InlineData("TIMESTAMPTZ '1969-12-30 23:59:59.123456+00' + to_seconds(i)")]
    [InlineData("TIME '12:59:59.000001'")]
    [InlineData("[i, i + 1]")]
    [InlineData("CASE WHEN i % 3 = 0 THEN NULL ELSE list_resize([1.5, 2.5, NULL], i % 4) END")]
    [InlineData("[i, NULL]")]
    [InlineData("[[i, 1], [2, 3]]")]
    [InlineData("['a', i::VARCHAR, NULL]")]
    [InlineData("[['a'], ['b', i::VARCHAR]]")]
    [InlineData("[DATE '2020-01-01', NULL]")]
    [InlineData("{'a': i, 'b': {'c': 'x' || i, 'd': NULL::INT}}")]
    [InlineData("CASE WHEN i % 2 = 0 THEN NULL ELSE {'a': i, 'b': [i]} END")]
    [InlineData("[{'t': i::DOUBLE, 'f': 'g'}, {'t': 2.5::DOUBLE, 'f': 'r'}]")]
    [InlineData("MAP {'k' || i: i, 'm': NULL}")]
    [InlineData("(CASE i % 3 WHEN 0 THEN 'STAR' WHEN 1 THEN 'QSO' ELSE NULL END)::ENUM ('STAR', 'GALAXY', 'QSO')")]
    public async Task A_result_of_DuckDB_gives_the_same_table_as_Arrow_and_as_Parquet(string sql)
    {
        string select = $"SELECT i::BIGINT AS n, {sql} AS x FROM range(5000) t(i)";
        using (DuckDbDatabase database = DuckDbDatabase.OpenInMemory())
        using (DuckDbConnection connection = database.Connect())
            connection.Execute($"COPY ({select}) TO {DuckDbSql.Literal(folder["t.parquet"])} (FORMAT parquet)",
                cancellationToken: TestContext.Current.CancellationToken);
        RecordBatch[] batches = DuckDbArrow.Query(select);
        using ITableReader parquet = Tables.Open(folder["t.parquet"]);
        List<string[]> expected = await Cells.ReadAsync(parquet);
        foreach ((string name, CompressionCodecType? codec) in new (string, CompressionCodecType?)[] { ("t.arrow", null),
            ("lz4.feather", CompressionCodecType.Lz4Frame), ("zstd.arrows", CompressionCodecType.Zstd) })
        {
            ArrowFiles.Write(folder[name], batches, codec);
            using ITableReader arrow = Tables.Open(folder[name]);
            Assert.Equal(5000, arrow.RowCount);
            Assert.Equal(parquet.Columns.Select(c => c.ToString()), arrow.Columns.Select(c => c.ToString()));
            Assert.Equal(parquet.Columns.Select(c => (c.Name, c.Nullable)), arrow.Columns.Select(c => (c.Name, c.Nullable)));
            Same(expected, await Cells.ReadAsync(arrow));
            string[] last = [.. arrow.Columns.Select(c => c.Name).Reverse()];
            List<string[]> range = await Cells.ReadAsync(arrow, last, 2040, 100);
            Same([.. expected.AsEnumerable().Reverse().Select(c => c[2040..2140])], range);
        }
    }

    public static TheoryData<string> OtherTypes() => [.. Others.Keys];

    // Types that DuckDB does not export, and their values as texts.
    private static readonly Dictionary<string, (Func<IArrowArray> Array, string Type, string[] Values)> Others = new(StringComparer.Ordinal)
    {
        ["half"] = (() => new HalfFloatArray.Builder().Append((Half)1.5).AppendNull().Append((Half)(-2)).Build(), "float32",
            ["1.5", "∅", "-2"]),
        ["view"] = (() => new StringViewArray.Builder().Append("a text of more than twelve bytes").AppendNull().Append("größe").Build(),
            "string", ["a text of more than twelve bytes", "∅", "größe"]),
        ["large text"] = (() => new LargeStringArray.Builder().Append("abc").AppendNull().Append("").Build(), "string", ["abc", "∅", ""]),
        ["null"] = (() => new NullArray(3), "string", ["∅", "∅", "∅"]),
        ["duration"] = (() => new DurationArray.Builder(DurationType.Millisecond).Append(TimeSpan.FromSeconds(1.5)).AppendNull()
            .Append(TimeSpan.Zero).Build(), "int64", ["1500", "∅", "0"]),
        ["decimal of 32 bits"] = (() => new Decimal32Array.Builder(new Decimal32Type(7, 2)).Append(1.25m).AppendNull().Append(-3m).Build(),
            "float64", ["1.25", "∅", "-3"]),
        ["decimal of 256 bits"] = (() => new Decimal256Array.Builder(new Decimal256Type(50, 3)).Append(1.125m).AppendNull().Append(-0.1m)
            .Build(), "float64", ["1.125", "∅", "-0.1"]),
        ["run ends"] = (() => new RunEndEncodedArray(ArrowFiles.Ints(1, 3), ArrowFiles.Texts("a", null)), "string", ["a", "∅", "∅"]),
        ["dictionary in lists"] = (() => ArrowFiles.Lists(ArrowFiles.Dictionary(ArrowFiles.Ints(0, 1, null, 0), ArrowFiles.Texts("p", "q")),
            0, 1, 1, 4), "string[*]", ["p", "", "q  p"]),
        ["fixed lists"] = (() => new FixedSizeListArray(new FixedSizeListType(new Field("item", Int32Type.Default, true), 2), 3,
            ArrowFiles.Ints(1, 2, 3, 4, 5, 6), ArrowBuffer.Empty), "int32[2]", ["1 2", "3 4", "5 6"]),
        ["list views"] = (() => new ListViewArray(new ListViewType(new Field("item", Int32Type.Default, true)), 3,
            ArrowFiles.Buffer(1, 0, 0), ArrowFiles.Buffer(2, 1, 0), ArrowFiles.Ints(5, 6, 7), ArrowBuffer.Empty), "int32[*]",
            ["6 7", "5", ""]),
        ["large lists"] = (() => new LargeListArray(new LargeListType(new Field("item", Int32Type.Default, true)), 3,
            ArrowFiles.Buffer(0L, 1L, 1L, 3L), ArrowFiles.Ints(5, 6, 7), ArrowBuffer.Empty), "int32[*]", ["5", "", "6 7"]),
        ["time of seconds"] = (() => new Time32Array.Builder(TimeUnit.Second).Append(3661).AppendNull().Append(0).Build(), "string",
            ["01:01:01", "∅", "00:00:00"]),
        ["date of milliseconds"] = (() => new Date64Array.Builder().Append(new DateTime(2024, 1, 2)).AppendNull()
            .Append(new DateTime(1969, 12, 31)).Build(), "string", ["2024-01-02", "∅", "1969-12-31"]),
    };

    [Theory]
    [MemberData(nameof(OtherTypes))]
    public async Task Other_types_are_read_as_the_nearest_column(string kind)
    {
        (Func<IArrowArray> array, string type, string[] values) = Others[kind];
        foreach (string name in (string[])["t.arrow", "t.arrows"])
        {
            ArrowFiles.Write(folder[name], [ArrowFiles.Batch(array()), ArrowFiles.Batch(array())], CompressionCodecType.Zstd);
            using ITableReader table = Tables.Open(folder[name]);
            Assert.Equal($"x: {type}", table.Columns.Single().ToString());
            Assert.Equal([.. values, .. values], (await Cells.ReadAsync(table))[0]);
            Assert.Equal(values[2..], (await Cells.ReadAsync(table, null, 2, 1))[0]);
            if (kind == "duration")
                Assert.Equal("ms", table.Columns[0].Unit);
        }
    }

    [Fact]
    public async Task Files_of_the_JavaScript_library_are_read_and_read_ours()
    {
        string modules = Path.Combine(TestPaths.Root, "tests", "schemas");
        string[] written = Node(modules, folder["js.arrow"], folder["js.arrows"]);
        Assert.Equal(["written"], written);
        foreach (string name in (string[])["js.arrow", "js.arrows"])
        {
            using ITableReader table = Tables.Open(folder[name]);
            List<string[]> cells = await Cells.ReadAsync(table);
            Assert.Equal(["i: int32", "f: float64", "s: string", "d: string", "l: float32[*]", "v.a: int64", "v.b: bool"],
                table.Columns.Select(c => c.ToString()));
            Assert.Equal("deg", table.Columns[1].Unit);
            Assert.Equal(["1", "∅", "3", "4"], cells[0]);
            Assert.Equal(["0.5", "1.5", "∅", "-2"], cells[1]);
            Assert.Equal(["a", "größe", "∅", ""], cells[2]);
            Assert.Equal(["STAR", "QSO", "STAR", "GALAXY"], cells[3]);
            Assert.Equal(["1 2", "", "∅", "3"], cells[4]);
            Assert.Equal(["9007199254740993", "1", "2", "3"], cells[5]);
            Assert.Equal(["true", "false", "true", "false"], cells[6]);
            await TableWriter.WriteAsync(folder["ours-" + name], table.Columns,
                table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken),
                cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal([""""{"i":[1,null,3,4],"f":[0.5,1.5,null,-2],"s":["a","größe",null,""],"l":[[1,2],[],null,[3]],"unit":"deg"}""""],
                Node(modules, folder["ours-" + name]));
        }
    }

    [Fact]
    public async Task Dictionaries_that_are_replaced_or_extended_in_a_stream_give_their_own_values()
    {
        RecordBatch first = ArrowFiles.Batch(ArrowFiles.Dictionary(ArrowFiles.Ints(0, 1, null), ArrowFiles.Texts("a", "b")));
        RecordBatch second = ArrowFiles.Batch(ArrowFiles.Dictionary(ArrowFiles.Ints(1, 0, 1), ArrowFiles.Texts("c", "d")));
        ArrowFiles.Write(folder["1.arrows"], [first]);
        ArrowFiles.Write(folder["2.arrows"], [second]);
        // Apache.Arrow writes the dictionary of the first batch only: the messages of the second stream follow those of the first.
        byte[] one = await File.ReadAllBytesAsync(folder["1.arrows"], TestContext.Current.CancellationToken);
        byte[] two = await File.ReadAllBytesAsync(folder["2.arrows"], TestContext.Current.CancellationToken);
        int schemaEnd = 8 + BitConverter.ToInt32(two, 4);
        await File.WriteAllBytesAsync(folder["t.arrows"], [.. one[..^8], .. two[schemaEnd..]], TestContext.Current.CancellationToken);
        using ITableReader table = Tables.Open(folder["t.arrows"]);
        Assert.Equal(["a", "b", "∅", "d", "c", "d"], (await Cells.ReadAsync(table))[0]);
        Assert.Equal(["c", "d"], (await Cells.ReadAsync(table, null, 4))[0]);
    }

    [Fact]
    public async Task Units_frames_categories_and_shapes_are_kept()
    {
        RowBatch batch = TableOutTests.Batch(4, isAscii: false);
        await TableWriter.WriteAsync(folder["t.arrow"], [.. batch.Columns.Select(c => c.Schema)], new[] { batch }.ToAsyncEnumerable(),
            new TableWriteOptions { About = TableOutTests.About }, TestContext.Current.CancellationToken);
        using ITableReader table = Tables.Open(folder["t.arrow"]);
        Assert.Equal(batch.Columns.Select(c => c.Schema.ToString()), table.Columns.Select(c => c.ToString()));
        Assert.Equal(batch.Columns.Select(c => (c.Schema.Unit, c.Schema.Ucd, c.Schema.Description)),
            table.Columns.Select(c => (c.Unit, c.Ucd, c.Description)));
        Assert.Equal("ICRS", table.FrameOf("ra"));
    }

    private static void Same(List<string[]> expected, List<string[]> found)
    {
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < expected.Count; i++)
            Assert.Equal(expected[i], found[i]);
    }

    private static string[] Node(string modules, params string[] files)
    {
        using Process node = Process.Start(new ProcessStartInfo("node", ["arrow.mjs", .. files])
        {
            WorkingDirectory = modules,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string output = node.StandardOutput.ReadToEnd(), error = node.StandardError.ReadToEnd();
        node.WaitForExit();
        Assert.True(node.ExitCode == 0, error);
        return output.TrimEnd('\n').Split('\n');
    }
}
