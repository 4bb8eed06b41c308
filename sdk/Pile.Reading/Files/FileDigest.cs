using System.Security.Cryptography;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Verifies a small file by its SHA-256.</summary>
internal static class FileDigest
{
    /// <summary>Throws if a file does not have the expected SHA-256.</summary>
    /// <exception cref="InvalidDataException">The SHA-256 differs.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static async Task RequireAsync(string localPath, string expected, CancellationToken cancellationToken)
    {
        using FileStream bytes = File.OpenRead(localPath);
        string found = Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken).ConfigureAwait(false));
        if (found != expected)
            throw new InvalidDataException($"the file has SHA-256 {found}, but '{DatasetPaths.Files}' lists {expected}");
    }
}
