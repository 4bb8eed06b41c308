namespace Pile.Storage;

/// <summary>Resolves symbolic links, as <c>realpath</c> of POSIX does.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40; // as Linux follows in one path

    /// <summary>Returns the path with all symbolic links resolved. Parts that do not
    /// exist are kept as they are, and so is a path with circular links.</summary>
    /// <param name="path">An absolute path.</param>
    internal static string Of(string path)
    {
        string real = Path.GetPathRoot(path)!;
        Stack<string> left = new(Parts(path));
        for (int links = 0; left.TryPop(out string? part);)
        {
            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MaxLinks)
                return path;
            string linked = Path.GetFullPath(target, real);
            real = Path.GetPathRoot(linked)!;
            foreach (string ahead in Parts(linked))
                left.Push(ahead);
        }
        return real;
    }

    /// <summary>Returns true if a path is below a folder after resolving the links of both.</summary>
    internal static bool IsBelow(string path, string folder) =>
        Of(path).StartsWith(Path.TrimEndingDirectorySeparator(Of(folder)).TrimEnd(Path.DirectorySeparatorChar)
            + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static IEnumerable<string> Parts(string path) =>
        path[Path.GetPathRoot(path)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
