
namespace Pile.DuckDb.Tests;

public class QueryTests : DatabaseTest
{
    [Fact]
    public void The_version_is_the_installed_one() => Assert.Equal("v1.5.6", DuckDbDatabase.Version);

    [Fact]
    public void Streams_every_row_in_order()
    {
        long[] values = Column<long>("SELECT i FROM range(100000) t(i)");
        Assert.Equal(Enumerable.Range(0, 100000).Select(i => (long)i), values);
    }

    [Fact]
    public void Describes_columns_with_scale_child_length_and_dictionary()
    {
        using DuckDbResult result = Connection.Query("""
            SELECT 1.5::DECIMAL(18,3) a, [1.5::FLOAT] b, [1, 2, 3]::BIGINT[3] c, 'x'::ENUM('w', 'x') d, {'p': 1::TINYINT, 'q r': ['s']} e,
                   MAP {'k': 1} f, TIMESTAMP '2000-01-01' g, TIMESTAMPTZ '2000-01-01 00:00:00+00' h, DATE '2000-01-01' i
            """);
        Assert.Equal(
            ["DECIMAL(18,3)", "FLOAT[]", "BIGINT[3]", "ENUM('w', 'x')", "STRUCT(\"p\" TINYINT, \"q r\" VARCHAR[])", "MAP(VARCHAR, INTEGER)",
                "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "DATE"],
            result.Columns.Select(c => c.Type.ToString()));
        Assert.Equal(3, result.Columns[0].Type.DecimalScale);
        Assert.Equal(DuckDbType.Array(DuckDbType.BigInt, 3), result.Columns[2].Type);
        Assert.Equal(4, result.IndexOf("E"));
        Assert.Equal(-1, result.IndexOf("z"));
    }

    [Fact]
    public void Reads_every_scalar_type()
    {
        using DuckDbResult result = Connection.Query("""
            SELECT true, -1::TINYINT, -300::SMALLINT, -70000, -5000000000, 255::UTINYINT, 65535::USMALLINT, 4294967295::UINTEGER,
                   18446744073709551615::UBIGINT, 1.5::FLOAT, 0.1::DOUBLE, DATE '1970-01-02', TIMESTAMP '1970-01-01 00:00:01',
                   170141183460469231731687303715884105727::HUGEINT, 'x'::ENUM('w', 'x')
            """);
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.True(chunk.Values<bool>(0)[0]);
        Assert.Equal(-1, chunk.Values<sbyte>(1)[0]);
        Assert.Equal(-300, chunk.Values<short>(2)[0]);
        Assert.Equal(-70000, chunk.Values<int>(3)[0]);
        Assert.Equal(-5000000000, chunk.Values<long>(4)[0]);
        Assert.Equal(255, chunk.Values<byte>(5)[0]);
        Assert.Equal(65535, chunk.Values<ushort>(6)[0]);
        Assert.Equal(4294967295, chunk.Values<uint>(7)[0]);
        Assert.Equal(ulong.MaxValue, chunk.Values<ulong>(8)[0]);
        Assert.Equal(1.5f, chunk.Values<float>(9)[0]);
        Assert.Equal(0.1, chunk.Values<double>(10)[0]);
        Assert.Equal(1, chunk.Values<int>(11)[0]);
        Assert.Equal(1_000_000, chunk.Values<long>(12)[0]);
        Assert.Equal(Int128.MaxValue, chunk.Values<Int128>(13)[0]);
        Assert.Equal(1, chunk.Values<byte>(14)[0]);
        Assert.Equal("x", chunk[14].Text(0));
    }

    [Fact]
    public void Reading_a_decimal_as_double_suggests_a_cast()
    {
        using DuckDbResult result = Connection.Query("SELECT 0.618 AS psf");
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        DuckDbException e = Assert.Throws<DuckDbException>(() => { chunk.Values<double>(0); });
        Assert.Contains("'psf' has the type DECIMAL(4,3); its cells are not Double", e.Message, StringComparison.Ordinal);
        Assert.Contains("::DOUBLE", e.Message, StringComparison.Ordinal);
        Assert.Throws<DuckDbException>(() => { chunk.Values<short>(0); });
        Assert.Throws<DuckDbException>(() => { chunk[0].Utf8(0); });
    }

    [Fact]
    public void Nulls_are_reported_by_the_mask()
    {
        using DuckDbResult result = Connection.Query(
            "SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END, i, CASE WHEN i % 2 = 0 THEN 'even' END FROM range(5000) t(i)");
        long row = 0;
        foreach (DuckDbChunk chunk in result.Chunks())
        {
            Assert.False(chunk[0].AllValid);
            Assert.True(chunk[1].AllValid);
            Assert.True(chunk[1].Validity.IsEmpty);
            Assert.Equal((chunk.RowCount + 63) / 64, chunk[0].Validity.Length);
            for (int i = 0; i < chunk.RowCount; i++, row++)
            {
                Assert.Equal(row % 3 != 0, chunk[0].IsValid(i));
                Assert.Equal(row % 3 != 0, (chunk[0].Validity[i / 64] >> (i % 64) & 1) == 1);
                Assert.Equal(row % 2 == 0 ? "even" : null, chunk[2].Text(i));
            }
        }
        Assert.Equal(5000, row);
    }

    [Fact]
    public void Reads_short_long_and_non_ASCII_texts()
    {
        string[] texts = ["", "M 31", "twelve bytes", "thirteen byte", "α Centauri — Ἀστήρ", "🔭", new string('x', 10_000)];
        foreach (string text in texts)
        {
            Assert.Equal(text, Connection.Scalar<string>("SELECT ?", [text]));
            Assert.Equal(text, Connection.Scalar<string>($"SELECT {DuckDbSql.Literal(text)}"));
        }
        using DuckDbResult result = Connection.Query("SELECT 'Ἀ', '\\x00\\xFF'::BLOB");
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal("Ἀ"u8, chunk[0].Utf8(0));
        Assert.Equal<byte>([0, 255], chunk[1].Blob(0));
    }

    [Fact]
    public void Reads_lists_arrays_and_structs()
    {
        using DuckDbResult result = Connection.Query(
            "SELECT range(i) l, [i, i + 1]::DOUBLE[2] a, {'n': i::INTEGER, 't': 'row ' || i} s, CASE WHEN i = 1 THEN NULL ELSE ['a', NULL, "
                + "'b'] END t FROM range(4) u(i)");
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));

