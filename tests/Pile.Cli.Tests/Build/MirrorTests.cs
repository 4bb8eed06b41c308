using System.Security.Cryptography;
using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests.Build;

/// <summary><c>source.mirrors</c> of recipes: files that are missing are fetched before they are read.</summary>
public sealed class MirrorTests : IAsyncDisposable
{
    private const string Table = "id,ra,dec,mag\n1,10.5,20.5,3\n2,200.5,-20.5,4\n";

    private readonly TemporaryFolder folder = new();
    private readonly FileServer server;

    public MirrorTests()
    {
        Directory.CreateDirectory(folder["served/good"]);
        Directory.CreateDirectory(folder["served/bad"]);
        File.WriteAllText(folder["served/good/a.csv"], Table);
        File.WriteAllText(folder["served/bad/a.csv"], Table.Replace('4', '5'));
        server = new FileServer(folder["served"]);
    }

    private static string Sha256 => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Table)));

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public void A_missing_file_is_fetched_from_the_first_mirror_with_the_right_bytes()
    {
        string recipe = Recipe(Mirror("none/a.csv?download=1", "bad/a.csv", "good/a.csv"));
        ProgramResult built = PileProgram.Run("build", recipe, "--out", folder["out"]);
        Assert.True(built.ExitCode == 0, built.Error);
        Assert.Contains($"There is no file '{server.Address}none/a.csv?***' (HTTP 404). The next address is tried", built.Error,
            StringComparison.Ordinal);
        Assert.Matches($"{server.Address}bad/a.csv: the {Table.Length} bytes have SHA-256 [0-9a-f]+, expected {Sha256}.* The next address",
            built.Error);
        Assert.Contains($"fetched 'cache/a.csv' from {server.Address}good/a.csv", built.Error, StringComparison.Ordinal);
        Assert.Equal(Table, File.ReadAllText(folder["cache/a.csv"]));
        Assert.Equal(["a.csv"], Directory.EnumerateFiles(folder["cache"]).Select(f => Path.GetFileName(f)));
        Assert.Equal(0, PileProgram.Run("validate", folder["out"], "--deep").ExitCode);
        Assert.Equal($"file,url\ncache/a.csv,{server.Address}none/a.csv\n", File.ReadAllText(folder["out/origins.csv"]));

        // The next build finds the file and writes the same bytes.
        ProgramResult again = PileProgram.Run("build", recipe, "--out", folder["again"]);
        Assert.Equal((0, false), (again.ExitCode, again.Error.Contains("fetched", StringComparison.Ordinal)));
        Assert.Equal(Fingerprint.Of(folder["out"]), Fingerprint.Of(folder["again"]));

        // Without mirrors no file of the dataset mentions them.
        Assert.Equal(0, PileProgram.Run("build", Recipe(""), "--out", folder["plain"]).ExitCode);
        string[] differing = [.. Directory.EnumerateFiles(folder["out"], "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder["out"], f))
            .Where(f => !File.Exists(folder[$"plain/{f}"])
                || !File.ReadAllBytes(folder[$"plain/{f}"]).SequenceEqual(File.ReadAllBytes(folder[$"out/{f}"])))
            .Order(StringComparer.Ordinal)];
        Assert.Equal(["files.parquet", "origins.csv", "pile.yaml"], differing);
    }

    [Fact]
    public void If_no_mirror_has_the_file_all_are_named()
    {
        ProgramResult built = PileProgram.Run("build", Recipe(Mirror("none/a.csv", "bad/a.csv")), "--out", folder["out"]);
        Assert.Equal(1, built.ExitCode);
        string error = built.ErrorLines[^1];
        Assert.Contains("none of its 2 addresses has it", error, StringComparison.Ordinal);
        Assert.Contains($"{server.Address}none/a.csv", error, StringComparison.Ordinal);
        Assert.Contains($"{server.Address}bad/a.csv", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
        Assert.Empty(Directory.EnumerateFiles(folder["cache"]));
    }

    [Fact]
    public void A_dry_run_lists_what_a_build_would_fetch()
    {
        string recipe = Recipe(Mirror("good/a.csv"));
        JsonElement missing = PileProgram.RunToJson("build", recipe, "--out", folder["out"], "--dry-run").GetProperty("fetch");
        Assert.Equal(("cache/a.csv", Sha256, $"{server.Address}good/a.csv"), (missing[0].GetProperty("file").GetString(),
            missing[0].GetProperty("sha256").GetString(), missing[0].GetProperty("urls")[0].GetString()));
        ProgramResult text = PileProgram.Run("build", recipe, "--out", folder["out"], "--dry-run");
        Assert.Equal($"fetch cache/a.csv from {server.Address}good/a.csv\n", text.Output);
        Assert.False(Path.Exists(folder["cache"]));
        Assert.Equal(0, PileProgram.Run("fetch", $"{server.Address}good/a.csv", "--out", folder["cache"]).ExitCode);
        Assert.Equal(2, PileProgram.RunToJson("build", recipe, "--out", folder["out"], "--dry-run").GetProperty("rows").GetInt32());
    }

    [Fact]
    public void An_existing_file_with_other_bytes_is_an_error()
    {
        Directory.CreateDirectory(folder["cache"]);
        File.Copy(folder["served/bad/a.csv"], folder["cache/a.csv"]);
        Assert.Contains($"but the recipe states {Sha256}", PileProgram.RunToError(1, "build", Recipe(Mirror("good/a.csv")), "--out",
            folder["out"]), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(folder["served/bad/a.csv"]), File.ReadAllText(folder["cache/a.csv"]));
    }

    [Fact]
    public void An_appending_build_fetches_only_what_the_earlier_version_lacks()
    {
        string recipe = Recipe(Mirror("good/a.csv"));
        Assert.Equal(0, PileProgram.Run("build", recipe, "--out", folder["v1"]).ExitCode);
        File.Delete(folder["cache/a.csv"]);
        string other = Table.Replace("\n1,", "\n7,").Replace("\n2,", "\n8,");
        File.WriteAllText(folder["served/good/b.csv"], other);
        recipe = Recipe($"{Mirror("good/a.csv")}\n    - {{ file: cache/b.csv, urls: [\"{server.Address}good/b.csv\"], sha256: "
            + $"{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(other)))} }}");
        ProgramResult appended = PileProgram.Run("build", recipe, "--append", folder["v1"], "--out", folder["v2"]);
        Assert.True(appended.ExitCode == 0, appended.Error);
        Assert.Equal(["b.csv"], Directory.EnumerateFiles(folder["cache"]).Select(f => Path.GetFileName(f)));
        Assert.Equal($"file,url\ncache/a.csv,{server.Address}good/a.csv\ncache/b.csv,{server.Address}good/b.csv\n",
            File.ReadAllText(folder["v2/origins.csv"]));
        Assert.Equal(4, PileProgram.RunToJson("info", folder["v2"]).GetProperty("rows").GetInt32());
        Assert.Equal(0, PileProgram.Run("validate", folder["v2"], "--deep").ExitCode);
    }

    [Theory]
    [InlineData("file: ../a.csv", "expected a path below the folder of the recipe")]
    [InlineData("file: /tmp/a.csv", "expected a path below the folder of the recipe")]
    [InlineData("file: ''", "expected a path below the folder of the recipe")]
    [InlineData("sha256: abc", "expected a SHA-256 of 64 hexadecimal digits, found 'abc'")]
    [InlineData("urls: []", "has no address")]
    [InlineData("urls: [\"file:///etc/hostname\"]", "cannot be downloaded")]
    [InlineData("urls: [\"https://user:pa55word@a.org/x\"]", "contains a user name, a password")]
    [InlineData("url: x", "unknown key 'url' (did you mean 'urls'?)")]
    public void A_wrong_entry_is_reported_with_its_line(string entry, string message)
    {
        Dictionary<string, string> keys = new(StringComparer.Ordinal)
        {
            ["file"] = "cache/a.csv",
            ["sha256"] = Sha256,
            ["urls"] = "[\"https://a.org/x\"]",
        };
        string[] parts = entry.Split(": ", 2);
        keys[parts[0]] = parts[1];
        string mirror = string.Join(", ", keys.Select(k => $"{k.Key}: {k.Value}"));
        string error = PileProgram.RunToError(2, "build", Recipe($"\n    - {{ {mirror} }}"), "--out", folder["out"]);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Matches(@"r\.yaml, line 1[0-9], column", error);
        Assert.DoesNotContain("pa55word", error, StringComparison.Ordinal);
    }

    private string Mirror(params string[] paths) =>
        $"\n    - {{ file: cache/a.csv, sha256: {Sha256}, urls: [{string.Join(", ", paths.Select(p => $"\"{server.Address}{p}\""))}] }}";

    private string Recipe(string mirrors)
    {
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"cache/*.csv\"")
            + (mirrors.Length > 0 ? $"  mirrors:{mirrors}\n" : ""));
        return folder["r.yaml"];
    }
}
