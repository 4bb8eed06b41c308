using System.Globalization;
using System.IO.Compression;

namespace Pile.Tables.Opening;

/// <summary>The content of a gzip file, checked for truncation. Zeros after the last member are ignored, as gzip and Python do: they are
/// the padding of tapes and blocks.</summary>
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
    /// <exception cref="InvalidDataException">The data are truncated, contradict their checksum, or are followed by other data. The message
    /// continues a sentence about the data.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!atEnd && end - start <= EndMark.Length)
            Fill();
        int held = atEnd ? 0 : EndMark.Length;
        int count = Math.Min(buffer.Length, Math.Max(0, end - start - held));
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
            int read = Decompress(buffer.AsSpan(end));
            end += read;
            atEnd = read == 0;
        }
        while (!atEnd && compressed.HasGivenFile);
        if (!atEnd || compressed.IsInPadding)
            return;
        if (buffer.AsSpan(0, end).EndsWith(EndMark))
            end -= EndMark.Length;
        else
            throw compressed.HasGivenFile ? Truncated() : new InvalidDataException(Text(
                $"followed by other data, within the first {compressed.GivenBytes} bytes of the file"));
    }

    private int Decompress(Span<byte> buffer)
    {
        try
        {
            return Source.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw compressed.HasGivenFile ? Truncated(e)
                : new InvalidDataException(Text($"damaged within the first {compressed.GivenBytes} bytes of the file"), e);
        }
    }

    private InvalidDataException Truncated(InvalidDataException? inner = null) =>
        new(Text($"truncated or damaged: the file ends after {compressed.GivenBytes} bytes, before the end of a gzip member"), inner);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static byte[] Compress(byte[] content)
    {
        using MemoryStream target = new();
        using (GZipStream gzip = new(target, CompressionLevel.Fastest))
            gzip.Write(content);
        return target.ToArray();
    }

    /// <summary>The bytes of the file, followed by those of the appended member.</summary>
    /// <remarks>The zeros at the end of the file are given one by one, because the last member may end with some: if it is complete,
    /// GZipStream takes the next zero for the end of all members and reads no further.</remarks>
    private sealed class FileThenMember(Stream file) : ForwardStream(file)
    {
        private readonly byte[] bytes = new byte[BufferBytes];
        private long zeros; // before the bytes from start to end
        private int start, end, zerosBehind;
        private bool hasReadFile;
        private int memberBytesGiven;

        /// <summary>The number of bytes of the file that were given.</summary>
        internal long GivenBytes { get; private set; }

        /// <summary>True after the first bytes of the appended member.</summary>
        internal bool HasGivenFile => memberBytesGiven > 0;

        /// <summary>True if the last given byte is one of the zeros at the end of the file. If the decompression ends there, all members
        /// are complete.</summary>
        internal bool IsInPadding { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (start == end)
                ReadFile();
            int count;
            if (zeros > 0)
            {
                IsInPadding = start == end;
                count = IsInPadding ? Math.Min(buffer.Length, 1) : (int)Math.Min(buffer.Length, zeros);
                buffer[..count].Clear();
                zeros -= count;
            }
            else if (start < end)
            {
                count = Math.Min(buffer.Length, end - start);
                bytes.AsSpan(start, count).CopyTo(buffer);
                start += count;
            }
            else
            {
                IsInPadding = false;
                count = Math.Min(buffer.Length, EndMember.Length - memberBytesGiven);
                EndMember.AsSpan(memberBytesGiven, count).CopyTo(buffer);
                memberBytesGiven += count;
                return count;
            }
            GivenBytes += count;
            return count;
        }

        // Reads up to a byte that is not 0, and holds the zeros behind it back until it is known what follows them.
        private void ReadFile()
        {
            zeros += zerosBehind;
            (start, end, zerosBehind) = (0, 0, 0);
            while (end == 0 && !hasReadFile)
            {
                int read = Source.Read(bytes);
                hasReadFile = read == 0;
                end = bytes.AsSpan(0, read).LastIndexOfAnyExcept((byte)0) + 1;
                if (end == 0)
                    zeros += read;
                else
                    zerosBehind = read - end;
            }
        }
    }
}
