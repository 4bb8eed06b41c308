using System.IO.Compression;

namespace Pile.Tables.Opening;

/// <summary>The content of a gzip file, known to be whole when its end is reached.</summary>
/// <remarks>GZipStream checks checksums, but takes a file that is cut short for one that ends: half a catalogue would pass as a whole one.
/// So a further member of known content is put behind the file's own; only after whole members does that content come out.</remarks>
internal sealed class GzipContent : ForwardStream
{
    private const int BufferBytes = 1 << 17;
    private static readonly byte[] EndMark = "\u0001end of the file\u0002"u8.ToArray();
    private static readonly byte[] EndMember = Compress(EndMark);

    private readonly byte[] buffer = new byte[BufferBytes];
    private int start;
    private int end;
    private bool atEnd;

    /// <param name="file">The file at its first byte; it is disposed with the content.</param>
    internal GzipContent(Stream file) : base(new GZipStream(new FileThenMember(file), CompressionMode.Decompress))
    {
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The data are cut short, contradict their checksum, or are followed by something
    /// else.</exception>
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
            throw new InvalidDataException("the data end early, or something else follows them");
    }

    private static byte[] Compress(byte[] content)
    {
        using MemoryStream target = new();
        using (GZipStream gzip = new(target, CompressionLevel.Fastest))
            gzip.Write(content);
        return target.ToArray();
    }

    /// <summary>A file's bytes, and behind them those of the end's member.</summary>
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
