using Pile.Format;
using Pile.Parquet;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Streaming.Tests;

/// <summary>A dataset of two tiles with two row groups and many blocks each. The values are computed from the ids.</summary>
[CollectionDefinition(Collection)]
public sealed class LargeTileDataset : IAsyncLifetime, ICollectionFixture<LargeTileDataset>
{
    internal const string Collection = "large tiles";

    internal const int BlockBytes = 256 << 10;

    internal const int RowCount = 270_000, ValueColumns = 10;

    private readonly TemporaryFolder folder = new();

    /// <summary>The folder that a server serves.</summary>
    internal string Root => folder.Path;

    internal string Path => folder["large"];

    internal static double Ra(long id) => (id % 2 * 90) + 10 + (id * 0.618033988749895 % 1 * 70);

    internal static double Dec(long id) => 45 + (id * 0.414213562373095 % 1 * 40);

    internal static double Value(int column, long id) => (id + column) * 0.7320508075688772 % 1;

    public async ValueTask InitializeAsync()
    {
        ColumnSchema number = new() { Name = "v", DType = DType.Float64 };
        ColumnSchema image = new() { Name = "image", DType = DType.Float32, Shape = [2, 2], Storage = ColumnStorage.Heavy };
        long[] ids = [.. Enumerable.Range(0, RowCount).Select(i => (long)i)];
        await OneUnitDataset.WriteAsync(Path, OneUnitDataset.Spec("large", "catalogue") with { Codec = PieceCodec.None, Order = 0 },
        [
            .. OneUnitDataset.Located(ids, [.. ids.Select(Ra)], [.. ids.Select(Dec)]),
            .. Enumerable.Range(0, ValueColumns).Select(c =>
                new ColumnData<double>(number with { Name = $"v{c}" }, ids.Select(i => Value(c, i)).ToArray())),
            TextColumnData.From(new ColumnSchema { Name = "label", DType = DType.String }, [.. ids.Select(i => $"n{i % 1000}")]),
            new ColumnData<float>(image, ids.SelectMany(i => Enumerable.Range(0, 4).Select(k => i + (k / 4f))).ToArray()),
        ]);
    }

    internal async Task<IndexTile> FirstTileAsync()
    {
        await using Dataset local = await Dataset.OpenAsync(Path);
        return (await local.FilesAsync()).Tiles[0];
    }

    internal ParquetLayout LayoutOf(IndexTile tile)
    {
        byte[] all = File.ReadAllBytes(System.IO.Path.Combine(Path, tile.File.Path));
        int tail = all.Length - ParquetLayout.TailBytes;
        int start = tail - ParquetLayout.FooterBytes(all.AsSpan(tail), all.Length, tile.File.Path);
        return ParquetLayout.Read(all.AsSpan(start, tail - start), start, tile.File.Path);
    }

    /// <summary>Returns the numbers of the blocks that hold a part of a tile.</summary>
    internal static IEnumerable<long> BlocksOf(long start, long end)
    {
        for (long block = start / BlockBytes; block * BlockBytes < end; block++)
            yield return block;
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
