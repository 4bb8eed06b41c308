using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Pile.Format;
using Pile.Parquet;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A tile on the local disk, and which of its blocks this process has verified.</summary>
/// <remarks>All datasets of the process that open the same file share it. A file with another stamp is another tile.</remarks>
internal sealed class VerifiedTile
{
    private static readonly ConcurrentDictionary<string, VerifiedTile> Opened = new(StringComparer.Ordinal);

    private readonly string localPath;
    private readonly DatasetFile file;
    private readonly FileStamp stamp;
    private readonly uint[]? expected;
    private readonly bool[] isVerified;
    private readonly Lock reading = new();
    private ParquetLayout? layout;

    private VerifiedTile(string localPath, DatasetFile file, FileStamp stamp, uint[]? expected)
    {
        (this.localPath, this.file, this.stamp, this.expected) = (localPath, file, stamp, expected);
        isVerified = new bool[FileBlocks.CountOf(stamp.Bytes)];
    }

    /// <summary>The path in the dataset.</summary>
    internal string Path => file.Path;

    /// <summary>The layout, read from the verified footer.</summary>
    internal ParquetLayout Layout => layout ?? throw new InvalidOperationException("The footer has not been read.");

    /// <summary>The byte ranges between column chunks, as alternating starts and ends: Bloom filters, and anything else that a writer
    /// stores there.</summary>
    internal long[] Gaps { get; private set; } = [];

    /// <summary>True if the tile was verified as one file, by its SHA-256.</summary>
    internal bool IsFullyVerified { get; private set; }

    internal int BlockCount => isVerified.Length;

    internal bool IsVerified(int block) => Volatile.Read(ref isVerified[block]);

    /// <summary>Returns the tile at a local path, and verifies its footer if this has not been done.</summary>
    /// <param name="localPath">The file.</param>
    /// <param name="file">Its entry in the list of files.</param>
    /// <param name="expected">The CRC-32C of its blocks; null in an older dataset, whose tiles are verified by their SHA-256.</param>
    /// <exception cref="TileDamagedException">The bytes differ from those that were written.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static VerifiedTile Open(string localPath, DatasetFile file, uint[]? expected)
    {
        FileStamp now = FileStamp.Of(localPath);
        if (!Opened.TryGetValue(localPath, out VerifiedTile? tile) || tile.stamp != now || tile.file.Sha256 != file.Sha256)
        {
            tile = new VerifiedTile(localPath, file, now, expected);
            if (!now.IsRecent)
                Opened[localPath] = tile;
        }
        tile.ReadFooter();
        return tile;
    }

    /// <summary>Verifies blocks.</summary>
    /// <exception cref="TileDamagedException">The bytes differ from those that were written.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal void Verify(ReadOnlySpan<int> blocks)
    {
        using SafeFileHandle handle = File.OpenHandle(localPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        foreach (int block in blocks)
            Verify(handle, block);
    }

    /// <summary>Checks that the file has not changed since it was verified.</summary>
    /// <exception cref="TileDamagedException">It was changed.</exception>
    /// <exception cref="IOException">It is missing.</exception>
    internal void RequireUnchanged()
    {
        FileStamp now = FileStamp.Of(localPath);
        if (now == stamp)
            return;
        if (now with { Changed = stamp.Changed } != stamp)
            throw new TileDamagedException("the file changed while it was read");
        // A new hard link, owner or permission changes the inode alone, and so does an edit whose time was set back: compare the bytes.
        if (expected is null)
        {
            VerifyFully();
            return;
        }
        using SafeFileHandle handle = File.OpenHandle(localPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        for (int block = 0; block < isVerified.Length; block++)
            if (IsVerified(block))
                Compare(handle, block);
    }

    private void Verify(SafeFileHandle handle, int block)
    {
        if (Volatile.Read(ref isVerified[block]))
            return;
        Compare(handle, block);
        Volatile.Write(ref isVerified[block], true);
    }

    private void Compare(SafeFileHandle handle, int block)
    {
        uint found = BlockChecksums.Compute(handle, block);
        if (found != expected![block])
        {
            long from = (long)block * FileBlocks.Bytes;
            throw new TileDamagedException(
                $"bytes {from} to {Math.Min(from + FileBlocks.Bytes, stamp.Bytes) - 1} have CRC-32C {found:x8}, but '{DatasetPaths.Files}' "
                    + $"lists {expected[block]:x8}");
        }
    }

    private void ReadFooter()
    {
        lock (reading)
        {
            if (layout is not null)
                return;
            if (stamp.Bytes != file.Bytes || stamp.Bytes < ParquetLayout.TailBytes
                || (expected is not null && expected.Length != isVerified.Length))
                throw new TileDamagedException(
                    $"it has {stamp.Bytes} bytes, but '{DatasetPaths.Files}' lists {file.Bytes} bytes and the CRC-32C of "
                        + $"{expected?.Length ?? 0} blocks");
            using SafeFileHandle handle = File.OpenHandle(localPath, FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            if (expected is null)
                VerifyFully();
            else
                Verify(handle, isVerified.Length - 1);
            try
            {
                byte[] tail = new byte[ParquetLayout.TailBytes];
                BlockChecksums.Read(handle, stamp.Bytes - tail.Length, tail);
                byte[] footer = new byte[ParquetLayout.FooterBytes(tail, stamp.Bytes, Path)];
                long start = stamp.Bytes - tail.Length - footer.Length;
                for (int block = (int)(start / FileBlocks.Bytes); expected is not null && block < isVerified.Length; block++)
                    Verify(handle, block);
                BlockChecksums.Read(handle, start, footer);
                ParquetLayout found = ParquetLayout.Read(footer, start, Path);
                Gaps = FindGaps(found);
                layout = found;
            }
            catch (PlainParquetException e)
            {
                throw new TileDamagedException(e.Finding, e);
            }
        }
    }

    private void VerifyFully()
    {
        if (file.Sha256.Length > 0)
        {
            using FileStream bytes = new(localPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20,
                FileOptions.SequentialScan);
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
            if (sha256 != file.Sha256)
                throw new TileDamagedException($"it has SHA-256 {sha256}, but '{DatasetPaths.Files}' lists {file.Sha256}");
        }
        IsFullyVerified = true;
    }

    private static long[] FindGaps(ParquetLayout layout)
    {
        ParquetChunk[] chunks = [.. layout.Groups.SelectMany(g => g.Chunks)];
        Array.Sort(chunks, static (a, b) => a.Start.CompareTo(b.Start));
        List<long> found = [];
        long end = 0;
        foreach (ParquetChunk chunk in chunks)
        {
            if (chunk.Start > end)
                found.AddRange(end, chunk.Start);
            end = Math.Max(end, chunk.Start + chunk.Bytes);
        }
        if (layout.FooterStart > end)
            found.AddRange(end, layout.FooterStart);
        return [.. found];
    }
}
