namespace Pile.TestKit;

/// <summary>Where the repository's own files lie, seen from a running test.</summary>
public static class TestPaths
{
    /// <summary>The repository's root: the nearest folder above the test's binaries that holds Pile.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder below tests/data, by its path there.</summary>
    public static string Data(string relativePath) => Path.Combine(Root, "tests", "data", relativePath);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Pile.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No Pile.sln above {AppContext.BaseDirectory}: tests run from a checkout.");
    }
}
