using Pile.Format;
using Pile.Sky;
using Pile.TestKit;
using Pile.Writing.Tests.Index;

namespace Pile.Writing.Tests.Spill;

/// <summary>Rows so wide that they are divided before they are sorted.</summary>
public class RowBucketTests
{
    private const int Rows = 6000, Parts = 3, RowsPerWide = 20;

    [Theory]
    [InlineData("positions", 30_000)]
    [InlineData("positions, neighbours together", 30_000, Traits = ["Run", "Long"])]
    [InlineData("tiles", 14_000, Traits = ["Run", "Long"])]
    [InlineData("numbers", 30_000, Traits = ["Run", "Long"])]
    [InlineData("one position", 30_000)]
    [InlineData("one position, ids of text", 30_000, Traits = ["Run", "Long"])]
    [InlineData("wide rows together", 300_000, Traits = ["Run", "Long"])]
    public async Task The_memory_changes_no_byte_of_wide_rows(string keys, int longestText)
    {
        using TemporaryFolder folder = new();
        await Build(folder["large"], keys, longestText, new WriterSettings { Workers = 1, MemoryBytes = 4L << 30 });
        await Build(folder["small"], keys, longestText, new WriterSettings { Workers = 2, MemoryBytes = 64 << 20 });
        Assert.Equal(Datasets.Fingerprint(folder["large"]), Datasets.Fingerprint(folder["small"]));
        Assert.Equal(Rows, Datasets.Manifest(folder["small"]).Rows);
        Assert.Equal(["large", "small"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    private static async Task Build(string folder, string keys, int longestText, WriterSettings settings)
    {
        DatasetSpec spec = keys switch
        {
            "tiles" => TileTests.Tiles with { TargetShardBytes = 8 << 20 },
            "numbers" => Zoo.Spec with { Frame = null, Order = null, TimeScale = null, TimeReference = null },
            _ => Zoo.Spec with { Order = 0, TargetShardBytes = 8 << 20 },
        };
        await using DatasetWriter writer = DatasetWriter.Create(folder, spec, settings);
        for (int part = 0; part < Parts; part++)
        {
            using UnitSpill spill = writer.BeginUnit($"unit{part}", Zoo.Source($"{part}.fits"));
            int[] ids = [.. Zoo.Shuffled(Rows, 5).Where(i => i % Parts == part)];
            if (keys == "numbers")
                ids = [.. Enumerable.Range(0, ids.Length)];
            bool areTogether = keys == "positions, neighbours together";
            if (areTogether)
                ids = [.. ids.OrderBy(i => Healpix.AngToPix(Healpix.MaxOrder, Zoo.Ra(i), Zoo.Dec(i)))];
            foreach (int[] some in ids.Chunk(areTogether ? 40 : 250))
                spill.Append(Wide(some, keys switch
                {
                    "positions" or "positions, neighbours together" => Zoo.Batch(some),
                    "wide rows together" => Together(Zoo.Batch(some)),
                    "one position" => AtOnePlace(Zoo.Batch(some)),
                    "one position, ids of text" => AtOnePlace(new RowBatch([Zoo.Text("object_id", some, i => $"object-{i}"),
                        .. Zoo.Batch(some).Columns.Where(c => c.Schema.Name != "object_id")])),
                    "tiles" => TileTests.Batch(some),
                    _ => new RowBatch(Zoo.Batch(some).Columns.Where(c => c.Schema.Name is not ("ra" or "dec" or "mjd"))),
                }, i => keys == "wide rows together" && i % RowsPerWide > 0 ? 1 : i * 7919 % longestText));
            spill.Complete(keys == "numbers" ? new UnitFacts { Ids = IdSource.RowNumber, SourceRows = ids.Length } : null);
        }
        await writer.CommitAsync(TestContext.Current.CancellationToken);
    }

    private static RowBatch Wide(int[] ids, RowBatch batch, Func<int, int> length) => new([.. batch.Columns,
        Zoo.Text("wide", ids, i => new string((char)('a' + (i % 26)), length(i)))]);

    /// <summary>Returns the batch with all wide rows at one position: more than a file in memory may have.</summary>
    private static RowBatch Together(RowBatch batch)
    {
        ColumnData<long> ids = (ColumnData<long>)batch.Columns.First(c => c.Schema.Name == "object_id");
        return new RowBatch(batch.Columns.Select(c => c is ColumnData<double> position && c.Schema.Name is "ra" or "dec"
            ? new ColumnData<double>(c.Schema, position.Values.ToArray().Select((deg, i) =>
                ids.Values.Span[i] % RowsPerWide == 0 ? 10 : deg).ToArray(), batch.RowCount) : c));
    }

    private static RowBatch AtOnePlace(RowBatch batch) => new(batch.Columns.Select(c =>
        c.Schema.Name is "ra" or "dec" ? new ColumnData<double>(c.Schema, new double[batch.RowCount]) : c));
}
