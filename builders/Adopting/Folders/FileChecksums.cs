using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Pile.Codecs;

namespace Pile.Adopting;

/// <summary>Computes the checksums of complete files, each of which is read once. Not safe for concurrent use.</summary>
internal sealed class FileChecksums : IDisposable
{
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] buffer = new byte[1 << 18];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The number of bytes, their CRC-32C, and their SHA-256 in lower-case hexadecimal.</returns>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The system denies access.</exception>
    internal (long Bytes, uint Crc, string Sha256) Of(string path, CancellationToken cancellationToken)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long bytes = 0;
        uint crc = 0;
        for (int count; (count = RandomAccess.Read(file, buffer, bytes)) > 0; bytes += count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            crc = Crc32C.Append(crc, buffer.AsSpan(0, count));
            sha256.AppendData(buffer, 0, count);
        }
        return (bytes, crc, Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }

    /// <inheritdoc/>
    public void Dispose() => sha256.Dispose();
}
