using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Spill;

/// <summary>Units of few rows are combined before the dataset is written. The dataset does not show
/// it.</summary>
public sealed class RowsFileTests : IDisposable
{
    private static readonly DatasetSpec Spec = Zoo.Spec with { Order = 1 };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, 1)] // every unit is small
    [InlineData(700, 50)]
    [InlineData(2048, 2048)] // the largest small unit
    [InlineData(2049, 100)] // becomes large with its last batch
    public async Task Rows_in_units_of_any_size_make_the_same_shards_and_index(int unitRows, int batchRows)
    {
        int[] ids = Zoo.Shuffled(2500, 5);
        if (unitRows == 1)
            ids = ids[..60];
        await Datasets.Build(folder["one"], Spec, null, ("all", [Zoo.Batch(ids)]));
        await Datasets.Build(folder["many"], Spec, null,
            [.. ids.Chunk(unitRows).Select((rows, i) => ($"unit{i}", rows.Chunk(batchRows).Select(Zoo.Batch).ToArray()))]);
        Assert.Equal(Data("one"), Data("many"));
    }

    [Fact]
    public async Task Units_with_other_columns_in_another_order_or_without_rows_are_combined_apart()
    {
        int[] ids = Zoo.Shuffled(90, 6);
        RowBatch whole = Zoo.Batch(ids[..30]), turned = new(Zoo.Batch(ids[30..60]).Columns.Reverse()),
            positions = Zoo.Positions(ids[60..]);
        await Datasets.Build(folder["few"], Spec, null, ("a", [whole]), ("b", [turned]), ("c", [positions]), ("d", []),
            ("e", [Zoo.Batch([])]));
        await Datasets.Build(folder["one"], Spec, null, ("a", [whole, turned, positions]));
        Assert.Equal(Data("one"), Data("few"));
    }

    [Theory]
    [InlineData(30)] // a key
    [InlineData(-100)] // the footer
    [InlineData(-9)] // its size
    [InlineData(-2)] // its number of columns
    public async Task Rows_that_were_damaged_before_the_dataset_is_written_are_an_error(int place)
    {
        await using DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings());
        Datasets.Fill(writer, "small", Zoo.Batch([1, 2, 3]));
        string file = Directory.GetFiles(folder[".zoo.pile-build"], "*.rows", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[place < 0 ? bytes.Length + place : place] ^= 1;
        File.WriteAllBytes(file, bytes);
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(
            () => writer.CommitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("another CRC-32C than when they were written. Build again without --resume", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["zoo"]));
    }

    // Without the files that name the sources.
    private string Data(string name) => string.Join('\n', Datasets.Fingerprint(folder[name]).Split('\n')
        .Where(line => line.Split(' ')[0] is not ("files.parquet" or "pile.yaml" or "README.md")));
}
