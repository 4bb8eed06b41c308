using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Shards;

/// <summary>Shards with so many small heavy values that their moments are not kept until it is their turn.</summary>
public class ManySmallValuesTests
{
    private const int Rows = 150_000;

    [Fact]
    public async Task Several_threads_give_the_bytes_and_the_statistics_of_one()
    {
        using TemporaryFolder folder = new();
        await Build(folder["one"], new WriterSettings { Workers = 1 });
        await Build(folder["several"], new WriterSettings { Workers = 4 });
        Assert.Equal(Datasets.Fingerprint(folder["one"]), Datasets.Fingerprint(folder["several"]));
        Assert.True(Directory.GetFiles(folder["several/main"], "*.hdf5", SearchOption.AllDirectories).Length > 2);
    }

    // Two cells have all rows, the others have few.
    private static async Task Build(string path, WriterSettings settings)
    {
        await using DatasetWriter writer = DatasetWriter.Create(path, Zoo.Spec with { Order = 0, Aliases = [], HasCompactPositions = null },
            settings);
        using (UnitSpill spill = writer.BeginUnit("u", Zoo.Source("u.fits")))
        {
            spill.Append(new RowBatch(
            [
                TextColumnData.From(Text("object_id"), [.. Enumerable.Range(0, Rows).Select(i => $"{i}")]),
                Numbers("ra", i => (i % 100 == 0 ? i * 360.0 / Rows : i % 2 * 90) + 10), Numbers("dec", _ => 30),
                Vectors("a", 1), Vectors("b", 2), Vectors("c", 3),
            ]));
            spill.Complete();
        }
        await writer.CommitAsync(TestContext.Current.CancellationToken);
    }

    private static ColumnSchema Text(string name) => new() { Name = name, DType = DType.String };

    private static ColumnData<double> Numbers(string name, Func<int, double> value) => new(
        new ColumnSchema { Name = name, DType = DType.Float64, Unit = "deg" },
        Enumerable.Range(0, Rows).Select(i => value(i) % 360).ToArray());

    private static ColumnData<float> Vectors(string name, int seed) => new(
        new ColumnSchema { Name = name, DType = DType.Float32, Shape = [2], Storage = ColumnStorage.Heavy },
        Enumerable.Range(0, 2 * Rows).Select(i => (float)Math.Sin(i * seed)).ToArray());
}
