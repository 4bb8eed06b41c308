using Pile.Format;
using Pile.Reading;
using Pile.Review.Tests.Conformance;
using Pile.TestKit;
using Pile.Writing;

namespace Pile.Review.Tests.Validation;

/// <summary>A malicious shard that is listed with its actual checksum causes a finding or an error that names it.</summary>
public class HostileShardsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("catalogue-text", 5)]
    [InlineData("image", 5)]
    [InlineData("catalogue-text", 32, Traits = ["Run", "Long"])]
    [InlineData("image", 32, Traits = ["Run", "Long"])]
    public async Task Validating_rebuilding_and_querying_a_mutated_shard_throws_no_unexpected_exception(string name, int count)
    {
        int rejected = 0;
        for (int seed = 0; seed < count; seed++)
        {
            using MutableDataset dataset = new(ConformanceFolder.Valid(name));
            string shard = dataset[dataset.Shard(0)];
            File.WriteAllBytes(shard, new ShardMutations(File.ReadAllBytes(shard), []).Make(seed));
            dataset.Seal();
            rejected += await RejectsAsync(dataset, shard) ? 1 : 0;
        }
        Assert.InRange(rejected, count / 4, count);
    }

    [Theory]
    [InlineData("malformed/hdf5_bad_snod.h5")]
    [InlineData("malformed/hdf5_bad_gcol.h5")]
    [InlineData("malformed/gwosc_truncated.h5")]
    [InlineData("malformed/fletcher32_bitflip.h5")]
    [InlineData("hdf5/test_string_datasets_earliest.hdf5")]
    public async Task A_foreign_or_damaged_file_in_place_of_a_shard_is_rejected(string name)
    {
        using MutableDataset dataset = new(ConformanceFolder.Valid("catalogue-text"));
        string shard = dataset[dataset.Shard(0)];
        File.Copy(TestPaths.Data(name), shard, overwrite: true);
        dataset.Seal();
        Assert.True(await RejectsAsync(dataset, shard));
        Assert.NotEmpty((await DatasetValidator.ValidateAsync(dataset.Path, new ValidationOptions { Deep = true }, Token)).Findings);
    }

    /// <summary>Runs everything that reads shards; returns true if a reader rejects the shard. Any other exception fails the
    /// test.</summary>
    private static async Task<bool> RejectsAsync(MutableDataset dataset, string shard)
    {
        bool isRejected = (await DatasetValidator.ValidateAsync(dataset.Path, new ValidationOptions { Deep = true }, Token)).Findings.Any(
            f => f.Code[0] == 'S');
        try
        {
            await using Dataset opened = await Dataset.OpenAsync(dataset.Path, new DatasetOptions { IgnoreIndex = true }, Token);
            await foreach (RowBatch batch in opened.QueryAsync(opened.Query().Native(), Token))
                Assert.True(batch.RowCount > 0);
        }
        catch (ShardCorruptException e)
        {
            Assert.Equal(shard, e.ShardPath);
            isRejected = true;
        }
        try
        {
            await IndexRebuild.RunAsync(dataset.Path, new WriterSettings { Workers = 1 }, Token);
        }
        catch (ShardCorruptException e)
        {
            Assert.Equal(shard, e.ShardPath);
            isRejected = true;
        }
        catch (DatasetInvalidException)
        {
            isRejected = true; // the rebuilt index differs
        }
        return isRejected;
    }
}
