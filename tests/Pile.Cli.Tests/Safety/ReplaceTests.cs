using Pile.TestKit;

namespace Pile.Cli.Tests.Safety;

/// <summary>What <c>--replace</c> does to links and to write-protected folders.</summary>
public sealed class ReplaceTests : IDisposable
{
    // As another user, because root may write everywhere.
    private const string AsUser = """
        cd "$1"; shift
        if [ $(id -u) = 0 ]; then chown -R 65534:65534 . && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$0" "$@"; fi
        exec "$0" "$@"
        """;

    private readonly TemporaryFolder folder = new();

    public ReplaceTests() => File.WriteAllText(folder["a.csv"], "id,ra,dec\n1,10,20\n");

    public void Dispose()
    {
        PileProgram.RunInShell("chmod -R u+w \"$1\"", folder.Path);
        folder.Dispose();
    }

    [Fact]
    public void A_write_protected_dataset_or_export_is_not_replaced_and_nothing_is_left_behind()
    {
        Output("build", "--from", "a.csv", "--out", "ds", "--id", "id", "--quiet");
        Output("export", "ds", "--format", "fits", "--out", "ex", "--quiet");
        PileProgram.RunInShell("find \"$1\" \"$2\" -type d -exec chmod a-w {} +", folder["ds"], folder["ex"]);
        string[] before = Directory.GetFileSystemEntries(folder.Path);
        foreach (string[] arguments in (string[][])[["build", "--from", "a.csv", "--out", "ds", "--id", "id", "--replace"],
            ["export", "ds", "--format", "fits", "--out", "ex", "--replace"]])
            for (int i = 0; i < 2; i++)
            {
                ProgramResult result = PileProgram.RunInShell(AsUser, [folder.Path, .. arguments]);
                Assert.Equal(2, result.ExitCode);
                Assert.Contains("is write-protected, so that its files cannot be deleted", result.Error, StringComparison.Ordinal);
                Assert.Equal(before.Order(StringComparer.Ordinal),
                    Directory.GetFileSystemEntries(folder.Path).Where(f => !f.EndsWith(".pile-build", StringComparison.Ordinal))
                        .Order(StringComparer.Ordinal));
            }
    }

    [Fact]
    public void A_build_that_another_one_excludes_says_nothing_of_what_that_one_has_read()
    {
        Directory.CreateDirectory(folder[".ds.pile-build"]);
        using FileStream held = new(folder[".ds.pile-build/lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        string error = PileProgram.RunToError(1, "build", "--from", folder["a.csv"], "--out", folder["ds"], "--id", "id");
        Assert.Contains("another build is writing it", error, StringComparison.Ordinal);
        Assert.DoesNotContain("what was read is kept", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_stays_and_what_it_names_is_replaced()
    {
        Directory.CreateDirectory(folder["disk"]);
        Output("build", "--from", "a.csv", "--out", "disk/ds", "--id", "id", "--quiet");
        Directory.CreateSymbolicLink(folder["current"], "disk/ds");
        File.AppendAllText(folder["a.csv"], "2,30,40\n");
        Output("build", "--from", "a.csv", "--out", "current", "--id", "id", "--replace", "--quiet");
        Assert.Equal("disk/ds", new DirectoryInfo(folder["current"]).LinkTarget);
        Assert.Equal(2, PileProgram.RunToJson("info", folder["disk/ds"]).GetProperty("rows").GetInt32());

        File.WriteAllText(folder["disk/table.csv"], "old\n");
        File.CreateSymbolicLink(folder["table.csv"], "disk/table.csv");
        Output("query", "current", "--columns", "object_id", "--out", "table.csv", "--replace");
        Assert.Equal("disk/table.csv", new FileInfo(folder["table.csv"]).LinkTarget);
        Assert.Equal("object_id\n2\n1\n", File.ReadAllText(folder["disk/table.csv"]));
        foreach (string name in (string[])["map.fits", "plot.svg", "pairs.parquet"])
        {
            File.WriteAllText(folder[$"disk/{name}"], "old");
            File.CreateSymbolicLink(folder[name], $"disk/{name}");
        }
        Output("moc", "current", "--out", "map.fits", "--replace");
        Output("plot", "current", "--x", "ra", "--y", "dec", "--out", "plot.svg", "--replace");
        Output("crossmatch", "current", "current", "--radius", "1", "--out", "pairs.parquet", "--replace");
        foreach (string name in (string[])["map.fits", "plot.svg", "pairs.parquet"])
        {
            Assert.Equal($"disk/{name}", new FileInfo(folder[name]).LinkTarget);
            Assert.True(new FileInfo(folder[$"disk/{name}"]).Length > 3);
            File.Delete(folder[$"disk/{name}"]);
        }
        Assert.Equal(["ds", "table.csv"], Directory.GetFileSystemEntries(folder["disk"]).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
    }

    private void Output(params string[] arguments)
    {
        ProgramResult result = PileProgram.RunInShell(AsUser, [folder.Path, .. arguments]);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
