using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Tiles of a HATS catalogue whose columns differ from the declared ones, compared with what DuckDB reads from each tile
/// alone.</summary>
public sealed class HatsTileTypesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory] // the declared column, the tile that differs, and its column; values are those of rows 0 to 3
    [InlineData("i + 0.75::DOUBLE", 0, "i::BIGINT")] // whole numbers, which pandas writes as integers
    [InlineData("i + 0.75::DOUBLE", 0, "NULL::INTEGER")] // Arrow's type of columns without values
    [InlineData("i::DOUBLE / 3", 0, "(i / 3)::FLOAT")]
    [InlineData("i + 9000000000", 0, "i::INTEGER")]
    [InlineData("i::BIGINT", 3, "i::DOUBLE")]
    [InlineData("i::FLOAT / 4", 3, "i::DOUBLE / 4")]
    [InlineData("'s' || i", 0, "NULL::INTEGER")]
    [InlineData("TIMESTAMP '2020-01-01 12:00:00' + to_days(i::INTEGER)", 2, "DATE '2020-01-01'")]
    [InlineData("[i + 0.5::DOUBLE]", 0, "[i::INTEGER]")]
    [InlineData("['a' || i]", 1, "[]::INTEGER[]")]
    [InlineData("{'mjd': [i + 0.5::DOUBLE], 'band': ['g']}", 0, "{'mjd': [i::INTEGER], 'band': []::INTEGER[]}")]
    [InlineData("{'mjd': [i + 0.5::DOUBLE], 'band': [1::TINYINT]}", 0, "{'band': [2::TINYINT], 'mjd': [1.5::FLOAT]}")]
    public async Task Values_of_other_types_that_fit_are_read(string declared, int tile, string found)
    {
        WriteCatalogue(declared, tile, $"* REPLACE ({found} AS k)");
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], cancellationToken: Token);
        string type = DuckDb($"SELECT typeof({declared}) FROM range(1) t(i)")[0]!;
        string?[] expected = [.. Enumerable.Range(0, 4).Select(n =>
            type.StartsWith("STRUCT", StringComparison.Ordinal)
                ? DuckDb($"SELECT {{'mjd': k.mjd::DOUBLE[], 'band': k.band::{(declared.Contains("'g'", StringComparison.Ordinal)
                    ? "VARCHAR" : "TINYINT")}[]}}::VARCHAR FROM read_parquet('{Tile(n)}')")[0]
                : DuckDb($"SELECT k::{type}::VARCHAR FROM read_parquet('{Tile(n)}')")[0])];
        string whole = type.StartsWith("STRUCT", StringComparison.Ordinal) ? "{'mjd': \"k.mjd\", 'band': \"k.band\"}" : "k";
        Assert.Equal(expected, await SqlAsync(dataset, $"SELECT {whole}::VARCHAR AS v FROM d ORDER BY id"));
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query(), Token))
            Assert.Equal(4, batch.RowCount);
        for (int row = 0; row < 4; row++) // positions still lead to the rows
        {
            RowReader reader = await dataset.OpenRowsByPositionAsync([row], dataset.Query().Columns("id"),
                cancellationToken: Token);
            Assert.Equal(1, reader.Count);
            await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Cone(45 + (90 * row), 41, 1).Columns("id"), Token))
                Assert.Equal([row], batch.Values<long>("id").ToArray());
        }
    }

    [Theory]
    [InlineData("i::BIGINT", 3, "i + 0.75::DOUBLE", "3.75 has the type DOUBLE, but 'dataset/_common_metadata' declares 'k' as BIGINT")]
    [InlineData("i::FLOAT", 2, "0.1::DOUBLE", "0.1 has the type DOUBLE, but 'dataset/_common_metadata' declares 'k' as FLOAT")]
    [InlineData("i::INTEGER", 1, "9000000000", "9000000000 has the type BIGINT, but")]
    [InlineData("i::DOUBLE", 1, "9007199254740993", "9007199254740993 has the type BIGINT, but")]
    [InlineData("i::BIGINT", 0, "'nan'::DOUBLE", "nan has the type DOUBLE, but")]
    [InlineData("'s' || i", 1, "i::BIGINT", "1 has the type BIGINT, but")]
    [InlineData("[i]", 1, "[0.5::DOUBLE]", "[0.5] has the type DOUBLE[], but")]
    public async Task A_value_that_does_not_fit_is_an_error_with_its_tile(string declared, int tile, string found, string message)
    {
        WriteCatalogue(declared, tile, $"* REPLACE ({found} AS k)");
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], cancellationToken: Token);
        string queried = (await Assert.ThrowsAsync<DatasetInvalidException>(async () =>
        {
            await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query(), Token))
                Assert.Equal(4, batch.RowCount);
        })).Message;
        Assert.Contains($"the tile 'dataset/Norder=0/Dir=0/Npix={tile}.parquet', row 0: {message}", queried, StringComparison.Ordinal);
        string selected = (await Assert.ThrowsAsync<DatasetInvalidException>(() => SqlAsync(dataset, "SELECT k::VARCHAR AS v FROM d")))
            .Message;
        Assert.Contains($"the tile 'dataset/Norder=0/Dir=0/Npix={tile}.parquet', row 0: {message}", selected, StringComparison.Ordinal);
        Assert.Equal(4, (await SqlAsync(dataset, "SELECT id::VARCHAR AS v FROM d")).Length); // without the column
    }

    [Fact]
    public async Task A_column_that_a_tile_lacks_is_missing_there_and_one_that_it_adds_is_left_out()
    {
        WriteCatalogue("i::BIGINT", 0, "* EXCLUDE (k), 5 AS extra");
        List<string> messages = [];
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], new DatasetOptions { OnMessage = messages.Add }, Token);
        Assert.Equal((string?[])[null, "1", "2", "3"], await SqlAsync(dataset, "SELECT k::VARCHAR AS v FROM d ORDER BY id"));
        Assert.Equal(2, await dataset.CountAsync(dataset.Query().Where("k > 1"), Token));
        Assert.Contains(messages, m => m.StartsWith("the tile 'dataset/Norder=0/Dir=0/Npix=0.parquet' of", StringComparison.Ordinal)
            && m.Contains("has no column 'k'", StringComparison.Ordinal));
        Assert.DoesNotContain(dataset.Manifest.Columns, c => c.Name == "extra");
    }

    [Fact]
    public async Task Rows_are_numbered_across_tiles_whose_survey_column_hides_the_numbers_of_duckdb()
    {
        WriteCatalogue("i + 0.75::DOUBLE", 0, "* REPLACE (i::BIGINT AS k)", ", 7 AS file_row_number");
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], new DatasetOptions { IdColumn = "row" }, Token);
        Assert.Equal((string?[])["0:0.0", "1:1.75", "2:2.75", "3:3.75"],
            await SqlAsync(dataset, "SELECT object_id || ':' || k AS v FROM d ORDER BY object_id"));
    }

    private string Tile(int pixel) => $"{folder["cat"]}/dataset/Norder=0/Dir=0/Npix={pixel}.parquet";

    // Four tiles of one row; one of them has other columns.
    private void WriteCatalogue(string column, int tile, string items, string more = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Tile(0))!);
        string rows = $"SELECT i AS id, 45 + 90 * i::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\", {column} AS k{more} FROM range(4) t(i)";
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"COPY (FROM ({rows}) LIMIT 0) TO '{folder["cat"]}/dataset/_common_metadata' (FORMAT PARQUET)");
        for (int i = 0; i < 4; i++)
            connection.Execute($"COPY (SELECT {(i == tile ? items : "*")} FROM (SELECT {i}::BIGINT AS i) CROSS JOIN LATERAL ("
                + $"{rows.Replace("range(4) t(i)", $"(SELECT {i}::BIGINT) t(i)", StringComparison.Ordinal)})) TO '{Tile(i)}' (FORMAT "
                + "PARQUET)");
        File.WriteAllLines(Path.Combine(folder["cat"], "partition_info.csv"), ["Norder,Npix", "0,0", "0,1", "0,2", "0,3"]);
        File.WriteAllText(Path.Combine(folder["cat"], "hats.properties"),
            "obs_collection=made\ndataproduct_type=object\nhats_nrows=4\nhats_col_ra=ra\nhats_col_dec=dec\n");
    }

    private static async Task<string?[]> SqlAsync(Dataset dataset, string select)
    {
        List<string?> values = [];
        await foreach (RowBatch batch in Sql.QueryAsync(new Dictionary<string, Dataset> { ["d"] = dataset }, select,
            cancellationToken: Token))
            for (int row = 0; row < batch.RowCount; row++)
                values.Add(batch["v"].IsNullAt(row) ? null : ((TextColumnData)batch["v"]).Text(row));
        return [.. values];
    }

    private static string?[] DuckDb(string sql)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query(sql);
        List<string?> values = [];
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                values.Add(chunk[0].IsValid(row) ? chunk[0].Text(row) : null);
        return [.. values];
    }
}
