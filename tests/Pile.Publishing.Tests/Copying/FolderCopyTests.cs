using Pile.Format;
using Pile.Publishing.Copying;
using Pile.Review;
using Pile.TestKit;
using static Pile.Publishing.Tests.Copying.CopiedDataset;

namespace Pile.Publishing.Tests.Copying;

/// <summary>Copies from folder to folder: the result has the same bytes or is not a dataset.</summary>
public sealed class FolderCopyTests(CopiedDataset dataset) : IDisposable
{
    private static readonly CopyOptions Resumed = new() { Resume = true };

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private Task<CopySummary> CopyAsync(CopyOptions? options = null, string? source = null, CancellationToken? token = null) =>
        DatasetCopy.RunAsync(source ?? dataset.Path, folder["copy"], options, token ?? Token);

    [Fact]
    public async Task A_copy_has_the_same_bytes()
    {
        Assert.Equal(new CopySummary(dataset.Files.Length, dataset.Bytes, 0), await CopyAsync());
        AssertSame(dataset.Path, folder["copy"]);
    }

    [Fact]
    public async Task The_manifest_is_written_last()
    {
        string manifest = Path.Combine(folder["copy"], DatasetPaths.Manifest);
        bool isEarly = false;
        await CopyAsync(new CopyOptions { Progress = new Callback(_ => isEarly |= File.Exists(manifest)) });
        Assert.False(isEarly);
        Assert.True(File.Exists(manifest));
    }

    [Fact]
    public async Task Existing_files_are_not_overwritten()
    {
        await CopyAsync();
        Assert.Contains("CopyOptions.Resume", (await Assert.ThrowsAsync<OutputExistsException>(() => CopyAsync())).Message,
            StringComparison.Ordinal);
        string manifest = Path.Combine(folder["copy"], DatasetPaths.Manifest);
        await File.AppendAllTextAsync(manifest, "\n", Token);
        Assert.Contains("another dataset", (await Assert.ThrowsAsync<OutputExistsException>(() => CopyAsync(Resumed))).Message,
            StringComparison.Ordinal);
        File.Delete(manifest);
        Assert.Contains("contains other files", (await Assert.ThrowsAsync<OutputExistsException>(() => CopyAsync(Resumed))).Message,
            StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["file"], "x", Token);
        await Assert.ThrowsAsync<OutputExistsException>(() => DatasetCopy.RunAsync(dataset.Path, folder["file"], cancellationToken: Token));
    }

    [Fact]
    public async Task An_interrupted_copy_has_no_manifest_and_can_be_resumed()
    {
        using CancellationTokenSource stop = new();
        long half = dataset.Bytes / 2;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CopyAsync(new CopyOptions
        {
            Parallel = 1,
            Progress = new Callback(p =>
        {
            if (p.Phase == CopyPhase.Copy && p.Done >= p.Total - 1000)
                stop.Cancel();
        })
        }, token: stop.Token));
        Assert.False(File.Exists(Path.Combine(folder["copy"], DatasetPaths.Manifest)));
        Assert.DoesNotContain(FilesOf(folder["copy"]), f => f.EndsWith(".pile-put", StringComparison.Ordinal));
        Assert.Contains("interrupted copy of this dataset", (await Assert.ThrowsAsync<OutputExistsException>(() => CopyAsync())).Message,
            StringComparison.Ordinal);

