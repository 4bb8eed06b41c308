using System.Buffers.Binary;

namespace Pile.Hdf5;

/// <summary>A block of a fractal heap with objects; it is read when its first object is.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", III.G (direct and indirect blocks).</remarks>
internal sealed class HeapBlock(long start, long address, int bytes)
{
    private const string DirectStructure = "direct block of a fractal heap", IndirectStructure = "indirect block of a fractal heap";
    private ReadOnlyMemory<byte> content;

    /// <summary>The offset in the heap.</summary>
    internal long Start => start;

    /// <summary>The address in the file.</summary>
    internal long Address => address;

    /// <summary>The size.</summary>
    internal int Bytes => bytes;

    /// <summary>Lists the blocks in the order of their offsets.</summary>
    /// <exception cref="Hdf5Exception">An indirect block is corrupt.</exception>
    internal static List<HeapBlock> ReadAll(Traversal traversal, HeapShape shape)
    {
        List<HeapBlock> blocks = [];
        if (shape.RootRows > 0)
            ReadIndirect(traversal, shape, shape.Root, 0, shape.RootRows, blocks);
        else if (shape.Root is not FileBytes.Undefined)
            blocks.Add(new(0, shape.Root, (int)shape.FirstBlockBytes));
        return blocks;
    }

    /// <summary>Returns the block, including its header.</summary>
    /// <exception cref="Hdf5Exception">The block is corrupt.</exception>
    internal ReadOnlyMemory<byte> Content(Traversal traversal, HeapShape shape)
    {
        if (!content.IsEmpty)
            return content;
        ReadOnlyMemory<byte> block = traversal.Read(address, bytes, DirectStructure);
        StructureReader reader = traversal.Fields(block, DirectStructure, address);
        ReadBlockHeader(ref reader, traversal, shape, "FHDB"u8, start);
        if (shape.HasBlockChecksums && reader.UInt32() != Checksum(block.Span, shape.BlockHeaderBytes - Traversal.ChecksumBytes))
            throw reader.Invalid("it does not match its checksum");
        return content = block;
    }

    /// <summary>Computes the checksum of a block, which is computed with zeros in the place of itself.</summary>
    private static uint Checksum(ReadOnlySpan<byte> block, int checksumAt)
    {
        byte[] copy = block.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(checksumAt), 0);
        return Lookup3.Compute(copy);
    }

    private static void ReadIndirect(Traversal traversal, HeapShape shape, long blockAddress, long offset, int rows, List<HeapBlock> blocks)
    {
        int headerBytes = 5 + traversal.File.AddressBytes + shape.OffsetBytes;
        long blockBytes = headerBytes + ((long)rows * shape.Width * traversal.File.AddressBytes) + Traversal.ChecksumBytes;
        StructureReader reader = traversal.Fields(traversal.ReadChecked(blockAddress, blockBytes, IndirectStructure), IndirectStructure,
            blockAddress);
        ReadBlockHeader(ref reader, traversal, shape, "FHIB"u8, offset);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < shape.Width; column++, offset += shape.BlockBytes(row))
            {
                long child = reader.Address(traversal.File.AddressBytes);
                if (child is FileBytes.Undefined)
                    continue;
                if (row < shape.DirectRows)
                    blocks.Add(new(offset, child, (int)shape.BlockBytes(row)));
                else if (shape.RowsOf(shape.BlockBytes(row)) is var below && below > 0 && below < rows)
                    ReadIndirect(traversal, shape, child, offset, below, blocks);
                else
                    throw reader.Invalid($"row {row} cannot have blocks of {below} rows");
            }
    }

    private static void ReadBlockHeader(ref StructureReader reader, Traversal traversal, HeapShape shape, ReadOnlySpan<byte> signature,
        long offset)
    {
        reader.Signature(signature);
        reader.Expect(0, "version");
        if (reader.Address(traversal.File.AddressBytes) != shape.Address)
            throw reader.Invalid("it belongs to another heap");
        if (reader.Unsigned(shape.OffsetBytes) is var found && found != offset)
            throw reader.Invalid($"its offset in the heap is {found}, expected {offset}");
    }
}
