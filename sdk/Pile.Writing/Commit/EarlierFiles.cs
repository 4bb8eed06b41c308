using System.Buffers;
using Pile.Format;

namespace Pile.Writing.Commit;

/// <summary>The files of an earlier version of a dataset in a local folder, which the next version shares where they are equal.</summary>
/// <param name="root">The folder of the earlier version.</param>
/// <param name="files">Its files: the path within the folder, the size, and the SHA-256.</param>
internal sealed class EarlierFiles(string root, IEnumerable<(string Path, long Bytes, string Sha256)> files)
{
    private const int BlockBytes = 1 << 20;

    private readonly ILookup<(long Bytes, string Sha256), string> paths = files.ToLookup(f => (f.Bytes, f.Sha256), f => f.Path);
    private int sharedShards;

    /// <summary>The number of shards that are shared.</summary>
    internal int SharedShards => sharedShards;

    /// <summary>Replaces a new file by a link to the earlier file with the same bytes, if there is one.</summary>
    /// <param name="newFile">The new file, complete and closed.</param>
    /// <param name="entry">Its line in the list of files.</param>
    /// <returns>False if the new file remains.</returns>
    internal bool TryShare(string newFile, LedgerEntry entry)
    {
        string? earlier = paths[(entry.Bytes, entry.Sha256)].Select(path => Path.Combine(root, path))
            .FirstOrDefault(path => HaveSameBytes(path, newFile));
        string link = newFile + ".link";
        if (earlier is null || !HardLink.TryCreate(earlier, link))
            return false;
        File.Move(link, newFile, overwrite: true);
        if (entry.Kind == "shard")
            Interlocked.Increment(ref sharedShards);
        return true;
    }

    /// <summary>Compares the bytes: an earlier file may be damaged, although the list has its SHA-256.</summary>
    private static bool HaveSameBytes(string path, string other)
    {
        // A link to a symbolic link would be a symbolic link.
        if (new FileInfo(path) is not { Exists: true, LinkTarget: null })
            return false;
        using FileStream left = Open(path), right = Open(other);
        byte[] mine = ArrayPool<byte>.Shared.Rent(BlockBytes), theirs = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            while (true)
            {
                int read = left.ReadAtLeast(mine.AsSpan(0, BlockBytes), BlockBytes, throwOnEndOfStream: false);
                int same = right.ReadAtLeast(theirs.AsSpan(0, BlockBytes), BlockBytes, throwOnEndOfStream: false);
                if (read != same || !mine.AsSpan(0, read).SequenceEqual(theirs.AsSpan(0, same)))
                    return false;
                if (read == 0)
                    return true;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(mine);
            ArrayPool<byte>.Shared.Return(theirs);
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
}
