namespace Pile.Hdf5.Tests.Foreign;

/// <summary>A file in memory that counts the reads and fails if there are too many.</summary>
internal sealed class MemorySource(byte[] content, int mostReads = int.MaxValue) : IForeignSource
{
    internal int Reads { get; private set; }

    internal long BytesRead { get; private set; }

    public long LengthBytes => content.Length;

    public void Read(long offsetBytes, Span<byte> destination)
    {
        if (++Reads > mostReads)
            throw new InvalidOperationException($"More than {mostReads} reads of a file of {content.Length} bytes.");
        BytesRead += destination.Length;
        content.AsSpan(checked((int)offsetBytes), destination.Length).CopyTo(destination);
    }

    public void Dispose()
    {
    }
}