        // A killed process also leaves half a file, and a file of the right length with wrong bytes.
        await File.WriteAllTextAsync(Path.Combine(folder["copy"], ".x.pile-put"), "half", Token);
        string shard = Path.Combine(folder["copy"], dataset.LargeShard);
        byte[] bytes = await File.ReadAllBytesAsync(shard, Token);
        bytes[1_000_000] ^= 1;
        await File.WriteAllBytesAsync(shard, bytes, Token);
        CopySummary rest = await CopyAsync(Resumed);
        Assert.InRange(rest.Skipped, 1, dataset.Files.Length - 3);
        Assert.Equal(dataset.Files.Length, rest.Files + rest.Skipped);
        Assert.InRange(rest.Bytes, half, dataset.Bytes - 1);
        AssertSame(dataset.Path, folder["copy"]);
        Assert.Equal(new CopySummary(0, 0, dataset.Files.Length), await CopyAsync(Resumed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_is_deleted_or_truncated_while_the_copy_runs_is_reported(bool isTruncated)
    {
        string shard = Path.Combine(folder["copy"], dataset.LargeShard);
        bool isFirst = true;
        string message = (await Assert.ThrowsAsync<OutputUnwritableException>(() => CopyAsync(new CopyOptions
        {
            Parallel = 1, // the large shard is the first file
            Progress = new Callback(p =>
            {
                if (p.Phase != CopyPhase.Copy || p.Done < p.Total - 1000 || !isFirst)
                    return;
                isFirst = false;
                File.Delete(Path.Combine(folder["copy"], ".pile-copy"));
                if (isTruncated)
                    File.WriteAllText(shard, "");
                else
                    File.Delete(shard);
            })
        }))).Message;
        Assert.Contains($"{dataset.LargeShard}: the file was written", message, StringComparison.Ordinal);
        Assert.Contains(isTruncated ? "but has 0 now" : "but is missing now", message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder["copy"], DatasetPaths.Manifest)));
        await CopyAsync(Resumed);
        AssertSame(dataset.Path, folder["copy"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_running_copy_excludes_others(bool isResumed)
    {
        if (isResumed)
        {
            await CopyAsync();
            File.Delete(Path.Combine(folder["copy"], dataset.LargeShard));
            File.Move(Path.Combine(folder["copy"], DatasetPaths.Manifest), folder["manifest"]);
            await File.WriteAllBytesAsync(Path.Combine(folder["copy"], ".pile-copy"), CopyRecord.Of(await SourceDataset.OpenAsync(
                dataset.Path, Resumed, Token)), Token);
        }
        List<string> messages = [];
        await CopyAsync(new CopyOptions
        {
            Parallel = 1,
            Resume = isResumed,
            Progress = new Callback(p =>
            {
                if (p.Phase == CopyPhase.Copy && messages.Count == 0)
                    foreach (CopyOptions options in (CopyOptions[])[new(), Resumed])
                        messages.Add(Assert.Throws<OutputUnwritableException>(() => CopyAsync(options).GetAwaiter().GetResult()).Message);
            })
        });
        Assert.Equal(2, messages.Count);
        Assert.All(messages, m => Assert.Contains("another copy is writing it", m, StringComparison.Ordinal));
        AssertSame(dataset.Path, folder["copy"]);
    }

    [Fact]
    public async Task A_damaged_copy_is_repaired()
    {
        await CopyAsync();
        File.Delete(Path.Combine(folder["copy"], dataset.LargeShard));
        await File.WriteAllTextAsync(Path.Combine(folder["copy"], DatasetPaths.Readme), "changed", Token);
        CopySummary repaired = await CopyAsync(Resumed);
        Assert.Equal((2, dataset.Files.Length - 2), (repaired.Files, repaired.Skipped));
        AssertSame(dataset.Path, folder["copy"]);
    }

    [Fact]
    public async Task A_file_with_wrong_bytes_at_the_source_is_not_copied()
    {
        string source = dataset.CloneTo(folder["source"]), shard = Path.Combine(source, dataset.LargeShard);
        byte[] bytes = await File.ReadAllBytesAsync(shard, Token);
        bytes[^10] ^= 1;
        await File.WriteAllBytesAsync(shard, bytes, Token);
        string damaged = (await Assert.ThrowsAsync<DatasetInvalidException>(() => CopyAsync(source: source))).Message;
        Assert.Contains(dataset.LargeShard, damaged, StringComparison.Ordinal);
        Assert.Contains("it was read twice", damaged, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder["copy"], dataset.LargeShard)));
        Assert.False(File.Exists(Path.Combine(folder["copy"], DatasetPaths.Manifest)));

        await File.WriteAllBytesAsync(shard, bytes[..^1], Token);
        Assert.Contains("the file was changed or truncated",
            (await Assert.ThrowsAsync<DatasetInvalidException>(() => CopyAsync(Resumed, source))).Message, StringComparison.Ordinal);
        File.Delete(shard);
        Assert.Contains($"the file '{dataset.LargeShard}' is missing",
            (await Assert.ThrowsAsync<DatasetInvalidException>(() => CopyAsync(Resumed, source))).Message, StringComparison.Ordinal);

        bytes[^10] ^= 1;
        await File.WriteAllBytesAsync(shard, bytes, Token);
        await CopyAsync(Resumed, source);
        AssertSame(dataset.Path, folder["copy"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task A_full_disk_leaves_only_complete_files(int parallel)
    {
        // A file system of 8 MB, in the mount namespace of a process: it has no space for the large shard.
        using System.Diagnostics.Process holder =
            System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("unshare", ["-Urm", "--propagation", "private",
                "bash", "-c",
            "mount -t tmpfs -o size=8m tmpfs \"$1\" && echo mounted; exec cat", "bash", folder.Path])
            { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            Assert.Equal("mounted", await holder.StandardOutput.ReadLineAsync(Token));
            string destination = $"/proc/{holder.Id}/root{folder["copy"]}";
            OutputUnwritableException full = await Assert.ThrowsAsync<OutputUnwritableException>(() =>
                DatasetCopy.RunAsync(dataset.Path, destination, new CopyOptions { Parallel = parallel }, Token));
            // If several files are copied at the same time, any of them can fail first.
            string failed = Assert.Single(dataset.Files, f => full.Message.Contains($"/{f}: ", StringComparison.Ordinal));
            Assert.False(File.Exists(Path.Combine(destination, failed)));
            if (parallel == 1)
                Assert.Equal(dataset.LargeShard, failed);
            Assert.Contains("CopyOptions.Resume", full.Message, StringComparison.Ordinal);
            foreach (string file in FilesOf(destination).Where(f => f != ".pile-copy"))
                Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(dataset.Path, file), Token),
                    await File.ReadAllBytesAsync(Path.Combine(destination, file), Token));
            Assert.DoesNotContain(DatasetPaths.Manifest, FilesOf(destination));
        }
        finally
        {
            holder.Kill();
        }
    }

    [Fact]
    public async Task A_part_is_a_dataset_that_lists_its_parent_as_source()
    {
        string cell = dataset.LargeShard.Split('/').First(p => p.StartsWith("healpix=", StringComparison.Ordinal))["healpix=".Length..];
        await CopyAsync(new CopyOptions { Cells = [long.Parse(cell)], Where = "dec < 0.55" });
        ValidationReport report = await DatasetValidator.ValidateAsync(folder["copy"], new ValidationOptions { Deep = true }, Token);
        Assert.Empty(report.Findings);
        Assert.Equal(5, report.Rows); // 1 to 5; row 0 is in the other cell
        await using Reading.Dataset part = await Reading.Dataset.OpenAsync(folder["copy"], cancellationToken: Token);
        Assert.Equal(("1+part", $"Part of noise 1: cells {cell} of order 0; rows where dec < 0.55"),
            (part.Manifest.Version, part.Manifest.Description));
        Reading.DatasetFile parent = (await part.FilesAsync(Token)).Files.Single(f => f.Kind == Reading.DatasetFileKind.Source);
        Assert.Equal("noise-1/pile.yaml", parent.Path);
        Assert.Equal(Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(dataset.Path, DatasetPaths.Manifest),
                Token))), parent.Sha256);

