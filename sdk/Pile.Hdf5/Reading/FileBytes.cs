using Microsoft.Win32.SafeHandles;

namespace Pile.Hdf5;

/// <summary>Reads the structures of one file, never beyond its end and never more bytes in total than it has.</summary>
/// <remarks>
/// The structures of a valid file do not overlap, and each is read once. If they add up to more than the length of the file, they form a
/// cycle or overlap. This limit guarantees that reading a hostile file ends.
/// </remarks>
internal sealed class FileBytes(SafeFileHandle file, string path) : StructureErrors(path), IDisposable
{
    /// <summary>The address of a structure that was never written.</summary>
    internal const long Undefined = -1;

    private long claimed;

    /// <summary>The file's length in bytes; after <see cref="EndAt"/>, without the bytes after HDF5's end of file.</summary>
    internal long Length { get; private set; } = RandomAccess.GetLength(file);

    /// <inheritdoc/>
    protected override string Restriction => "Pile format 1.x does not allow it";

    /// <summary>Ignores the bytes after HDF5's end of file.</summary>
    internal void EndAt(long end) => Length = Math.Min(Length, end);

    /// <summary>Reads a structure.</summary>
    /// <exception cref="Hdf5Exception">The bytes are not completely within the file.</exception>
    internal byte[] Read(long address, long count, string structure, string? item)
    {
        Claim(address, count, structure, item);
        byte[] bytes = count <= Array.MaxLength ? GC.AllocateUninitializedArray<byte>((int)count)
            : throw Invalid(structure, address, item, $"{count} bytes do not fit in memory");
        Fill(address, bytes);
        return bytes;
    }

    /// <summary>Reads as much of a buffer as the file has at an address. The caller claims the bytes that it uses.</summary>
    internal int ReadUpTo(long address, Span<byte> destination, string structure, string? item)
    {
        Check(address, 0, structure, item);
        int count = (int)Math.Min(destination.Length, Length - address);
        Fill(address, destination[..count]);
        return count;
    }

    /// <summary>Claims the bytes of a structure or of values that are read later with <see cref="Fill"/>.</summary>
    /// <exception cref="Hdf5Exception">The bytes are not completely within the file, or structures overlap.</exception>
    internal void Claim(long address, long count, string structure, string? item)
    {
        Check(address, count, structure, item);
        claimed += count;
        if (claimed > Length)
            throw Invalid(structure, address, item, "structures overlap or form a cycle: their total size exceeds the file");
    }

    /// <summary>Fills a buffer with claimed bytes.</summary>
    /// <exception cref="Hdf5Exception">The file has been truncated, or cannot be read.</exception>
    internal void Fill(long address, Span<byte> destination)
    {
        try
        {
            while (destination.Length > 0)
            {
                int count = RandomAccess.Read(file, destination, address);
                if (count is 0)
                    throw new Hdf5Exception(Path, null, $"the file of {Length} bytes now ends at byte {address}");
                destination = destination[count..];
                address += count;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Hdf5Exception(Path, null, e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Check(long address, long count, string structure, string? item)
    {
        if (address < 0 || count < 0 || address > Length - count)
            throw Invalid(structure, address, item, $"its {count} bytes exceed the file of {Length} bytes");
    }
}
