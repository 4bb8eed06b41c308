using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using Pile.TestServices;
using Pile.Writing;

namespace Pile.Streaming.Tests;

/// <summary>Checks that searches by id give the same rows with and without an index of ids, locally and on a server.</summary>
public sealed class IdIndexTests(IdIndexTests.Datasets datasets) : IClassFixture<IdIndexTests.Datasets>
{
    private const int RowCount = 40_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Queries_by_id_return_the_rows_that_a_dataset_without_the_index_returns(bool hasTextIds)
    {
        await using Dataset with = await OpenAsync(Name(hasTextIds, hasIndex: true));
        await using Dataset without = await OpenAsync(Name(hasTextIds, hasIndex: false));
        Assert.NotNull(await with.IdIndexAsync(Token));
        Assert.Null(await without.IdIndexAsync(Token));
        ObjectId[][] requested =
        [
            [], [IdOf(0, hasTextIds)], [IdOf(RowCount - 1, hasTextIds), IdOf(RowCount, hasTextIds), IdOf(-1, hasTextIds)],
            [.. Enumerable.Range(0, RowCount).Where(i => i % 97 == 3).Select(i => IdOf(i, hasTextIds))],
            [.. Enumerable.Range(-5, RowCount + 10).Select(i => IdOf(i, hasTextIds))],
            [IdOf(7, hasTextIds), IdOf(7, hasTextIds)],
        ];
        foreach (ObjectId[] ids in requested)
        {
            Assert.Equal(await TextAsync(without.Query().Ids(ids)), await TextAsync(with.Query().Ids(ids)));
            Assert.Equal(await TextAsync(without.Query().Ids(ids).Where("v > 0.5").OrderBy("v").Limit(50)),
                await TextAsync(with.Query().Ids(ids).Where("v > 0.5").OrderBy("v").Limit(50)));
            Assert.Equal(await without.CountAsync(without.Query().Ids(ids).Cone(20, 60, 5), Token),
                await with.CountAsync(with.Query().Ids(ids).Cone(20, 60, 5), Token));
        }
        ObjectId[] opened = [.. Enumerable.Range(0, 500).Select(i => IdOf(i * 31 % RowCount, hasTextIds)), IdOf(0, hasTextIds)];
        RowReader rows = await with.OpenRowsByIdAsync(opened, cancellationToken: Token);
        Assert.Equal(opened, Enumerable.Range(0, rows.Count).Select(rows.IdAt));
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => with.OpenRowsByIdAsync([IdOf(5, hasTextIds), IdOf(RowCount, hasTextIds)], cancellationToken: Token));
        Assert.EndsWith($"has no row with object_id {IdOf(RowCount, hasTextIds)}.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_dataset_that_is_opened_again_finds_ids_on_pages_that_are_verified(bool hasTextIds)
    {
        // Pages of files that were written within the last second are verified again.
        string file = $"{datasets.Path(Name(hasTextIds, hasIndex: true))}/main/ids.parquet";
        while (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < TimeSpan.FromSeconds(1.5))
            await Task.Delay(50, Token);
        for (int opening = 0; opening < 2; opening++)
        {
            await using Dataset dataset = await Dataset.OpenAsync(datasets.Path(Name(hasTextIds, hasIndex: true)),
                cancellationToken: Token);
            RowReader rows = await dataset.OpenRowsByIdAsync([IdOf(7, hasTextIds)], cancellationToken: Token);
            Assert.Equal(IdOf(7, hasTextIds), rows.IdAt(0));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Other_programs_read_the_ids_in_order_with_the_positions_of_their_rows(bool hasTextIds)
    {
        string dataset = datasets.Path(Name(hasTextIds, hasIndex: true));
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
        using DuckDbConnection duckDb = database.Connect();
        string ids = $"read_parquet('{dataset}/main/ids.parquet')",
            positions = $"read_parquet('{dataset}/main/positions.parquet', file_row_number = true)";
        Assert.Equal(RowCount, Count($"{ids} AS i JOIN {positions} AS p ON i.object_id = p.object_id AND i.row = p.file_row_number"));
        Assert.Equal(0, Count($"(SELECT object_id <= lag(object_id) OVER (ORDER BY file_row_number) AS falls FROM {ids}) WHERE falls"));
        Assert.Equal(3, Count($"(SELECT DISTINCT row_group_id FROM parquet_metadata('{dataset}/main/ids.parquet'))"));

        long Count(string from) => duckDb.Scalar<long>($"SELECT count(*) FROM {from}", cancellationToken: Token);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_look_up_on_a_server_takes_two_requests_and_none_the_second_time(bool hasTextIds)
    {
        await using FileServer server = new(datasets.Root);
        using TemporaryFolder cache = new();
        DatasetOptions options = new() { Storage = new() { CacheFolder = cache.Path } };
        foreach (int requests in (int[])[2, 0])
        {
            await using Dataset dataset = await Dataset.OpenAsync($"{server.Address}{Name(hasTextIds, hasIndex: true)}", options, Token);
            long before = dataset.Statistics.Requests;
            IdIndex index = (await dataset.IdIndexAsync(Token))!;
            long[] found = index.Find([IdOf(1234, hasTextIds)], Token);
            Assert.InRange(dataset.Statistics.Requests - before, 0, requests);
            Assert.Equal(found, await dataset.PositionsAsync(dataset.Query().Ids(IdOf(1234, hasTextIds)), Token));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Damage_is_reported_with_the_name_of_the_file_and_a_rebuild_writes_the_same_bytes(bool hasTextIds)
    {
        using TemporaryFolder folder = new();
        string source = datasets.Path(Name(hasTextIds, hasIndex: true)), copy = folder["copy"], ids = $"{copy}/main/ids.parquet";
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        byte[] bytes = await File.ReadAllBytesAsync(ids, Token);
        Random random = new(hasTextIds ? 1 : 2);
        int reported = 0;
        for (int flip = 0; flip < 40; flip++)
        {
            byte[] damaged = [.. bytes];
            damaged[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(ids, damaged, Token);
            await using Dataset dataset = await Dataset.OpenAsync(copy, cancellationToken: Token);
            try
            {
                ObjectId[] requested = [IdOf(77, hasTextIds), IdOf(39_000, hasTextIds)];
                RowReader rows = await dataset.OpenRowsByIdAsync(requested, cancellationToken: Token);
                Assert.Equal((requested[0], requested[1]), (rows.IdAt(0), rows.IdAt(1)));
            }
            catch (DatasetInvalidException e)
            {
                Assert.Contains("ids.parquet", e.Message, StringComparison.Ordinal);
                reported++;
            }
        }
        Assert.InRange(reported, 1, 39);
        await IndexRebuild.RunAsync(copy, cancellationToken: Token);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(ids, Token));
    }

    private static string Name(bool hasTextIds, bool hasIndex) => $"{(hasTextIds ? "text" : "integers")}-{(hasIndex ? "with" : "without")}";

    // In UTF-16 the last two would be in reverse order.
    private static readonly string[] Prefixes = ["", "a", "é", "\uffee", "🚀"];

    private static ObjectId IdOf(int i, bool hasTextIds) =>
        hasTextIds ? new ObjectId($"{Prefixes[(i % 5 + 5) % 5]}{i}") : new ObjectId((i - 20_000L) * 3_000_000_019);

    private Task<Dataset> OpenAsync(string name) => Dataset.OpenAsync(datasets.Path(name), cancellationToken: Token);

    private static async Task<string> TextAsync(Query query)
    {
        List<string> lines = [];
        await foreach (RowBatch batch in query.Dataset.QueryAsync(query, Token))
            for (int row = 0; row < batch.RowCount; row++)
                lines.Add(string.Join(' ', batch.Columns.Select(c => c is TextColumnData text ? text.Text(row)
                    : c is ColumnData<long> numbers ? $"{numbers.Values.Span[row]}" : $"{((ColumnData<double>)c).Values.Span[row]:R}")));
        return string.Join('\n', lines);
    }

    public sealed class Datasets : IAsyncLifetime
    {
        private readonly TemporaryFolder folder = new();

        internal string Root => folder.Path;

        internal string Path(string name) => folder[name];

        public async ValueTask InitializeAsync()
        {
            foreach (bool hasTextIds in (bool[])[false, true])
                foreach (bool hasIndex in (bool[])[false, true])
                    await BuildAsync(hasTextIds, hasIndex);
        }

        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task BuildAsync(bool hasTextIds, bool hasIndex)
        {
            DatasetSpec spec = OneUnitDataset.Spec(Name(hasTextIds, hasIndex), "catalogue") with { Order = 0, HasIdIndex = hasIndex };
            ObjectId[] ids = [.. Enumerable.Range(0, RowCount).Select(i => IdOf(i, hasTextIds))];
            double[] ra = [.. ids.Select((_, i) => LargeTileDataset.Ra(i))], dec = [.. ids.Select((_, i) => LargeTileDataset.Dec(i))];
            await OneUnitDataset.WriteAsync(Path(spec.Name), spec,
            [
                .. hasTextIds ? OneUnitDataset.Located([.. ids.Select(i => i.Text)], ra, dec)
                    : OneUnitDataset.Located([.. ids.Select(i => i.Number)], ra, dec),
                new ColumnData<double>(new ColumnSchema { Name = "v", DType = DType.Float64 },
                    ids.Select((_, i) => LargeTileDataset.Value(1, i)).ToArray()),
            ]);
        }
    }
}