        ReadOnlySpan<DuckDbListEntry> entries = chunk.Values<DuckDbListEntry>(0);
        Assert.Equal<long>([0, 1, 2], entries[3].Of(chunk[0].Child.Values<long>()));
        Assert.Equal(0, entries[0].Length);
        Assert.Equal<double>([0, 1, 1, 2, 2, 3, 3, 4], chunk[1].Child.Values<double>());
        Assert.Equal<int>([0, 1, 2, 3], chunk[2].Field(0).Values<int>());
        Assert.Equal("row 2", chunk[2].Field(1).Text(2));

        DuckDbVector texts = chunk[3];
        Assert.False(texts.IsValid(1));
        long last = texts.Values<DuckDbListEntry>()[3].Offset;
        Assert.Equal("a", texts.Child.Text((int)last));
        Assert.Null(texts.Child.Text((int)last + 1));
        Assert.Equal("b", texts.Child.Text((int)last + 2));
    }

    [Fact]
    public void Binds_parameters_of_every_kind()
    {
        using DuckDbResult result = Connection.Query("SELECT $1::BIGINT, $2::DOUBLE, $3::VARCHAR, $4::BOOLEAN, $5::BIGINT",
            [long.MinValue, 0.1, "a'b", true, null]);
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal(long.MinValue, chunk.Values<long>(0)[0]);
        Assert.Equal(0.1, chunk.Values<double>(1)[0]);
        Assert.Equal("a'b", chunk[2].Text(0));
        Assert.True(chunk.Values<bool>(3)[0]);
        Assert.False(chunk[4].IsValid(0));
        Assert.Throws<ArgumentException>(() => Connection.Execute("SELECT ?"));
        Assert.Throws<ArgumentException>(() => Connection.Execute("SELECT 1", [1]));
    }

    [Fact]
    public void Execute_runs_all_statements_and_counts_rows()
    {
        Assert.Equal(7, Connection.Execute("CREATE TABLE t (x BIGINT); INSERT INTO t SELECT i FROM range(7) u(i)"));
        Assert.Equal(2, Connection.Execute("DELETE FROM t WHERE x < ?", [2]));
        Assert.Equal(20L, Connection.Scalar<long>("SELECT sum(x)::BIGINT FROM t"));
    }

    [Theory]
    [InlineData("SELECT 1 WHERE false")]
    [InlineData("SELECT NULL::INTEGER")]
    [InlineData("SELECT i::INTEGER FROM range(2) t(i)")]
    [InlineData("SELECT 'text'")]
    public void Scalar_requires_one_value_of_its_type(string sql) =>
        Assert.Throws<DuckDbException>(() => Connection.Scalar<int>(sql));

    [Fact]
    public void An_error_names_the_function_the_cause_and_the_sql()
    {
        DuckDbException e = Assert.Throws<DuckDbException>(() => Connection.Query("SELECT * FROM read_parquet('/nowhere/index.parquet')"));
        Assert.Contains("No files found that match the pattern \"/nowhere/index.parquet\"", e.Error, StringComparison.Ordinal);
        Assert.Equal("duckdb_prepare_extracted_statement", e.Function);
        Assert.Contains("read_parquet", e.Message, StringComparison.Ordinal);

        e = Assert.Throws<DuckDbException>(() => Connection.Execute("SELEC 1" + new string(' ', 10_000) + "x"));
        Assert.Contains("syntax error", e.Error, StringComparison.Ordinal);
        Assert.True(e.Message.Length < 2000, e.Message);
        Assert.Throws<ArgumentException>(() => Connection.Execute("SELECT 1\0; DROP TABLE t"));
    }

    [Fact]
    public void An_early_error_of_a_thread_is_reported()
    {
        Connection.Execute("SET threads = 4; CREATE TABLE big AS SELECT range AS k FROM range(300000)");
        for (int i = 0; i < 5; i++)
        {
            DuckDbException e = Assert.Throws<DuckDbException>(
                () => Column<long>("SELECT CASE WHEN k = 299999 THEN ('x' || k)::INTEGER ELSE k END FROM big"));
            Assert.Matches("^(Conversion Error: Could not convert string 'x299999'|one of several threads failed)", e.Error);
        }
    }

    [Fact]
    public void An_error_in_a_late_row_is_reported()
    {
        // With several threads DuckDB sometimes reports only that the others were interrupted.
        Connection.Execute("SET threads = 1");
        DuckDbException e = Assert.Throws<DuckDbException>(
            () => Column<int>("SELECT CASE WHEN i = 900000 THEN 'x' ELSE '1' END::INTEGER FROM range(1000000) t(i)"));
        Assert.Contains("Could not convert string 'x' to INT32", e.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_statement_closes_an_open_result()
    {
        DuckDbResult first = Connection.Query("SELECT i FROM range(1000000) t(i)");
        Assert.True(first.TryNextChunk(out DuckDbChunk? chunk));
        Connection.Execute("SELECT 1");
        Assert.Throws<ObjectDisposedException>(() => first.TryNextChunk(out _));
        Assert.Throws<ObjectDisposedException>(() => { chunk.Values<long>(0); });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(200)]
    public void Cancelling_interrupts_a_long_query(int afterMilliseconds)
    {
        const string Endless = "SELECT count(*) FROM range(10000000000) a(i), range(1000) b(j) WHERE hash(i) = j";
        using CancellationTokenSource cancellation = new(afterMilliseconds);
        Assert.ThrowsAny<OperationCanceledException>(() => Connection.Query(Endless, cancellationToken: cancellation.Token));
        Assert.Equal(1, Connection.Scalar<int>("SELECT 1")); // the connection can still be used
    }

    [Fact]
    public void Cancelling_interrupts_between_chunks()
    {
        using CancellationTokenSource cancellation = new();
        using DuckDbResult result = Connection.Query("SELECT i FROM range(10000000000) t(i)", cancellationToken: cancellation.Token);
        Assert.True(result.TryNextChunk(out _));
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => { while (result.TryNextChunk(out _)) { } });
    }

    [Fact]
    public void Times_with_zone_are_converted_to_UTC() =>
        Assert.Equal("2024-07-01 12:00:00+00", Connection.Scalar<string>("SELECT TIMESTAMPTZ '2024-07-01 14:00:00+02'::VARCHAR"));
}
