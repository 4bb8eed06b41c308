using System.Text;

namespace Pile.TestKit;

/// <summary>Pages of documentation whose blocks of code are run by tests.</summary>
/// <remarks>A block that begins with <c>```sh</c> is a shell script. One that begins with a language and a name, such as <c>```csharp
/// src/A.cs</c>, is a file. Others are not run.</remarks>
public static class Documents
{
    /// <summary>Returns the blocks of a page as one shell script, which writes the files, runs the scripts in order, and stops at the first
    /// failure.</summary>
    /// <param name="page">The page, relative to the repository.</param>
    public static string ScriptOf(string page)
    {
        StringBuilder script = new("set -euo pipefail\n");
        string? fence = null;
        foreach (string line in File.ReadLines(Path.Combine(TestPaths.Root, page)))
            if (fence is null)
            {
                if (line.StartsWith("```", StringComparison.Ordinal))
                    script.Append(Begin(fence = line[3..]));
            }
            else if (line == "```")
            {
                script.Append(IsFile(fence) ? "END-OF-FILE\n" : "");
                fence = null;
            }
            else if (IsFile(fence) || fence == "sh")
                script.Append(line).Append('\n');
        return script.ToString();
    }

    private static bool IsFile(string fence) => fence.Contains(' ', StringComparison.Ordinal);

    private static string Begin(string fence) => !IsFile(fence) ? ""
        : $"mkdir -p \"$(dirname '{fence.Split(' ')[1]}')\"; cat > '{fence.Split(' ')[1]}' <<'END-OF-FILE'\n";
}
