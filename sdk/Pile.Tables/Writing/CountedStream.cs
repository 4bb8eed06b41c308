using System.Buffers;

namespace Pile.Tables.Writing;

/// <summary>A text file as a stream that is only written, and states its position.</summary>
/// <remarks>It declares that it can seek, because Apache.Arrow requires this to read the position; it never seeks.</remarks>
internal sealed class CountedStream(TextFile file) : Stream
{
    private const int MostBufferedBytes = 1 << 12, FlushBytes = 1 << 18;

    private long position;

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => position;

    public override long Position { get => position; set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > MostBufferedBytes || file.Buffer.WrittenCount > FlushBytes)
            file.Write(buffer);
        else
            file.Buffer.Write(buffer);
        position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
