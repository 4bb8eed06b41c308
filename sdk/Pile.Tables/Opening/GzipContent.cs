using System.IO.Compression;

namespace Pile.Tables.Opening;

/// <summary>The content of a gzip file, checked for truncation.</summary>
/// <remarks>GZipStream verifies checksums, but treats a truncated file as complete. Therefore a gzip member with known content is appended,
/// which is decompressed only if all members before it are complete.</remarks>
internal sealed class GzipContent : ForwardStream
{
    private const int BufferBytes = 1 << 17;
    private static readonly byte[] EndMark = "\u0001end of the file\u0002"u8.ToArray();
    private static readonly byte[] EndMember = Compress(EndMark);

    private readonly byte[] buffer = new byte[BufferBytes];
    private int start;
    private int end;
    private bool atEnd;

    /// <param name="file">The file at its first byte, which is disposed with the content.</param>
    internal GzipContent(Stream file) : base(new GZipStream(new FileThenMember(file), CompressionMode.Decompress))
    {
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The data are truncated, contradict their checksum, or are followed by other data.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!atEnd && end - start <= EndMark.Length)
            Fill();
        int count = Math.Min(buffer.Length, Math.Max(0, end - start - EndMark.Length));
        this.buffer.AsSpan(start, count).CopyTo(buffer);
        start += count;
        return count;
    }

    private void Fill()
    {
        buffer.AsSpan(start..end).CopyTo(buffer);
        (start, end) = (0, end - start);
        int read = Source.Read(buffer.AsSpan(end));
        end += read;
        atEnd = read == 0;
        if (atEnd && !buffer.AsSpan(0, end).SequenceEqual(EndMark))
            throw new InvalidDataException("the data are truncated, or followed by other data");
    }

    private static byte[] Compress(byte[] content)
    {
        using MemoryStream target = new();
        using (GZipStream gzip = new(target, CompressionLevel.Fastest))
            gzip.Write(content);
        return target.ToArray();
    }

    /// <summary>The bytes of the file, followed by those of the appended member.</summary>
    private sealed class FileThenMember(Stream file) : ForwardStream(file)
    {
        private int memberBytesGiven;

        public override int Read(Span<byte> buffer)
        {
            int read = Source.Read(buffer);
            if (read > 0)
                return read;
            int count = Math.Min(buffer.Length, EndMember.Length - memberBytesGiven);
            EndMember.AsSpan(memberBytesGiven, count).CopyTo(buffer);
            memberBytesGiven += count;
            return count;
        }
    }
}
