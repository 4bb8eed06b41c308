using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

public sealed class DamageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tiles_without_block_checksums_are_verified_by_their_SHA256()
    {
        using HandMadeDataset made = new();
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        Query query = dataset.Query().Columns("object_id");
        await QueryTests.IdsAsync(dataset, query);
        string tile = Directory.EnumerateFiles(made.Path, "Npix=*.parquet", SearchOption.AllDirectories).First();
        byte[] bytes = await File.ReadAllBytesAsync(tile, Token);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes, Token);
        Assert.Matches($"{Path.GetFileName(tile)}' is damaged: it has SHA-256 [0-9a-f]{{64}}",
            (await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryTests.IdsAsync(dataset, query))).Message);
    }

    [Theory]
    [InlineData("image_array")]
    [InlineData("image_ivar")]
    [InlineData("image_mask")]
    [InlineData("FLUX")]
    [InlineData("raw/curve")]
    [InlineData("cube")]
    public async Task A_changed_byte_is_reported_with_shard_column_and_row(string column)
    {
        using HandMadeDataset made = new();
        JsonElement line = made.Lines[20];
        string shard = Path.Combine(made.Path, made.ShardOf(20));
        long offset = line.GetProperty($"_pile_{column}_offset").GetInt64(), size = line.GetProperty($"_pile_{column}_size").GetInt64();
        using (FileStream file = new(shard, FileMode.Open))
        {
            file.Position = offset + (size / 2);
            int old = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(old ^ 0x10));
        }
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Native(), cancellationToken: Token);
        Check(Assert.Throws<ShardCorruptException>(() => rows.ReadRow(20)));
        Check(Assert.Throws<ShardCorruptException>(() => rows.Verify(20)));
        Check(await Assert.ThrowsAsync<ShardCorruptException>(async () =>
        {
            await foreach (RowBatch _ in rows.ReadAllAsync(cancellationToken: Token))
            {
            }
        }));
        for (int row = 0; row < made.Rows; row++)
            if (row != 20)
                rows.Verify(row);

        void Check(ShardCorruptException e)
        {
            Assert.Equal((shard, column, (long)line.GetProperty("_pile_source_row").GetInt32()), (e.ShardPath, e.Column, e.Row));
            Assert.Contains("CRC-32C", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_truncated_grown_or_missing_shard_is_reported_and_others_stay_readable()
    {
        using HandMadeDataset made = new();
        string shard = Path.Combine(made.Path, made.ShardOf(20));
        int other = Enumerable.Range(0, made.Rows).First(i => made.ShardOf(i) != made.ShardOf(20));
        byte[] bytes = await File.ReadAllBytesAsync(shard, Token);
        (byte[]? Content, string Message)[] cases = [(bytes[..^500], "truncated"), ([.. bytes, 1], "changed"), (null, "missing")];
        foreach ((byte[]? content, string says) in cases)
        {
            File.Delete(shard);
            if (content is not null)
                await File.WriteAllBytesAsync(shard, content, Token);
            await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
            RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Native(), cancellationToken: Token);
            ShardCorruptException e = Assert.Throws<ShardCorruptException>(() => rows.ReadRow(20));
            Assert.Contains(says, e.Message, StringComparison.Ordinal);
            Assert.Equal(shard, e.ShardPath);
            rows.Verify(other);
        }
    }

    [Theory]
    [InlineData("version: 2.0", "pile: \"2.0\"")]
    [InlineData("not yaml", "pile: [")]
    public async Task An_unreadable_manifest_is_reported_when_the_dataset_is_opened(string what, string first)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["pile.yaml"], first + "\nname: x\n", Token);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Dataset.OpenAsync(folder.Path, cancellationToken: Token));
        Assert.IsType(what == "not yaml" ? typeof(DocumentInvalidException) : typeof(VersionNotSupportedException), e);
    }

    [Fact]
    public async Task Opening_a_path_without_a_dataset_fails()
    {
        using TemporaryFolder folder = new();
        await Assert.ThrowsAsync<DatasetNotFoundException>(() => Dataset.OpenAsync(folder.Path, cancellationToken: Token));
        await Assert.ThrowsAsync<DatasetNotFoundException>(() => Dataset.OpenAsync(folder["nothing"], cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Dataset.OpenAsync("ftp://server/dataset", cancellationToken: Token));
    }

    [Fact]
    public async Task A_dataset_without_rows_returns_empty_results()
    {
        using HandMadeDataset made = new();
        made.Empty();
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        Assert.Equal((0, 23), (await QueryTests.AllAsync(dataset, dataset.Query().Where("z > 0").Cone(1, 2, 3))) is var batch
            ? (batch.RowCount, batch.Columns.Length) : default);
        Assert.Equal(0, await dataset.CountAsync(dataset.Query(), Token));
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query(), cancellationToken: Token);
        Assert.Equal(0, rows.Count);
        await foreach (RowBatch _ in rows.ReadAllAsync(cancellationToken: Token))
            Assert.Fail("There is nothing to read.");
        await Assert.ThrowsAsync<ArgumentException>(() => dataset.OpenRowsByIdAsync(["obj-001"], cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => dataset.OpenRowsByPositionAsync([0], cancellationToken: Token));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("main/../../x.hdf5")]
    public async Task A_path_outside_the_dataset_is_rejected(string path)
    {
        using HandMadeDataset made = new();
        string victim = made.ShardOf(0);
        made.Reseal(p => p == victim ? path : p);
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(
            () => dataset.OpenRowsAsync(dataset.Query(), cancellationToken: Token));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_files_that_contradicts_the_manifest_is_rejected()
    {
        using HandMadeDataset made = new();
        string list = Path.Combine(made.Path, "files.parquet");
        byte[] bytes = await File.ReadAllBytesAsync(list, Token);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(list, bytes, Token);
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        Assert.Contains("SHA-256",
            (await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryTests.IdsAsync(dataset, dataset.Query()))).Message,
            StringComparison.Ordinal);
        File.Delete(list);
        await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryTests.IdsAsync(dataset, dataset.Query()));
    }

    [Fact]
    public async Task A_tile_of_the_wrong_size_is_rejected()
    {
        using HandMadeDataset made = new();
        await File.AppendAllTextAsync(Path.Combine(made.Path, "main/index/dataset/Norder=1/Dir=0/Npix=26.parquet"), "x", Token);
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        Assert.Contains("Npix=26",
            (await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryTests.IdsAsync(dataset, dataset.Query()))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(SELECT content FROM read_text('/etc/passwd'))")]
    [InlineData("1 FROM read_text('/etc/passwd')")]
    [InlineData("no_such_column + 1")]
    [InlineData("[1, 2]")]
    public async Task An_invalid_alias_affects_the_standard_view_only(string expression)
    {
        using HandMadeDataset made = new();
        made.Reseal(aliases: [new AliasSchema { Name = "bad", Expression = expression }]);
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        Assert.NotEmpty(await QueryTests.IdsAsync(dataset, dataset.Query().Native()));
        Assert.NotEmpty(await QueryTests.IdsAsync(dataset, dataset.Query().Columns("object_id").Where("z > 0")));
        await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryTests.IdsAsync(dataset, dataset.Query()));
    }
}
