namespace Pile.Hdf5;

/// <summary>Reads the structures of one file of another program, never beyond its end.</summary>
/// <remarks>
/// Structures are small and close to each other, so they are read in blocks, of which the last ones are kept. A block is never reused:
/// structures refer to its bytes as long as they need them. Values are not kept.
/// </remarks>
internal sealed class ForeignBytes(IForeignSource source, string path) : StructureErrors(path), IDisposable
{
    /// <summary>The size of the blocks in bytes.</summary>
    internal const int BlockBytes = 65536;

    private const int KeptBlocks = 128;
    private readonly long[] numbers = Unused();
    private readonly byte[][] blocks = new byte[KeptBlocks][];

    /// <summary>The length in bytes from the superblock to HDF5's end of file: the largest valid address.</summary>
    internal long Length { get; private set; } = source.LengthBytes;

    /// <summary>The offset of the superblock in the file: the size of the user block. Addresses are relative to it.</summary>
    internal long BaseOffset { get; private set; }

    /// <summary>The size of an address in bytes.</summary>
    internal int AddressBytes { get; private set; } = 8;

    /// <summary>The size of a length in bytes.</summary>
    internal int LengthBytes { get; private set; } = 8;

    /// <inheritdoc/>
    protected override string Restriction => "this version of Pile does not read it";

    /// <summary>Sets the offset of the superblock.</summary>
    internal void StartAt(long baseOffset) => (BaseOffset, Length) = (baseOffset, source.LengthBytes - baseOffset);

    /// <summary>Sets what the superblock states: the end of the file, relative to the superblock, and the sizes of fields.</summary>
    internal void Describe(long end, int addressBytes, int lengthBytes) =>
        (Length, AddressBytes, LengthBytes) = (Math.Min(Length, end), addressBytes, lengthBytes);

    /// <summary>Reads a structure.</summary>
    /// <exception cref="Hdf5Exception">The bytes are not completely within the file.</exception>
    internal ReadOnlyMemory<byte> Read(long address, long count, string structure, string? item)
    {
        Check(address, count, structure, item);
        long offset = BaseOffset + address;
        int start = (int)(offset % BlockBytes);
        if (start + count <= BlockBytes)
            return count is 0 ? default : Block(offset / BlockBytes).AsMemory(start, (int)count);
        byte[] bytes = count <= Array.MaxLength ? GC.AllocateUninitializedArray<byte>((int)count)
            : throw Invalid(structure, address, item, $"{count} bytes do not fit in memory");
        if (count > 4 * BlockBytes)
            Fill(address, bytes);
        else
            for (int done = 0; done < bytes.Length;)
            {
                ReadOnlySpan<byte> part = Block((offset + done) / BlockBytes).AsSpan((int)((offset + done) % BlockBytes));
                part[..Math.Min(part.Length, bytes.Length - done)].CopyTo(bytes.AsSpan(done));
                done += Math.Min(part.Length, bytes.Length - done);
            }
        return bytes;
    }

    /// <summary>Reads as many bytes as the file has at an address, up to a number.</summary>
    internal ReadOnlyMemory<byte> ReadUpTo(long address, int most, string structure, string? item)
    {
        Check(address, 0, structure, item);
        return Read(address, Math.Min(most, Length - address), structure, item);
    }

    /// <summary>Fills a buffer with values; the caller has checked the range.</summary>
    internal void Fill(long address, Span<byte> destination)
    {
        try
        {
            source.Read(BaseOffset + address, destination);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new Hdf5Exception(Path, null, e.Message, e);
        }
    }

    /// <summary>Checks that bytes are within the file.</summary>
    /// <exception cref="Hdf5Exception">They are not.</exception>
    internal void Check(long address, long count, string structure, string? item)
    {
        if (address is FileBytes.Undefined)
            throw Invalid(structure, 0, item, "its address is undefined");
        if (address < 0 || count < 0 || address > Length - count)
            throw Invalid(structure, address, item, $"its {count} bytes exceed the file of {Length} bytes");
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    /// <inheritdoc/>
    protected override long OffsetOf(long address) => BaseOffset + address;

    private byte[] Block(long number)
    {
        int slot = (int)(number % KeptBlocks);
        if (numbers[slot] == number)
            return blocks[slot];
        long start = number * BlockBytes;
        byte[] block = GC.AllocateUninitializedArray<byte>((int)Math.Min(BlockBytes, BaseOffset + Length - start));
        Fill(start - BaseOffset, block);
        (numbers[slot], blocks[slot]) = (number, block);
        return block;
    }

    private static long[] Unused()
    {
        long[] unused = new long[KeptBlocks];
        unused.AsSpan().Fill(-1);
        return unused;
    }
}
