using System.Diagnostics;
using System.Globalization;
using Pile.TestKit;

namespace Pile.Cli.Tests.CrossMatch;

/// <summary><c>pile crossmatch --task</c>, <c>--array</c> and <c>--commit</c>.</summary>
public sealed class MatchTaskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public MatchTaskTests()
    {
        foreach ((string name, double shift) in new[] { ("a", 0.0), ("b", 0.0001) })
            File.WriteAllLines(folder[$"{name}.csv"], ["id,ra,dec", .. Enumerable.Range(0, 500).Select(i => string.Create(
                CultureInfo.InvariantCulture, $"{i},{(17.3 * i) % 360},{(0.3 * i) - 75 + shift}"))]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_share_comes_from_a_scheduler_and_the_commit_gives_the_bytes_of_one_process()
    {
        string[] match = [folder["a.csv"], folder["b.csv"], "--radius", "1", "--quiet", "--out", folder["pairs.vot"]];
        string[] variables = ["SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=7 SLURM_ARRAY_TASK_COUNT=3",
            "AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=3", "JOB_COMPLETION_INDEX=2"];
        foreach (string ofTask in variables)
        {
            string count = ofTask.StartsWith('J') ? "3" : "";
            ProgramResult task = PileProgram.RunInShell($"{ofTask} \"$0\" crossmatch \"$@\" --array {count}", match);
            Assert.Equal((0, ""), (task.ExitCode, task.ExitCode == 0 ? "" : task.Error));
        }
        Assert.Equal(3, Directory.GetFiles(folder["pairs.vot.parts"], "*-of-3.parquet").Length);
        Assert.Equal(500, PileProgram.RunToJson(["crossmatch", .. match, "--commit"]).GetProperty("pairs").GetInt32());
        Assert.Equal(0, PileProgram.Run(["crossmatch", .. match[..^1], folder["one.vot"]]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["one.vot"]), File.ReadAllBytes(folder["pairs.vot"]));
        Assert.False(Directory.Exists(folder["pairs.vot.parts"]));
    }

    [Theory]
    [InlineData(2, "--out FILE", "--task", "0/2")]
    [InlineData(2, "tasks write a table", "--commit", "--out", "x/")]
    [InlineData(2, "must name: --out FILE", "--task", "0/2", "--out", "-", "--format", "csv")]
    [InlineData(2, "Tasks match two sides", "--task", "0/2", "--out", "x.csv", "--with", "c.csv")]
    [InlineData(2, "Tasks match two sides", "--commit", "--out", "x.csv", "--with", "c.csv")]
    [InlineData(2, "is run once, after all tasks", "--commit", "--task", "0/2", "--out", "x.csv")]
    [InlineData(1, "there are no parts of tasks. Run the tasks first: --task I/N", "--commit", "--out", "x.csv")]
    public void A_mistake_is_named(int exitCode, string says, params string[] options) =>
        Assert.Contains(says, PileProgram.RunToError(exitCode, ["crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1",
            .. options.Select(o => o.StartsWith('x') ? folder[o] : o)]), StringComparison.Ordinal);

    [Fact]
    [Trait("Run", "Long")]
    public void An_array_of_Slurm_gives_the_bytes_of_one_process()
    {
        string service = Path.Combine(TestPaths.Root, "tests/services/slurm.sh");
        string found = Shell("command -v sbatch munged slurmctld slurmd | wc -l; true").Trim();
        Assert.SkipUnless(found == "4", "Slurm is not installed (apt-get install slurm-wlm munge)");
        Directory.CreateDirectory(folder["cluster"]);
        string settings = Shell($"'{service}' start '{folder["cluster"]}'").Trim().Split('\n')[^1];
        try
        {
            string match = $"'{folder["a.csv"]}' '{folder["b.csv"]}' --radius 1 --out";
            Shell($"export {settings} PILE='{PileProgram.Path}'; sbatch --wait --array=0-3 --output='{folder["log"]}-%a' "
                + $"'{TestPaths.Root}/examples/slurm/match.sh' {match} '{folder["pairs.parquet"]}' || cat '{folder["log"]}'-*");
            Shell($"'{PileProgram.Path}' crossmatch {match} '{folder["pairs.parquet"]}' --commit");
            Shell($"'{PileProgram.Path}' crossmatch {match} '{folder["one.parquet"]}'");
        }
        finally
        {
            Shell($"'{service}' stop '{folder["cluster"]}'");
        }
        Assert.Equal(File.ReadAllBytes(folder["one.parquet"]), File.ReadAllBytes(folder["pairs.parquet"]));
    }

    private static string Shell(string command)
    {
        ProcessStartInfo start = new("/bin/bash")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("export PATH=$PATH:/usr/sbin:/sbin; " + command);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException($"{command} ended with {process.ExitCode}: {output}{error.GetAwaiter().GetResult()}");
    }
}