        await Assert.ThrowsAsync<OutputExistsException>(() => CopyAsync(new CopyOptions { Where = "dec < 0.5" }));
        await Assert.ThrowsAsync<OutputExistsException>(() => CopyAsync(new CopyOptions { Where = "dec < 0.3", Resume = true }));
        Assert.Equal(0, (await CopyAsync(new CopyOptions { Cells = [long.Parse(cell)], Where = "dec < 0.55", Resume = true })).Files);
    }

    [Fact]
    public async Task A_selection_without_rows_is_rejected()
    {
        foreach (CopyOptions options in (CopyOptions[])[new() { Cells = [11] }, new() { Cells = [12] }, new() { Cells = [-1] },
            new() { Where = "dec > 80" }, new() { Where = " " }, new() { Where = "nonsense" }, new() { Where = "dec > 0; DROP TABLE d" }])
            await Assert.ThrowsAnyAsync<ArgumentException>(() => CopyAsync(options));
        await Assert.ThrowsAsync<ArgumentException>(
            () => DatasetCopy.RunAsync(dataset.Path, "https://example.org/d", cancellationToken: Token));
        Assert.False(Directory.Exists(folder["copy"]));
    }

    [Fact]
    public async Task A_link_to_a_file_outside_the_source_is_not_followed()
    {
        await File.WriteAllTextAsync(folder["secret"], "secret", Token);
        foreach (string path in (string[])[DatasetPaths.Readme, dataset.LargeShard, DatasetPaths.Files])
        {
            string source = dataset.CloneTo(folder[$"source-{Path.GetFileName(path)}"]);
            File.Delete(Path.Combine(source, path));
            File.CreateSymbolicLink(Path.Combine(source, path), folder["secret"]);
            DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(
                () => DatasetCopy.RunAsync(source, folder[$"copy-{Path.GetFileName(path)}"], cancellationToken: Token));
            Assert.Contains($"'{path}' is a symbolic link to '{folder["secret"]}', which is outside the dataset", e.Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_README_that_differs_from_the_list_is_not_copied()
    {
        string source = dataset.CloneTo(folder["source"]), card = Path.Combine(source, DatasetPaths.Readme);
        byte[] bytes = await File.ReadAllBytesAsync(card, Token);
        bytes[10] ^= 1;
        await File.WriteAllBytesAsync(card, bytes, Token);
        Assert.Contains($"the file '{DatasetPaths.Readme}' has SHA-256",
            (await Assert.ThrowsAsync<DatasetInvalidException>(() => CopyAsync(source: source))).Message, StringComparison.Ordinal);
        File.Delete(card);
        Assert.Contains($"the file '{DatasetPaths.Readme}' is missing",
            (await Assert.ThrowsAsync<DatasetInvalidException>(() => CopyAsync(Resumed, source))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_README_that_is_not_in_the_list_is_copied()
    {
        string older = Path.Combine(TestPaths.Root, "format-spec/conformance/v1/valid/without-checksum");
        await CopyAsync(source: older);
        AssertSame(older, folder["copy"]);
        await File.WriteAllTextAsync(Path.Combine(folder["copy"], DatasetPaths.Readme), "changed", Token);
        Assert.Equal(1, (await CopyAsync(Resumed, older)).Files);
        AssertSame(older, folder["copy"]);
    }

    [Fact]
    public async Task A_copy_into_its_own_source_is_rejected()
    {
        string source = dataset.CloneTo(folder["source"]), within = Path.Combine(source, "copies", "1"),
            empty = Directory.CreateDirectory(Path.Combine(source, "empty")).FullName;
        foreach (string destination in (string[])[within, empty, $"{folder["copy"]}/../source/x", $"file://{within}"])
            foreach (CopyOptions options in (CopyOptions[])[new(), Resumed, new() { Where = "dec < 0.5" }])
                Assert.Contains("a dataset that the copy would change",
                    (await Assert.ThrowsAsync<ArgumentException>(() =>
                        DatasetCopy.RunAsync(source + "/", destination, options, Token))).Message, StringComparison.Ordinal);
        Directory.CreateSymbolicLink(folder["link"], source);
        foreach ((string from, string to) in ((string, string)[])[(source, folder["link/empty"]), (folder["link"], within)])
            Assert.Contains("a dataset that the copy would change",
                (await Assert.ThrowsAsync<ArgumentException>(() => DatasetCopy.RunAsync(from, to, cancellationToken: Token))).Message,
                StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty));
        Directory.Delete(empty);
        AssertSame(dataset.Path, source);
        await DatasetCopy.RunAsync(source, folder["source-2"], cancellationToken: Token); // a longer name is not inside the source
    }

    private sealed class Callback(Action<PhaseProgress> see) : IProgress<PhaseProgress>
    {
        public void Report(PhaseProgress value) => see(value);
    }
}
