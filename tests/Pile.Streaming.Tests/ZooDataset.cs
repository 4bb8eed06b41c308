using Pile.Format;
using Pile.Reading;
using Pile.TestKit;
using Pile.Writing;
using Pile.Writing.Tests;

namespace Pile.Streaming.Tests;

/// <summary>A dataset of 500 rows in several shards, whose values are computed from their ids.</summary>
public sealed class ZooDataset : IAsyncLifetime
{
    internal const int RowCount = 500;

    private readonly TemporaryFolder folder = new();

    internal Dataset Dataset { get; private set; } = null!;

    internal string Path => folder["zoo"];

    /// <summary>The ids in the order of the index.</summary>
    internal long[] Ids { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        await using (DatasetWriter writer = DatasetWriter.Create(Path, Zoo.Spec with { Order = 1 }, new WriterSettings { Workers = 2 }))
        {
            using (UnitSpill spill = writer.BeginUnit("u", Zoo.Source("u.fits")))
            {
                spill.Append(Zoo.Batch(Zoo.Shuffled(RowCount, 1)));
                spill.Complete();
            }
            await writer.CommitAsync();
        }
        Dataset = await Dataset.OpenAsync(Path);
        List<long> ids = [];
        await foreach (RowBatch batch in Dataset.QueryAsync(Dataset.Query().Columns("object_id")))
            ids.AddRange(((ColumnData<long>)batch["object_id"]).Values.Span);
        Ids = [.. ids];
    }

    public async ValueTask DisposeAsync()
    {
        await Dataset.DisposeAsync();
        folder.Dispose();
    }
}
