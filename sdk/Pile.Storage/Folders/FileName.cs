namespace Pile.Storage;

/// <summary>Names of files that a dataset cannot have.</summary>
internal static class FileName
{
    /// <summary>The reason for skipping a file.</summary>
    internal const string NotUtf8 = "its name is not valid UTF-8, and ids are text; rename it";

    /// <summary>The fault of a file whose address a dataset cannot have (SCHEMA.md, S15.3).</summary>
    internal const string Backslash = "its name contains a backslash, which addresses of files in a dataset cannot contain";

    /// <summary>The reason for skipping such a file.</summary>
    internal const string HasBackslash = $"{Backslash}; rename it";

    /// <summary>The reason for skipping a file of a source whose path cannot be an id of a dataset (SCHEMA.md, S1.2).</summary>
    internal const string EndsWithBlank = "its name ends with a blank, which ids in a dataset cannot; rename it";

    /// <summary>Returns true if a path contains U+FFFD, which replaces bytes that are not UTF-8.</summary>
    internal static bool HasReplacement(ReadOnlySpan<byte> path) => path.IndexOf("\uFFFD"u8) >= 0;
}
