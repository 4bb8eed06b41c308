using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Behaviour with many row groups, which DuckDB reads in parallel, and with columns named like DuckDB's virtual columns.</summary>
public sealed class LargeIndexTests
{
    private const int RowsPerTile = 300_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("seeing")]
    [InlineData("file_row_number")]
    public async Task Rows_keep_the_order_of_the_index_and_their_positions(string column)
    {
        using TemporaryFolder folder = new();
        Make(folder, column);
        await using Dataset dataset = await Dataset.OpenAsync(folder.Path, cancellationToken: Token);
        Query query = dataset.Query().Where($"object_id % 3 = 1 AND {column} >= 0").Columns("object_id");
        long next = 1;
        int batches = 0;
        await foreach (RowBatch batch in dataset.QueryAsync(query, Token))
        {
            batches++;
            foreach (long id in ((ColumnData<long>)batch["object_id"]).Values.Span)
            {
                Assert.Equal(next, id);
                next += 3;
            }
        }
        Assert.Equal((2 * RowsPerTile) + 1, next);
        Assert.True(batches > 5);

        long[] positions = [599_999, 0, 300_000, 299_999, 123_456, 0];
        RowReader rows = await dataset.OpenRowsByPositionAsync(positions, cancellationToken: Token);
        Assert.Equal(positions, Enumerable.Range(0, rows.Count).Select(i => rows.IdAt(i).Number));
        RowReader sorted = await dataset.OpenRowsAsync(dataset.Query().Where("object_id > 299_990 AND object_id < 300_010")
            .OrderBy("object_id % 2"), cancellationToken: Token);
        Assert.Equal(Enumerable.Range(299_991, 19).OrderBy(i => i % 2).ThenBy(i => i).Select(i => (long)i),
            Enumerable.Range(0, sorted.Count).Select(i => sorted.IdAt(i).Number));
    }

    [Fact]
    public async Task A_scan_of_many_tiles_can_stop_be_cancelled_or_find_damage_at_any_row()
    {
        using TemporaryFolder folder = new();
        Make(folder, "seeing");
        await using Dataset dataset = await Dataset.OpenAsync(folder.Path, cancellationToken: Token);
        Query query = dataset.Query().Columns("object_id");
        await foreach (RowBatch batch in dataset.QueryAsync(query, Token))
        {
            Assert.Equal(0, ((ColumnData<long>)batch["object_id"]).Values.Span[0]);
            break;
        }

        using CancellationTokenSource source = new();
        int returned = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (RowBatch _ in dataset.QueryAsync(query, source.Token))
                if (++returned == 2)
                {
                    await Task.Delay(200, Token); // further batches are read ahead
                    await source.CancelAsync();
                }
        });
        Assert.Equal(2, returned);

        // The second tile's last row has a value that cannot be converted: all rows before its batch are returned, in order.
        long next = 0;
        ArgumentException fault = await Assert.ThrowsAsync<ArgumentException>(async () =>
        {
            await foreach (RowBatch batch in dataset.QueryAsync(
                query.Where("CASE WHEN object_id = 599999 THEN 'x' ELSE '1' END::INTEGER = 1"), Token))
                foreach (long id in ((ColumnData<long>)batch["object_id"]).Values.Span)
                    Assert.Equal(next++, id);
        });
        Assert.Contains("'x'", fault.Message, StringComparison.Ordinal);
        Assert.InRange(next, RowsPerTile, (2 * RowsPerTile) - 1);

        int batches = 0;
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where("object_id < 0"), Token))
        {
            batches++;
            Assert.Equal((0, 5), (batch.RowCount, batch.Columns.Length));
        }
        Assert.Equal(1, batches);

        File.Delete(folder[DatasetPaths.IndexTile("main", 0, 1)]);
        await Assert.ThrowsAsync<DatasetInvalidException>(async () =>
        {
            await foreach (RowBatch _ in dataset.QueryAsync(query, Token))
                Assert.Fail("A tile is missing: no row should be out.");
        });
    }

    private static void Make(TemporaryFolder folder, string column)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        List<string> files = ["('main/healpix=0/001-of-001.hdf5', 'shard', 0, 600000, 1, '')"];
        for (int pixel = 0; pixel < 2; pixel++)
        {
            string path = DatasetPaths.IndexTile("main", 0, pixel);
            Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
            connection.Execute($"COPY (SELECT ({pixel}::BIGINT << 58) + i AS _healpix_29, {pixel * RowsPerTile}::BIGINT + i AS object_id, "
                + $"1::DOUBLE AS ra, 2::DOUBLE AS dec, {pixel}::BIGINT AS healpix, " +
                $"7::INTEGER AS {column}, 0::INTEGER AS _pile_source, i::INTEGER AS _pile_source_row FROM range({RowsPerTile}) t(i)) TO "
                + $"{DuckDbSql.Literal(folder[path])} (FORMAT parquet, ROW_GROUP_SIZE 20480)");
            files.Add($"('{path}', 'index', NULL, {RowsPerTile}, {new FileInfo(folder[path]).Length}, '')");
        }
        connection.Execute($"COPY (SELECT * FROM (VALUES {string.Join(", ", files)}) AS t(path, kind, source, rows, bytes, sha256)) TO "
            + $"{DuckDbSql.Literal(folder["files.parquet"])} (FORMAT parquet)");
        HandMadeManifest.Write(folder, HandMadeManifest.Of("large", "catalogue", 2 * RowsPerTile,
            [.. HandMadeManifest.Common, HandMadeManifest.Light(column, DType.Int32)]));
    }
}
