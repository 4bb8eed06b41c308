using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Parquet.Tests;

public class PlainParquetTests
{
    private static readonly ParquetColumn[] Columns =
    [
        new("id", ParquetType.Int64), new("ra", ParquetType.Double), new("mag", ParquetType.Float), new("row", ParquetType.Int32),
        new("näme \"x\"", ParquetType.Text),
    ];

    [Fact]
    public void DuckDB_reads_files_written_by_threads()
    {
        using TemporaryFolder folder = new();
        Write(folder["t.parquet"], [1000, 1, 317]);

        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query("SELECT count(*), count(DISTINCT id), bool_and(id = 3 * row AND ra = row / 4.0 AND "
            + "mag = row::FLOAT AND \"näme \"\"x\"\"\" = 'r' || row) "
            + $"FROM {DuckDbSql.Literal(folder["t.parquet"])}", cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal((1318L, 1318L, true), (chunk[0].Value<long>(0), chunk[1].Value<long>(0), chunk[2].Value<bool>(0)));

        using DuckDbResult statistics =
            connection.Query("SELECT stats_min_value::BIGINT, stats_max_value::BIGINT, row_group_num_rows FROM "
                + $"parquet_metadata({DuckDbSql.Literal(folder["t.parquet"])}) WHERE path_in_schema = 'id' ORDER BY row_group_id",
                cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(statistics.TryNextChunk(out chunk));
        Assert.Equal([0, 3000, 3003], chunk.Values<long>(0).ToArray());
        Assert.Equal([2997, 3000, 3951], chunk.Values<long>(1).ToArray());
    }

    [Fact]
    public void Mapped_columns_contain_the_written_values()
    {
        using TemporaryFolder folder = new();
        Write(folder["t.parquet"], [1000, 1, 317]);
        using PlainParquetFile file = PlainParquetFile.Open(folder["t.parquet"]);
        Assert.Equal((1318L, 3, 1000, 317), (file.RowCount, file.GroupCount, file.RowsOf(0), file.RowsOf(2)));
        Assert.Equal("héllo", file.Metadata["greeting"]);
        Assert.Equal((3003L, 3951L), file.RangeOf(2, 0));
        Assert.Null(file.RangeOf(2, 1));
        file.Prefetch(2);
        Assert.Equal(3 * 1002L, file.Values<long>(2, 0)[1]);
        Assert.Equal(1002 / 4.0, file.Values<double>(2, 1)[1]);
        file.ReleaseBefore(3);
        Assert.Equal(1002 / 4.0, file.Values<double>(2, 1)[1]);
        Assert.Equal((-1, 4), (file.Find("ra", ParquetType.Float), file.Find("näme \"x\"", ParquetType.Text)));
        Assert.Equal(5, BinaryPrimitives.ReadInt32LittleEndian(file.Bytes(2, 4)));
    }

    [Fact]
    public void Other_writers_wait_until_a_file_is_closed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "file leases require Linux");
        using TemporaryFolder folder = new();
        Write(folder["t.parquet"], [1000]);
        File.WriteAllText(folder["probe"], "");
        const string tryToWrite = """
            import fcntl, os, sys
            probe = os.open(sys.argv[2], os.O_RDONLY)
            try:
                fcntl.fcntl(probe, fcntl.F_SETLEASE, fcntl.F_RDLCK)
                os.close(os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK))
                print("opened")
            except BlockingIOError:
                print("has to wait")
            except OSError as e:
                print("no leases here:", e)
            """;
        string open, closed;
        using (PlainParquetFile.Open(folder["t.parquet"]))
            open = Python.Run(tryToWrite, folder["t.parquet"], folder["probe"]).Trim();
        closed = Python.Run(tryToWrite, folder["t.parquet"], folder["probe"]).Trim();
        Assert.SkipWhen(open.StartsWith("no leases", StringComparison.Ordinal), open);
        Assert.Equal(("has to wait", "opened"), (open, closed));
    }

