using System.Text;

namespace Pile.Parquet;

/// <summary>Reads Thrift's compact protocol from untrusted bytes.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="path">The file, for messages.</param>
internal ref struct CompactReader(ReadOnlySpan<byte> bytes, string path)
{
    private const int True = 1, False = 2, I8 = 3, I16 = 4, I32 = 5, I64 = 6, Double = 7, Binary = 8, List = 9, Set = 10, Map = 11,
        Struct = 12;
    private const int MaxDepth = 16;

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at, lastField, type;

    /// <summary>The number of bytes read.</summary>
    internal readonly int Position => at;

    /// <summary>Enters a struct; pass the return value to <see cref="Leave"/>.</summary>
    internal int Enter()
    {
        int outer = lastField;
        lastField = 0;
        return outer;
    }

    internal void Leave(int outer) => lastField = outer;

    /// <summary>Reads the next field header of the current struct; returns false at its end.</summary>
    internal bool TryNext(out int field)
    {
        int header = Byte();
        (type, field) = (header & 15, lastField + (header >> 4));
        if (header == 0)
            return false;
        if (header >> 4 == 0)
            field = (int)ZigZag();
        lastField = field;
        return true;
    }

    internal int Int32() => Int64() is var value && value == (int)value ? (int)value : throw Damaged();

    internal long Int64() => type is I16 or I32 or I64 ? ZigZag() : throw Damaged();

    internal string Text() => Encoding.UTF8.GetString(Bytes());

    internal ReadOnlySpan<byte> Bytes() => type == Binary ? Element() : throw Damaged();

    internal readonly void RequireStruct()
    {
        if (type != Struct)
            throw Damaged();
    }

    /// <summary>Reads a list header. The count is at most the number of remaining bytes.</summary>
    internal int ListCount(bool ofStructs)
    {
        if (type != List)
            throw Damaged();
        int count = ListHead(out int element);
        return (element == Struct) == ofStructs || count == 0 ? count : throw Damaged();
    }

    /// <summary>Reads a list of texts.</summary>
    internal string[] Texts()
    {
        if (type != List)
            throw Damaged();
        string[] texts = new string[ListHead(out int element)];
        if (texts.Length > 0 && element != Binary)
            throw Damaged();
        for (int i = 0; i < texts.Length; i++)
            texts[i] = Encoding.UTF8.GetString(Element());
        return texts;
    }

    /// <summary>Checks a number of elements that take at least one byte each against the remaining bytes.</summary>
    internal readonly int Bounded(long count) => Count((ulong)count);

    /// <summary>Skips the value of the current field.</summary>
    internal void Skip() => Skip(type, MaxDepth);

    private void Skip(int what, int depth)
    {
        if (depth == 0)
            throw Damaged();
        switch (what)
        {
            case True or False:
                break;
            case I8:
                Byte();
                break;
            case I16 or I32 or I64:
                ZigZag();
                break;
            case Double:
                Advance(8);
                break;
            case Binary:
                Element();
                break;
            case List or Set:
                for (int i = ListHead(out int element); i > 0; i--)
                    SkipElement(element, depth);
                break;
            case Map:
                int pairs = Count(VarInt());
                int types = pairs > 0 ? Byte() : 0;
                for (; pairs > 0; pairs--)
                {
                    SkipElement(types >> 4, depth);
                    SkipElement(types & 15, depth);
                }
                break;
            case Struct:
                int outer = Enter();
                while (TryNext(out _))
                    Skip(type, depth - 1);
                Leave(outer);
                break;
            default:
                throw Damaged();
        }
    }

    // A boolean is part of the field header, but takes one byte in a list.
    private void SkipElement(int element, int depth)
    {
        if (element is True or False)
            Byte();
        else
            Skip(element, depth - 1);
    }

    private int ListHead(out int element)
    {
        int head = Byte();
        element = head & 15;
        return head >> 4 == 15 ? Count(VarInt()) : Count((ulong)(head >> 4));
    }

    private readonly int Count(ulong count) => count <= (ulong)(bytes.Length - at) ? (int)count : throw Damaged();

    private ReadOnlySpan<byte> Element()
    {
        int length = Count(VarInt());
        Advance(length);
        return bytes.Slice(at - length, length);
    }

    private void Advance(int count) => at = count <= bytes.Length - at ? at + count : throw Damaged();

    private long ZigZag() => VarInt() is var value ? (long)(value >> 1) ^ -(long)(value & 1) : 0;

    private ulong VarInt()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Damaged();
    }

    private int Byte() => at < bytes.Length ? bytes[at++] : throw Damaged();

    internal readonly PlainParquetException Damaged() => new(path, $"the footer or a page header is corrupt at its byte {at}");
}
