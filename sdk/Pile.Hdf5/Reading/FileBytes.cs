using Microsoft.Win32.SafeHandles;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <summary>Bytes of a file by HDF5's addresses, never outside it.</summary>
/// <param name="file">The file.</param>
/// <param name="fileBytes">Its length.</param>
/// <param name="baseAddress">Where HDF5's address 0 lies: behind the user block, if there is one.</param>
/// <param name="place">Where, for the errors.</param>
internal sealed class FileBytes(SafeFileHandle file, long fileBytes, long baseAddress, Hdf5Place place)
{
    /// <summary>Turns an address into an offset in the file.</summary>
    /// <exception cref="Hdf5Exception">The bytes from there on are not all in the file.</exception>
    internal long Offset(long address, long count)
    {
        if (address < 0 || count < 0 || count > fileBytes - baseAddress || address > fileBytes - baseAddress - count)
            throw place.Found($"{count} bytes at address {address} lie outside the file of {fileBytes} bytes");
        return baseAddress + address;
    }

    /// <summary>Fills a buffer from an address on.</summary>
    /// <exception cref="Hdf5Exception">The bytes are not all in the file.</exception>
    internal void Read(long address, Span<byte> destination)
    {
        long offset = Offset(address, destination.Length);
        while (destination.Length > 0)
        {
            int count = RandomAccess.Read(file, destination, offset);
            if (count is 0)
                throw place.Found($"the file ends at byte {offset}, before it should");
            destination = destination[count..];
            offset += count;
        }
    }

    /// <summary>Fills as much of a buffer as the file has from an address on, and returns how much.</summary>
    internal int ReadUpTo(long address, Span<byte> destination)
    {
        int count = (int)Math.Min(destination.Length, fileBytes - Offset(address, 0));
        Read(address, destination[..count]);
        return count;
    }
}
