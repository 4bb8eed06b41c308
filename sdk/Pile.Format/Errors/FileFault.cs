namespace Pile.Format;

/// <summary>Recognizes exceptions of file operations that the disk, a limit, or a permission causes.</summary>
internal static class FileFault
{
    /// <summary>Returns whether a file operation failed for a reason outside the program.</summary>
    internal static bool Is(Exception e) => e is IOException or UnauthorizedAccessException || IsTooLarge(e);

    /// <summary>Returns whether a file cannot be opened because another process has locked it.</summary>
    // EWOULDBLOCK of Linux and of macOS, and ERROR_SHARING_VIOLATION: .NET has no exception of its own for a locked file.
    internal static bool IsLocked(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>Returns what happened, without a final period.</summary>
    internal static string TextOf(Exception e) =>
        IsTooLarge(e) ? "the file would become too large for the disk or for a limit of the process" : e.Message.TrimEnd().TrimEnd('.');

    // .NET reports the system's EFBIG as ArgumentOutOfRangeException, as if a caller had chosen the length. In native
    // code, exceptions have no source by which it could be recognized.
    private static bool IsTooLarge(Exception e) => e is ArgumentOutOfRangeException { ParamName: "value" }
        && e.Message.StartsWith("Specified file length was too large for the file system.", StringComparison.Ordinal);
}
