using Pile.DuckDb;
using Pile.Parquet;
using Pile.TestKit;

namespace Pile.Writing.Tests.Index;

/// <summary>Columns that are written to several files and joined have the bytes of a file that DuckDB writes at once.</summary>
public sealed class ParquetJoinTests : IDisposable
{
    private const int Rows = 7000, GroupRows = 2048;

    // Columns with and without dictionaries, and so with and without Bloom filters; nulls; nested columns.
    private static readonly string[] Columns =
    [
        "i AS key", "i % 7 AS few", "CASE WHEN i % 3 = 0 THEN NULL ELSE hash(i) / 3.0 END AS maybe", "'obj' || (i % 5) AS name",
        "md5(i::VARCHAR) AS unique_text", "[i % 4, i % 9]::INT[] AS pair", "['a', 'b' || i % 2] AS texts",
        "CASE WHEN i % 4 = 0 THEN NULL ELSE {'x': [i::DOUBLE], 'class': ['c' || i % 3]} END AS boxes", "encode(md5(i::VARCHAR)) AS bytes",
        "i % 2 = 0 AS flag", "NULL::INT AS nothing", "(i % 11)::FLOAT AS float",
    ];

    private readonly TemporaryFolder folder = new();
    private readonly DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });

    public void Dispose()
    {
        database.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)]
    public void Joined_columns_have_the_bytes_that_DuckDB_writes(int count)
    {
        string[] parts = [.. Columns.Chunk((Columns.Length + count - 1) / count).Select((columns, i) => Write($"{i}", columns))];
        Assert.Equal(count, parts.Length);
        ParquetJoin.Write(parts, folder["joined.parquet"], TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(Write("whole", Columns)), File.ReadAllBytes(folder["joined.parquet"]));
        using DuckDbConnection connection = database.Connect();
        string metadata = $"FROM parquet_metadata({DuckDbSql.Literal(folder["joined.parquet"])})";
        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.Equal(4, connection.Scalar<long>($"SELECT count(DISTINCT row_group_id) {metadata}", cancellationToken: token));
        Assert.True(connection.Scalar<long>($"SELECT count(bloom_filter_offset) {metadata}", cancellationToken: token) > 10);
    }

    [Fact]
    public void Columns_without_rows_have_the_bytes_that_DuckDB_writes()
    {
        ParquetJoin.Write([Write("a", Columns[..3], rows: 0), Write("b", Columns[3..], rows: 0)], folder["joined.parquet"],
            TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(Write("whole", Columns, rows: 0)), File.ReadAllBytes(folder["joined.parquet"]));
    }

    [Fact]
    public void Files_with_other_row_groups_are_an_error()
    {
        string few = Write("few", [Columns[0]], rows: 5000), all = Write("all", [Columns[1]]);
        foreach ((string first, string second) in ((string, string)[])[(few, all), (all, few)])
        {
            PlainParquetException error = Assert.Throws<PlainParquetException>(() =>
                ParquetJoin.Write([first, second], folder["joined.parquet"], TestContext.Current.CancellationToken));
            Assert.Equal($"{second}: its row groups have other numbers of rows than those of '{first}'", error.Message);
            Assert.False(File.Exists(folder["joined.parquet"]));
        }
    }

    [Theory]
    [InlineData(0, "0 bytes are not a Parquet file")]
    [InlineData(5000, "the file has no footer at its end")]
    public void A_truncated_file_is_an_error(int bytes, string finding)
    {
        string part = Write("part", Columns);
        using (FileStream file = new(part, FileMode.Open))
            file.SetLength(bytes);
        PlainParquetException error = Assert.Throws<PlainParquetException>(() =>
            ParquetJoin.Write([part], folder["joined.parquet"], TestContext.Current.CancellationToken));
        Assert.Equal((part, finding), (error.Path, error.Finding));
    }

    private string Write(string name, string[] columns, int rows = Rows)
    {
        string path = folder[$"{name}.parquet"];
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"COPY (SELECT {string.Join(", ", columns)} FROM range({rows}) t(i)) TO {DuckDbSql.Literal(path)} "
            + $"(FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, ROW_GROUP_SIZE {GroupRows}, KV_METADATA {{geo: 'some'}})",
            cancellationToken: TestContext.Current.CancellationToken);
        return path;
    }
}
