using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Pile.Tables.Arrow;

/// <summary>Reads the metadata of messages, and checks that they describe arrays of the schema and buffers inside their body.</summary>
/// <remarks>Source: Apache Arrow, Message.fbs of format version 1.5.</remarks>
internal sealed class ArrowMessageReader(FileStream file)
{
    private const uint Continuation = 0xFFFFFFFF;
    private const short Version4 = 3;
    // Of metadata. The schema of a table with a hundred thousand columns has some 20 MB.
    private const int MostMetadataBytes = 1 << 28;
    private const int MostRowsWithoutBytes = 1 << 24;

    private readonly Dictionary<long, ArrowField> dictionaries = [];
    private ImmutableArray<ArrowField> fields;

    /// <summary>The fields of the schema.</summary>
    internal ImmutableArray<ArrowField> Fields
    {
        get => fields;
        set
        {
            fields = value;
            AddDictionaries(value);
        }
    }

    /// <summary>The fields whose values are in dictionaries, by the number of the dictionary.</summary>
    internal IReadOnlyDictionary<long, ArrowField> Dictionaries => dictionaries;

    /// <summary>Reads a message.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="end">The end of all messages.</param>
    /// <param name="what">Which message it is, for errors.</param>
    /// <returns>Null if the end mark of a stream is there.</returns>
    /// <exception cref="ArrowFault">It is cut or damaged.</exception>
    internal ArrowMessage? Read(long offset, long end, string what)
    {
        Span<byte> prefix = stackalloc byte[2 * sizeof(int)];
        int prefixBytes = sizeof(int);
        ReadExactly(prefix[..sizeof(int)], offset, end, what);
        int length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length == unchecked((int)Continuation))
        {
            ReadExactly(prefix, offset, end, what);
            prefixBytes = prefix.Length;
            length = BinaryPrimitives.ReadInt32LittleEndian(prefix[sizeof(int)..]);
        }
        if (length == 0)
            return null;
        if (length is < 0 or > MostMetadataBytes)
            throw ArrowFault.Damaged($"{what} declares {length} bytes of metadata");
        if (length > end - offset - prefixBytes)
            throw Cut(what);
        byte[] metadata = new byte[length];
        ReadExactly(metadata, offset + prefixBytes, end, what);
        FlatBufferTable message = FlatBufferTable.Root(metadata);
        long bodyBytes = message.Int64(3), start = offset + prefixBytes + length;
        if (message.Int16(0) < Version4)
            throw ArrowFault.Unsupported($"it has version {message.Int16(0) + 1} of the metadata, from before Arrow 0.8",
                "Write it again with a current program");
        if (bodyBytes < 0)
            throw ArrowFault.Damaged($"{what} declares {bodyBytes} bytes of values");
        if (bodyBytes > end - start)
            throw Cut(what);
        ArrowMessage read = new(offset, prefixBytes + length, bodyBytes, message.Byte(1));
        FlatBufferTable header = message.Table(2) ?? throw FlatBufferTable.Invalid($"{what} has no header");
        switch (read.Kind)
        {
            case ArrowMessage.Schema:
                ImmutableArray<ArrowField> declared = ArrowField.Of(header);
                if (fields.IsDefault)
                    Fields = declared;
                else if (!AreLike(fields, declared))
                    throw ArrowFault.Damaged("its schemas differ");
                return bodyBytes == 0 ? read : throw FlatBufferTable.Invalid("the schema is followed by values");
            case ArrowMessage.Dictionary:
                long id = header.Int64(0);
                if (!dictionaries.TryGetValue(id, out ArrowField? field))
                    throw ArrowFault.Damaged($"it has a dictionary {id}, which no column refers to");
                return Describe(header.Table(1) ?? throw FlatBufferTable.Invalid($"{what} has no values"), [field with { DictionaryId = null }],
                    read with { DictionaryId = id, IsDelta = header.Byte(2) != 0 }, start, what);
            case ArrowMessage.Batch:
                return Describe(header, fields, read, start, what);
            default:
                throw ArrowFault.Unsupported($"{what} is not a schema, a dictionary or a batch of rows, but has type {read.Kind}",
                    "Write tables; tensors are not read");
        }
    }

    /// <summary>Reads bytes of the file.</summary>
    /// <exception cref="ArrowFault">They are beyond the end.</exception>
    internal void ReadExactly(Span<byte> destination, long offset, long end, string what)
    {
        if (offset < 0 || destination.Length > end - offset)
            throw Cut(what);
        for (int read; !destination.IsEmpty; destination = destination[read..], offset += read)
            if ((read = RandomAccess.Read(file.SafeFileHandle, destination, offset)) == 0)
                throw Cut(what);
    }

    /// <summary>Returns true if two schemas have the same columns.</summary>
    internal static bool AreLike(ImmutableArray<ArrowField> left, ImmutableArray<ArrowField> right) =>
        left.Length == right.Length && left.Zip(right).All(pair => pair.First.IsLike(pair.Second));

    private static ArrowMessage Describe(FlatBufferTable batch, ImmutableArray<ArrowField> fields, ArrowMessage message, long start,
        string what)
    {
        long rows = batch.Int64(0);
        if (rows is < 0 or > int.MaxValue)
            throw ArrowFault.Damaged($"{what} declares {rows} rows; a batch has at most {int.MaxValue}");
        if (rows > MostRowsWithoutBytes && message.BodyBytes == 0)
            throw ArrowFault.Damaged($"{what} declares {rows} rows, but stores no values");
        ReadOnlySpan<byte> nodes = batch.Values(1, 2 * sizeof(long)).Span, buffers = batch.Values(2, 2 * sizeof(long)).Span,
            variadic = batch.Values(4, sizeof(long)).Span;
        bool isCompressed = batch.Table(3) is not null;
        if (batch.Table(3) is { } compression && (compression.Byte(0) > 1 || compression.Byte(1) != 0))
            throw ArrowFault.Unsupported($"{what} is compressed with codec {compression.Byte(0)}", "Compress it with LZ4 or zstd");
        ArrowLayout layout = new(nodes, variadic, what);
        foreach (ArrowField field in fields)
            layout.Add(field, rows);
        layout.Complete(buffers.Length / (2 * sizeof(long)));
        (long Offset, long Bytes)[] found = new (long, long)[buffers.Length / (2 * sizeof(long))];
        for (int i = 0; i < found.Length; i++)
        {
            long at = BinaryPrimitives.ReadInt64LittleEndian(buffers[(16 * i)..]);
            long bytes = BinaryPrimitives.ReadInt64LittleEndian(buffers[((16 * i) + 8)..]);
            if (at < 0 || bytes is < 0 or > int.MaxValue || at > message.BodyBytes || bytes > message.BodyBytes - at)
                throw ArrowFault.Damaged($"{what} has a buffer of {bytes} bytes at {at}, outside its {message.BodyBytes} bytes of values");
            found[i] = (start + at, bytes);
        }
        return message.BodyBytes > int.MaxValue
            ? throw ArrowFault.Unsupported($"{what} has {message.BodyBytes} bytes of values; at most {int.MaxValue} are read",
                "Write it in smaller batches")
            : message with { Rows = (int)rows, Buffers = found, IsCompressed = isCompressed, Nulls = layout.Nulls };
    }

    private void AddDictionaries(IEnumerable<ArrowField> added)
    {
        foreach (ArrowField field in added)
        {
            if (field.DictionaryId is { } id && !dictionaries.TryAdd(id, field)
                && !(dictionaries[id] with { Name = "" }).IsLike(field with { Name = "" }))
                throw ArrowFault.Damaged($"its columns '{dictionaries[id].Name}' and '{field.Name}' have different values in dictionary {id}");
            AddDictionaries(field.Children);
        }
    }

    private static ArrowFault Cut(string what) => ArrowFault.Damaged($"it ends within {what}");
}
