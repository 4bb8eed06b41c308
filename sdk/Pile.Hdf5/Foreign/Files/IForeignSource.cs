namespace Pile.Hdf5;

/// <summary>The bytes of a file of another program: a local file, or an object that is read by ranges.</summary>
internal interface IForeignSource : IDisposable
{
    /// <summary>The file's length in bytes when it was opened.</summary>
    long LengthBytes { get; }

    /// <summary>Fills the destination with the bytes at an offset.</summary>
    /// <remarks>Metadata is read in blocks of <see cref="ForeignBytes.BlockBytes"/> bytes, and values by chunk.</remarks>
    /// <exception cref="IOException">The file cannot be read, or ends before the range.</exception>
    void Read(long offsetBytes, Span<byte> destination);
}
