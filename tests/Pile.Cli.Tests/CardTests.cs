using System.Diagnostics;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The command lines on a dataset's card run.</summary>
public sealed class CardTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Command_lines_of_the_card_run_unchanged()
    {
        foreach ((string dataset, string id) in ((string, string)[])[(built.Cutouts, "centre"), (built.Gaia, "")])
        {
            string card = File.ReadAllText(Path.Combine(dataset, "README.md"));
            string[] lines = card[(card.IndexOf("```sh\n", StringComparison.Ordinal) + 6)..].Split("```")[0].Split('\n',
                StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(id.Length > 0 ? 4 : 3, lines.Length);
            string output = folder[Path.GetFileName(dataset)];
            foreach (string line in lines)
            {
                string command = line.Replace("--id ID", $"--id {id}", StringComparison.Ordinal).Replace("--out rows", $"--out {output}",
                    StringComparison.Ordinal);
                Assert.StartsWith("pile ", command, StringComparison.Ordinal);
                using Process shell = Process.Start(new ProcessStartInfo("/bin/bash",
                    ["-c", $"'{PileProgram.Path}' {command[5..]}"])
                {
                    WorkingDirectory = dataset,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false
                })!;
                Task<string> complaining = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                string said = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), error = await complaining;
                await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(shell.ExitCode == 0, $"{command}: {error}");
                Assert.NotEqual("", said + error);
            }
        }
    }
}
