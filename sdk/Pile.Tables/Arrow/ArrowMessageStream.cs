using Pile.Tables.Opening;

namespace Pile.Tables.Arrow;

/// <summary>Some messages of a file as one stream, in which Apache.Arrow reads them.</summary>
/// <remarks>Also for files with a footer: the reader of those reads all dictionaries again for each batch if one of them is extended, and
/// then has values twice (version 23).</remarks>
internal sealed class ArrowMessageStream(FileStream file, IReadOnlyList<ArrowMessage> messages, Action<ArrowMessage> check)
    : ForwardStream(file)
{
    private int next;
    private long position, end;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        while (position == end)
        {
            if (next == messages.Count)
                return 0;
            ArrowMessage message = messages[next++];
            check(message);
            (position, end) = (message.Offset, message.Offset + message.MetadataBytes + message.BodyBytes);
        }
        int read = RandomAccess.Read(file.SafeFileHandle, buffer[..(int)Math.Min(buffer.Length, end - position)], position);
        if (read == 0)
            throw new EndOfStreamException("The file became shorter while it was read.");
        position += read;
        return read;
    }
}
