using Pile.Storage;

namespace Pile.CrossMatch;

/// <summary>Protects the files of a match from its own result.</summary>
internal static class InputFiles
{
    /// <summary>Rejects an output that exists and is a file of a side, under any name, before something is written.</summary>
    /// <param name="path">The output.</param>
    /// <param name="sides">A, B, C, …; null for a side that is missing.</param>
    /// <param name="options">The options, of which some name files.</param>
    /// <exception cref="ArgumentException">The result would replace the file.</exception>
    internal static void RequireNone(string path, IEnumerable<MatchSide?> sides, CrossMatchOptions options)
    {
        if (!File.Exists(path))
            return;
        string realPath = RealPath.Of(Path.GetFullPath(path));
        char letter = 'A';
        foreach (MatchSide? side in sides)
        {
            if (side?.HasFile(realPath) == true)
                throw Replaced(path, $"side {letter} of the match, '{side.Name}'");
            letter++;
        }
        if (options.MagnitudePriorFile is { } prior && IsSame(prior, realPath))
            throw Replaced(path, "the magnitude prior of the match");
    }

    /// <summary>Returns true if a path leads to a file.</summary>
    /// <param name="path">The path, which may be relative and have links.</param>
    /// <param name="realPath">The path of the file, absolute and without links.</param>
    internal static bool IsSame(string path, string realPath) => RealPath.Of(Path.GetFullPath(path)) == realPath;

    private static ArgumentException Replaced(string path, string input) =>
        new($"The result would replace '{path}', which belongs to {input}. Write to another file.", nameof(path));
}
