namespace Pile.Bench.Harness;

/// <summary>Where things lie in the repository.</summary>
internal static class Folders
{
    /// <summary>The repository.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>The page that a whole run writes.</summary>
    internal static string Results => Path.Combine(Root, "bench/RESULTS.md");

    /// <summary>The program, as people run it.</summary>
    internal static string Program => Path.Combine(Root, "out/pile");

    /// <summary>Fails where the program has not been built.</summary>
    internal static void RequireProgram()
    {
        if (!File.Exists(Program))
            throw new BenchFailedException($"'{Program}' is missing: run 'make build'.");
    }

    /// <summary>The folder of one benchmark's work files, relative to <see cref="Root"/>, where every command runs.</summary>
    internal static string Work(string benchmark) => $"bench/.work/{benchmark}";

    /// <summary>The path of a work file.</summary>
    internal static string Work(string benchmark, string file) => Path.Combine(Root, Work(benchmark), file);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Pile.sln")))
                return folder.FullName;
        throw new BenchFailedException($"'{AppContext.BaseDirectory}' lies in no checkout of Pile: run it with 'make bench'.");
    }
}
