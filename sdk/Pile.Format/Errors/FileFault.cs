namespace Pile.Format;

/// <summary>Recognizes exceptions of file operations that the disk, a limit, or a permission causes.</summary>
internal static class FileFault
{
    /// <summary>Returns whether a file operation failed for a reason outside the program.</summary>
    internal static bool Is(Exception e) => e is IOException or UnauthorizedAccessException || IsTooLarge(e);

    /// <summary>Returns what happened, without a final period.</summary>
    internal static string TextOf(Exception e) =>
        IsTooLarge(e) ? "the file would become too large for the disk or for a limit of the process" : e.Message.TrimEnd().TrimEnd('.');

    // .NET reports the system's EFBIG as ArgumentOutOfRangeException, as if a caller had chosen the length. In native
    // code, exceptions have no source by which it could be recognized.
    private static bool IsTooLarge(Exception e) => e is ArgumentOutOfRangeException { ParamName: "value" }
        && e.Message.StartsWith("Specified file length was too large for the file system.", StringComparison.Ordinal);
}
