using Microsoft.Win32.SafeHandles;

namespace Pile.Hdf5;

/// <summary>Reads the structures of one file, never outside it and never more bytes in total than it has.</summary>
/// <remarks>
/// The structures of a valid file do not overlap and each is read once. A file in which they add up to more than its length
/// has a cycle, or uses the same bytes twice: this bound ends every walk through a hostile file.
/// </remarks>
internal sealed class FileBytes(SafeFileHandle file, string path) : IDisposable
{
    /// <summary>The address of a structure that was never written.</summary>
    internal const long Undefined = -1;

    private long claimed;

    /// <summary>The file's length in bytes; after <see cref="EndAt"/>, without what follows HDF5's own end.</summary>
    internal long Length { get; private set; } = RandomAccess.GetLength(file);

    /// <summary>Ignores the bytes behind HDF5's end of the file.</summary>
    internal void EndAt(long end) => Length = Math.Min(Length, end);

    /// <summary>Reads a structure.</summary>
    /// <exception cref="Hdf5Exception">The bytes are not all in the file.</exception>
    internal byte[] Read(long address, long count, string structure, string? item)
    {
        Claim(address, count, structure, item);
        byte[] bytes = count <= Array.MaxLength ? GC.AllocateUninitializedArray<byte>((int)count)
            : throw Found(structure, address, item, $"{count} bytes do not fit in memory");
        Fill(address, bytes);
        return bytes;
    }

    /// <summary>Reads as much of a buffer as the file has at an address. The caller claims what it uses.</summary>
    internal int ReadUpTo(long address, Span<byte> destination, string structure, string? item)
    {
        Check(address, 0, structure, item);
        int count = (int)Math.Min(destination.Length, Length - address);
        Fill(address, destination[..count]);
        return count;
    }

    /// <summary>Reserves the bytes of a structure or of values that are read later, with <see cref="Fill"/>.</summary>
    /// <exception cref="Hdf5Exception">The bytes are not all in the file, or its structures overlap.</exception>
    internal void Claim(long address, long count, string structure, string? item)
    {
        Check(address, count, structure, item);
        claimed += count;
        if (claimed > Length)
            throw Found(structure, address, item, "structures overlap or form a cycle: together they are longer than the file");
    }

    /// <summary>Fills a buffer with bytes that were claimed.</summary>
    /// <exception cref="Hdf5Exception">The file has become shorter, or cannot be read.</exception>
    internal void Fill(long address, Span<byte> destination)
    {
        try
        {
            while (destination.Length > 0)
            {
                int count = RandomAccess.Read(file, destination, address);
                if (count is 0)
                    throw new Hdf5Exception(path, null, $"the file of {Length} bytes now ends at byte {address}");
                destination = destination[count..];
                address += count;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Hdf5Exception(path, null, e.Message, e);
        }
    }

    /// <summary>Makes the error for a structure that is not as expected.</summary>
    internal Hdf5Exception Found(string structure, long address, string? item,
        string finding) => new(path, item, $"{structure} at byte {address}: {finding}");

    /// <summary>Makes the error for what HDF5 allows and Pile's format does not.</summary>
    internal Hdf5Exception NotOfFormat(string structure, long address, string? item, string finding) =>
        new(path, item, $"{structure} at byte {address}: {finding}; not a structure of Pile format 1.x") { IsNotOfFormat = true };

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Check(long address, long count, string structure, string? item)
    {
        if (address < 0 || count < 0 || address > Length - count)
            throw Found(structure, address, item, $"its {count} bytes lie outside the file of {Length} bytes");
    }
}
