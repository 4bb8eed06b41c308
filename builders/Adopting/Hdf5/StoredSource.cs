using Pile.Hdf5;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>The bytes of an HDF5 file in a store. Not thread-safe.</summary>
/// <remarks>Remote files are read in blocks of 1 MiB, of which the last ones are kept, because each request costs as much as many bytes.
/// Local files are read directly.</remarks>
internal sealed class StoredSource(IRandomAccessFile file, bool isRemote) : IForeignSource
{
    private const int BlockBytes = 1 << 20, KeptBlocks = 8;
    private readonly Dictionary<long, (byte[] Bytes, long LastUse)> blocks = [];
    private long uses;

    /// <inheritdoc/>
    public long LengthBytes => file.LengthBytes;

    /// <inheritdoc/>
    public void Read(long offsetBytes, Span<byte> destination)
    {
        try
        {
            if (!isRemote || destination.Length >= BlockBytes / 2)
            {
                file.Read(offsetBytes, destination);
                return;
            }
            while (destination.Length > 0)
            {
                (long number, long start) = Math.DivRem(offsetBytes, BlockBytes);
                ReadOnlySpan<byte> part = Block(number).AsSpan((int)start);
                int count = Math.Min(part.Length, destination.Length);
                if (count is 0)
                    throw new EndOfStreamException($"the file of {LengthBytes} bytes has no byte {offsetBytes}");
                part[..count].CopyTo(destination);
                destination = destination[count..];
                offsetBytes += count;
            }
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private byte[] Block(long number)
    {
        if (blocks.TryGetValue(number, out (byte[] Bytes, long LastUse) known))
        {
            blocks[number] = (known.Bytes, ++uses);
            return known.Bytes;
        }
        if (blocks.Count == KeptBlocks)
            blocks.Remove(blocks.MinBy(block => block.Value.LastUse).Key);
        long start = number * BlockBytes;
        byte[] bytes = new byte[Math.Clamp(LengthBytes - start, 0, BlockBytes)];
        file.Read(start, bytes);
        blocks[number] = (bytes, ++uses);
        return bytes;
    }
}
