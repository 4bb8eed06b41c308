using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Every verb rejects a corrupt or unsupported manifest, and names the key.</summary>
public class ManifestFaultTests
{
    [Theory]
    [InlineData("frame: ICRS", "frame: FK5", true, "expected ICRS or WGS84, found 'FK5'")]
    [InlineData("epoch_year: 2016", "epoch_year: .inf", true, "expected a finite number, found '.inf'")]
    [InlineData("unit: mag", "unit: mas", false, "'crc32c' is ")]
    public void Every_verb_rejects_the_dataset(string right, string wrong, bool isSealed, string message)
    {
        using TemporaryFolder folder = new();
        Copy("catalogue-int64", folder["d"]);
        string text = File.ReadAllText(folder["d/pile.yaml"]), changed = text.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        File.WriteAllText(folder["d/pile.yaml"], isSealed ? ManifestSeal.Of(changed) : changed);
        RequireRejected(folder, message, "query", "stream", "copy", "info", "validate");
    }

    [Fact]
    public void A_manifest_without_its_checksum_is_rejected_by_the_list_of_files()
    {
        using TemporaryFolder folder = new();
        Copy("catalogue-int64", folder["d"]);
        File.WriteAllText(folder["d/pile.yaml"], ManifestSeal.Without(File.ReadAllText(folder["d/pile.yaml"])));
        RequireRejected(folder, "'crc32c'", "query", "stream", "copy", "validate");
    }

    [Theory]
    [InlineData("--find", "all")]
    [InlineData("--join", "left")]
    public void A_match_rejects_a_damaged_manifest(string option, string value)
    {
        using TemporaryFolder folder = new();
        Copy("catalogue-int64", folder["a"]);
        Copy("catalogue-int64", folder["b"]);
        string text = File.ReadAllText(folder["b/pile.yaml"]);
        File.WriteAllText(folder["b/pile.yaml"], text.Replace("unit: mag", "unit: mas", StringComparison.Ordinal));
        ProgramResult result = PileProgram.Run("crossmatch", folder["a"], folder["b"], "--radius", "1", option, value, "--out",
            folder["o.parquet"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("'crc32c' is ", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["o.parquet"]));
    }

    private static void RequireRejected(TemporaryFolder folder, string message, params string[] verbs)
    {
        foreach (string verb in verbs)
        {
            ProgramResult result = PileProgram.Run(verb == "copy" ? [verb, folder["d"], folder["copy"]] : [verb, folder["d"]]);
            Assert.True(result.ExitCode == 1, $"{verb}: {result}");
            Assert.Contains(message, result.Output + result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(folder["copy"]));
    }

    private static void Copy(string sample, string to)
    {
        string from = Path.Combine(TestPaths.Root, "format-spec/conformance/v1/valid", sample);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
