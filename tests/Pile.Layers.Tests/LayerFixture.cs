using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using Pile.Writing;
using Pile.Writing.Tests;

namespace Pile.Layers.Tests;

/// <summary>A dataset of 300 rows with ids from 0, and a cache of its own.</summary>
public sealed class LayerFixture : IAsyncLifetime
{
    internal const int Rows = 300;

    private readonly TemporaryFolder folder = new();
    private int layers;

    internal string Dataset => folder["zoo"];

    internal string Folder => folder.Path;

    internal DatasetOptions Options => new() { Storage = new Storage.StoreOptions { CacheFolder = folder["cache"] } };

    public async ValueTask InitializeAsync()
    {
        int[] ids = Zoo.Shuffled(Rows, 3);
        await using DatasetWriter writer = DatasetWriter.Create(Dataset, Zoo.Spec with { Order = 1 }, new WriterSettings { Workers = 1 });
        using (UnitSpill spill = writer.BeginUnit("u", Zoo.Source("u.fits")))
        {
            spill.Append(Zoo.Batch(ids));
            spill.Complete();
        }
        await writer.CommitAsync();
    }

    /// <summary>Creates a layer without fields.</summary>
    internal async Task<string> NewLayerAsync(string? address = null)
    {
        address ??= folder[$"layer{Interlocked.Increment(ref layers)}"];
        await using Dataset dataset = await Reading.Dataset.OpenAsync(Dataset, Options);
        await LayerWorkspace.CreateAsync(address, dataset, null, default);
        return address;
    }

    internal Task<LayerWorkspace> OpenAsync(string layer) => LayerWorkspace.OpenAsync(layer, Dataset, Options, default);

    /// <summary>Commits a table of ids and values.</summary>
    internal async Task<LayerCommit> SetAsync(string layer, params ColumnData[] columns)
    {
        await using LayerWorkspace open = await OpenAsync(layer);
        PatchDraft patch = await open.StageAsync(Batches(columns), "object_id", new StageOptions(), default);
        return await open.CommitAsync(LayerChange.Of(patch, "Ann", "test"), default);
    }

    internal static async IAsyncEnumerable<RowBatch> Batches(params ColumnData[] columns)
    {
        await Task.Yield();
        yield return new RowBatch(columns);
    }

    internal static ColumnData Ids(params long[] ids) => new ColumnData<long>(new ColumnSchema { Name = "object_id", DType = DType.Int64 },
        ids);

    internal static ColumnData Column<T>(string name, params T[] values) where T : unmanaged =>
        new ColumnData<T>(new ColumnSchema { Name = name, DType = DTypes.Of<T>() }, values);

    internal static ColumnData Text(string name, params string?[] values) =>
        TextColumnData.From(new ColumnSchema { Name = name, DType = DType.String }, values);

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
