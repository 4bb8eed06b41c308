using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The tutorial docs/use.md runs as it is written.</summary>
public sealed class TutorialTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_program_and_the_commands_of_the_tutorial_run()
    {
        string guide = File.ReadAllText(Path.Combine(TestPaths.Root, "docs", "use.md"));
        string[] blocks = [.. Regex.Matches(guide, "```csharp\n(?<code>.*?)```", RegexOptions.Singleline, TimeSpan.FromSeconds(1))
            .Select(m => m.Groups["code"].Value)];
        Assert.Equal(7, blocks.Length);
        XDocument props = XDocument.Load(Path.Combine(TestPaths.Root, "sdk", "Pile", "buildTransitive", "Pile.props"));
        IEnumerable<string> usings = props.Descendants("Using").Select(u => u.Attribute("Include")!.Value)
            .Concat(["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading.Tasks"]);
        string[] libraries = [.. ((string[])["Pile*.dll", "DuckDB.NET.*.dll"])
            .SelectMany(names => Directory.GetFiles(AppContext.BaseDirectory, names))];
        string program = CSharpCompiler.CompileProgram(
            string.Concat(usings.Select(u => $"global using {u};\n")) + string.Concat(blocks), folder["tutorial.dll"], libraries);
        Assert.Equal("""
            stars: 1000 rows
            curves: 50 rows
            bright: 130
            720 at 0.0
            0 at 0.0
            487 at 2.5
            bright stars within 30° of the south pole: 10
            pairs: 50
            curve40: 2 × 10 fluxes, the first is 100.0
            curve100: 2 × 10 fluxes, the first is 100.0
            batches: 8

            """, Run("dotnet", ["exec", "--depsfile", Path.ChangeExtension(typeof(TutorialTests).Assembly.Location, ".deps.json"),
                "--runtimeconfig", Path.ChangeExtension(typeof(TutorialTests).Assembly.Location, ".runtimeconfig.json"),
                "--additionalprobingpath", AppContext.BaseDirectory, program]), ignoreLineEndingDifferences: true);

        string[] commands = [.. guide.Split('\n').Where(line => line.StartsWith("    pile ", StringComparison.Ordinal))];
        Assert.Equal(6, commands.Length);
        foreach (string command in commands)
            _ = Run("/bin/sh", ["-c", $"pile() {{ '{PileProgram.Path}' \"$@\"; }}; {command}"]);
    }

    private string Run(string file, string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{file} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{output}{errors.Result}");
        return output;
    }
}
