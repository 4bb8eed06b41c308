using System.Diagnostics;
using System.Globalization;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Layers.Tests;

/// <summary>Scans of folders, compared with <c>find</c> and <c>sha256sum</c>.</summary>
public sealed class SourceScanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Files => folder["files"];

    private string Source => folder["source"];

    private StoreOptions Storage => new() { CacheFolder = folder["cache"] };

    public SourceScanTests() => Directory.CreateDirectory(Files);

    [Fact]
    public async Task Each_scan_of_a_changing_folder_lists_what_find_lists_and_earlier_commits_stay()
    {
        Random random = new(7);
        List<(long Commit, string Expected)> history = [];
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 60; i++)
                ChangeOne(random);
            ScanSummary scan = await ScanAsync(new ScanOptions { CommitRows = 17, Checksums = round % 2 == 1 });
            Assert.Equal(0, scan.Skipped.Count);
            history.Add((scan.Commit, Shell("find . -type f -printf '%P|%s|%T@\\n' | LC_ALL=C sort -t'|' -k1,1")));
            Assert.Equal((0, 0, 0), await ChangesAsync());
        }
        foreach ((long commit, string expected) in history)
        {
            string[] lines = [.. expected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Rounded)];
            Assert.Equal(lines, await RowsAsync($"{Source}@{commit}", "object_id", "size", "modified"));
        }
        await ScanAsync(new ScanOptions { Checksums = true });
        string sums = Shell("find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum");
        Assert.Equal(sums.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[..64]), await RowsAsync(Source, "sha256"));
        LayerStore store = await LayerStore.OpenAsync(Source, null, default);
        await LayerVerification.RunAsync(store, default);
    }

    [Fact]
    public async Task A_source_can_be_queried_while_it_is_scanned_and_says_that_it_is_partial()
    {
        for (int i = 0; i < 2200; i++)
            File.WriteAllText(Path.Combine(Files, $"{i:D5}.png"), "");
        List<(string[] Rows, string Message)> seen = [];
        ScanOptions options = new()
        {
            CommitRows = 1,
            OnProgress = (done, _) =>
            {
                if (done > 1024) // the first block is committed
                    seen.Add(QueryAsync().GetAwaiter().GetResult());
            },
        };
        await ScanAsync(options);
        Assert.Equal(1024, seen[0].Rows.Length);
        Assert.Contains("partial", seen[0].Message);
        (string[] all, string message) = await QueryAsync();
        Assert.Equal(2200, all.Length);
        Assert.DoesNotContain("partial", message);

        async Task<(string[], string)> QueryAsync()
        {
            List<string> messages = [];
            return (await RowsAsync(Source, messages.Add, "media_type = 'image/png'", "object_id"), string.Join('\n', messages));
        }
    }

    [Fact]
    public async Task An_interrupted_scan_leaves_a_source_that_the_next_one_completes()
    {
        for (int i = 0; i < 2200; i++)
            File.WriteAllText(Path.Combine(Files, $"{i:D5}"), "");
        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ScanAsync(new ScanOptions { OnProgress = (_, _) => stop.Cancel() },
            stop.Token));
        Assert.Equal(1024, (await RowsAsync(Source, "object_id")).Length);
        ScanSummary rest = await ScanAsync(new ScanOptions());
        Assert.Equal((2200, 1176, 0), (rest.Files, rest.Added, rest.Changed));
        Assert.Equal((0, 0, 0), await ChangesAsync());
    }

    [Fact]
    public async Task Links_special_files_and_names_that_are_not_text_are_skipped_by_name()
    {
        Shell("""
            mkdir sub; echo x > a; echo y > sub/b; ln -s a link; ln -s /etc/passwd out; ln -s .. sub/loop; ln -s nowhere gone
            ln -s /etc etc; mkfifo pipe; touch "$(printf 'n\377')"; touch A; printf 'z' > "$(printf 'e\314\201')"; printf 'z' > é
            """);
        ScanSummary scan = await ScanAsync(new ScanOptions { Sniffs = true });
        Assert.Equal(["A", "a", "e\u0301", "link", "sub/b", "é"], await RowsAsync(Source, "object_id"));
        Assert.Equal(["etc/", "gone", "n\uFFFD", "out", "pipe", "sub/loop/"], scan.Skipped.Listed.Select(s => s.Path)
            .Order(StringComparer.Ordinal));
        Assert.Equal(2, scan.Alike);
        Shell("LC_ALL=C rm -f n?"); // .NET cannot delete it
    }

    [Fact]
    public async Task A_file_that_changes_between_listing_and_reading_gets_a_fault_and_is_read_by_the_next_scan()
    {
        string path = Path.Combine(Files, "a.txt");
        File.WriteAllText(path, "before");
        File.WriteAllText(Path.Combine(Files, "b.txt"), "stays");
        FolderListing listing = new(Files, new HashSet<string>(), 1);
        SkippedFiles skipped = new();
        IReadOnlyList<ScannedFile> files = await listing.ListAsync(skipped, default).FirstAsync();
        File.WriteAllText(path, "changed");
        await listing.ExamineAsync(files, new FileExamination(computesChecksums: true), skipped, default);
        Assert.Equal(("was changed while it was scanned", null), (files[0].Fault, files[0].Sha256));
        Assert.Equal((null, 64), (files[1].Fault, files[1].Sha256!.Length));
        File.Delete(path);
        await listing.ExamineAsync([files[0]], new FileExamination(computesChecksums: false), skipped, default);
        Assert.Equal(["was changed while it was scanned", "was deleted while it was scanned"], skipped.Listed.Select(s => s.Reason));
    }

    [Fact]
    public async Task A_file_that_cannot_be_examined_keeps_its_row_with_a_fault_until_it_can_be()
    {
        Shell("echo a > a.txt; echo b > b.txt; cp -p b.txt ../kept");
        await ScanAsync(new ScanOptions { Checksums = true });
        await using (LayerWriter writer = await LayerWriter.OpenAsync(Source))
        {
            writer.Set(new ObjectId("b.txt"), "split", "train");
            await writer.CommitAsync("mine");
        }
        string[] before = await RowsAsync(Source, "path", "size", "modified", "sha256", "split");
        Shell("rm b.txt; ln -s b.txt b.txt; ln -s c.txt c.txt"); // a loop: not even root gets the status of its target
        foreach (long changed in (long[])[1, 0])
        {
            ScanSummary scan = await ScanAsync(new ScanOptions());
            Assert.Equal((2, changed, 0, 0, 1, 2), (scan.Files, scan.Changed, scan.Removed, scan.Added, scan.Faults, scan.Skipped.Count));
            Assert.Equal(before, await RowsAsync(Source, "path", "size", "modified", "sha256", "split"));
            Assert.StartsWith("b.txt|cannot be examined: ", Assert.Single(await RowsAsync(Source, _ => { }, "fault IS NOT NULL", "path",
                "fault")));
        }
        Shell("rm b.txt c.txt; mv ../kept b.txt");
        ScanSummary after = await ScanAsync(new ScanOptions());
        Assert.Equal((2, 1, 0, 0, 0), (after.Files, after.Changed, after.Removed, after.Faults, after.Skipped.Count));
        Assert.Equal(before, await RowsAsync(Source, "path", "size", "modified", "sha256", "split"));
    }

    [Fact]
    public void Modification_times_return_from_their_mjd()
    {
        Random random = new(7);
        long end = (new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        for (int i = 0; i < 1_000_000; i++)
        {
            double mjd = KnownRows.MjdOf(random.NextInt64(-end / 2, end));
            Assert.Equal(mjd, KnownRows.MjdOf(KnownRows.MicrosOf(mjd)));
        }
    }

    [Fact]
    public async Task A_scan_counts_the_faults_of_all_rows_not_only_of_those_that_changed()
    {
        File.WriteAllText(Path.Combine(Files, "a.txt"), "x");
        File.WriteAllText(Path.Combine(Files, "bad1.png"), "no picture");
        File.WriteAllText(Path.Combine(Files, "bad2.png"), "no picture");
        Assert.Equal(2, (await ScanAsync(new ScanOptions { Sniffs = true })).Faults);
        Assert.Equal(2, (await ScanAsync(new ScanOptions { Sniffs = true })).Faults);
        File.Delete(Path.Combine(Files, "bad1.png"));
        Assert.Equal(1, (await ScanAsync(new ScanOptions())).Faults);
    }

    [Fact]
    public async Task A_layer_belongs_to_a_commit_of_a_source()
    {
        File.WriteAllText(Path.Combine(Files, "a.txt"), "x");
        await ScanAsync(new ScanOptions());
        await using (Dataset first = await Dataset.OpenAsync($"{Source}@1", new DatasetOptions { Storage = Storage }))
            await LayerWorkspace.CreateAsync(folder["notes"], first, null, default);
        await using (LayerWriter writer = await LayerWriter.OpenAsync(folder["notes"]))
        {
            writer.Set(new ObjectId("a.txt"), "split", "train");
            await writer.CommitAsync("x");
        }
        DatasetOptions layered = new() { Storage = Storage, Layers = [folder["notes"]] };
        await using Dataset dataset = await Dataset.OpenAsync($"{Source}@1", layered);
        Assert.Equal(1, await dataset.CountAsync(dataset.Query().Where("split = 'train' AND path = 'a.txt'")));
        File.WriteAllText(Path.Combine(Files, "b.txt"), "x");
        await ScanAsync(new ScanOptions());
        LayerInvalidException newer = await Assert.ThrowsAsync<LayerInvalidException>(() => Dataset.OpenAsync(Source, layered));
        Assert.Contains(dataset.Root, newer.Message);
        DatasetNotFoundException notes = await Assert.ThrowsAsync<DatasetNotFoundException>(() => Dataset.OpenAsync(folder["notes"]));
        Assert.Contains("it is a layer of dataset", notes.Message);
    }

    [Fact]
    public async Task A_source_inside_the_folder_does_not_list_itself_and_other_places_are_rejected()
    {
        File.WriteAllText(Path.Combine(Files, "a"), "");
        string inside = Path.Combine(Files, "source");
        await SourceScan.RunAsync(Files, inside, new ScanOptions { Storage = Storage }, default);
        Assert.Equal(["a"], await RowsAsync(inside, "path"));
        ArgumentException other = await Assert.ThrowsAsync<ArgumentException>(
            () => SourceScan.RunAsync(folder.Path, inside, new ScanOptions { Storage = Storage }, default));
        Assert.Contains(Files, other.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => SourceScan.RunAsync(folder["nowhere"], Source, new ScanOptions(), default));
        await Assert.ThrowsAsync<OutputExistsException>(() => SourceScan.RunAsync(inside, Files, new ScanOptions(), default));
        OutputExistsException file = await Assert.ThrowsAsync<OutputExistsException>(
            () => SourceScan.RunAsync(inside, Path.Combine(Files, "a"), new ScanOptions(), default));
        Assert.Contains("It is a file: choose another place", file.Message);
        Assert.False(Directory.Exists(Source));
    }

    private void ChangeOne(Random random)
    {
        string[] names = ["a", "b c", "é", "ü.png", "z/k.fits", "z/ﬀ", "Z/𝛼", "z.jpg", "q/w/e", "\uE000"];
        string path = Path.Combine(Files, names[random.Next(names.Length)] + random.Next(40));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (random.Next(4) == 0)
        {
            File.Delete(path);
            return;
        }
        File.WriteAllText(path, new string('x', random.Next(50)));
    }

    // find prints nanoseconds; a source has the microseconds below, as MJD.
    private static string Rounded(string line)
    {
        string[] parts = line.Split('|');
        long micros = (long)(decimal.Parse(parts[2], CultureInfo.InvariantCulture) * 1_000_000);
        return FormattableString.Invariant($"{parts[0]}|{parts[1]}|{(micros / 86_400_000_000.0) + 40_587:R}");
    }

    private Task<ScanSummary> ScanAsync(ScanOptions options, CancellationToken cancellationToken = default) =>
        SourceScan.RunAsync(Files, Source, options with { Storage = Storage }, cancellationToken);

    private async Task<(long, long, long)> ChangesAsync()
    {
        ScanSummary again = await ScanAsync(new ScanOptions());
        return (again.Added, again.Changed, again.Removed);
    }

    private Task<string[]> RowsAsync(string source, params string[] columns) => RowsAsync(source, null, null, columns);

    private async Task<string[]> RowsAsync(string source, Action<string>? report, string? where, params string[] columns)
    {
        await using Dataset dataset = await Dataset.OpenAsync(source, new DatasetOptions { Storage = Storage, OnMessage = report });
        Query query = dataset.Query().Columns(columns);
        List<string> rows = [];
        await foreach (RowBatch batch in dataset.QueryAsync(where is null ? query : query.Where(where)))
            for (int i = 0; i < batch.RowCount; i++)
                rows.Add(string.Join('|', batch.Columns.Select(c => c is TextColumnData text ? text.Text(i)
                    : c is ColumnData<double> number ? number.Values.Span[i].ToString("R", CultureInfo.InvariantCulture)
                    : ((ColumnData<long>)c).Values.Span[i].ToString(CultureInfo.InvariantCulture))));
        return [.. rows];
    }

    private string Shell(string script)
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = Files,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return output;
    }

    public void Dispose() => folder.Dispose();
}