    [Fact]
    public void A_file_without_rows_is_valid()
    {
        using TemporaryFolder folder = new();
        Write(folder["t.parquet"], []);
        using PlainParquetFile file = PlainParquetFile.Open(folder["t.parquet"]);
        Assert.Equal((0L, 0), (file.RowCount, file.GroupCount));
    }

    [Fact]
    public void Bytes_do_not_depend_on_the_order_of_writes()
    {
        using TemporaryFolder folder = new();
        Write(folder["a.parquet"], [100, 200, 300]);
        Write(folder["b.parquet"], [100, 200, 300], backwards: true);
        Assert.Equal(File.ReadAllBytes(folder["a.parquet"]), File.ReadAllBytes(folder["b.parquet"]));
    }

    [Theory]
    [InlineData("COMPRESSION zstd", "compressed")]
    [InlineData("COMPRESSION uncompressed", "not a required, flat column")]
    public void Other_layouts_are_rejected(string options, string finding)
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"COPY (SELECT range AS id FROM range(10)) TO {DuckDbSql.Literal(folder["t.parquet"])} (FORMAT parquet, "
            + $"{options})", cancellationToken: TestContext.Current.CancellationToken);
        PlainParquetException e = Assert.Throws<PlainParquetException>(() => PlainParquetFile.Open(folder["t.parquet"]));
        Assert.StartsWith(folder["t.parquet"], e.Message, StringComparison.Ordinal);
        Assert.True(e.Message.Contains(finding, StringComparison.Ordinal)
            || e.Message.Contains("required", StringComparison.Ordinal), e.Message);
    }

    [Theory]
    [InlineData(800)]
    [InlineData(3000, Traits = ["Run", "Long"])]
    public void Corrupt_files_are_an_error(int count)
    {
        using TemporaryFolder folder = new();
        Write(folder["t.parquet"], [5, 3]);
        byte[] good = File.ReadAllBytes(folder["t.parquet"]);
        Random random = new(1);
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] bad = [.. good];
            int footer = BinaryPrimitives.ReadInt32LittleEndian(good.AsSpan(good.Length - 8));
            for (int k = random.Next(1, 4); k > 0; k--)
                bad[i % 3 == 0 ? random.Next(good.Length) : good.Length - 8 - footer + random.Next(footer + 8)] = (byte)random.Next(256);
            if (i % 5 == 0)
                bad = bad[..random.Next(good.Length)];
            File.WriteAllBytes(folder["bad.parquet"], bad);
            try
            {
                using PlainParquetFile file = PlainParquetFile.Open(folder["bad.parquet"]);
                for (int group = 0; group < file.GroupCount; group++)
                    for (int column = 0; column < file.Columns.Count; column++)
                        _ = file.Bytes(group, column).Length;
            }
            catch (PlainParquetException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, count / 3, count);
    }

    private static void Write(string path, int[] groups, bool backwards = false)
    {
        using PlainParquetWriter writer = PlainParquetWriter.Create(path, Columns);
        List<Action> writes = [];
        int first = 0;
        foreach (int count in groups)
        {
            int[] rows = [.. Enumerable.Range(first, count)];
            byte[] text = [.. rows.SelectMany(r => Encoding.UTF8.GetBytes($"r{r}") is var t ? [.. BitConverter.GetBytes(t.Length), .. t]
                : Array.Empty<byte>())];
            RowGroupPlace place = writer.Place(count, [0, 0, 0, 0, text.Length]);
            writes.Add(() =>
            {
                writer.Write(place, 0, Bytes<long>([.. rows.Select(r => 3L * r)]), 3L * rows[0], 3L * rows[^1]);
                writer.Write(place, 1, Bytes<double>([.. rows.Select(r => r / 4.0)]));
                writer.Write(place, 2, Bytes<float>([.. rows.Select(r => (float)r)]));
                writer.Write(place, 3, Bytes<int>(rows));
                writer.Write(place, 4, text);
            });
            first += count;
        }
        if (backwards)
            writes.Reverse();
        Parallel.ForEach(writes, new ParallelOptions { MaxDegreeOfParallelism = backwards ? 1 : 2 }, write => write());
        writer.Complete(new Dictionary<string, string> { ["greeting"] = "héllo" });
    }

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
