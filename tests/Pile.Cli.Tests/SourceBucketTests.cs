using Amazon.S3.Model;
using Pile.TestKit;
using Pile.TestServices;
using static Pile.Cli.Tests.RequiredResults;

namespace Pile.Cli.Tests;

/// <summary>Sources of a bucket of a real S3 server, and the datasets that are built from them.</summary>
public sealed class SourceBucketTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string?> variables = new(StringComparer.Ordinal);
    private S3Gateway gateway = null!;
    private string bucket = null!;

    private static byte[] Picture => File.ReadAllBytes(TestPaths.Data("pictures/pngsuite/basi0g01.png"));

    public async ValueTask InitializeAsync()
    {
        gateway = await S3Gateway.SharedAsync();
        bucket = await gateway.NewBucketAsync();
        foreach ((string name, string value) in gateway.Variables())
            variables[name] = value;
        variables["PILE_CACHE"] = folder["cache"];
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return default;
    }

    private ProgramResult Run(params string[] arguments) => PileProgram.RunWith(variables, arguments);

    // Builds the dataset both ways; the files that are named are skipped, with their reasons, and the others are valid rows.
    private void RequireBuilds(int rows, params (string Path, string Reason)[] skipped)
    {
        foreach (string[] options in (string[][])[[], ["--by-reference"]])
        {
            ProgramResult built = Run(["build", "--from", folder["source"], "--out", folder["d"], "--replace", .. options]);
            Assert.True(built.ExitCode == 3, built.Error);
            string list = File.ReadAllText(folder["d/skipped.csv"]);
            foreach ((string path, string reason) in skipped)
            {
                Assert.Contains($"skipped: {path}: {reason}", built.Error, StringComparison.Ordinal);
                Assert.Contains(path, list, StringComparison.Ordinal);
            }
            Assert.Equal(skipped.Length + 1, list.TrimEnd('\n').Split('\n').Length);
            Assert.Equal(rows, Done(Run("info", folder["d"], "--json")).Json.GetProperty("rows").GetInt32());
            Done(Run("validate", folder["d"], "--deep"));
        }
    }

    [Fact]
    public async Task Objects_whose_address_a_dataset_cannot_have_are_skipped()
    {
        foreach (string key in (string[])["raw/a.png", "raw/2024//b.png", "raw//c.png"])
            await gateway.PutAsync(bucket, key, Picture);
        Done(Run("scan", $"s3://{bucket}/raw", "--sniff", "--out", folder["source"]));
        const string reason = "the address is not valid in a dataset: a part of its path is empty, '.' or '..'; rename it";
        RequireBuilds(1, ("2024//b.png", reason), ("/c.png", reason));
    }

    [Fact]
    public async Task Objects_that_were_changed_or_deleted_since_the_scan_are_skipped()
    {
        foreach (string name in (string[])["a", "deleted", "larger", "replaced", "same"])
            await gateway.PutAsync(bucket, $"raw/{name}.png", Picture);
        Done(Run("scan", $"s3://{bucket}/raw", "--sniff", "--out", folder["source"]));
        byte[] replaced = Picture;
        replaced[^1] ^= 1;
        await gateway.Client.DeleteObjectAsync(bucket, "raw/deleted.png", TestContext.Current.CancellationToken);
        await gateway.PutAsync(bucket, "raw/larger.png", [.. Picture, 0]);
        await gateway.PutAsync(bucket, "raw/replaced.png", replaced);
        await gateway.PutAsync(bucket, "raw/same.png", Picture);
        const string changed = "was changed since the scan; scan again";
        RequireBuilds(2, ("deleted.png", "is missing: it was deleted since the scan"), ("larger.png", changed),
            ("replaced.png", changed));
    }

    [Fact]
    public async Task Objects_with_a_stored_encoding_are_scanned_and_fetched_as_they_are()
    {
        string file = TestPaths.Data("images/dss.14.29.56-62.41.05.fits.gz");
        PutObjectRequest request = new() { BucketName = bucket, Key = "raw/a.fits.gz", FilePath = file };
        request.Headers.ContentEncoding = "gzip";
        await gateway.Client.PutObjectAsync(request, TestContext.Current.CancellationToken);
        Done(Run("scan", $"s3://{bucket}/raw", "--checksums", "--out", folder["source"]));
        string rows = Done(Run("query", folder["source"], "--json")).Output, sha256 = Python.Run("""
            import hashlib, sys
            print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())
            """, file).Trim();
        Assert.Contains(sha256, rows, StringComparison.Ordinal);
        Done(Run("fetch", $"s3://{bucket}/raw/a.fits.gz", "--out", folder["fetched"]));
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(folder["fetched/a.fits.gz"]));
    }

    [Theory]
    [InlineData("z.tar.gz")]
    [InlineData("z.TGZ")]
    public void A_compressed_archive_of_a_bucket_is_named(string name) =>
        Assert.Contains($"'{name}' is a compressed archive, whose members cannot be read at random. Decompress it first.",
            PileProgram.RunToError(2, "adopt", $"s3://{bucket}/tar/{name}", "--out", folder["z"]), StringComparison.Ordinal);
}
