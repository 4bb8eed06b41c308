using Pile.Format;
using Pile.Parquet;

namespace Pile.Reading.Tests;

/// <summary>Numbers of tiles that are read without DuckDB: only verified ones, and only those that are stored as such.</summary>
public sealed class TileNumbersTests : IDisposable
{
    private readonly HandMadeDataset made = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Positions_have_the_values_of_a_query()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        double[] found = new double[made.Rows];
        using TileNumbers numbers = TileNumbers.TryCreate()!;
        foreach (IndexTile tile in (await dataset.FilesAsync(Token)).Tiles)
        {
            Assert.True(await numbers.TryOpenAsync(dataset, tile, ["dec", "ra"], Token));
            Assert.True(numbers.TryRead(1, ParquetType.Double, ParquetInteger.AsStored,
                found.AsSpan((int)tile.FirstPosition, (int)tile.File.Rows), []));
            Assert.False(numbers.TryRead(1, ParquetType.Int64, ParquetInteger.AsStored, new long[tile.File.Rows], []));
            numbers.RequireUnchanged();
        }
        Assert.Equal(made.Lines.Select(l => l.GetProperty("ra").GetDouble()), found);
    }

    [Fact]
    public async Task Values_that_are_computed_or_texts_or_without_verification_are_left_to_DuckDB()
    {
        made.Reseal(aliases: [new AliasSchema { Name = "renamed", Native = "z" },
            new AliasSchema { Name = "scaled", Native = "z", Scale = 2 }, new AliasSchema { Name = "sum", Expression = "ra + dec" }]);
        using TileNumbers numbers = TileNumbers.TryCreate()!;
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        IndexTile tile = (await dataset.FilesAsync(Token)).Tiles[0];
        Assert.True(await numbers.TryOpenAsync(dataset, tile, ["renamed"], Token));
        Assert.True(numbers.TryRead(0, ParquetType.Double, ParquetInteger.AsStored, new double[tile.File.Rows], []));
        Assert.False(await numbers.TryOpenAsync(dataset, tile, ["ra", "scaled"], Token));
        Assert.False(await numbers.TryOpenAsync(dataset, tile, ["sum"], Token));
        Assert.True(await numbers.TryOpenAsync(dataset, tile, ["object_id"], Token));
        Assert.False(numbers.TryRead(0, ParquetType.Int64, ParquetInteger.AsStored, new long[tile.File.Rows], []));

        await using Dataset unverified = await Dataset.OpenAsync(made.Path, new DatasetOptions { VerifyIndex = false }, Token);
        Assert.False(await numbers.TryOpenAsync(unverified, tile, ["ra"], Token));
    }

    [Fact]
    public async Task A_damaged_tile_is_an_error_and_a_changed_one_too()
    {
        using TileNumbers numbers = TileNumbers.TryCreate()!;
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        IndexTile tile = (await dataset.FilesAsync(Token)).Tiles[0];
        Assert.True(await numbers.TryOpenAsync(dataset, tile, ["ra"], Token));
        string path = Path.Combine(made.Path, tile.File.Path);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("changed", Assert.Throws<DatasetInvalidException>(numbers.RequireUnchanged).Message, StringComparison.Ordinal);

        await using Dataset opened = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        DatasetInvalidException damaged = await Assert.ThrowsAsync<DatasetInvalidException>(() =>
            numbers.TryOpenAsync(opened, tile, ["ra"], Token));
        Assert.Contains(tile.File.Path, damaged.Message, StringComparison.Ordinal);
    }

    public void Dispose() => made.Dispose();
}
