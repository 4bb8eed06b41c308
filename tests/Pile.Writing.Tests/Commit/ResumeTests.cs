using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Commit;

/// <summary>An interrupted build resumes and produces the same bytes.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly DatasetSpec Spec = Zoo.Spec with { Order = 0 };
    private static readonly (string Unit, RowBatch[] Batches)[] Units =
        [.. Zoo.Shuffled(600, 21).Chunk(200).Select((ids, i) => ($"unit{i}", ids.Chunk(70).Select(Zoo.Batch).ToArray()))];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(BuildPhase.Sort)]
    [InlineData(BuildPhase.Write)]
    [InlineData(BuildPhase.Commit)]
    public async Task A_build_cancelled_in_any_phase_resumes_to_the_same_bytes(string at)
    {
        await Datasets.Build(folder["whole"], Spec, null, Units);
        using CancellationTokenSource stop = new();
        DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Spec,
            new WriterSettings { Workers = 2, Progress = new Watch(p => { if (p.Phase == at) stop.Cancel(); }) });
        foreach ((string unit, RowBatch[] batches) in Units)
            Datasets.Fill(writer, unit, batches);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.CommitAsync(stop.Token));
        await writer.DisposeAsync();
        Assert.False(Directory.Exists(folder["zoo"]));

        await using DatasetWriter again = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings { Workers = 1, Resume = true });
        Assert.All(Units, unit => Assert.True(again.IsComplete(unit.Unit, Zoo.Source($"{unit.Unit}.fits"))));
        Assert.False(again.IsComplete("unit0", Zoo.Source("other.fits")));
        await again.CommitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Datasets.Fingerprint(folder["whole"]), Datasets.Fingerprint(folder["zoo"]));
        Assert.Equal(["whole", "zoo"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Encoded_values_that_changed_on_disk_are_an_error()
    {
        await using DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings());
        int side = 64;
        ColumnSchema image = new() { Name = "image", DType = DType.Float32, Shape = [side, side] };
        Datasets.Fill(writer, "unit", new RowBatch([.. Zoo.PositionColumns([1]), new ColumnData<float>(image, new float[side * side])]));
        string spilled = Directory.GetFiles(folder[".zoo.pile-build"], "rows.pieces", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(spilled);
        bytes[^1] ^= 1;
        File.WriteAllBytes(spilled, bytes);
        OutputUnwritableException error = await Assert.ThrowsAsync<OutputUnwritableException>(
            () => writer.CommitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("has changed since it was written", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["zoo"]));
    }

    [Fact]
    public async Task After_a_crash_complete_units_are_kept_and_others_are_read_again()
    {
        await Datasets.Build(folder["whole"], Spec, null, Units);
        DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings());
        Datasets.Fill(writer, Units[0].Unit, Units[0].Batches);
        Datasets.Fill(writer, Units[1].Unit, Units[1].Batches);
        UnitSpill open = writer.BeginUnit(Units[2].Unit, []);
        open.Append(Units[2].Batches[0]);
        // Simulates a killed process by a copy of the staging folder, taken while a unit is open.
        CopyFolder(folder[".zoo.pile-build"], folder[".crashed.pile-build"]);
        string cutShort = Directory.GetFiles(folder[".crashed.pile-build"], "part-*", SearchOption.AllDirectories).Order().First();
        File.WriteAllBytes(cutShort, File.ReadAllBytes(cutShort)[..^1]);
        open.Dispose();
        await writer.DisposeAsync();

        await using DatasetWriter again = DatasetWriter.Create(folder["crashed"], Spec, new WriterSettings { Resume = true });
        string[] missing = [.. Units.Select(u => u.Unit).Where(unit => !again.IsComplete(unit))];
        Assert.Equal(2, missing.Length); // the open unit, and the unit whose file is shorter than recorded
        Assert.Contains("unit2", missing);
        foreach ((string unit, RowBatch[] batches) in Units.Where(u => missing.Contains(u.Unit)))
            Datasets.Fill(again, unit, batches);
        await again.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Datasets.Fingerprint(folder["whole"]), Datasets.Fingerprint(folder["crashed"]));
    }

    [Fact]
    public async Task Without_resume_or_with_another_spec_everything_is_read_again()
    {
        await using (DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings()))
            Datasets.Fill(writer, "unit0", Zoo.Positions([1, 2]));
        await using (DatasetWriter other = DatasetWriter.Create(folder["zoo"], Spec with { Version = "2" },
            new WriterSettings { Resume = true }))
        {
            Assert.False(other.IsComplete("unit0"));
            Datasets.Fill(other, "unit0", Zoo.Positions([1, 2]));
        }
        await using DatasetWriter fresh = DatasetWriter.Create(folder["zoo"], Spec with { Version = "2" }, new WriterSettings());
        Assert.False(fresh.IsComplete("unit0"));
    }

    [Fact]
    public async Task An_incomplete_unit_leaves_nothing_and_can_be_begun_again()
    {
        await using DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings());
        using (UnitSpill spill = writer.BeginUnit("u", []))
        {
            spill.Append(Zoo.Batch([1, 2, 3]));
            await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CommitAsync(TestContext.Current.CancellationToken));
        }
        Assert.Empty(Directory.GetDirectories(folder[".zoo.pile-build/spill"]));
        Datasets.Fill(writer, "u", Zoo.Batch([4]));
        Assert.Throws<ArgumentException>(() => writer.BeginUnit("u", []));
        Assert.Equal(1, (await writer.CommitAsync(TestContext.Current.CancellationToken)).Rows);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string path in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "lock"))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            using FileStream source = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), target = File.Create(copy);
            source.CopyTo(target);
        }
    }

    private sealed class Watch(Action<BuildProgress> report) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => report(value);
    }
}
