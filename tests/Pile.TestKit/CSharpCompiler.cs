using System.Diagnostics;

namespace Pile.TestKit;

/// <summary>The compiler of the .NET SDK, for assemblies that are not part of this repository.</summary>
public static class CSharpCompiler
{
    private static readonly string Runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private static readonly string Program = Directory.EnumerateDirectories(Path.Combine(Runtime, "..", "..", "..", "sdk"), "10.*")
        .Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).Last(File.Exists);

    /// <summary>Compiles a library.</summary>
    /// <param name="source">The C# source.</param>
    /// <param name="path">The assembly to write.</param>
    /// <param name="references">Assemblies besides those of .NET.</param>
    public static void Compile(string source, string path, params string[] references) => Compile("library", source, path, references);

    /// <summary>Compiles a program with top-level statements.</summary>
    /// <returns>The path of the assembly.</returns>
    /// <inheritdoc cref="Compile(string, string, string[])"/>
    public static string CompileProgram(string source, string path, params string[] references)
    {
        Compile("exe", source, path, references);
        return path;
    }

    private static void Compile(string target, string source, string path, string[] references)
    {
        string file = Path.ChangeExtension(path, ".cs");
        File.WriteAllText(file, source);
        string[] all = [.. Directory.GetFiles(Runtime, "System*.dll").Where(f => !f.EndsWith(".Native.dll", StringComparison.Ordinal)),
            .. references];
        ProcessStartInfo start = new("dotnet",
            [Program, "-nologo", "-noconfig", "-nostdlib+", $"-target:{target}", "-nullable:enable", $"-out:{path}",
                .. all.Select(r => $"-r:{r}"), file])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(output);
    }
}
