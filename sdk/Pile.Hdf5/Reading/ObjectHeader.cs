using System.Buffers.Binary;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <summary>Finds a dataset's chunk index in its object header, without the library.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.1.a (header, version 1), IV.A.2.i (layout, version 3), IV.A.2.q (continuation).</remarks>
internal static class ObjectHeader
{
    private const int PrefixBytes = 16, MessagePrefixBytes = 8, MostBlocks = 64, MostBlockBytes = 1 << 20;
    private const ushort LayoutMessage = 0x08, ContinuationMessage = 0x10;

    /// <summary>Looks for a version-1 B-tree of chunks.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="address">The header's address.</param>
    /// <param name="rank">The dataset's rank.</param>
    /// <param name="place">Where, for the errors.</param>
    /// <param name="tree">The tree's address; -1 when no chunk was ever written.</param>
    /// <param name="chunkShape">The chunks' lengths, and behind them the bytes of an element.</param>
    /// <returns>False when header or layout have another version: then the library must be asked.</returns>
    /// <exception cref="Hdf5Exception">The header contradicts itself.</exception>
    internal static bool TryFindChunkTree(FileBytes bytes, long address, int rank, Hdf5Place place, out long tree, out uint[] chunkShape)
    {
        (tree, chunkShape) = (0, []);
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        bytes.Read(address, prefix);
        if (prefix[0] is not 1)
            return false;
        Queue<(long Address, long Bytes)> blocks = new([(address + PrefixBytes, BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]))]);
        for (int seen = 0; blocks.TryDequeue(out (long Address, long Bytes) block); seen++)
        {
            if (seen == MostBlocks || block.Bytes is < 0 or > MostBlockBytes)
                throw place.Found($"its object header goes on for too long at address {block.Address}");
            byte[] content = new byte[block.Bytes];
            bytes.Read(block.Address, content);
            for (ReadOnlySpan<byte> rest = content; rest.Length >= MessagePrefixBytes;)
            {
                ushort kind = BinaryPrimitives.ReadUInt16LittleEndian(rest), size = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
                if (size > rest.Length - MessagePrefixBytes)
                    throw place.Found($"a message of its object header is longer than the block at address {block.Address}");
                ReadOnlySpan<byte> message = rest.Slice(MessagePrefixBytes, size);
                if (kind is ContinuationMessage && size >= 16)
                    blocks.Enqueue((BinaryPrimitives.ReadInt64LittleEndian(message), BinaryPrimitives.ReadInt64LittleEndian(message[8..])));
                if (kind is LayoutMessage)
                    return TryReadLayout(message, rank, place, out tree, out chunkShape);
                rest = rest[(MessagePrefixBytes + size)..];
            }
        }
        throw place.Found("its object header names no layout");
    }

    private static bool TryReadLayout(ReadOnlySpan<byte> message, int rank, Hdf5Place place, out long tree, out uint[] chunkShape)
    {
        const byte chunked = 2;
        (tree, chunkShape) = (0, []);
        if (message.Length < 3 || message[0] is not 3)
            return false;
        int lengths = message[2];
        if (message[1] is not chunked || lengths != rank + 1 || message.Length < 11 + (4 * lengths))
            throw place.Found($"its layout (class {message[1]}, {lengths} lengths) does not fit its {rank} dimensions");
        tree = BinaryPrimitives.ReadInt64LittleEndian(message[3..]);
        chunkShape = new uint[lengths];
        for (int i = 0; i < lengths; i++)
            chunkShape[i] = BinaryPrimitives.ReadUInt32LittleEndian(message[(11 + (4 * i))..]);
        return true;
    }
}
