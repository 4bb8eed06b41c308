using Pile.Format;
using Pile.TestKit;

namespace Pile.DuckDb.Tests;

/// <summary>Files of <see cref="ParquetCopy"/>, read by DuckDB, which keeps the sign of the zeros that it reads.</summary>
public class ParquetCopyTests : DatabaseTest
{
    private const int Rows = 6000, BatchRows = 2048;

    private static readonly DuckDbField[] Fields =
    [
        new("i", DuckDbType.Integer), new("d", DuckDbType.Double), new("f", DuckDbType.Float), new("l", DuckDbType.List(DuckDbType.Double)),
        new("v", DuckDbType.List(DuckDbType.Float)), new("n", DuckDbType.List(DuckDbType.List(DuckDbType.Float))),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    [InlineData(Rows)]
    public void Zeros_keep_their_sign(int firstNegative)
    {
        using TemporaryFolder folder = new();
        ParquetCopy.Write(Connection, Fields, Batches(firstNegative), "i, d, f, l, v, n, {'d': d} AS s", folder["a[1].parquet"],
            ", ROW_GROUP_SIZE 2048", TestContext.Current.CancellationToken);
        string file = $"read_parquet({DuckDbSql.Literal(folder["a[1].parquet"])})";
        int[] expected = [.. Enumerable.Range(0, Rows).Where(i => i >= firstNegative && i % 4 == 1)];
        foreach (string value in (string[])["d", "f", "l[1]", "v[2]", "n[1][2]", "s.d"])
            Assert.Equal(expected, Column<int>($"SELECT i FROM {file} WHERE {value} = 0 AND signbit({value})"));
        Assert.Equal(Enumerable.Range(0, Rows), Column<int>($"SELECT i FROM {file}"));
        Assert.Equal([3L], Column<long>(
            $"SELECT count(DISTINCT row_group_id) FROM parquet_metadata({DuckDbSql.Literal(folder["a[1].parquet"])})"));
        Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Equal(expected.Length > 0 ? ParquetCopy.WithoutDictionaries : "", ParquetCopy.OptionFor(Connection, $"FROM {file}"));
        foreach (string column in (string[])["d", "f", "l", "v", "n", "s"])
            Assert.Equal(expected.Length > 0 ? ParquetCopy.WithoutDictionaries : "",
                ParquetCopy.OptionFor(Connection, $"SELECT {column} FROM {file}"));
    }

    [Fact]
    public void A_file_without_a_negative_zero_has_the_same_bytes_as_one_of_DuckDB()
    {
        using TemporaryFolder folder = new();
        ParquetCopy.Write(Connection, Fields, Batches(Rows), "*", folder["a.parquet"], "", TestContext.Current.CancellationToken);
        using DuckDbBatches batches = new(Fields, Batches(Rows));
        using DuckDbScan scan = Connection.Scan(batches);
        Connection.Execute($"COPY (SELECT * FROM {scan.Sql}) TO {DuckDbSql.Literal(folder["b.parquet"])} (FORMAT parquet)");
        Assert.Equal(File.ReadAllBytes(folder["b.parquet"]), File.ReadAllBytes(folder["a.parquet"]));
    }

    // Every second value is a zero, and from a row on every second of these is negative.
    private static IEnumerable<IReadOnlyList<DuckDbColumn>> Batches(int firstNegative)
    {
        ColumnSchema nested = new() { Name = "n", DType = DType.Float32, Shape = [1, 2] };
        for (int first = 0; first < Rows; first += BatchRows)
        {
            int[] rows = [.. Enumerable.Range(first, Math.Min(BatchRows, Rows - first))];
            double[] values = [.. rows.Select(i => i % 2 == 0 ? i % 8 : i % 4 == 3 || i < firstNegative ? 0.0 : -0.0)];
            float[] floats = [.. values.Select(v => (float)v)], pairs = [.. floats.SelectMany(f => (float[])[1, f])];
            yield return [DuckDbColumn.Of<int>(rows), DuckDbColumn.Of<double>(values), DuckDbColumn.Of<float>(floats),
                DuckDbColumn.Lists<double>(Enumerable.Range(0, rows.Length + 1).ToArray(), values), DuckDbColumn.Vectors<float>(2, pairs),
                DuckDbColumn.NestedOf(new ColumnData<float>(nested, pairs, rows.Length))];
        }
    }
}
