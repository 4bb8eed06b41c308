using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Damage to tiles of many blocks is reported, or does not change the returned values.</summary>
public sealed class DamagedTileTests : IClassFixture<DamagedTileTests.RightTiles>, IDisposable
{
    private const int RowsPerTile = 163_840, GroupRows = 81_920;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public DamagedTileTests(RightTiles right)
    {
        foreach (string file in Directory.EnumerateFiles(right.Folder.Path, "*", SearchOption.AllDirectories))
        {
            string copy = folder[Path.GetRelativePath(right.Folder.Path, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [Theory]
    [InlineData(1, 16 << 20, 4)]
    [InlineData(2, 0, 4)]
    [InlineData(1, 16 << 20, 16, Traits = ["Run", "Long"])]
    [InlineData(2, 0, 16, Traits = ["Run", "Long"])]
    public async Task A_flipped_bit_in_a_tile_is_reported_or_changes_no_value(int seed, int verifiedAtOnceBytes, int flips)
    {
        DatasetOptions options = new() { VerifiedAtOnceBytes = verifiedAtOnceBytes };
        string[] before = await AnswersAsync(options);
        Random random = new(seed);
        int reported = 0;
        for (int flip = 0; flip < flips; flip++)
        {
            string tile = Tile(random.Next(2));
            long length = new FileInfo(tile).Length;
            long at = flip < 2 ? length - 1 - random.Next(4000) : random.NextInt64(length); // some in the footer
            Flip(tile, at, random.Next(8));
            string[] now = await AnswersAsync(options);
            for (int i = 0; i < now.Length; i++)
                if (now[i] != before[i])
                {
                    Assert.StartsWith(nameof(DatasetInvalidException), now[i], StringComparison.Ordinal);
                    Assert.Contains(Path.GetFileName(tile), now[i], StringComparison.Ordinal);
                    Assert.Contains("pile index rebuild", now[i], StringComparison.Ordinal);
                    reported++;
                }
            File.Copy(tile + ".right", tile, overwrite: true);
        }
        Assert.InRange(reported, flips, flips * before.Length);
    }

    [Fact]
    public async Task A_query_of_a_part_of_the_sky_does_not_read_other_row_groups()
    {
        string before = await PartAsync(default);
        string tile = Tile(0);
        foreach (long at in await ValuesAsync(tile, group: 1))
            Flip(tile, at, 3);
        Assert.Equal(before, await PartAsync(default));
        Assert.StartsWith(nameof(DatasetInvalidException), await AnswerAsync(new(), d => d.QueryAsync(d.Query().Columns("w"), Token)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_selective_condition_reads_other_columns_in_its_row_groups_only()
    {
        DatasetOptions options = new() { VerifiedAtOnceBytes = 0 };
        string before = await SelectiveAsync(options);
        string tile = Tile(0);
        long[] values = await ValuesAsync(tile, group: 1);
        Flip(tile, values[1], 3);
        Assert.Equal(before, await SelectiveAsync(options));
        Flip(tile, values[0], 3);
        Assert.StartsWith(nameof(DatasetInvalidException), await SelectiveAsync(options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tile_that_is_changed_is_verified_again()
    {
        await using Dataset dataset = await Dataset.OpenAsync(folder.Path, cancellationToken: Token);
        Assert.Equal(2 * RowsPerTile, (await dataset.PositionsAsync(dataset.Query().Where("w >= 0"), Token)).Length);
        Flip(Tile(1), (await ValuesAsync(Tile(1), group: 1))[1], 7);
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(
            () => dataset.PositionsAsync(dataset.Query().Where("w >= 0"), Token));
        Assert.Matches("Npix=1.parquet' is damaged: bytes [0-9]+ to [0-9]+ have CRC-32C [0-9a-f]{8}, but 'files.parquet' lists [0-9a-f]{8}",
            e.Message);
    }

    [Fact]
    public async Task A_tile_that_is_changed_between_statements_is_verified_again()
    {
        await using Dataset dataset = await Dataset.OpenAsync(folder.Path, cancellationToken: Token);
        Assert.Equal(2 * RowsPerTile, await SumAsync());
        Flip(Tile(1), (await ValuesAsync(Tile(1), group: 1))[1], 7);
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(SumAsync);
        Assert.Contains("Npix=1.parquet' is damaged", e.Message, StringComparison.Ordinal);

        async Task<long> SumAsync()
        {
            long rows = 0;
            await foreach (RowBatch batch in dataset.SqlAsync("SELECT count(*) AS n FROM d WHERE w >= 0", cancellationToken: Token))
                rows += batch.Values<long>("n")[0];
            return rows;
        }
    }

    [Fact]
    public async Task A_hard_link_made_while_a_tile_is_read_is_not_reported_as_damage() =>
        Assert.Equal(2 * RowsPerTile,
            await ReadAsync(() => System.Diagnostics.Process.Start("ln", [Tile(1), folder["link"]]).WaitForExit()));

    [Fact]
    public async Task A_tile_whose_time_is_set_back_after_a_change_is_reported()
    {
        long at = (await ValuesAsync(Tile(1), group: 1))[1];
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(() => ReadAsync(() =>
        {
            DateTime time = File.GetLastWriteTimeUtc(Tile(1));
            Flip(Tile(1), at, 7);
            File.SetLastWriteTimeUtc(Tile(1), time);
        }));
        Assert.Contains("Npix=1.parquet' is damaged", e.Message, StringComparison.Ordinal);
    }

    // Reads all rows, and runs an action after the first batch. With one thread nothing is read ahead, so the last rows come after it.
    private async Task<long> ReadAsync(Action meanwhile)
    {
        await using Dataset dataset = await Dataset.OpenAsync(folder.Path, new() { Threads = 1 }, Token);
        long rows = 0;
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query(), Token))
        {
            if (rows == 0)
                meanwhile();
            rows += batch.RowCount;
        }
        return rows;
    }

    [Fact]
    public async Task Verification_can_be_turned_off()
    {
        Flip(Tile(0), (await ValuesAsync(Tile(0), group: 0))[1], 0);
        await using Dataset dataset = await Dataset.OpenAsync(folder.Path, new() { VerifyIndex = false }, Token);
        Assert.Equal(2 * RowsPerTile, await dataset.CountAsync(dataset.Query().Where("w IS NOT NULL"), Token));
    }

    [Fact]
    public void A_tile_is_verified_once_per_process()
    {
        string root = Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid");
        string tile = Directory.EnumerateFiles(root, "Npix=*.parquet", SearchOption.AllDirectories).First();
        DatasetFile file = new("tile", DatasetFileKind.Index, -1, 1, new FileInfo(tile).Length,
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(tile))));
        Assert.Same(VerifiedTile.Open(tile, file, null), VerifiedTile.Open(tile, file, null));
    }

    public void Dispose() => folder.Dispose();

    private Task<string> PartAsync(DatasetOptions? options) =>
        AnswerAsync(options ?? new(), d =>
            d.QueryAsync(d.Query().Within(HealpixRanges.FromRanges(29, [new HealpixRange(1000, 1L << 50)])), Token));

    private Task<string> SelectiveAsync(DatasetOptions options) =>
        AnswerAsync(options, d => d.QueryAsync(d.Query().Where("z = 7 AND object_id = 7").Columns("object_id", "w"), Token));

    private async Task<string[]> AnswersAsync(DatasetOptions options) =>
    [
        await AnswerAsync(options, d => d.QueryAsync(d.Query(), Token)),
        await PartAsync(options),
        await SelectiveAsync(options),
        await AnswerAsync(options, d => d.QueryAsync(d.Query().Where("s = 'a3'").OrderBy("w").Limit(5), Token)),
        await AnswerAsync(options, d => d.QueryAsync(d.Query().Ids(5, 150_000), Token)),
        await AnswerAsync(options, d => d.QueryAsync(d.Query().Columns("object_id", "w").Limit(3), Token)),
        await AnswerAsync(options, d => d.SqlAsync("SELECT s, count(*) AS n, max(w) AS w FROM d WHERE z > 10 GROUP BY s ORDER BY s",
            cancellationToken: Token)),
        await TextAsync(options, async d => string.Join(',', await d.PositionsAsync(d.Query().Where("w > 0.999"), Token))),
        await TextAsync(options, async d =>
            $"{await d.CountAsync(d.Query().Where("w > 0.5"), Token)} {await d.CountAsync(d.Query(), Token)}"),
    ];

    private Task<string> AnswerAsync(DatasetOptions options, Func<Dataset, IAsyncEnumerable<RowBatch>> ask) => TextAsync(options,
        async dataset =>
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (RowBatch batch in ask(dataset))
            foreach (ColumnData column in batch.Columns)
                if (column is ColumnData<double> numbers)
                    hash.AppendData(MemoryMarshal.AsBytes(numbers.Values.Span));
                else if (column is ColumnData<long> integers)
                    hash.AppendData(MemoryMarshal.AsBytes(integers.Values.Span));
                else if (column is TextColumnData texts)
                    for (int row = 0; row < batch.RowCount; row++)
                        hash.AppendData(Encoding.UTF8.GetBytes(texts.Text(row)!));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    });

    private async Task<string> TextAsync(DatasetOptions options, Func<Dataset, Task<string>> ask)
    {
        try
        {
            await using Dataset dataset = await Dataset.OpenAsync(folder.Path, options, Token);
            return await ask(dataset);
        }
        catch (Exception e) when (e is PileException or ArgumentException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private string Tile(int pixel) => folder[DatasetPaths.IndexTile("main", 0, pixel)];

    private static void Flip(string path, long at, int bit)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        int old = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(old ^ (1 << bit)));
    }

    // The middle bytes of z and of w in a row group, located by DuckDB.
    private static Task<long[]> ValuesAsync(string tile, int group) => Task.Run(() =>
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        return (long[])[Middle("z"), Middle("w")];

        long Middle(string column) => connection.Scalar<long>(string.Create(CultureInfo.InvariantCulture,
            $"SELECT (data_page_offset + total_compressed_size // 2)::BIGINT FROM parquet_metadata({DuckDbSql.Literal(tile)}) WHERE "
                + $"path_in_schema = '{column}' AND row_group_id = {group}"));
    });

    /// <summary>The dataset without damage, which is made once.</summary>
    public sealed class RightTiles : IDisposable
    {
        public RightTiles() => Make(Folder);

        internal TemporaryFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();
    }

    private static void Make(TemporaryFolder folder)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        List<string> files = [$"('main/healpix=0/001-of-001.hdf5', 'shard', 0, {2 * RowsPerTile}, 1, '', NULL)"];
        for (int pixel = 0; pixel < 2; pixel++)
        {
            string path = DatasetPaths.IndexTile("main", 0, pixel);
            Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
                COPY (SELECT (({pixel}::BIGINT << 58) + i::BIGINT * {(1L << 58) / RowsPerTile}) AS _healpix_29,
                    {pixel * RowsPerTile}::BIGINT + i AS object_id, {45 + (90 * pixel)}::DOUBLE + i / 1e6 AS ra, 41.8::DOUBLE AS dec,
                    {pixel}::BIGINT AS healpix, i::DOUBLE AS z, hash(i) / 18446744073709551616.0 AS w, 'a' || (i % 9) AS s,
                    0::INTEGER AS _pile_source, i::INTEGER AS _pile_source_row
                    FROM range({RowsPerTile}) t(i))
                TO {DuckDbSql.Literal(folder[path] + ".right")} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GroupRows})
                """));
            File.Copy(folder[path] + ".right", folder[path]);
            string checksums = string.Join(", ", BlockChecksums.Compute(folder[path], Token));
            files.Add($"('{path}', 'index', NULL, {RowsPerTile}, {new FileInfo(folder[path]).Length}, "
                + $"'{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder[path])))}', [{checksums}]::UINTEGER[])");
        }
        connection.Execute($"COPY (SELECT * FROM (VALUES {string.Join(", ", files)}) AS t(path, kind, source, rows, bytes, sha256, "
            + $"crc32c)) TO {DuckDbSql.Literal(folder["files.parquet"])} (FORMAT parquet)");
        HandMadeManifest.Write(folder, HandMadeManifest.Of("large", "catalogue", 2 * RowsPerTile,
            [.. HandMadeManifest.Common, HandMadeManifest.Light("z", DType.Float64), HandMadeManifest.Light("w", DType.Float64),
                HandMadeManifest.Light("s", DType.String) with { StringBytes = 2 }]));
    }
}
