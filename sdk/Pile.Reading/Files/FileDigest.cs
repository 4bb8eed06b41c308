using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Verifies a small file by its SHA-256.</summary>
internal static class FileDigest
{
    /// <summary>Throws if a file does not have the expected SHA-256.</summary>
    /// <exception cref="InvalidDataException">The SHA-256 differs.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static void Require(string localPath, string expected, CancellationToken cancellationToken)
    {
        using LocalFile file = new(localPath);
        string found = FileSha256.Of(file, cancellationToken);
        if (found != expected)
            throw new InvalidDataException($"the file has SHA-256 {found}, but '{DatasetPaths.Files}' lists {expected}");
    }
}
