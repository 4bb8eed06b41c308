using System.Runtime.Versioning;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Safety;

/// <summary>A file that the user may not read does not stop the scan of its folder.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ClosedSourceFileTests : IDisposable
{
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true, "--sniff")]
    [InlineData(true, "--checksums")]
    [InlineData(false, "--sniff", "--checksums")]
    public void A_file_that_cannot_be_read_has_a_row_with_a_fault_until_it_can_be_read(bool isKnown, params string[] options)
    {
        foreach (string name in (string[])["", "files", "out"])
        {
            Directory.CreateDirectory(folder[name]);
            File.SetUnixFileMode(folder[name], name == "out" ? Open | UnixFileMode.OtherWrite : Open);
        }
        foreach (string name in (string[])["a", "b", "c"])
            File.WriteAllText(folder[$"files/{name}.txt"], name);
        string closed = folder["files/b.txt"];
        UnixFileMode before = File.GetUnixFileMode(closed);
        File.SetUnixFileMode(closed, UnixFileMode.None);
        string[] scan = ["scan", folder["files"], "--out", folder["out/source"], "--author", "a"];
        if (isKnown) // sizes and times of files can be listed
            Assert.Equal(0, PileProgram.RunUnprivileged(scan).ExitCode);
        ProgramResult denied = PileProgram.RunUnprivileged([.. scan, .. options]);
        Assert.True(denied.ExitCode == 3, $"{denied.ExitCode}: {denied.Error}");
        Assert.Equal("a.txt 1 , b.txt 1 cannot be read: permission is denied, c.txt 1 ", Rows());

        File.SetUnixFileMode(closed, before);
        ProgramResult read = PileProgram.RunUnprivileged([.. scan, .. options]);
        Assert.True(read.ExitCode == 0, $"{read.ExitCode}: {read.Error}");
        Assert.Equal("a.txt 1 , b.txt 1 , c.txt 1 ", Rows());
    }

    private string Rows() => string.Join(", ", PileProgram.RunToJson("query", folder["out/source"], "--columns", "path,size,fault",
        "--sort", "path", "--json").EnumerateArray().Select(row => $"{row.GetProperty("path")} {row.GetProperty("size")} "
            + (row.TryGetProperty("fault", out JsonElement fault) ? fault.ToString() : "")));
}
