using Pile.Format;

namespace Pile.Adopting;

/// <summary>The errors of files that cannot be grouped by their stems.</summary>
internal static class StemGroups
{
    /// <summary>The largest number of columns that grouping makes.</summary>
    internal const int MaxEndings = 256;

    /// <summary>Rejects files whose endings are not those of kinds of files.</summary>
    /// <exception cref="SourceUnreadableException">There are more endings.</exception>
    internal static void RequireFew(string path, IReadOnlyCollection<string> endings, int maxEndings = MaxEndings)
    {
        if (endings.Count > maxEndings)
            throw new SourceUnreadableException(path, $"its files have more than {maxEndings} endings, and grouping by stem makes a column "
                + $"of each: {string.Join(", ", endings.Take(5).Select(e => $"'{e}'"))}, …", "Adopt the files without grouping");
    }

    /// <summary>Returns the error of two files that would be one value.</summary>
    internal static SourceUnreadableException Twice(string path, string first, string second) => new(path,
        $"'{first}' and '{second}' have the same stem and, in lower case, the same ending, so that both would be the same value of one row",
        "Rename one of them, or adopt the files without grouping");
}
