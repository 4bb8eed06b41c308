using System.IO.Compression;

namespace Pile.Tables.Opening;

/// <summary>The content of a gzip file, checked for truncation.</summary>
/// <remarks>GZipStream verifies checksums, but treats a truncated file as complete. Therefore a gzip member with known content is appended,
/// which is decompressed only if all members before it are complete. A truncated member continues with the bytes of the appended one, so
/// nothing that is decompressed from them is returned before the end is checked.</remarks>
internal sealed class GzipContent : ForwardStream
{
    private const int BufferBytes = 1 << 16;
    private static readonly byte[] EndMark = "\u0001end of the file\u0002"u8.ToArray();
    private static readonly byte[] EndMember = Compress(EndMark);

    private readonly FileThenMember compressed;
    private byte[] buffer = new byte[BufferBytes];
    private int start;
    private int end;
    private bool atEnd;

    /// <param name="file">The file at its first byte, which is disposed with the content.</param>
    internal GzipContent(Stream file) : this(new FileThenMember(file))
    {
    }

    private GzipContent(FileThenMember compressed) : base(new GZipStream(compressed, CompressionMode.Decompress)) =>
        this.compressed = compressed;

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
        do
        {
            if (end == buffer.Length)
                Array.Resize(ref buffer, 2 * buffer.Length);
            int read = Source.Read(buffer.AsSpan(end));
            end += read;
            atEnd = read == 0;
        }
        while (!atEnd && compressed.HasGivenFile);
        if (atEnd && !buffer.AsSpan(0, end).EndsWith(EndMark))
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

        /// <summary>True after the first bytes of the appended member.</summary>
        internal bool HasGivenFile => memberBytesGiven > 0;

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
