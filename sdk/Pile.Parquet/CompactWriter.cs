using System.Text;

namespace Pile.Parquet;

/// <summary>Writes Thrift's compact protocol, which Parquet uses for its footer and page headers.</summary>
internal sealed class CompactWriter
{
    private const byte I32 = 5, I64 = 6, Binary = 8, List = 9, Struct = 12;

    // The maximum nesting depth of the footer.
    private readonly int[] outer = new int[8];
    private byte[] bytes = new byte[256];
    private int length, depth, lastField;

    internal ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);

    internal void Int32(int field, int value)
    {
        Field(field, I32);
        ZigZag(value);
    }

    internal void Int64(int field, long value)
    {
        Field(field, I64);
        ZigZag(value);
    }

    internal void Text(int field, string value)
    {
        Field(field, Binary);
        Element(value);
    }

    internal void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Field(field, Binary);
        Element(value);
    }

    internal void BeginStruct(int field)
    {
        Field(field, Struct);
        BeginElement();
    }

    /// <summary>Begins a list of structs; write each between <see cref="BeginElement"/> and <see cref="EndStruct"/>.</summary>
    internal void ListOfStructs(int field, int count) => ListHeader(field, count, Struct);

    /// <summary>Writes the header of a list of structs, without that of its field.</summary>
    internal void ListOfStructs(int count) => ListHeader(count, Struct);

    /// <summary>Writes an integer without the header of its field.</summary>
    internal void Value(long value) => ZigZag(value);

    /// <summary>Writes bytes that are in the protocol already.</summary>
    internal void Raw(ReadOnlySpan<byte> written)
    {
        Grow(written.Length);
        written.CopyTo(bytes.AsSpan(length));
        length += written.Length;
    }

    internal void ListOfInts(int field, ReadOnlySpan<int> values)
    {
        ListHeader(field, values.Length, I32);
        foreach (int value in values)
            ZigZag(value);
    }

    internal void ListOfOneText(int field, string value)
    {
        ListHeader(field, 1, Binary);
        Element(value);
    }

    internal void BeginElement()
    {
        outer[depth++] = lastField;
        lastField = 0;
    }

    internal void EndStruct()
    {
        Byte(0);
        lastField = depth > 0 ? outer[--depth] : 0;
    }

    private void ListHeader(int field, int count, byte type)
    {
        Field(field, List);
        ListHeader(count, type);
    }

    private void ListHeader(int count, byte type)
    {
        if (count < 15)
            Byte((byte)((count << 4) | type));
        else
        {
            Byte((byte)(0xF0 | type));
            VarInt((ulong)count);
        }
    }

    private void Field(int field, byte type)
    {
        // Fields are written in order and close together here, so the difference always fits.
        Byte((byte)(((field - lastField) << 4) | type));
        lastField = field;
    }

    private void Element(string value) => Element(Encoding.UTF8.GetBytes(value));

    private void Element(ReadOnlySpan<byte> value)
    {
        VarInt((ulong)value.Length);
        Raw(value);
    }

    private void ZigZag(long value) => VarInt((ulong)((value << 1) ^ (value >> 63)));

    private void VarInt(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    private void Byte(byte value)
    {
        Grow(1);
        bytes[length++] = value;
    }

    private void Grow(int more)
    {
        if (bytes.Length - length < more)
            Array.Resize(ref bytes, Math.Max(2 * bytes.Length, length + more));
    }
}
