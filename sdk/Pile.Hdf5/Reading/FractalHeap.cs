using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Pile.Hdf5;

/// <summary>The heap with the links of a group with many links.</summary>
/// <remarks>
/// The heap has the parameters that libhdf5 uses for groups: rows of 4 blocks from 512 bytes to 64 KiB, 32-bit addresses, checksums.
/// Source: "HDF5 File Format Specification Version 2.0", III.G (fractal heap).
/// </remarks>
internal sealed class FractalHeap
{
    private const int HeaderBytes = 146, Width = 4, FirstBlockBytes = 512, MaxBlockBytes = 65536, MaxObjectBytes = 4096, MaxRows = 22;
    private const int IdBytes = 7, BlockHeaderBytes = 21, IndirectHeaderBytes = 17, ChecksumBytes = 4, DirectRows = 9;
    private const string HeaderStructure = "fractal heap", BlockStructure = "direct block of the fractal heap",
        IndirectStructure = "indirect block of the fractal heap";
    private readonly FileBytes file;
    private readonly long address;
    private readonly List<(long Start, long Address, byte[] Content)> blocks = [];

    internal FractalHeap(FileBytes file, long address)
    {
        (this.file, this.address) = (file, address);
        byte[] header = file.Read(address, HeaderBytes, HeaderStructure, null);
        StructureReader reader = Verified(header, HeaderStructure, address);
        reader.Signature("FRHP"u8);
        reader.Expect(0, "version");
        (int idBytes, int filterBytes, int flags, uint maxObjectBytes) =
            (reader.UInt16(), reader.UInt16(), reader.Byte(), reader.UInt32());
        _ = reader.Take(12 * 8); // counts, free space, and objects too large for blocks
        (int width, long first, long most, int addressBits) = (reader.UInt16(), reader.Int64(), reader.Int64(), reader.UInt16());
        if ((idBytes, filterBytes, flags & ~1, maxObjectBytes, width, first, most, addressBits)
            != (IdBytes, 0, 2, MaxObjectBytes, Width, FirstBlockBytes, MaxBlockBytes, 32))
            throw reader.Unsupported("parameters other than those for the links of a group");
        _ = reader.UInt16(); // the initial number of rows of the root
        (long root, int rows) = (reader.Int64(), reader.UInt16());
        if (rows > MaxRows)
            throw reader.Invalid($"{rows} rows of blocks, expected at most {MaxRows}");
        if (rows > 0)
            ReadIndirect(root, 0, rows);
        else if (root is not FileBytes.Undefined)
            ReadDirect(root, 0, FirstBlockBytes);
        blocks.Sort((a, b) => a.Start.CompareTo(b.Start));
    }

    /// <summary>Finds an object by its id.</summary>
    /// <exception cref="Hdf5Exception">There is no such object.</exception>
    internal (ReadOnlyMemory<byte> Content, long Address) Find(ReadOnlySpan<byte> id)
    {
        if (id[0] is not 0)
            throw file.Unsupported(HeaderStructure, address, null,
                $"the link {Convert.ToHexString(id)} is longer than {MaxObjectBytes} bytes, and not stored in a block");
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(id[1..]);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(id[5..]);
        int next = CollectionsMarshal.AsSpan(blocks).BinarySearch(new StartsAfter(offset));
        if (~next > 0 && blocks[~next - 1] is var (start, blockAddress, content) && offset >= start + BlockHeaderBytes
            && offset + length <= start + content.Length)
            return (content.AsMemory((int)(offset - start), length), blockAddress + offset - start);
        throw file.Invalid(HeaderStructure, address, null, $"no block contains the object {Convert.ToHexString(id)}");
    }

    private void ReadIndirect(long blockAddress, long start, int rows)
    {
        int directRows = Math.Min(rows, DirectRows);
        int bytes = IndirectHeaderBytes + (rows * Width * 8) + ChecksumBytes;
        StructureReader reader = Verified(file.Read(blockAddress, bytes, IndirectStructure, null), IndirectStructure, blockAddress);
        ReadBlockHeader(ref reader, "FHIB"u8, start);
        for (int row = 0; row < rows; row++)
        {
            long blockBytes = (long)FirstBlockBytes << Math.Max(row - 1, 0);
            for (int column = 0; column < Width; column++, start += blockBytes)
            {
                long child = reader.Int64();
                if (child is FileBytes.Undefined)
                    continue;
                if (row < directRows)
                    ReadDirect(child, start, (int)blockBytes);
                else
                    ReadIndirect(child, start, RowsOf(blockBytes));
            }
        }
    }

    private void ReadDirect(long blockAddress, long start, int bytes)
    {
        byte[] content = file.Read(blockAddress, bytes, BlockStructure, null);
        StructureReader reader = new(content, file, BlockStructure, blockAddress, null);
        ReadBlockHeader(ref reader, "FHDB"u8, start);
        Span<byte> checksum = content.AsSpan(BlockHeaderBytes - ChecksumBytes, ChecksumBytes);
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(checksum);
        checksum.Clear(); // the checksum is computed with zeros in location of itself
        if (Lookup3.Compute(content) != expected)
            throw reader.Invalid("it does not match its checksum");
        blocks.Add((start, blockAddress, content));
    }

    private void ReadBlockHeader(ref StructureReader reader, ReadOnlySpan<byte> signature, long start)
    {
        reader.Signature(signature);
        reader.Expect(0, "version");
        if (reader.Int64() != address)
            throw reader.Invalid("it belongs to another heap");
        if (reader.UInt32() is var found && found != start)
            throw reader.Invalid($"its offset in the heap is {found}, expected {start}");
    }

    /// <summary>Returns the number of rows of an indirect block that covers a number of bytes of the heap.</summary>
    private static int RowsOf(long bytes) => BitOperations.Log2((ulong)bytes) - BitOperations.Log2(FirstBlockBytes * Width) + 1;

    /// <summary>A search key that finds the first block after an offset: it is equal to no block.</summary>
    private readonly struct StartsAfter(long offset) : IComparable<(long Start, long Address, byte[] Content)>
    {
        public int CompareTo((long Start, long Address, byte[] Content) other) => other.Start > offset ? -1 : 1;
    }

    private StructureReader Verified(byte[] content, string structure, long structureAddress)
    {
        StructureReader reader = new(content, file, structure, structureAddress, null);
        return Lookup3.Compute(content.AsSpan(..^ChecksumBytes))
            == BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(^ChecksumBytes..))
            ? reader : throw reader.Invalid("it does not match its checksum");
    }
}
