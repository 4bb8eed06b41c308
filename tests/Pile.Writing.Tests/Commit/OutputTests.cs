using System.Diagnostics;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Commit;

/// <summary>At any moment the output is the old dataset, the new one, or missing.</summary>
public sealed class OutputTests : IDisposable
{
    private static readonly DatasetSpec Spec = Zoo.Spec with { Order = 0 };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_existing_output_is_rejected_before_any_work()
    {
        await Datasets.Build(folder["zoo"], Spec, null, ("u", [Zoo.Positions([1])]));
        string before = Datasets.Fingerprint(folder["zoo"]);
        OutputExistsException e = Assert.Throws<OutputExistsException>(
            () => DatasetWriter.Create(folder["zoo/"], Spec, new WriterSettings()));
        Assert.Contains(folder["zoo"], e.Message);
        Assert.Equal(before, Datasets.Fingerprint(folder["zoo"]));
        Assert.Equal(["zoo"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Replacing_keeps_the_old_dataset_until_the_new_one_is_complete()
    {
        await Datasets.Build(folder["zoo"], Spec, null, ("u", [Zoo.Positions([1])]));
        string before = Datasets.Fingerprint(folder["zoo"]);
        await using (DatasetWriter failing = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings { Replace = true }))
        {
            Datasets.Fill(failing, "u", Zoo.Positions([1, 2, 1]));
            await Assert.ThrowsAsync<ValueInvalidException>(() => failing.CommitAsync(TestContext.Current.CancellationToken));
        }
        Assert.Equal(before, Datasets.Fingerprint(folder["zoo"]));

        await Datasets.Build(folder["zoo"], Spec, new WriterSettings { Replace = true }, ("u", [Zoo.Positions([1, 2])]));
        Assert.Equal(2, Datasets.Manifest(folder["zoo"]).Rows);
        Assert.Equal(["zoo"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_folder_that_is_not_a_dataset_is_never_replaced()
    {
        Directory.CreateDirectory(folder["work"]);
        File.WriteAllText(Path.Combine(folder["work"], "thesis.tex"), "ten years");
        OutputExistsException e = Assert.Throws<OutputExistsException>(
            () => DatasetWriter.Create(folder["work"], Spec, new WriterSettings { Replace = true }));
        Assert.Contains("It is not a dataset", e.Message);
        Assert.Equal("ten years", File.ReadAllText(Path.Combine(folder["work"], "thesis.tex")));
    }

    [Theory]
    [InlineData("thesis.tex", "'thesis.tex' would be deleted, which is not a file of the dataset there; move it")]
    [InlineData("main/healpix=9/notes", "'main/healpix=9/notes' would be deleted")]
    [InlineData("e d c b a", "'a', 'b', 'c' and others would be deleted, which are not files of the dataset there; move them")]
    [InlineData("files.parquet", "its list of files ('files.parquet') cannot be read")]
    public async Task A_dataset_with_other_files_is_never_replaced(string files, string message)
    {
        await Datasets.Build(folder["zoo"], Spec, null, ("u", [Zoo.Positions([1])]));
        foreach (string file in files.Split(' '))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[$"zoo/{file}"])!);
            File.WriteAllText(folder[$"zoo/{file}"], "ten years");
        }
        OutputExistsException e = Assert.Throws<OutputExistsException>(
            () => DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings { Replace = true }));
        Assert.Contains(message, e.Message);
        Assert.Equal("ten years", File.ReadAllText(folder[$"zoo/{files.Split(' ')[^1]}"]));
        Assert.Equal(["zoo"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_file_that_is_added_during_a_build_is_kept()
    {
        await Datasets.Build(folder["zoo"], Spec, null, ("u", [Zoo.Positions([1])]));
        await using DatasetWriter writer = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings { Replace = true });
        Datasets.Fill(writer, "u", Zoo.Positions([1, 2]));
        File.WriteAllText(folder["zoo/thesis.tex"], "ten years");
        await Assert.ThrowsAsync<OutputExistsException>(() => writer.CommitAsync(TestContext.Current.CancellationToken));
        Assert.Equal((1L, "ten years"), (Datasets.Manifest(folder["zoo"]).Rows, File.ReadAllText(folder["zoo/thesis.tex"])));
    }

    [Fact]
    public async Task A_build_is_resumed_only_with_the_same_source_settings()
    {
        await using (DatasetWriter stopped = DatasetWriter.Create(folder["zoo"], Spec with { SourceSettings = "ra: RA" },
            new WriterSettings()))
            Datasets.Fill(stopped, "u", Zoo.Positions([1]));
        await using (DatasetWriter same = DatasetWriter.Create(folder["zoo"], Spec with { SourceSettings = "ra: RA" },
            new WriterSettings { Resume = true }))
            Assert.True(same.IsComplete("u"));
        await using DatasetWriter other = DatasetWriter.Create(folder["zoo"], Spec with { SourceSettings = "ra: RAJ2000" },
            new WriterSettings { Resume = true });
        Assert.False(other.IsComplete("u"));
    }

    [Fact]
    public async Task An_interrupted_replacement_restores_the_old_dataset()
    {
        await Datasets.Build(folder["zoo"], Spec, null, ("u", [Zoo.Positions([1])]));
        string before = Datasets.Fingerprint(folder["zoo"]);
        Directory.Move(folder["zoo"], folder[".zoo.pile-old"]);
        Assert.Throws<OutputExistsException>(() => DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings()));
        Assert.Equal(before, Datasets.Fingerprint(folder["zoo"]));
    }

    [Fact]
    public async Task Two_builds_of_the_same_output_cannot_run_together()
    {
        await using DatasetWriter first = DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings());
        OutputUnwritableException e = Assert.Throws<OutputUnwritableException>(
            () => DatasetWriter.Create(folder["zoo"], Spec, new WriterSettings { Resume = true }));
        Assert.Contains("another build", e.Message);
        Datasets.Fill(first, "u", Zoo.Positions([1]));
        await first.CommitAsync(TestContext.Current.CancellationToken);
    }

    [Theory] // the disk becomes full while units are read, while shards are written, and while the index is written
    [InlineData(300)]
    [InlineData(2500)]
    [InlineData(1500)]
    public async Task A_full_disk_is_reported_and_leaves_no_output(int kilobytes)
    {
        using SmallDisk disk = new(folder["disk"], kilobytes);
        OutputUnwritableException e = await Assert.ThrowsAsync<OutputUnwritableException>(
            () => Datasets.Build(folder["disk/zoo"], Spec with { Codec = PieceCodec.None }, null, Datasets.ZooUnits(2000, 31, 500)));
        Assert.Contains(folder["disk/.zoo.pile-build"], e.Message);
        Assert.False(Directory.Exists(folder["disk/zoo"]));
    }

    /// <summary>A file system in memory with a given size.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly string path;

        internal SmallDisk(string path, int kilobytes)
        {
            this.path = path;
            Directory.CreateDirectory(path);
            Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "pile-test", path),
                "A file system of limited size can be mounted by root only.");
        }

        public void Dispose() => Run("umount", "-l", path);

        private static bool Run(string program, params string[] arguments)
        {
            try
            {
                using Process process = Process.Start(new ProcessStartInfo(program, arguments)
                {
                    RedirectStandardError = true,
                    UseShellExecute = false
                })!;
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
