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
    public async Task Values_that_changed_on_disk_are_an_error()
    {
        const int Step = 41; // texts, facts, ragged and encoded values: each takes more bytes, and no value is null
        for (int position = 0, end = 1; position < end; position += Step)
        {
            await using DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings { Workers = 1 });
            Datasets.Fill(writer, "unit", Zoo.Batch([2, 4]));
            string spilled = Directory.GetFiles(folder[".zoo.pile-build"], "*.pieces", SearchOption.AllDirectories).Single();
            byte[] bytes = File.ReadAllBytes(spilled);
            end = bytes.Length;
            bytes[position] ^= 4;
            File.WriteAllBytes(spilled, bytes);
            SourceUnreadableException error = await Assert.ThrowsAsync<SourceUnreadableException>(
                () => writer.CommitAsync(TestContext.Current.CancellationToken));
            Assert.Contains("have another CRC-32C than when they were written", error.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(folder["zoo"]));
        }
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
        string cutShort = Directory.GetFiles(folder[".crashed.pile-build"], "*.rows", SearchOption.AllDirectories).Single();
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
        Assert.DoesNotContain(Directory.GetFiles(folder[".zoo.pile-build/spill"]), file => new FileInfo(file).Length > 0);
        Datasets.Fill(writer, "u", Zoo.Batch([4]));
        Assert.Throws<ArgumentException>(() => writer.BeginUnit("u", []));
        Assert.Equal(1, (await writer.CommitAsync(TestContext.Current.CancellationToken)).Rows);
    }

    [Fact]
    public async Task Units_of_one_object_share_files_and_abandoned_ones_leave_no_rows()
    {
        int[] ids = Zoo.Shuffled(60, 7);
        await Datasets.Build(folder["whole"], Spec, null, ("all", [Zoo.Batch(ids)]));
        await using DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings());
        foreach (int id in ids)
        {
            using (UnitSpill broken = writer.BeginUnit($"u{id}", []))
            {
                broken.Append(Zoo.Batch([id, id + 1000]));
                broken.Skip("s.fits", 1, "not kept");
            }
            Datasets.Fill(writer, $"u{id}", Zoo.Batch([id]));
        }
        Assert.True(Directory.GetFiles(folder[".zoo.pile-build/spill"]).Length <= 4);
        BuildSummary built = await writer.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((60, 0), (built.Rows, built.Skipped));
        Assert.Equal(Shards("whole"), Shards("zoo"));
    }

    [Fact]
    public async Task A_record_that_was_cut_off_is_ignored()
    {
        await Datasets.Build(folder["whole"], Spec, null, Units);
        await using (DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings()))
            foreach ((string unit, RowBatch[] batches) in Units)
                Datasets.Fill(writer, unit, batches);
        string journal = Directory.GetFiles(folder[".zoo.pile-build/spill"], "*.units2").Single();
        File.WriteAllBytes(journal, File.ReadAllBytes(journal)[..^20]);

        await using DatasetWriter again = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings { Resume = true });
        Assert.Equal([true, true, false], Units.Select(unit => again.IsComplete(unit.Unit)));
        Datasets.Fill(again, Units[2].Unit, Units[2].Batches);
        await again.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Datasets.Fingerprint(folder["whole"]), Datasets.Fingerprint(folder["zoo"]));
    }

    [Fact]
    public async Task A_unit_that_is_read_again_replaces_its_earlier_record()
    {
        await Datasets.Build(folder["whole"], Spec, null, Units);
        await using (DatasetWriter first = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings()))
            foreach ((string unit, RowBatch[] batches) in Units)
                Datasets.Fill(first, unit, unit == "unit1" ? [Zoo.Batch([5])] : batches);
        await using (DatasetWriter second = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings { Resume = true }))
            Datasets.Fill(second, "unit1", Units[1].Batches); // its file has changed
        await using DatasetWriter third = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings { Resume = true });
        Assert.All(Units, unit => Assert.True(third.IsComplete(unit.Unit, Zoo.Source($"{unit.Unit}.fits"))));
        await third.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Datasets.Fingerprint(folder["whole"]), Datasets.Fingerprint(folder["zoo"]));
    }

    private string Shards(string name) => string.Join('\n', Datasets.Fingerprint(folder[name]).Split('\n')
        .Where(line => line.StartsWith("main/", StringComparison.Ordinal)));

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
