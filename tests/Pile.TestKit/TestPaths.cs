namespace Pile.TestKit;

/// <summary>Paths of files in the repository.</summary>
public static class TestPaths
{
    /// <summary>The root of the repository: the nearest folder above the test's binaries with Pile.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Returns the path of a file or folder in tests/data.</summary>
    public static string Data(string relativePath) => Path.Combine(Root, "tests", "data", relativePath);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Pile.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No Pile.sln above {AppContext.BaseDirectory}: tests run from a checkout.");
    }
}
