using Pile.Format;

namespace Pile.Publishing.Copying;

/// <summary>What is wrong with files of the source, said so that it cannot be taken for a fault of the destination.</summary>
/// <param name="address">The source.</param>
internal sealed class SourceFaults(string address)
{
    internal static bool IsOfFile(Exception e) => e is IOException or InvalidDataException or UnauthorizedAccessException;

    internal DatasetInvalidException Unreadable(ListedFile file, Exception e) => e is FileNotFoundException or DirectoryNotFoundException
        ? new(address, $"the file '{file.Path}' is missing",
            "The source is not whole: get that file again, or copy from elsewhere; then go on with --resume", e)
        : new(address, $"the file '{file.Path}' cannot be read: {e.Message.TrimEnd('.')}",
            "Run 'pile validate --deep' on the source; when it is right again, go on with --resume", e);

    internal DatasetInvalidException Wrong(ListedFile file, string found) => new(address,
        $"the file '{file.Path}' has SHA-256 {found}, '{DatasetPaths.Files}' says {file.Sha256}; it was read twice",
        "It was changed or damaged at the source or on the way: get it again there, then go on with --resume");
}
