using System.Buffers.Binary;

namespace Pile.Hdf5;

/// <summary>Reads the blocks of one tree, heap or header, which in total cannot have more bytes than the file.</summary>
/// <param name="file">The file.</param>
/// <param name="item">The path of the object, for errors.</param>
/// <param name="budget">The bytes that may be read, if several structures share them.</param>
internal sealed class Traversal(ForeignBytes file, string? item, ReadBudget? budget = null)
{
    internal const int ChecksumBytes = 4;
    private readonly ReadBudget budget = budget ?? new(file.Length);

    /// <summary>The file.</summary>
    internal ForeignBytes File => file;

    /// <summary>The path of the object.</summary>
    internal string? Item => item;

    /// <summary>Reads a block.</summary>
    /// <exception cref="Hdf5Exception">The block exceeds the file, or all blocks together do.</exception>
    internal ReadOnlyMemory<byte> Read(long address, long count, string structure)
    {
        file.Check(address, count, structure, item);
        if (!budget.TryTake(count))
            throw file.Invalid(structure, address, item, "blocks overlap or form a cycle: their total size exceeds the file");
        return file.Read(address, count, structure, item);
    }

    /// <summary>Reads a block that ends with a checksum.</summary>
    /// <returns>The block without its checksum.</returns>
    /// <exception cref="Hdf5Exception">The checksum differs.</exception>
    internal ReadOnlyMemory<byte> ReadChecked(long address, long count, string structure)
    {
        ReadOnlyMemory<byte> block = Read(address, count, structure);
        if (block.Length < ChecksumBytes || Lookup3.Compute(block.Span[..^ChecksumBytes])
            != BinaryPrimitives.ReadUInt32LittleEndian(block.Span[^ChecksumBytes..]))
            throw file.Invalid(structure, address, item, "it does not match its checksum");
        return block[..^ChecksumBytes];
    }

    /// <summary>Creates a reader of a block's fields.</summary>
    internal StructureReader Fields(ReadOnlyMemory<byte> block, string structure, long address) =>
        new(block.Span, file, structure, address, item);
}
