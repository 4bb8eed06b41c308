using Apache.Arrow;
using Apache.Arrow.Ipc;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Streaming;
using Pile.Tests;

namespace Pile.Arrow.Tests;

/// <summary>Rows as record batches, read by DuckDB through Arrow's C data interface.</summary>
public sealed class ArrowExtensionTests
{
    private const string Stars = "id,ra,dec,name,mag\n1,200,10,größe,1.5\n2,210,-20,,2.5\n3,220,30,c,\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_query_is_read_by_DuckDB_with_units_in_the_schema()
    {
        using TemporaryTables tables = new();
        await using Dataset stars = await tables.BuildAsync("stars", Stars);
        IArrowArrayStream stream = await stars.Query().Columns("object_id", "ra", "name", "mag").OrderBy("ra").ToArrowStreamAsync(Token);
        Assert.Equal("deg", stream.Schema.GetFieldByName("ra").Metadata["unit"]);
        Assert.Equal("pos.eq.ra;meta.main", stream.Schema.GetFieldByName("ra").Metadata["ucd"]);
        using ImportedTable imported = new(stream);
        Assert.Equal(["1 200.0 größe 1.5", "2 210.0 NULL 2.5", "3 220.0 c NULL"],
            imported.Execute("SELECT object_id, ra, name, mag FROM t"));
    }

    [Fact]
    public async Task Every_dtype_and_shape_keeps_its_values_through_the_C_interface()
    {
        static ColumnSchema Column(string name, DType type, params int[] shape) => new() { Name = name, DType = type, Shape = [.. shape] };
        RowBatch rows = new(
        [
            new ColumnData<bool>(Column("b", DType.Bool), new[] { true, false, true }, new[] { false, false, true }),
            new ColumnData<sbyte>(Column("i1", DType.Int8), new sbyte[] { -128, 0, 127 }),
            new ColumnData<byte>(Column("u1", DType.UInt8), new byte[] { 0, 1, 255 }),
            new ColumnData<ulong>(Column("u8", DType.UInt64), new[] { 0, 1, ulong.MaxValue }),
            new ColumnData<float>(Column("f4", DType.Float32), new[] { 1.5f, float.NaN, -0f }),
            TextColumnData.From(Column("s", DType.String), ["a", null, "größe"]),
            new ColumnData<short>(Column("fixed", DType.Int16, 2), new short[] { 1, 2, 3, 4, 5, 6 }, 3),
            new ColumnData<double>(Column("ragged", DType.Float64, -1, -1), new double[] { 1, 2, 3, 4, 5 }, new[] { 2, 2, 0, 0, 1, 1 }),
        ]);
        using ImportedTable imported = new(new[] { rows }.ToAsyncEnumerable().ToArrowStream(rows.Columns.Select(c => c.Schema), Token));
        Assert.Equal(
        [
            "true -128 0 0 1.5 a [1, 2] [[1.0, 2.0], [3.0, 4.0]]",
            "false 0 1 1 nan NULL [3, 4] []",
            "NULL 127 255 18446744073709551615 -0.0 größe [5, 6] [[5.0]]",
        ], imported.Execute("SELECT b, i1, u1, u8, f4, s, fixed, ragged FROM t"));
    }

    [Fact]
    public async Task Numbers_keep_their_memory_and_texts_may_begin_anywhere()
    {
        double[] values = [1, 2, 3];
        ColumnSchema number = new() { Name = "x", DType = DType.Float64 }, text = new() { Name = "s", DType = DType.String };
        RowBatch rows = new([new ColumnData<double>(number, values),
            new TextColumnData(text, "abcdef"u8.ToArray(), new[] { 2, 3, 3, 6 })]);
        RecordBatch batch = rows.ToRecordBatch();
        values[1] = 7;
        Assert.Equal(7, ((DoubleArray)batch.Column("x")).GetValue(1));
        Assert.Equal(["c", "", "def"], Enumerable.Range(0, 3).Select(i => ((StringArray)batch.Column("s")).GetString(i)));
        using MemoryStream stream = new();
        using (ArrowStreamWriter writer = new(stream, batch.Schema, leaveOpen: true))
        {
            await writer.WriteRecordBatchAsync(batch, Token);
            await writer.WriteEndAsync(Token);
        }
        stream.Position = 0;
        using RecordBatch read = await new ArrowStreamReader(stream).ReadNextRecordBatchAsync(Token);
        Assert.Equal("def", ((StringArray)read.Column("s")).GetString(2));
    }

    [Fact]
    public async Task Matches_and_batches_of_the_loader_are_converted()
    {
        using TemporaryTables tables = new();
        await using Dataset stars = await tables.BuildAsync("stars", Stars), others = await tables.BuildAsync("others", Stars);
        using MatchTable match = await stars.CrossMatchAsync(others, radiusArcsec: 1, cancellationToken: Token);
        using (ImportedTable imported = new(match.ToArrowStream(Token)))
            Assert.Equal(["3"], imported.Execute("SELECT count(*) FROM (SELECT * FROM t WHERE separation_arcsec = 0)"));
        List<string> ids = [];
        await foreach (RecordBatch batch in match.ToRecordBatchesAsync(Token))
            ids.AddRange(Enumerable.Range(0, batch.Length).Select(i => $"{((Int64Array)batch.Column("a_object_id")).GetValue(i)}"));
        Assert.Equal(["1", "2", "3"], ids.Order(StringComparer.Ordinal));

        List<RecordBatch> kept = [];
        await foreach (StreamBatch batch in new Loader(await StreamSource.OpenAsync(stars.Query(), Token)).ReadAsync(cancellationToken: Token))
            using (batch)
                kept.Add(batch.ToRecordBatch());
        Assert.Equal(3, kept.Sum(b => b.Length));
        Assert.Equal(["größe"], kept.SelectMany(b => Enumerable.Range(0, b.Length).Where(i => ((Int64Array)b.Column("object_id"))
            .GetValue(i) == 1).Select(i => ((StringArray)b.Column("name")).GetString(i))));
    }

    [Fact]
    public async Task Rows_without_a_batch_need_columns()
    {
        ColumnSchema column = new() { Name = "x", DType = DType.Float64 };
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => AsyncEnumerable.Empty<RowBatch>().ToArrowStreamAsync(Token));
        Assert.Contains("Use the overload with columns", e.Message, StringComparison.Ordinal);
        using IArrowArrayStream empty = AsyncEnumerable.Empty<RowBatch>().ToArrowStream([column], Token);
        Assert.Null(await empty.ReadNextRecordBatchAsync(Token));
        RowBatch rows = new([new ColumnData<double>(column, new double[1])]);
        Assert.Throws<ArgumentException>(() => rows.ToRecordBatch(new[] { column with { DType = DType.Int64 } }.ToArrowSchema()));
    }
}
