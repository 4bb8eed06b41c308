using System.Globalization;
using System.Text;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Builds that are stopped, or run out of disk space: they leave no output, and a resumed build gives the same bytes.</summary>
public sealed class InterruptedBuildTests : IDisposable
{
    private const int Files = 3, Rows = 60_000;

    private readonly TemporaryFolder folder = new();

    public InterruptedBuildTests()
    {
        Random random = new(7);
        for (int file = 0; file < Files; file++)
        {
            StringBuilder csv = new("id,ra,dec,x,y,name\n");
            for (int row = 0; row < Rows; row++)
                csv.Append(CultureInfo.InvariantCulture,
                    $"{(file * Rows) + row},{10 + (random.NextDouble() * 20):R},{5 + (random.NextDouble() * 20):R},"
                        + $"{random.NextDouble():R},{random.Next()},name{row}\n");
            File.WriteAllText(folder[$"t{file}.csv"], csv.ToString());
        }
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"t*.csv\"") + "options: { order: 1 }\n");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_terminated_build_stops_like_an_interrupted_one(string signal)
    {
        ProgramResult result = PileProgram.RunAndSignal(signal, () => Directory.Exists(folder[".d.pile-build/spill"]), "build",
            folder["r.yaml"], "--out", folder["d"]);
        if (result.ExitCode == 0)
            return; // the build finished before the signal
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("--resume to continue", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["d"]));
        Build("d", "--resume");
    }

    [Fact]
    public void Ctrl_C_leaves_nothing_and_resume_gives_the_same_bytes()
    {
        Build("whole");
        string expected = Fingerprint.Of(folder["whole"]), staged = folder[".d.pile-build"];

        // The signal is sent depending on the files, not on the time. A build that finishes before the signal is also correct.
        int interrupted = 0;
        foreach (Func<bool> isThere in (Func<bool>[])
        [
            () => true, // before reading
            () => Directory.Exists(Path.Combine(staged, "spill")), // units are being read
            () => Units() > 0, // a unit is complete
            () => Units() == Files, // all units are complete and sorted
            () => Directory.Exists(Path.Combine(staged, "dataset/main")), // shards are written
            () => Directory.Exists(Path.Combine(staged, "dataset/main/index/dataset"))
                && File.Exists(Path.Combine(staged, "dataset/main/positions.parquet")),
            () => File.Exists(Path.Combine(staged, "dataset/files.parquet")), // the last steps
        ])
        {
            ProgramResult result = PileProgram.RunAndInterrupt(isThere, "build", folder["r.yaml"], "--out", folder["d"], "--resume");
            if (result.ExitCode == 0)
                break;
            interrupted++;
            Assert.Equal((130, "", false), (result.ExitCode, result.Output, Directory.Exists(folder["d"])));
            Assert.Contains("pile: interrupted", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        }
        Assert.True(interrupted > 0);
        if (!Directory.Exists(folder["d"]))
            Build("d", "--resume");
        Assert.Equal(expected, Fingerprint.Of(folder["d"]));
        Assert.DoesNotContain(".d.pile-build", Directory.GetDirectories(folder.Path).Select(Path.GetFileName));

        int Units()
        {
            try
            {
                return Directory.EnumerateFiles(Path.Combine(staged, "spill"), "*.units").Sum(file => File.ReadLines(file).Count());
            }
            catch (IOException)
            {
                return 0; // it is being created or deleted
            }
        }
    }

    [Fact]
    public void A_full_disk_is_reported_and_a_resumed_build_detects_changed_files()
    {
        File.Delete(folder["t2.csv"]);
        ProgramResult full = PileProgram.RunWithFileLimit(500, "build", folder["r.yaml"], "--out", folder["d"]);
        Assert.True(full.ExitCode == 1 && full.ErrorLines.Length is >= 1 and <= 3 && !Directory.Exists(folder["d"]),
            $"{full.ExitCode}\n{full.Error}");
        Assert.DoesNotContain("   at ", full.Error, StringComparison.Ordinal);

        // A limited build reads parts of units, which no other build may use as complete units; then one file changes and one is deleted.
        Assert.Equal(1, PileProgram.RunWithFileLimit(3000, "build", folder["r.yaml"], "--out", folder["d"], "--limit",
            $"{Rows + 10}").ExitCode);
        Assert.Equal(1, PileProgram.RunWithFileLimit(3500, "build", folder["r.yaml"], "--out", folder["d"], "--resume").ExitCode);
        File.Delete(folder["t0.csv"]);
        File.WriteAllText(folder["t1.csv"], "id,ra,dec,x,y,name\n1,100,20,1,1,a\n");
        Build("d", "--resume");
        Build("fresh");
        Assert.Equal(Fingerprint.Of(folder["fresh"]), Fingerprint.Of(folder["d"]));
        Assert.Equal(1, PileProgram.RunToJson("info", folder["d"]).GetProperty("rows").GetInt32());
    }

    private void Build(string name, params string[] options) =>
        PileProgram.RunToJson(["build", folder["r.yaml"], "--out", folder[name], .. options]);
}
