using System.Security.Cryptography;
using Pile.Codecs;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>Computes the checksums of a tar archive and of its members, with one pass over the file.</summary>
internal static class TarChecksums
{
    /// <summary>Reads the archive.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="members">Its members by their offsets, ascending.</param>
    /// <param name="onBytes">Receives the number of bytes after each block.</param>
    /// <param name="cancellationToken">Cancels the reading between two blocks.</param>
    /// <returns>The CRC-32C of each member's content, and the SHA-256 of the file in lower-case hexadecimal.</returns>
    internal static (uint[] Crcs, string Sha256) Of(IRandomAccessFile file, ReadOnlySpan<TarMember> members, Action<long> onBytes,
        CancellationToken cancellationToken)
    {
        using IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        uint[] crcs = new uint[members.Length];
        byte[] buffer = new byte[4 << 20];
        int next = 0;
        for (long offset = 0; offset < file.LengthBytes;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<byte> block = buffer.AsSpan(0, (int)Math.Min(buffer.Length, file.LengthBytes - offset));
            file.Read(offset, block);
            sha256.AppendData(block);
            for (long end = offset + block.Length; next < members.Length && members[next].Offset < end; next++)
            {
                (_, long start, long bytes, _, _) = members[next];
                int from = (int)Math.Max(start - offset, 0), to = (int)Math.Min(start + bytes - offset, block.Length);
                crcs[next] = Crc32C.Append(crcs[next], block[from..Math.Max(from, to)]);
                if (start + bytes > end)
                    break; // continues in the next block
            }
            offset += block.Length;
            onBytes(block.Length);
        }
        return (crcs, Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }
}
