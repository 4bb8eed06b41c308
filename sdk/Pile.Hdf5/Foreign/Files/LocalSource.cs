using Microsoft.Win32.SafeHandles;

namespace Pile.Hdf5;

/// <summary>A local file.</summary>
/// <remarks>The file is not mapped into memory, because a mapped file that is truncated ends the process.</remarks>
internal sealed class LocalSource(SafeFileHandle file) : IForeignSource
{
    /// <inheritdoc/>
    public long LengthBytes { get; } = RandomAccess.GetLength(file);

    /// <inheritdoc/>
    public void Read(long offsetBytes, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int count = RandomAccess.Read(file, destination, offsetBytes);
            if (count is 0)
                throw new EndOfStreamException($"the file of {LengthBytes} bytes now ends at byte {offsetBytes}");
            destination = destination[count..];
            offsetBytes += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
