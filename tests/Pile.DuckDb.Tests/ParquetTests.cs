using System.Globalization;
using Pile.TestKit;

namespace Pile.DuckDb.Tests;

/// <summary>Files written by Arrow, compared with CSV files of the same tables that are read without DuckDB.</summary>
public class ParquetTests : DatabaseTest
{
    private static string Read(string file) => $"read_parquet({DuckDbSql.Literal(TestPaths.Data(file))}, hive_partitioning = false)";

    private static string[][] Csv(string file) => [.. File.ReadLines(TestPaths.Data(file)).Skip(1).Select(line => line.Split(','))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("catalog/formats/multi_row_group.parquet")]
    [InlineData("catalog/hats-tree/small_sky/dataset/Norder=0/Dir=0/Npix=11.parquet")]
    public void Agrees_with_the_csv_of_the_same_catalogue(string file)
    {
        string[][] truth = [.. Csv("catalog/hats-xmatch/small_sky.csv").OrderBy(row => long.Parse(row[0], CultureInfo.InvariantCulture))];
        Assert.Equal(131, truth.Length);
        Assert.Equal(truth.Select(row => long.Parse(row[0], CultureInfo.InvariantCulture)),
            Column<long>($"SELECT id::BIGINT FROM {Read(file)} ORDER BY id"));
        Assert.Equal(truth.Select(row => Number(row[1])), Column<double>($"SELECT ra::DOUBLE FROM {Read(file)} ORDER BY id"));
        Assert.Equal(truth.Select(row => Number(row[2])), Column<double>($"SELECT dec::DOUBLE FROM {Read(file)} ORDER BY id"));
        using DuckDbResult result = Connection.Query($"FROM {Read(file)}");
        // without the columns Norder, Dir and Npix
        Assert.Equal(["_healpix_29", "id", "ra", "dec", "ra_error", "dec_error"], result.Columns.Select(c => c.Name));
    }

    [Fact]
    public void Agrees_with_healpy_on_the_cells_of_a_hats_tile()
    {
        string file = Read("catalog/hats-tree/small_sky/dataset/Norder=0/Dir=0/Npix=11.parquet");
        string expected = Python.Run("""
            import sys, healpy
            for line in open(sys.argv[1]).read().splitlines()[1:]:
                id, ra, dec = line.split(',')[:3]
                print(healpy.ang2pix(2**29, float(ra), float(dec), nest=True, lonlat=True))
            """, TestPaths.Data("catalog/hats-xmatch/small_sky.csv"));
        Assert.Equal(expected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).Order(),
            Column<long>($"SELECT _healpix_29::BIGINT FROM {file} ORDER BY 1"));
    }

    [Fact]
    public void Agrees_with_the_csv_of_an_order_29_index()
    {
        string file = Read("catalog/formats/healpix_29_index.parquet");
        string[][] truth = [.. Csv("catalog/formats/spatial_index.csv").OrderBy(row => long.Parse(row[0], CultureInfo.InvariantCulture))];
        Assert.Equal(truth.Select(row => long.Parse(row[1], CultureInfo.InvariantCulture)),
            Column<long>($"SELECT _healpix_29::BIGINT FROM {file} ORDER BY id"));
    }

    [Fact]
    public void Reads_nested_light_curves()
    {
        using DuckDbResult result = Connection.Query(
            $"SELECT lightcurve, len(lightcurve) FROM {Read("catalog/formats/lightcurve.parquet")}");
        DuckDbType epoch = result.Columns[0].Type.Child!;
        Assert.Equal(["hmjd DOUBLE", "mag FLOAT", "magerr FLOAT", "clrcoeff FLOAT", "catflags INTEGER"],
            epoch.Fields.Select(f => $"{f.Name} {f.Type}"));
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal(5, chunk.RowCount);
        DuckDbVector epochs = chunk[0].Child;
        for (int row = 0; row < chunk.RowCount; row++)
        {
            DuckDbListEntry entry = chunk.Values<DuckDbListEntry>(0)[row];
            Assert.Equal(chunk.Values<long>(1)[row], entry.Length);
            foreach (double mjd in entry.Of(epochs.Field(0).Values<double>()))
                Assert.InRange(mjd, 58_000, 60_000); // ZTF observes since 2018
            foreach (float magnitude in entry.Of(epochs.Field(1).Values<float>()))
                Assert.InRange(magnitude, 10, 25);
        }
    }

    [Fact]
    public void A_truncated_file_is_named()
    {
        DuckDbException e = Assert.Throws<DuckDbException>(
            () => Connection.Query($"FROM {Read("malformed/derived/parquet_truncated.parquet")}"));
        Assert.Contains("parquet_truncated.parquet", e.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nulls_unicode_and_extremes_survive_parquet()
    {
        using TemporaryFolder folder = new();
        string file = folder["a'b é.parquet"];
        Connection.Execute("CREATE TABLE t AS SELECT * FROM (VALUES (1, 'Ἀστήρ', 'nan'::DOUBLE), (NULL, NULL, NULL), (-2147483648, '', "
            + "'-inf'::DOUBLE)) v(\"a\"\"b\", s, d)");
        Assert.Equal(3,
            Connection.Execute($"COPY t TO {DuckDbSql.Literal(file)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{unit: 'mas'}})"));
        Assert.Equal(["Ἀστήρ", null, ""], Texts($"SELECT s FROM read_parquet({DuckDbSql.Literal(file)})"));
        Assert.Equal(["1", null, "-2147483648"],
            Texts($"SELECT {DuckDbSql.Identifier("a\"b")}::VARCHAR FROM read_parquet({DuckDbSql.Literal(file)})"));
        Assert.Equal(["nan", null, "-inf"], Texts($"SELECT d::VARCHAR FROM read_parquet({DuckDbSql.Literal(file)})"));
        Assert.Equal("mas", Connection.Scalar<string>($"SELECT decode(value) FROM parquet_kv_metadata({DuckDbSql.Literal(file)}) WHERE "
            + "decode(key) = 'unit'"));
    }
}
