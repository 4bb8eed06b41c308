using Pile.Hdf5;
using Pile.Storage;

namespace Pile.Rasters;

/// <summary>The bytes of an open HDF5 file, which its owner closes. Not thread-safe.</summary>
internal sealed class RangeSource(IRandomAccessFile file) : IForeignSource
{
    /// <inheritdoc/>
    public long LengthBytes => file.LengthBytes;

    /// <inheritdoc/>
    public void Read(long offsetBytes, Span<byte> destination) => file.Read(offsetBytes, destination);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
