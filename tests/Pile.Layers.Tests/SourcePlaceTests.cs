using System.Diagnostics;
using Amazon.S3.Model;
using Pile.Format;
using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Layers.Tests;

/// <summary>Scans of a Git repository and of a bucket of a real S3 server.</summary>
[Collection("S3")]
public sealed class SourcePlaceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private StoreOptions Storage => new() { CacheFolder = folder["cache"] };

    [Fact]
    public async Task A_revision_of_a_repository_lists_what_git_lists_with_the_sizes_of_lfs_pointers()
    {
        string repository = folder["repository"], sha256 = new('e', 64);
        Directory.CreateDirectory(repository);
        string Git(string script) => Shell(repository, $"export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b "
            + $"GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b; set -e; {script}");
        Git($$"""
            git init -q .; mkdir -p d/é; echo one > a.txt; echo two > d/é/b.csv; echo x > "$(printf 'n\377')"; ln -s a.txt link
            printf 'version https://git-lfs.github.com/spec/v1\noid sha256:{{sha256}}\nsize 123456789\n' > big.tif
            printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x05\0\0\0\x06\x08\x02\0\0\0' > p.png
            git add -A; git commit -qm first; git tag v1; LC_ALL=C rm n?; echo more >> a.txt; rm p.png; git add -A; git commit -qm second
            """);
        string source = folder["source"];
        ScanSummary scan = await ScanAsync(repository, source, new ScanOptions { Revision = "v1", Sniffs = true, Checksums = true });
        Assert.Equal(Git("git rev-parse v1").Trim(), scan.Revision);
        Assert.Equal((4, 1, 2), (scan.Files, scan.LfsPointers, scan.Skipped.Count));
        Dictionary<string, KnownRow> rows = (await RowsAsync(source)).ToDictionary(r => r.Path);
        string[] listed = Git("git ls-tree -r -l -z v1 | tr '\\0' '\\n'").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (KnownRow row in rows.Values.Where(r => !r.IsLfsPointer))
            Assert.Contains(listed, l => l.EndsWith($"{row.ETag} {row.SizeBytes,7}\t{row.Path}", StringComparison.Ordinal));
        Assert.Equal((123456789, sha256, true), (rows["big.tif"].SizeBytes, rows["big.tif"].Sha256, rows["big.tif"].IsLfsPointer));
        Assert.Equal(new PictureSize(5, 6, 3), rows["p.png"].Size);
        Assert.Equal(Git("git show v1:a.txt | sha256sum")[..64], rows["a.txt"].Sha256);

        ScanSummary again = await ScanAsync(repository, source, new ScanOptions { Revision = "v1" });
        Assert.Equal((0, 0, 0, scan.Commit), (again.Added, again.Changed, again.Removed, again.Commit));
        ScanSummary second = await ScanAsync(repository, source, new ScanOptions { Revision = "HEAD" });
        Assert.Equal((0, 1, 1), (second.Added, second.Changed, second.Removed));
        ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(
            () => ScanAsync(repository, source, new ScanOptions { Revision = "--output=x" }));
        Assert.Contains("no commit '--output=x'", unknown.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => ScanAsync(folder["cache"], source, new ScanOptions { Revision = "v1" }));
    }

    [Fact]
    public async Task A_bucket_is_listed_sniffed_with_one_request_each_and_continues_after_a_denial()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        string bucket = await gateway.NewBucketAsync();
        byte[] png = [0x89, .. "PNG\r\n\u001A\n\0\0\0\rIHDR"u8, 0, 0, 0, 9, 0, 0, 0, 7, 8, 6, 0, 0, 0, .. new byte[100_000]];
        await Parallel.ForAsync(0, 1100, async (i, _) => await gateway.PutAsync(bucket, $"raw/{i:D4} é.png", i < 10 ? png : []));
        await using FaultProxy proxy = new(gateway.Endpoint);
        foreach ((string name, string value) in gateway.Variables(proxy.Address))
            Environment.SetEnvironmentVariable(name, value);
        string source = folder["source"], address = $"s3://{bucket}/raw";
        try
        {
            proxy.Plan = static (request, _) => request.Target.Contains("continuation-token", StringComparison.Ordinal)
                ? new Fault { Status = 403, Body = "<Error><Code>AccessDenied</Code></Error>" } : null;
            StoreException denied = await Assert.ThrowsAsync<StoreException>(() => ScanAsync(address, source, new ScanOptions()));
            Assert.Equal(StoreFault.Denied, denied.Fault);
            Assert.InRange((await RowsAsync(source)).Count, 1, 1099);
            proxy.Plan = static (_, _) => null;
            ScanSummary rest = await ScanAsync(address, source, new ScanOptions());
            Assert.Equal((1100, 0, 0), (rest.Files, rest.Changed, rest.Removed));
            Assert.InRange(rest.Added, 1, 1099);
        }
        finally
        {
            gateway.UseHere();
        }
        List<S3Object> expected = [];
        for (ListObjectsV2Request request = new() { BucketName = bucket }; ;)
        {
            ListObjectsV2Response page = await gateway.Client.ListObjectsV2Async(request);
            expected.AddRange(page.S3Objects ?? []);
            if ((request.ContinuationToken = page.NextContinuationToken) is null)
                break;
        }
        IReadOnlyList<KnownRow> rows = await RowsAsync(source);
        Assert.Equal(expected.Select(o => $"{o.Key} {o.Size} {o.ETag.Trim('"')}"),
            rows.Select(r => $"raw/{r.Path} {r.SizeBytes} {r.ETag}"));

        await gateway.PutAsync(bucket, "raw/0003 é.png", [.. png, 1]);
        await gateway.Client.DeleteObjectAsync(bucket, "raw/1099 é.png");
        ScanSummary sniffed = await ScanAsync(address, source, new ScanOptions { Sniffs = true });
        Assert.Equal((0, 1, 1), (sniffed.Added, sniffed.Changed, sniffed.Removed));
        rows = await RowsAsync(source);
        Assert.All(rows.Take(10), r => Assert.Equal(new PictureSize(9, 7, 4), r.Size));
        Assert.All(rows.Skip(10), r => Assert.Equal("is empty", r.Fault));

        ArgumentException misspelt = await Assert.ThrowsAsync<ArgumentException>(
            () => ScanAsync($"s3://{bucket}/rwa", folder["none"], new ScanOptions()));
        Assert.Equal($"There are no objects below 's3://{bucket}/rwa'. Check the bucket and the prefix.", misspelt.Message);
        Assert.False(Directory.Exists(folder["none"]));
    }

    [Fact]
    public async Task An_object_that_the_store_refuses_to_return_has_a_fault_and_does_not_stop_the_scan()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        string bucket = await gateway.NewBucketAsync(), source = folder["source"];
        foreach (string name in (string[])["a.txt", "b.txt", "c.txt"])
            await gateway.PutAsync(bucket, $"raw/{name}", "text"u8.ToArray());
        await using FaultProxy proxy = new(gateway.Endpoint);
        // So S3 refuses an object that is encrypted with the key of a customer.
        proxy.Plan = static (request, _) => request.Target.Contains("b.txt", StringComparison.Ordinal)
            ? new Fault { Status = 400, Body = "<Error><Code>InvalidRequest</Code></Error>" } : null;
        foreach ((string name, string value) in gateway.Variables(proxy.Address))
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            ScanSummary scan = await ScanAsync($"s3://{bucket}/raw", source, new ScanOptions { Sniffs = true });
            Assert.Equal((3, 1), (scan.Added, scan.Skipped.Count));
            Assert.Equal([null, "cannot be read: the server returned HTTP 400 Refused", null],
                (await RowsAsync(source)).Select(r => r.Fault));
            proxy.Plan = static (_, _) => null;
            await ScanAsync($"s3://{bucket}/raw", source, new ScanOptions { Sniffs = true });
            Assert.All(await RowsAsync(source), row => Assert.Equal((null, true), (row.Fault, row.IsSniffed)));
        }
        finally
        {
            gateway.UseHere();
        }
    }

    private Task<ScanSummary> ScanAsync(string address, string source, ScanOptions options) =>
        SourceScan.RunAsync(address, source, options with { Storage = Storage }, default);

    private async Task<IReadOnlyList<KnownRow>> RowsAsync(string source)
    {
        LayerStore store = await LayerStore.OpenAsync(source, null, default);
        LayerCommit head = (await store.ResolveAsync(null, default))!;
        using LayerDatabase database = new(threads: 1);
        LayerState state = await LayerSnapshot.Of(store, head).StateAsync(() => database, Storage, null, default);
        using KnownRows known = KnownRows.Open(state, head.Fields, database, default);
        List<KnownRow> rows = [];
        for (; known.Current is { } row; known.MoveNext())
            rows.Add(row);
        return rows;
    }

    private static string Shell(string folder, string script)
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        return output;
    }

    public void Dispose() => folder.Dispose();
}
