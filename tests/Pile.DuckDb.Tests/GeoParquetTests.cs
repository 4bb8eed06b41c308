using Pile.TestKit;

namespace Pile.DuckDb.Tests;

public class GeoParquetTests
{
    [Fact] // DuckDB's own reader of GeoParquet is a reader that was not written here
    public void Tiles_with_footprints_are_GeoParquet()
    {
        string tiles = DuckDbSql.Literal(Path.Combine(TestPaths.Root,
            "format-spec/conformance/v1/valid/earth/main/index/dataset/Norder=*/Dir=*/Npix=*.parquet"));
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
        using DuckDbConnection connection = database.Connect();
        Assert.Equal("BLOB", TypeOf(connection));
        connection.Execute("SET enable_geoparquet_conversion = true");
        Assert.StartsWith("GEOMETRY", TypeOf(connection), StringComparison.Ordinal);

        string TypeOf(DuckDbConnection c)
        {
            using DuckDbResult result = c.Query($"SELECT typeof(geometry) FROM read_parquet({tiles}) LIMIT 1");
            Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
            return chunk[0].Text(0)!;
        }
    }
}
