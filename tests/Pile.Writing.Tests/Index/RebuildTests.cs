using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Index;

/// <summary>The index can be rebuilt from manifest and shards, byte for byte.</summary>
public sealed class RebuildTests : IDisposable
{
    private static readonly WriterSettings Small = new() { Workers = 2, MaxTileRows = 60 };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task All_kinds_of_columns_are_rebuilt_byte_for_byte_in_another_folder_too()
    {
        await Datasets.Build(folder["d"], Zoo.Spec with { Order = 1, MarginArcsec = 3600, TargetShardBytes = 20_000, EpochYear = 2015.5 },
            Small, Datasets.ZooUnits(700, 5, 99));
        string before = Datasets.Fingerprint(folder["d"]);
        Copy(folder["d"], folder["elsewhere/copy"]);
        foreach (string dataset in (string[])[folder["d"], folder["elsewhere/copy"]])
        {
            Directory.Delete(Path.Combine(dataset, "main/index"), recursive: true);
            Directory.Delete(Path.Combine(dataset, "main/index_3600arcs"), recursive: true);
            File.Delete(Path.Combine(dataset, "main/collection.properties"));
            File.Delete(Path.Combine(dataset, "main/positions.parquet"));
            RebuildSummary summary = await IndexRebuild.RunAsync(dataset, Small with { Workers = 1 },
                TestContext.Current.CancellationToken);
            Assert.Equal(before, Datasets.Fingerprint(dataset));
            Assert.Equal((700, summary.Files), (summary.Rows, summary.Changed));
            Assert.True(summary.Tiles > 12);
            Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(dataset)!, $".{Path.GetFileName(dataset)}.pile-index")));
        }
        Assert.Equal(0, (await IndexRebuild.RunAsync(folder["d"], Small, TestContext.Current.CancellationToken)).Changed);
    }

    [Fact]
    public async Task The_index_of_an_empty_dataset_and_damaged_tiles_are_rebuilt()
    {
        await Datasets.Build(folder["none"], Zoo.Spec, null);
        string before = Datasets.Fingerprint(folder["none"]);
        Directory.Delete(folder["none/main"], recursive: true);
        await IndexRebuild.RunAsync(folder["none"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(before, Datasets.Fingerprint(folder["none"]));

        await Datasets.Build(folder["d"], Zoo.Spec with { Order = 0 }, null, Datasets.ZooUnits(60, 5, 99));
        before = Datasets.Fingerprint(folder["d"]);
        string tile = Directory.EnumerateFiles(folder["d/main/index"], "Npix=*", SearchOption.AllDirectories).First();
        File.WriteAllText(tile, "broken");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(tile)!, "Npix=7777.parquet"), "stray");
        Assert.Equal(1, (await IndexRebuild.RunAsync(folder["d"], cancellationToken: TestContext.Current.CancellationToken)).Changed);
        Assert.Equal(before, Datasets.Fingerprint(folder["d"]));
    }

    [Fact]
    public async Task A_list_of_another_dataset_and_links_are_rejected()
    {
        await Datasets.Build(folder["d"], Zoo.Spec with { Order = 0 }, null, Datasets.ZooUnits(60, 5, 99));
        await Datasets.Build(folder["other"], Zoo.Spec with { Order = 0 }, null, Datasets.ZooUnits(61, 5, 99));
        File.Move(folder["d/files.parquet"], folder["list"]);
        File.Copy(folder["other/files.parquet"], folder["d/files.parquet"]);
        Assert.Contains("but the manifest lists",
            (await Assert.ThrowsAsync<DatasetInvalidException>(
                () => IndexRebuild.RunAsync(folder["d"], cancellationToken: TestContext.Current.CancellationToken))).Message,
                StringComparison.Ordinal);

        File.Move(folder["list"], folder["d/files.parquet"], overwrite: true);
        string before = Datasets.Fingerprint(folder["d"]);
        Directory.Move(folder["d/main"], folder["elsewhere"]);
        Directory.CreateSymbolicLink(folder["d/main"], folder["elsewhere"]);
        Assert.Contains("'main' is a symbolic link",
            (await Assert.ThrowsAsync<DatasetInvalidException>(
                () => IndexRebuild.RunAsync(folder["d"], cancellationToken: TestContext.Current.CancellationToken))).Message,
                StringComparison.Ordinal);
        Assert.Equal(before, Datasets.Fingerprint(folder["d"]));
    }

    [Fact]
    public async Task A_cancelled_or_failed_rebuild_does_not_change_the_index()
    {
        await Datasets.Build(folder["d"], Zoo.Spec with { Order = 0, MarginArcsec = 3600 }, Small, Datasets.ZooUnits(300, 5, 99));
        string before = Datasets.Fingerprint(folder["d"]);
        for (int steps = 1; steps < 12; steps += 3)
        {
            using CancellationTokenSource stop = new();
            int reports = 0, last = steps;
            WriterSettings settings = Small with { Progress = new Hook(() => { if (++reports == last) stop.Cancel(); }) };
            try
            {
                await IndexRebuild.RunAsync(folder["d"], settings, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // The rebuild was faster than the cancellation.
            }
            Assert.Equal(before, Datasets.Fingerprint(folder["d"]));
        }

        // A byte of a piece is changed; without the comparison the new index would contain its checksum.
        string shard = Directory.EnumerateFiles(folder["d/main"], "*.hdf5", SearchOption.AllDirectories).First(), copy = folder["copy"];
        long offset =
            long.Parse(SqlRows.Of($"SELECT _pile_image_offset FROM {Datasets.Tiles(folder["d"])} WHERE _pile_source = 0")[0][0]!);
        File.Copy(shard, copy);
        using (FileStream file = File.Open(shard, FileMode.Open))
        {
            file.Position = offset + 10;
            file.WriteByte(0xAA);
        }
        DatasetInvalidException other =
            await Assert.ThrowsAsync<DatasetInvalidException>(
                () => IndexRebuild.RunAsync(folder["d"], Small, TestContext.Current.CancellationToken));
        Assert.Contains("the rebuilt index differs from 'files.parquet'", other.Message);
        File.WriteAllText(shard, "no HDF5 at all");
        Assert.Contains("bytes, but 'files.parquet' lists",
            (await Assert.ThrowsAsync<DatasetInvalidException>(
                () => IndexRebuild.RunAsync(folder["d"], Small, TestContext.Current.CancellationToken))).Message);
        File.Delete(shard);
        Assert.Contains("is missing",
            (await Assert.ThrowsAsync<DatasetInvalidException>(
                () => IndexRebuild.RunAsync(folder["d"], Small, TestContext.Current.CancellationToken))).Message);
        File.Move(copy, shard);
        Assert.Equal(before, Datasets.Fingerprint(folder["d"]));
        await Assert.ThrowsAsync<DatasetNotFoundException>(
            () => IndexRebuild.RunAsync(folder["nowhere"], Small, TestContext.Current.CancellationToken));
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private sealed class Hook(Action report) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => report();
    }
}
