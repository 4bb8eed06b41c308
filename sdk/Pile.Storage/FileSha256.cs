using System.Buffers;
using System.Security.Cryptography;

namespace Pile.Storage;

/// <summary>Computes the SHA-256 of a file of any store.</summary>
internal static class FileSha256
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Reads a file completely.</summary>
    /// <returns>The SHA-256 in lower-case hexadecimal.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static string Of(IRandomAccessFile file, CancellationToken cancellationToken) => Of(file, null, cancellationToken);

    /// <summary>Reads a file completely, for another purpose too.</summary>
    /// <param name="file">The file.</param>
    /// <param name="onBytes">Receives all bytes in order, valid during the call; null to ignore them.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <inheritdoc cref="Of(IRandomAccessFile, CancellationToken)"/>
    internal static string Of(IRandomAccessFile file, Action<ReadOnlyMemory<byte>>? onBytes, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BlockBytes, file.LengthBytes));
        try
        {
            for (long offset = 0; offset < file.LengthBytes; offset += buffer.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Memory<byte> block = buffer.AsMemory(0, (int)Math.Min(buffer.Length, file.LengthBytes - offset));
                file.Read(offset, block.Span);
                hash.AppendData(block.Span);
                onBytes?.Invoke(block);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
