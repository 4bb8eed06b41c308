using Pile.Format;

namespace Pile.Publishing.Copying;

/// <summary>Creates the exceptions for invalid files of the source, as opposed to errors of the destination.</summary>
/// <param name="address">The address of the source.</param>
internal sealed class SourceFaults(string address)
{
    internal static bool IsOfFile(Exception e) => e is IOException or InvalidDataException or UnauthorizedAccessException;

    internal DatasetInvalidException Unreadable(ListedFile file, Exception e) => e is FileNotFoundException or DirectoryNotFoundException
        ? new(address, $"the file '{file.Path}' is missing",
            "The source is incomplete: restore that file, or copy from another source; then resume the copy (CopyOptions.Resume)", e)
        : new(address, $"the file '{file.Path}' cannot be read: {e.Message.TrimEnd('.')}",
            "Run 'pile validate --deep' on the source; when it is fixed, resume the copy (CopyOptions.Resume)", e);

    internal DatasetInvalidException ChecksumMismatch(ListedFile file, string found) => new(address,
        $"the file '{file.Path}' has SHA-256 {found}, but '{DatasetPaths.Files}' lists {file.Sha256}; it was read twice",
        "It was changed or damaged at the source or in transit: restore it at the source, then resume the copy (CopyOptions.Resume)");
}
