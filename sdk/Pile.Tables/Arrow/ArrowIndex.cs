using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Pile.Tables.Arrow;

/// <summary>The messages of a file or stream in Arrow's interprocess format, found and checked without reading their values.</summary>
internal sealed class ArrowIndex
{
    private const int FooterEndBytes = 10, FirstMessage = 8, BlockBytes = 24;

    private readonly ArrowMessageReader reader;

    private ArrowIndex(ArrowMessageReader reader) => this.reader = reader;

    /// <summary>The first bytes of a file with a footer, and its last.</summary>
    internal static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    /// <summary>The first bytes of version 1 of Feather.</summary>
    internal static ReadOnlySpan<byte> FeatherMagic => "FEA1"u8;

    /// <summary>The fields of the schema.</summary>
    internal ImmutableArray<ArrowField> Fields => reader.Fields;

    /// <summary>The schema, then dictionaries and batches of rows in the order in which they are read.</summary>
    internal ImmutableArray<ArrowMessage> Messages { get; private init; } = [];

    /// <summary>Finds the messages of a file.</summary>
    /// <exception cref="ArrowFault">The file is cut, damaged, or has content that is not read.</exception>
    internal static ArrowIndex Open(FileStream file, CancellationToken cancellationToken)
    {
        ArrowMessageReader messages = new(file);
        Span<byte> magic = stackalloc byte[6];
        messages.ReadExactly(magic, 0, file.Length, "the first message");
        if (magic.StartsWith(FeatherMagic))
            throw ArrowFault.Unsupported("it is version 1 of Feather, which is not read",
                "Write it as version 2, which is the default of pandas and pyarrow since 2020, or as Parquet");
        ArrowMessage[] found = magic.SequenceEqual(Magic) ? [.. File(messages, file.Length, cancellationToken)]
            : [.. Stream(messages, file.Length, cancellationToken)];
        RequireDictionaries(messages, found);
        return new ArrowIndex(messages) { Messages = [.. found] };
    }

    /// <summary>Checks the lengths that the compressed buffers of a message declare, before memory is allocated for them.</summary>
    /// <exception cref="ArrowFault">A buffer cannot have its declared length.</exception>
    internal void RequireCompressed(ArrowMessage message)
    {
        string what = message.Kind == ArrowMessage.Batch ? $"the batch at byte {message.Offset}" : $"the dictionary at byte {message.Offset}";
        const long mostPerByte = 1 << 15, blockBytes = 1 << 17; // zstd: a block of four bytes has at most 128 KiB
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        foreach ((long offset, long bytes) in message.IsCompressed ? message.Buffers : [])
        {
            if (bytes == 0)
                continue;
            if (bytes < prefix.Length)
                throw ArrowFault.Damaged($"{what} has a compressed buffer of {bytes} bytes");
            reader.ReadExactly(prefix, offset, long.MaxValue, what);
            long length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            if (length is < -1 or > int.MaxValue || length > (mostPerByte * bytes) + blockBytes)
                throw ArrowFault.Damaged($"{what} has a compressed buffer of {bytes} bytes, which declares {length} bytes of values");
        }
    }

    private static List<ArrowMessage> Stream(ArrowMessageReader reader, long end, CancellationToken cancellationToken)
    {
        List<ArrowMessage> messages = [];
        long offset = 0;
        for (int i = 0; ; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (offset == end)
                throw ArrowFault.Damaged($"it has no end mark after {messages.Count} messages: it may be cut");
            string what = i == 0 ? "the schema" : $"message {i}";
            if (reader.Read(offset, end, what) is not { } message)
                return i > 0 ? messages : throw ArrowFault.Damaged("it has no schema");
            if (message.Kind == ArrowMessage.Schema != (i == 0))
                throw ArrowFault.Damaged(i == 0 ? "it does not begin with a schema" : $"{what} is a second schema");
            messages.Add(message);
            offset = message.Offset + message.MetadataBytes + message.BodyBytes;
        }
    }

    private static IEnumerable<ArrowMessage> File(ArrowMessageReader reader, long length, CancellationToken cancellationToken)
    {
        byte[] end = new byte[FooterEndBytes];
        if (length < FirstMessage + FooterEndBytes)
            throw ArrowFault.Damaged("it is too short");
        reader.ReadExactly(end, length - end.Length, length, "the footer");
        if (!end.AsSpan(sizeof(int)).SequenceEqual(Magic))
            throw ArrowFault.Damaged("it has no footer: it is cut, or its writer was not closed");
        int footerBytes = BinaryPrimitives.ReadInt32LittleEndian(end);
        long footerStart = length - end.Length - footerBytes;
        if (footerBytes <= 0 || footerStart < FirstMessage)
            throw ArrowFault.Damaged($"it declares a footer of {footerBytes} bytes");
        byte[] bytes = new byte[footerBytes];
        reader.ReadExactly(bytes, footerStart, length, "the footer");
        FlatBufferTable footer = FlatBufferTable.Root(bytes);
        reader.Fields = ArrowField.Of(footer.Table(1) ?? throw FlatBufferTable.Invalid("the footer has no schema"));
        yield return reader.Read(FirstMessage, footerStart, "the schema") is { Kind: ArrowMessage.Schema } schema ? schema
            : throw ArrowFault.Damaged("it does not begin with a schema");
        HashSet<long> stored = [];
        foreach ((int member, byte kind, string name) in new[] { (2, ArrowMessage.Dictionary, "dictionary"), (3, ArrowMessage.Batch, "batch") })
        {
            ReadOnlyMemory<byte> blocks = footer.Values(member, BlockBytes);
            for (int i = 0; i < blocks.Length / BlockBytes; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlyMemory<byte> block = blocks.Slice(i * BlockBytes, BlockBytes);
                string what = $"{name} {i}";
                ArrowMessage message = reader.Read(BinaryPrimitives.ReadInt64LittleEndian(block.Span), footerStart, what)
                    ?? throw ArrowFault.Damaged($"{what} is empty");
                if (message.Kind != kind || message.MetadataBytes != BinaryPrimitives.ReadInt32LittleEndian(block.Span[8..])
                    || message.BodyBytes != BinaryPrimitives.ReadInt64LittleEndian(block.Span[16..]))
                    throw ArrowFault.Damaged($"the footer contradicts {what}");
                if (message.DictionaryId is { } id && !stored.Add(id) && !message.IsDelta)
                    throw ArrowFault.Damaged($"dictionary {id} is stored twice");
                yield return message;
            }
        }
    }

    private static void RequireDictionaries(ArrowMessageReader reader, ArrowMessage[] messages)
    {
        HashSet<long> known = [];
        bool areComplete = false;
        for (int i = 0; i < messages.Length; i++)
        {
            if (messages[i] is { DictionaryId: { } id, IsDelta: true } && !known.Contains(id))
                throw ArrowFault.Damaged($"message {i} extends dictionary {id}, which is missing");
            if (messages[i].DictionaryId is { } added)
                known.Add(added);
            if (messages[i].Kind != ArrowMessage.Batch || areComplete)
                continue;
            foreach ((long missing, ArrowField field) in reader.Dictionaries)
                if (!known.Contains(missing))
                    throw ArrowFault.Damaged($"dictionary {missing} with the values of column '{field.Name}' is missing");
            areComplete = true;
        }
    }
}
