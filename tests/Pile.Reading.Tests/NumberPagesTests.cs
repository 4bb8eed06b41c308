using System.Runtime.InteropServices;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Parquet;
using Pile.Rasters;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Columns of numbers that are read without DuckDB, compared with DuckDB.</summary>
public class NumberPagesTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    // Sorted, constant, few and many different values, the smallest and largest, NaN, infinities and zeros of both signs.
    private const string Made = """
        SELECT i * 1000003 - 7 AS i64_sorted, 42::BIGINT AS i64_same, hash(i) AS u64,
            (hash(i) >> 1)::BIGINT * (1 - 2 * (i % 2)) AS i64, [-9223372036854775808, 9223372036854775807][i % 2 + 1] AS i64_ends,
            (hash(i) >> 33)::INTEGER AS i32, [-2147483648, 2147483647, 0][i % 3 + 1]::INTEGER AS i32_ends, (i % 7)::INTEGER AS i32_few,
            (hash(i) >> 32)::UINTEGER AS u32, ((hash(i) % 65536)::INTEGER - 32768)::SMALLINT AS i16, (hash(i) % 65536)::USMALLINT AS u16,
            ((hash(i) % 256)::INTEGER - 128)::TINYINT AS i8, (hash(i) % 256)::UTINYINT AS u8,
            ['nan', '-inf', 'inf', '-0', '0', '5e-324', '1.7976931348623157e308'][i % 7 + 1]::DOUBLE AS f64_ends,
            sin(i) * 1e10 AS f64, cos(i)::FLOAT AS f32, ['nan', '-0', '3.4028235e38'][i % 3 + 1]::FLOAT AS f32_ends,
            CASE WHEN i % 3 <> 1 THEN i END AS i64_null, CASE WHEN i % 5 = 0 THEN sqrt(i) END AS f64_null,
            CASE WHEN hash(i) % 2 = 0 THEN (i % 100)::TINYINT END AS i8_null, NULL::FLOAT AS f32_none
        FROM (SELECT range AS i FROM range(?))
        """;

    [Theory]
    [InlineData(0, "COMPRESSION zstd, PARQUET_VERSION v2")]
    [InlineData(1, "COMPRESSION zstd, PARQUET_VERSION v2")]
    [InlineData(33, "COMPRESSION zstd, PARQUET_VERSION v2")]
    [InlineData(5_000, "COMPRESSION zstd, PARQUET_VERSION v1")]
    [InlineData(5_000, "COMPRESSION uncompressed, PARQUET_VERSION v2")]
    [InlineData(70_001, "COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 2048")]
    [InlineData(130_000, "COMPRESSION zstd, PARQUET_VERSION v1", Traits = ["Run", "Long"])]
    [InlineData(130_000, "COMPRESSION zstd, PARQUET_VERSION v2")]
    public void Columns_have_the_values_that_DuckDB_reads(int rows, string options)
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string path = Write(connection, folder, rows, options);
        byte[] bytes = File.ReadAllBytes(path);
        EncodedColumn[] columns = FooterOf(bytes, path).Columns;
        Assert.Equal(21, columns.Length);

        foreach (EncodedColumn column in columns)
        {
            using DuckDbResult result = connection.Query(
                $"SELECT \"{column.Name}\" FROM read_parquet({DuckDbSql.Literal(path)})", cancellationToken: Cancel);
            switch (column.Name.Split('_')[0])
            {
                case "i64":
                    Require<long>(ParquetType.Int64, ParquetInteger.AsStored);
                    break;
                case "u64":
                    Require<ulong>(ParquetType.Int64, ParquetInteger.UInt64);
                    break;
                case "i32":
                    Require<int>(ParquetType.Int32, ParquetInteger.AsStored);
                    break;
                case "u32":
                    Require<uint>(ParquetType.Int32, ParquetInteger.UInt32);
                    break;
                case "i16":
                    Require<short>(ParquetType.Int32, ParquetInteger.Int16);
                    break;
                case "u16":
                    Require<ushort>(ParquetType.Int32, ParquetInteger.UInt16);
                    break;
                case "i8":
                    Require<sbyte>(ParquetType.Int32, ParquetInteger.Int8);
                    break;
                case "u8":
                    Require<byte>(ParquetType.Int32, ParquetInteger.UInt8);
                    break;
                case "f64":
                    Require<double>(ParquetType.Double, ParquetInteger.AsStored);
                    break;
                case "f32":
                    Require<float>(ParquetType.Float, ParquetInteger.AsStored);
                    break;
                default:
                    Assert.Fail(column.Name);
                    break;
            }

            void Require<T>(ParquetType type, ParquetInteger integer) where T : unmanaged
            {
                Assert.True(NumberPages.CanRead(column, type, integer), column.Name);
                bool isNullable = column.Name.Contains("_n", StringComparison.Ordinal);
                T[] values = new T[rows];
                bool[] isMissing = new bool[isNullable ? rows : 0];
                Read(bytes, path, column.Name, values, isMissing);
                int row = 0;
                foreach (DuckDbChunk chunk in result.Chunks())
                    for (int i = 0; i < chunk.RowCount; i++, row++)
                    {
                        T expected = chunk[0].IsValid(i) ? chunk.Values<T>(0)[i] : default;
                        Assert.True(MemoryMarshal.AsBytes([expected]).SequenceEqual(MemoryMarshal.AsBytes([values[row]])),
                            $"{column.Name}, row {row}: {values[row]}, expected {expected}");
                        Assert.Equal(chunk[0].IsValid(i), !isNullable || !isMissing[row]);
                    }
                Assert.Equal(rows, row);
            }
        }
    }

    [Fact]
    public void Columns_of_other_types_are_refused()
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string path = folder["t.parquet"];
        connection.Execute("COPY (SELECT 1::INTEGER AS a, 2::SMALLINT AS b, 3::UINTEGER AS c, [4::INTEGER] AS d, {x: 5::INTEGER} AS e, "
            + $"6::BIGINT AS f, DATE '2026-01-01' AS g, true AS h, 'i' AS i) TO {DuckDbSql.Literal(path)} (FORMAT parquet)",
            cancellationToken: Cancel);
        EncodedColumn[] columns = FooterOf(File.ReadAllBytes(path), path).Columns;
        Assert.Equal([true, false, false, false, false, false, false, false, false],
            columns.Select(c => NumberPages.CanRead(c, ParquetType.Int32, ParquetInteger.AsStored)));
    }

    [Fact]
    public void A_missing_value_is_an_error_where_none_may_be_missing()
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string path = Write(connection, folder, 100, "COMPRESSION zstd");
        Assert.Throws<PlainParquetException>(() => Read(File.ReadAllBytes(path), path, "i64_null", new long[100], []));
    }

    [Theory]
    [InlineData("COMPRESSION zstd, PARQUET_VERSION v2")]
    [InlineData("COMPRESSION uncompressed, PARQUET_VERSION v2")]
    [InlineData("COMPRESSION uncompressed, PARQUET_VERSION v1")]
    public void Damaged_columns_are_refused_or_have_other_values(string options)
    {
        using TemporaryFolder folder = new();
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        byte[] good = File.ReadAllBytes(Write(connection, folder, 300, options));
        string[] names = ["i64_sorted", "i64", "i32_few", "i8_null", "f64", "f32_ends", "f64_null"];
        Random random = new(1);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] bad = [.. good];
            for (int k = random.Next(1, 4); k > 0; k--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            foreach (string name in names)
                try
                {
                    bool[] isMissing = new bool[300];
                    switch (name[..2])
                    {
                        case "i6":
                            Read(bad, "bad", name, new long[300], isMissing);
                            break;
                        case "i3":
                            Read(bad, "bad", name, new int[300], isMissing);
                            break;
                        case "i8":
                            Read(bad, "bad", name, new sbyte[300], isMissing);
                            break;
                        case "f6":
                            Read(bad, "bad", name, new double[300], isMissing);
                            break;
                        default:
                            Read(bad, "bad", name, new float[300], isMissing);
                            break;
                    }
                }
                catch (Exception e) when (e is PlainParquetException or CodecException)
                {
                    refused++;
                }
        }
        Assert.InRange(refused, 100, 3000 * names.Length);
    }

    private static string Write(DuckDbConnection connection, TemporaryFolder folder, int rows, string options)
    {
        string path = folder["numbers.parquet"];
        connection.Execute($"COPY ({Made.Replace("?", $"{rows}", StringComparison.Ordinal)}) TO {DuckDbSql.Literal(path)} "
            + $"(FORMAT parquet, {options})", cancellationToken: Cancel);
        return path;
    }

    private static EncodedFooter FooterOf(byte[] bytes, string path)
    {
        int length = ParquetLayout.FooterBytes(bytes.AsSpan(^ParquetLayout.TailBytes..), bytes.Length, path);
        return EncodedFooter.Read(bytes.AsSpan(bytes.Length - ParquetLayout.TailBytes - length, length), path);
    }

    private static void Read<T>(byte[] bytes, string path, string name, T[] values, bool[] isMissing) where T : unmanaged
    {
        using ZstdDecompressor zstd = new();
        NumberPages pages = new(zstd.Decompress, Shuffle.Undo);
        EncodedFooter footer = FooterOf(bytes, path);
        int at = Array.FindIndex(footer.Columns, c => c.Name == name), row = 0;
        if (at < 0 || footer.Columns[at].MaxDefinition > 1 || footer.Groups.Sum(g => (long)g.Rows) != values.Length)
            throw new PlainParquetException(path, "another column or number of rows");
        foreach (EncodedGroup group in footer.Groups)
        {
            EncodedChunk chunk = group.Chunks[at];
            if (chunk.Offset < 0 || chunk.Bytes < 0 || chunk.Offset > bytes.Length - chunk.Bytes)
                throw new PlainParquetException(path, "another place");
            pages.Read(footer.Columns[at], chunk, bytes.AsSpan((int)chunk.Offset, (int)chunk.Bytes), values.AsSpan(row, group.Rows),
                isMissing.Length == 0 ? [] : isMissing.AsSpan(row, group.Rows), path);
            row += group.Rows;
        }
    }
}
