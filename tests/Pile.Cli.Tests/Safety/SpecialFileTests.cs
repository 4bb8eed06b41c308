using System.Diagnostics;
using Pile.TestKit;

namespace Pile.Cli.Tests.Safety;

/// <summary>Pipes and devices instead of files, and unlimited sizes, are errors and do not block the program.</summary>
public sealed class SpecialFileTests(BuiltDatasets built) : IDisposable
{
    // 500 MB for each row, of long parts, because the query engine takes seconds for single characters.
    private const string HugeText = "repeat(repeat('x', 500 + object_id % 2), 1000000)";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("info")]
    [InlineData("validate")]
    [InlineData("query")]
    [InlineData("index rebuild")]
    public void A_manifest_that_is_a_pipe_is_rejected(string verb)
    {
        Directory.CreateDirectory(folder["data"]);
        MakePipe(folder["data/pile.yaml"]);
        Rejects([.. verb.Split(' '), folder["data"]]);
    }

    [Theory]
    [InlineData("query")]
    [InlineData("index rebuild")]
    public void A_list_of_files_that_is_a_pipe_is_rejected(string verb)
    {
        RepeatedBuilds.Copy(built.Sky, folder["data"]);
        File.Delete(folder["data/files.parquet"]);
        MakePipe(folder["data/files.parquet"]);
        Rejects([.. verb.Split(' '), folder["data"]]);
    }

    [Fact]
    public void A_recipe_that_is_a_pipe_is_rejected()
    {
        MakePipe(folder["r.yaml"]);
        Rejects("build", folder["r.yaml"], "--out", folder["out"]);
    }

    [Fact]
    public void A_table_that_is_a_pipe_is_rejected()
    {
        MakePipe(folder["t.csv"]);
        Rejects("build", "--from", folder["t.csv"], "--out", folder["out"]);
        Rejects("crossmatch", built.Sky, folder["t.csv"], "--radius", "1", "--out", folder["pairs.csv"]);
    }

    [Fact]
    public void An_endless_list_of_ids_is_rejected() =>
        Assert.Contains("has more than 256 MiB", PileProgram.RunToError(2, "query", built.Sky, "--ids", "/dev/zero"),
            StringComparison.Ordinal);

    [Fact]
    public void A_list_of_ids_may_be_a_pipe()
    {
        ProgramResult result = PileProgram.RunInShell("exec \"$0\" \"$@\" --ids <(printf '700\\n701\\n')", "query", built.Sky, "--json");
        Assert.Equal((0, 2), (result.ExitCode, result.Json.GetArrayLength()));
    }

    [Fact]
    public void Too_many_threads_are_rejected() =>
        Assert.Contains("from 1 to 1024", PileProgram.Run("info", built.Sky, "--workers", "100000").Error, StringComparison.Ordinal);

    [Fact]
    public void A_function_with_a_huge_result_stays_within_the_memory()
    {
        string message = PileProgram.RunToError(2, "sql", built.Sky, $"SELECT sum(length({HugeText})) FROM d", "--memory",
            "512MB");
        Assert.Contains("exceeds the memory limit", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query", "--columns", "object_id,evil")]
    [InlineData("query", "--where", "length(evil) > 0")]
    [InlineData("sql", "SELECT sum(length(evil)) FROM d", "--quiet")]
    public void An_alias_with_a_huge_result_stays_within_the_memory(string verb, string argument, string value)
    {
        RepeatedBuilds.Copy(built.Sky, folder["d"]);
        string manifest = File.ReadAllText(folder["d/pile.yaml"]),
            alias = $"- name: evil\n  expr: {HugeText}\n";
        manifest = manifest.Contains("\naliases: []\n", StringComparison.Ordinal)
            ? manifest.Replace("\naliases: []\n", $"\naliases:\n{alias}", StringComparison.Ordinal)
            : manifest.Contains("\naliases:\n", StringComparison.Ordinal)
                ? manifest.Replace("\naliases:\n", $"\naliases:\n{alias}", StringComparison.Ordinal)
            : ManifestSeal.Without(manifest) + $"aliases:\n{alias}";
        File.WriteAllText(folder["d/pile.yaml"], ManifestSeal.Of(manifest));
        ProgramResult result = PileProgram.Run(verb, folder["d"], argument, value, "--memory", "512MB");
        Assert.InRange(result.ExitCode, 1, 2);
        Assert.Contains("exceeds the memory limit", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_with_many_columns_is_validated_within_the_memory()
    {
        string[] names = [.. Enumerable.Range(0, 500).Select(i => $"c{i}")];
        File.WriteAllText(folder["t.csv"], $"id,ra,dec,{string.Join(',', names)}\n1,10,20,{string.Join(',', names)}\n");
        PileProgram.RunToJson("build", "--from", folder["t.csv"], "--out", folder["d"]);
        Assert.True(PileProgram.RunToJson("validate", folder["d"], "--memory", "128MB").GetProperty("valid").GetBoolean());
    }

    [Fact]
    public void A_compressed_file_does_not_fill_the_temporary_disk()
    {
        // 100 MB in 100 kB; the file system of the temporary folder has less than a gigabyte.
        using (System.IO.Compression.GZipStream bomb = new(File.Create(folder["t.fits.gz"]),
            System.IO.Compression.CompressionLevel.Optimal))
        {
            string[] cards = ["SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   =                    0", "END"];
            bomb.Write(System.Text.Encoding.ASCII.GetBytes(string.Concat(cards.Select(c => c.PadRight(80))).PadRight(2880)));
            bomb.Write(new byte[100 << 20]);
        }
        Directory.CreateDirectory(folder["tmp"]);
        ProgramResult result = PileProgram.RunInShell($"export TMPDIR={folder["tmp"]}; exec unshare -Urm --propagation private bash -c "
            + "'mount -t tmpfs -o size=500m tmpfs $TMPDIR && \"$0\" \"$@\"' \"$0\" \"$@\"",
            "build", "--from", folder["t.fits.gz"], "--out", folder["out"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("t.fits.gz", result.Error, StringComparison.Ordinal);
        Assert.Contains("has less than 1024 MiB left", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void A_full_temporary_folder_is_not_taken_for_the_output()
    {
        File.WriteAllLines(folder["t.csv"], Enumerable.Range(0, 50_000).Select(i => $"{i},{i % 360},1,name of {i * 7919L}")
            .Prepend("id,ra,dec,name"));
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.csv"], "--out", folder["d"]).ExitCode);
        Directory.CreateDirectory(folder["tmp"]);
        ProgramResult result = PileProgram.RunInShell($"export TMPDIR={folder["tmp"]}; exec unshare -Urm --propagation private bash -c "
            + "'mount -t tmpfs -o size=500k tmpfs $TMPDIR && \"$0\" \"$@\"' \"$0\" \"$@\"",
            "query", folder["d"], "--out", folder["o.fits"]); // text, whose width is known at the end
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("its temporary file cannot be written", result.Error, StringComparison.Ordinal);
        Assert.Contains("set TMPDIR", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["o.fits"]));
    }

    private static void MakePipe(string path) => Process.Start("/usr/bin/mkfifo", [path]).WaitForExit();

    private static void Rejects(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is a pipe, a device or a socket", result.Output + result.Error, StringComparison.Ordinal);
    }
}
