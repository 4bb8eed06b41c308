using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>F004: a file has the listed SHA-256. F001: its blocks have the listed checksums.</summary>
internal static class FileHash
{
    private const int BufferBytes = 1 << 18;

    /// <summary>Hashes a file.</summary>
    internal static void Check(DatasetUnderReview dataset, DatasetFile file, CancellationToken cancellationToken)
    {
        if (file.Bytes == 0 ? dataset.Disk.BytesOf(file.Path) != 0 : !dataset.IsComplete(file))
            return; // already a finding
        try
        {
            using IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            if (file.Bytes > 0)
                Append(dataset.FullPath(file.Path), sha256, cancellationToken);
            string found = Convert.ToHexStringLower(sha256.GetHashAndReset());
            if (found == file.Sha256)
                CheckBlocks(dataset, file, cancellationToken);
            else
                dataset.Log.Error(FindingCodes.FileChanged, file.Path, $"expected SHA-256 {file.Sha256}, found {found}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            dataset.Log.Error(FindingCodes.FileChanged, file.Path, $"expected SHA-256 {file.Sha256}; the file cannot be read: {e.Message}");
        }
    }

    // The file is correct here, so a difference is an error of the list.
    private static void CheckBlocks(DatasetUnderReview dataset, DatasetFile file, CancellationToken cancellationToken)
    {
        if (!dataset.BlockCrc32C.TryGetValue(file.Path, out uint[]? listed))
            return;
        uint[] found = BlockChecksums.Compute(dataset.FullPath(file.Path), cancellationToken);
        for (int block = 0; block < found.Length; block++)
            if (found[block] != listed[block])
            {
                dataset.Log.Error(FindingCodes.FileListInvalid, DatasetPaths.Files,
                    $"expected CRC-32C {found[block]:x8} for block {block} of '{file.Path}', found {listed[block]:x8}",
                    column: FileBlocks.Column);
                return;
            }
    }

    private static void Append(string path, IncrementalHash sha256, CancellationToken cancellationToken)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferBytes);
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sha256.AppendData(buffer.AsSpan(0, read));
        }
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
    }
}
