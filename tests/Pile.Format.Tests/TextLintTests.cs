using System.Diagnostics;
using Pile.TestKit;

namespace Pile.Format.Tests;

/// <summary>The script that checks the lengths of lines and the wording of texts.</summary>
public sealed class TextLintTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Lines_of_140_characters_pass() => Assert.Equal((0, ""), Lint("// " + new string('x', 137), allowed: ""));

    [Fact]
    public void A_line_of_141_characters_fails()
    {
        (int exitCode, string output) = Lint("// " + new string('x', 138), allowed: "");
        Assert.Equal(1, exitCode);
        Assert.StartsWith("a.cs:1:// xxx", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_listed_file_may_have_long_lines() => Assert.Equal((0, ""), Lint("// " + new string('x', 138), allowed: "a.cs\n"));

    [Fact]
    public void A_listed_file_without_long_lines_must_leave_the_list()
    {
        (int exitCode, string output) = Lint("// short", allowed: "a.cs\n");
        Assert.Equal(1, exitCode);
        Assert.Contains("does not need to list a.cs", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_listed_phrase_fails()
    {
        (int exitCode, string output) = Lint("// the condition is" + " none", allowed: "");
        Assert.Equal(1, exitCode);
        Assert.StartsWith("a.cs:1:", output, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private (int ExitCode, string Output) Lint(string line, string allowed)
    {
        string lint = Directory.CreateDirectory(folder["eng/lint"]).FullName;
        foreach (string name in (string[])["text.sh", "phrases.txt"])
            File.Copy(Path.Combine(TestPaths.Root, "eng", "lint", name), Path.Combine(lint, name));
        File.WriteAllText(Path.Combine(lint, "lines-allowed.txt"), allowed);
        File.WriteAllText(Path.Combine(lint, "phrases-allowed.txt"), "");
        File.WriteAllText(folder["a.cs"], line + "\n");
        Assert.Equal(0, Run("git", "init", "--quiet").ExitCode);
        Assert.Equal(0, Run("git", "add", "a.cs").ExitCode);
        return Run(Path.Combine(lint, "text.sh"));
    }

    private (int ExitCode, string Output) Run(string command, params string[] arguments)
    {
        ProcessStartInfo start = new(command, arguments)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode <= 1, errors.Result);
        return (process.ExitCode, output);
    }
}
