using System.Diagnostics;
using Pile.TestKit;

namespace Pile.Format.Tests.Files;

/// <summary>Temporary files are deleted after their process has ended, and not before.</summary>
public sealed class TemporaryPathTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Only_files_of_ended_processes_are_deleted()
    {
        using Process other = Process.Start("/bin/sleep", ["600"]);
        string[] stat = File.ReadAllText($"/proc/{other.Id}/stat").Split(' ');
        string own = TemporaryPath.Beside(folder["x.csv"], ".partial");
        string[] mark = Path.GetFileName(own)[".x.csv.".Length..].Split('-');
        string running = NameFor(mark[0], other.Id, stat[21]), reused = NameFor(mark[0], other.Id, "1"),
            elsewhere = NameFor("00000000", other.Id, "1"), user = folder[".x.csv.backup"];
        foreach (string path in (string[])[own, running, reused, elsewhere, user])
            File.WriteAllText(path, "");

        TemporaryPath.Beside(folder["x.csv"], ".partial");
        Assert.Equal([true, true, false, true, true], ((string[])[own, running, reused, elsewhere, user]).Select(File.Exists));

        other.Kill();
        other.WaitForExit();
        TemporaryPath.Beside(folder["x.csv"], ".partial");
        Assert.Equal([true, false, false, true, true], ((string[])[own, running, reused, elsewhere, user]).Select(File.Exists));
    }

    private string NameFor(string host, int processId,
        string start) => folder[$".x.csv.{host}-{processId}-{start}-{Guid.NewGuid():N}.partial"];
}
