using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Lists of files that are read without DuckDB, compared with DuckDB.</summary>
public class FileRowsTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private static readonly string Made = $"""
        SELECT CASE WHEN i % 11 <> 3 THEN 'main/ä ' || i || repeat('x', i % 50) END AS path,
            CASE WHEN i % 13 <> 5 THEN ['shard', 'index', 'meta', 'source'][i % 4 + 1] END AS kind,
            CASE WHEN i % 4 = 0 THEN i::INTEGER END AS source, CASE WHEN i % 3 <> 0 THEN i * 1000003 - 7 END AS rows,
            (hash(i) >> 3)::BIGINT AS bytes, CASE WHEN i % 7 <> 0 THEN sha256(i::VARCHAR) END AS sha256,
            CASE WHEN i % 5 <> 4 THEN [(hash(i + k) % 4294967296)::UINTEGER FOR k IN range(i % 5)] END AS {FileBlocks.Column}
        FROM (SELECT range AS i FROM range(?))
        """;

    [Theory]
    [InlineData(0, "zstd")]
    [InlineData(1, "zstd")]
    [InlineData(30, "zstd")]
    [InlineData(5_000, "uncompressed")]
    [InlineData(300_000, "zstd")] // several row groups, pages without dictionaries
    public void A_list_has_the_values_that_DuckDB_reads(int rows, string compression)
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string path = Write(connection, folder, rows, compression);

        FileRows? found = FileRows.TryRead(File.ReadAllBytes(path), path);
        Assert.NotNull(found);
        RequireEqual(FileRows.Query(connection, path, Cancel), found);
        Assert.Equal(rows, found.Paths.Length);
    }

    [Fact]
    public void Lists_of_published_datasets_need_no_DuckDB()
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string[] lists = Directory.GetFiles(Path.Combine(TestPaths.Root, "format-spec/conformance/v1/valid"), DatasetPaths.Files,
            SearchOption.AllDirectories);
        Assert.NotEmpty(lists);
        foreach (string path in lists)
            RequireEqual(FileRows.Query(connection, path, Cancel), FileRows.TryRead(File.ReadAllBytes(path), path)!);
    }

    [Theory]
    [InlineData("COMPRESSION snappy", "")]
    [InlineData("COMPRESSION zstd, PARQUET_VERSION v2", "")]
    [InlineData("COMPRESSION zstd", "EXCLUDE sha256")]
    [InlineData("COMPRESSION zstd", "REPLACE (bytes::DOUBLE AS bytes)")]
    [InlineData("COMPRESSION zstd", "REPLACE ([NULL::UINTEGER] AS crc32c)")]
    public void Other_lists_are_left_to_DuckDB(string options, string columns)
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string path = Write(connection, folder, 5_000, "zstd"), other = folder["other.parquet"];
        connection.Execute($"COPY (SELECT * {columns} FROM "
            + $"{DuckDbSql.Literal(path)}) TO {DuckDbSql.Literal(other)} (FORMAT parquet, {options})", cancellationToken: Cancel);
        Assert.Null(FileRows.TryRead(File.ReadAllBytes(other), other));
    }

    [Fact]
    public void Damaged_lists_are_left_to_DuckDB()
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        foreach (string compression in (string[])["zstd", "uncompressed"])
        {
            byte[] good = File.ReadAllBytes(Write(connection, folder, 300, compression));
            Random random = new(1);
            int refused = 0;
            for (int i = 0; i < 4000; i++)
            {
                byte[] bad = [.. good];
                for (int k = random.Next(1, 4); k > 0; k--)
                    bad[i % 2 == 0 ? random.Next(bad.Length) : bad.Length - random.Next(1, 1000)] = (byte)random.Next(256);
                if (i % 5 == 0)
                    bad = bad[..random.Next(bad.Length)];
                refused += FileRows.TryRead(bad, "bad") is null ? 1 : 0;
            }
            Assert.InRange(refused, 1500, 4000);
        }
    }

    private static string Write(DuckDbConnection connection, TemporaryFolder folder, int rows, string compression)
    {
        string path = folder[$"{compression}.parquet"];
        connection.Execute($"COPY ({Made.Replace("?", $"{rows}", StringComparison.Ordinal)}) TO {DuckDbSql.Literal(path)} "
            + $"(FORMAT parquet, COMPRESSION {compression})", cancellationToken: Cancel);
        return path;
    }

    // DuckDB is asked for the blocks of tiles only.
    private static void RequireEqual(FileRows expected, FileRows found)
    {
        Assert.Equal(expected.Paths, found.Paths);
        Assert.Equal(expected.Kinds, found.Kinds);
        Assert.Equal(expected.Sources, found.Sources);
        Assert.Equal(expected.Rows, found.Rows);
        Assert.Equal(expected.Bytes, found.Bytes);
        Assert.Equal(expected.Sha256, found.Sha256);
        for (int row = 0; row < expected.Paths.Length; row++)
            if (found.Kinds[row] == "index")
                Assert.Equal(expected.Blocks[row], found.Blocks[row]);
    }
}
