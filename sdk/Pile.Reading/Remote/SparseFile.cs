using Microsoft.Win32.SafeHandles;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A local file with some parts of a remote one, and holes for the rest.</summary>
/// <param name="path">Its path.</param>
/// <param name="lengthBytes">The length of the remote file.</param>
internal sealed class SparseFile(string path, long lengthBytes)
{
    private readonly HashSet<(long Start, long End)> parts = [];
    private readonly HashSet<int> blocks = [];

    internal string Path => path;

    /// <summary>True while the sparse file exists; false before <see cref="Create"/> and after <see cref="ReplaceBy"/>.</summary>
    internal bool Exists { get; private set; }

    /// <summary>Creates the file without any parts.</summary>
    internal void Create()
    {
        File.Delete(path);
        using (SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
            RandomAccess.SetLength(handle, lengthBytes);
        lock (parts)
        {
            parts.Clear();
            blocks.Clear();
        }
        Exists = true;
    }

    /// <summary>Replaces the file by a link to a full copy. A running statement reads one or the other.</summary>
    internal void ReplaceBy(LocalCopy copy)
    {
        string link = path + ".link";
        File.CreateSymbolicLink(link, copy.Path);
        File.Move(link, path, overwrite: true);
        Exists = false;
    }

    /// <summary>Returns the parts that the file does not have.</summary>
    internal (long Start, long End)[] Missing(IEnumerable<(long Start, long End)> wanted)
    {
        lock (parts)
            return [.. wanted.Where(p => p.Start < p.End && !parts.Contains(p))];
    }

    /// <summary>Returns the number of blocks of parts that were not needed for an earlier part.</summary>
    internal int CountNewBlocks(IEnumerable<(long Start, long End)> wanted)
    {
        (long Start, long End)[] missing = Missing(wanted);
        lock (parts)
            return BlocksOf(missing).Except(blocks).Count();
    }

    /// <summary>Returns the blocks of the stored parts and of others.</summary>
    internal HashSet<int> BlocksWith(IEnumerable<(long Start, long End)> others)
    {
        lock (parts)
            return [.. blocks, .. BlocksOf(others)];
    }

    /// <summary>Opens the file for writing.</summary>
    internal SafeFileHandle OpenWrite() =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Writes those bytes of a block that belong to parts.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="wanted">The parts.</param>
    /// <param name="offset">The offset of the block's first byte.</param>
    /// <param name="bytes">The bytes of the block.</param>
    /// <exception cref="StoreException">The disk is full.</exception>
    internal void Write(SafeFileHandle handle, IEnumerable<(long Start, long End)> wanted, long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            foreach ((long start, long end) in wanted)
                if (Math.Max(start, offset) is var from && Math.Min(end, offset + bytes.Length) is var to && from < to)
                    RandomAccess.Write(handle, bytes[(int)(from - offset)..(int)(to - offset)], from);
        }
        catch (Exception e) when (FileFault.Is(e))
        {
            string folder = System.IO.Path.GetDirectoryName(path)!;
            string finding = $"parts of a tile cannot be written to the temporary folder '{folder}': {FileFault.TextOf(e)}";
            throw new StoreException(StoreFault.CacheFull, path, finding, "Set TMPDIR to a folder on a disk with free space", e);
        }
    }

    /// <summary>Marks parts as present after all of their blocks were written.</summary>
    internal void Add((long Start, long End)[] written)
    {
        lock (parts)
        {
            parts.UnionWith(written);
            blocks.UnionWith(BlocksOf(written));
        }
    }

    /// <summary>Reads a stored part.</summary>
    internal byte[] Read(long start, long end)
    {
        using SafeFileHandle handle = File.OpenHandle(path);
        byte[] bytes = new byte[end - start];
        BlockChecksums.Read(handle, start, bytes);
        return bytes;
    }

    /// <summary>Returns the numbers of the checksum blocks that hold parts.</summary>
    internal static HashSet<int> BlocksOf(IEnumerable<(long Start, long End)> parts) =>
        [.. parts.SelectMany(p => Enumerable.Range(FirstBlock(p.Start), (int)FileBlocks.CountOf(p.End) - FirstBlock(p.Start)))];

    private static int FirstBlock(long start) => (int)(start / FileBlocks.Bytes);
}
