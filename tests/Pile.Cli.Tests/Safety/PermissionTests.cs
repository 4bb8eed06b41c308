using System.Runtime.Versioning;
using Pile.TestKit;

namespace Pile.Cli.Tests.Safety;

/// <summary>Files and folders that the system does not let the user read are not reported as missing.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PermissionTests : IDisposable
{
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder folder = new();
    private readonly string closed;

    public PermissionTests(BuiltDatasets built)
    {
        File.SetUnixFileMode(folder.Path, Open);
        RepeatedBuilds.Copy(built.Sky, folder["sky"]);
        closed = folder["sky"];
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", "info {0}", Traits = ["Run", "Long"])]
    [InlineData("", "query {0}")]
    [InlineData("", "index rebuild {0}")]
    [InlineData("main", "info {0}")]
    [InlineData("main", "query {0}", Traits = ["Run", "Long"])]
    [InlineData("main/index", "query {0}")]
    [InlineData("main/index/dataset", "query {0}")]
    [InlineData("main/index/dataset", "copy {0} {1}")]
    [InlineData("files.parquet", "query {0}")]
    public void A_closed_file_or_folder_is_named_with_the_permission(string closedPath, string command)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.Combine(closed, closedPath)), copy = folder["copy"];
        UnixFileMode before = File.GetUnixFileMode(path);
        Directory.CreateDirectory(copy);
        File.SetUnixFileMode(copy, Open | UnixFileMode.OtherWrite);
        File.SetUnixFileMode(path, UnixFileMode.None);
        try
        {
            ProgramResult result = PileProgram.RunUnprivileged([.. command.Split(' ').Select(part => part switch
            {
                "{0}" => closed,
                "{1}" => copy,
                _ => part,
            })]);
            Assert.Equal(1, result.ExitCode);
            string kind = closedPath.Contains('.', StringComparison.Ordinal) ? "read this file" : "enter this folder";
            Assert.StartsWith($"pile: '{path}' cannot be read: permission to {kind} is denied. Grant read access",
                Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(path, before);
        }
    }

    [Theory]
    [InlineData("the values of a change", "set", "{0}", "{1}", "--message", "m")]
    [InlineData("the tag 'first' of the layer", "tag", "{0}", "first")]
    [InlineData("commit 2 of the layer", "rename-field", "{0}", "score", "grade", "--message", "m")]
    [InlineData("commit 2 of the layer", "drop-field", "{0}", "score", "--message", "m")]
    public void A_layer_without_write_access_is_named_and_stays(string what, params string[] command)
    {
        string layer = folder["layer"], table = folder["scores.csv"];
        File.WriteAllText(table, "object_id,score\n700,1\n");
        Assert.Equal(0, PileProgram.Run("layer", "create", layer, "--of", closed).ExitCode);
        Assert.Equal(0, PileProgram.Run("layer", "set", layer, table, "--message", "m", "--author", "a").ExitCode);
        File.WriteAllText(table, "object_id,score\n700,2\n");
        string before = Fingerprint.Of(layer);
        foreach (string directory in (string[])[layer, .. Directory.GetDirectories(layer)])
            File.SetUnixFileMode(directory, Open & ~UnixFileMode.UserWrite);
        ProgramResult result = PileProgram.RunUnprivileged(["layer", .. command.Select(part => part switch
        {
            "{0}" => layer,
            "{1}" => table,
            _ => part,
        }), "--author", "a"]);
        foreach (string directory in (string[])[layer, .. Directory.GetDirectories(layer)])
            File.SetUnixFileMode(directory, Open);
        Assert.Equal(1, result.ExitCode);
        string error = Assert.Single(result.ErrorLines);
        Assert.StartsWith($"pile: {layer}: {what} cannot be written: Access to the path '{layer}/", error, StringComparison.Ordinal);
        Assert.EndsWith("is denied. Nothing of it was stored. Free space or grant write access there, then run the command again.",
            error, StringComparison.Ordinal);
        Assert.DoesNotContain(".pile-put", error, StringComparison.Ordinal);
        Assert.Equal(before, Fingerprint.Of(layer));
    }

    [Theory]
    [InlineData(false, "Grant write access to the folder '")]
    [InlineData(true, "Free space or grant write access there, then rebuild the index again.")]
    public void An_index_that_cannot_be_written_names_what_to_change(bool isParentOpen, string remedy)
    {
        if (isParentOpen)
            File.SetUnixFileMode(folder.Path, Open | UnixFileMode.OtherWrite);
        string before = Fingerprint.Of(closed);
        ProgramResult result = PileProgram.RunUnprivileged("index", "rebuild", closed);
        // A privileged user owns the files, which are closed to the other one.
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "the user may write its own files");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(remedy, result.Error, StringComparison.Ordinal);
        foreach (string wrong in (string[])["--resume", "Wait for"])
            Assert.DoesNotContain(wrong, result.Error, StringComparison.Ordinal);
        Assert.Equal(before, Fingerprint.Of(closed));
    }

    [Fact]
    public void Ls_reports_the_folders_that_it_cannot_search()
    {
        UnixFileMode before = File.GetUnixFileMode(closed);
        File.SetUnixFileMode(closed, UnixFileMode.None);
        try
        {
            Assert.Contains($"not searched: {closed}: the folder cannot be listed",
                PileProgram.RunUnprivileged("ls", folder.Path).Error, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(closed, before);
        }
    }

    [Fact]
    public void A_closed_folder_of_tables_is_not_reported_as_missing()
    {
        Directory.CreateDirectory(folder["tables"]);
        File.WriteAllText(folder["tables/a.csv"], "id,ra,dec\n1,2,3\n");
        File.SetUnixFileMode(folder["tables"], UnixFileMode.None);
        try
        {
            foreach (string table in (string[])["a.csv", "b*.csv"])
                Assert.Contains($"'{folder["tables"]}'", PileProgram.RunUnprivileged("build", "--from", folder[$"tables/{table}"], "--out",
                    folder["new"]).Error, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(folder["tables"], Open);
        }
    }
}
