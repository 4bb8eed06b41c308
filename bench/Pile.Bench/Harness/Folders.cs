namespace Pile.Bench.Harness;

/// <summary>Paths in the repository.</summary>
internal static class Folders
{
    /// <summary>The root of the repository.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>The page that a run of all benchmarks writes.</summary>
    internal static string Results => Path.Combine(Root, "bench/RESULTS.md");

    /// <summary>The program <c>pile</c>, compiled to native code.</summary>
    internal static string Program => Path.Combine(Root, "out/pile");

    /// <summary>Fails if the program is not built.</summary>
    internal static void RequireProgram()
    {
        if (!File.Exists(Program))
            throw new BenchFailedException($"'{Program}' is missing: run 'make build'.");
    }

    /// <summary>Returns the folder of a benchmark's work files, relative to <see cref="Root"/>, the working directory of all
    /// commands.</summary>
    internal static string Work(string benchmark) => $"bench/.work/{benchmark}";

    /// <summary>Returns the path of a work file.</summary>
    internal static string Work(string benchmark, string file) => Path.Combine(Root, Work(benchmark), file);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Pile.sln")))
                return folder.FullName;
        throw new BenchFailedException($"'{AppContext.BaseDirectory}' is not in a checkout of Pile: run the benchmarks with 'make bench'.");
    }
}
