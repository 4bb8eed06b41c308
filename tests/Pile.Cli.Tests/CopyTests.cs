using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests;

/// <summary><c>pile copy</c> on the command line: messages, questions and results.</summary>
public sealed class CopyTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static async Task<(string Address, Dictionary<string, string?> Variables)> BucketAsync(string cache)
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        Dictionary<string, string?> variables = new(StringComparer.Ordinal)
        {
            ["PILE_CACHE"] = cache,
            ["AWS_EC2_METADATA_DISABLED"] = "true"
        };
        foreach ((string name, string value) in gateway.Variables())
            variables[name] = value;
        return ($"s3://{await gateway.NewBucketAsync()}/data/gaia", variables);
    }

    [Fact]
    public void A_copy_reports_what_it_did()
    {
        JsonElement first = PileProgram.RunToJson("copy", built.Gaia, folder["copy"]);
        int files = Directory.EnumerateFiles(built.Gaia, "*", SearchOption.AllDirectories).Count();
        Assert.Equal((files, 0), (first.GetProperty("files").GetInt32(), first.GetProperty("skipped").GetInt32()));
        Assert.Equal(Directory.EnumerateFiles(built.Gaia, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length),
            first.GetProperty("bytes").GetInt64());
        Assert.True(first.GetProperty("seconds").GetDouble() > 0);
        Assert.Equal(Fingerprint.Of(built.Gaia), Fingerprint.Of(folder["copy"]));
        Assert.Equal(files, PileProgram.RunToJson("copy", built.Gaia, folder["copy"], "--resume").GetProperty("skipped").GetInt32());
    }

    [Fact]
    public void An_interrupted_copy_reports_how_to_continue()
    {
        for (int attempt = 0; ; attempt++)
        {
            string copy = folder[$"copy-{attempt}"];
            ProgramResult result = PileProgram.RunWithoutEngineAndSignal("INT", () => File.Exists(Path.Combine(copy, ".pile-copy")), "copy",
                built.Gaia, copy);
            if (result.ExitCode == 0 && attempt < 20) // it has ended before the signal
                continue;
            Assert.Equal(130, result.ExitCode);
            Assert.Contains($"'{copy}' is incomplete", result.Error, StringComparison.Ordinal);
            Assert.Contains("--resume to continue", result.Error, StringComparison.Ordinal);
            Assert.Equal(0, PileProgram.Run("copy", built.Gaia, copy, "--resume").ExitCode);
            Assert.Equal(Fingerprint.Of(built.Gaia), Fingerprint.Of(copy));
            break;
        }
        ProgramResult part = PileProgram.RunAndInterrupt(() => true, "copy", built.Gaia, folder["part"], "--where", "dec > 0");
        Assert.Equal(130, part.ExitCode);
        Assert.Contains($"nothing was written to '{folder["part"]}'; run the same command with --resume", part.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_copy_requires_confirmation()
    {
        (string address, Dictionary<string, string?> variables) = await BucketAsync(folder["cache"]);
        ProgramResult asked = PileProgram.RunWith(variables, "copy", built.Gaia, address, "--ask-above", "100kB");
        Assert.Equal(2, asked.ExitCode);
        Assert.Matches(@"would send [0-9,]+ bytes \([0-9.]+ [kM]B\) in [0-9]+ files .* --yes", asked.Error);
        Assert.Equal(2, PileProgram.RunWith(variables, "info", address).ExitCode); // the dataset does not exist
        Assert.Equal(0, PileProgram.RunWith(variables, "copy", built.Gaia, address, "--ask-above", "100kB", "--yes").ExitCode);
        ProgramResult valid = PileProgram.RunWith(variables, "validate", address, "--deep", "--json");
        Assert.True(valid.Json.GetProperty("valid").GetBoolean(), valid.Output);
        Assert.Equal(0, PileProgram.RunWith(variables, "copy", address, folder["home"], "--where", "phot_g_mean_mag < 15").ExitCode);
        Assert.Equal(0, PileProgram.Run("validate", folder["home"], "--deep").ExitCode);
        Assert.Equal(PileProgram.RunToJson("query", built.Gaia, "--where", "phot_g_mean_mag < 15").ToString(),
            PileProgram.RunToJson("query", folder["home"]).ToString());
    }

    [Fact]
    public async Task A_dataset_of_a_server_that_sends_chunks_is_copied_and_validated()
    {
        await using FileServer server = new(Path.GetDirectoryName(built.Gaia)!) { StatesLengths = false };
        Dictionary<string, string?> variables = new(StringComparer.Ordinal) { ["PILE_CACHE"] = folder["cache"] };
        string address = $"{server.Address}{Path.GetFileName(built.Gaia)}";
        ProgramResult valid = PileProgram.RunWith(variables, "validate", address, "--deep");
        Assert.True(valid.ExitCode == 0, valid.Output + valid.Error);
        ProgramResult copied = PileProgram.RunWith(variables, "copy", address, folder["copy"]);
        Assert.True(copied.ExitCode == 0, copied.Error);
        Assert.Equal(Fingerprint.Of(built.Gaia), Fingerprint.Of(folder["copy"]));
    }

    [Fact]
    public void Invalid_copies_are_reported_in_one_line()
    {
        Assert.Contains("is a web server, which can only be read", PileProgram.RunToError(2, "copy", built.Gaia, "http://127.0.0.1:1/x"),
            StringComparison.Ordinal);
        Assert.Contains("It is another dataset or version", PileProgram.RunToError(2, "copy", built.Gaia, built.Sky, "--resume"),
            StringComparison.Ordinal);
        Assert.Contains("There is no cell 99", PileProgram.RunToError(2, "copy", built.Sky, folder["x"], "--cells", "99"),
            StringComparison.Ordinal);
        Assert.Contains("--cells one: expected numbers of cells",
            PileProgram.RunToError(2, "copy", built.Sky, folder["x"], "--cells", "one"), StringComparison.Ordinal);
        Assert.Contains("--cells \"1: expected numbers of cells",
            PileProgram.RunToError(2, "copy", built.Sky, folder["x"], "--cells", "\"1"), StringComparison.Ordinal);
        Assert.Contains("nonsense", PileProgram.RunToError(2, "copy", built.Sky, folder["x"], "--where", "nonsense"),
            StringComparison.Ordinal);
        Assert.Contains("does not exist", PileProgram.RunToError(2, "copy", folder["nothing"], folder["x"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["x"]));
        string within = Path.Combine(built.Sky, "copies", "1");
        Assert.Contains("a dataset that the copy would change", PileProgram.RunToError(2, "copy", built.Sky, within),
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(within)));
    }
}
