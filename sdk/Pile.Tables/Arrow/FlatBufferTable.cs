using System.Buffers.Binary;
using System.Text;

namespace Pile.Tables.Arrow;

/// <summary>A table of a FlatBuffer that is not trusted: each offset is checked before it is followed.</summary>
/// <remarks>Source: FlatBuffers, "FlatBuffer Internals" (flatbuffers.dev). Members have numbers, as in the schemas of Arrow's format.
/// Apache.Arrow reads the same bytes afterwards, and follows offsets without limits.</remarks>
internal readonly struct FlatBufferTable
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> bytes;
    private readonly int start, members, memberBytes, tableBytes;

    private FlatBufferTable(ReadOnlyMemory<byte> bytes, long start)
    {
        this.bytes = bytes;
        this.start = Require(start, sizeof(int));
        members = Require(start - Int32At(this.start), 2 * sizeof(ushort));
        (memberBytes, tableBytes) = (UInt16At(members), UInt16At(members + sizeof(ushort)));
        if (memberBytes < 2 * sizeof(ushort) || memberBytes % sizeof(ushort) != 0)
            throw Invalid($"a table has {memberBytes} bytes of members");
        Require(members, memberBytes);
        Require(this.start, tableBytes);
    }

    /// <summary>Returns the root of a buffer.</summary>
    /// <exception cref="ArrowFault">An offset is outside the buffer.</exception>
    internal static FlatBufferTable Root(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < sizeof(int))
            throw Invalid("it has no root");
        return new FlatBufferTable(bytes, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span));
    }

    internal byte Byte(int member, byte absent = 0) => Find(member, sizeof(byte)) is >= 0 and int at ? bytes.Span[at] : absent;

    internal short Int16(int member, short absent = 0) =>
        Find(member, sizeof(short)) is >= 0 and int at ? BinaryPrimitives.ReadInt16LittleEndian(bytes.Span[at..]) : absent;

    internal int Int32(int member, int absent = 0) => Find(member, sizeof(int)) is >= 0 and int at ? Int32At(at) : absent;

    internal long Int64(int member) =>
        Find(member, sizeof(long)) is >= 0 and int at ? BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[at..]) : 0;

    /// <summary>Returns a member that is a table; null without it.</summary>
    internal FlatBufferTable? Table(int member) =>
        Find(member, sizeof(uint)) is >= 0 and int at ? new FlatBufferTable(bytes, Follow(at)) : null;

    /// <summary>Returns a member that is text; null without it.</summary>
    internal string? Text(int member)
    {
        if (Find(member, sizeof(uint)) is not (>= 0 and int at))
            return null;
        ReadOnlyMemory<byte> utf8 = Vector(at, sizeof(byte));
        try
        {
            return Strict.GetString(utf8.Span);
        }
        catch (DecoderFallbackException)
        {
            throw Invalid("a text is not valid UTF-8");
        }
    }

    /// <summary>Returns the bytes of a member that is a vector of numbers or structs; empty without it.</summary>
    /// <param name="member">The member.</param>
    /// <param name="elementBytes">The size of an element.</param>
    internal ReadOnlyMemory<byte> Values(int member, int elementBytes) =>
        Find(member, sizeof(uint)) is >= 0 and int at ? Vector(at, elementBytes) : default;

    /// <summary>Returns the number of elements of a member that is a vector of tables.</summary>
    internal int TableCount(int member) => Values(member, sizeof(uint)).Length / sizeof(uint);

    /// <summary>Returns an element of a vector of tables.</summary>
    internal FlatBufferTable TableOf(int member, int index)
    {
        int vector = Follow(Find(member, sizeof(uint)));
        return new FlatBufferTable(bytes, Follow(vector + sizeof(uint) + (index * sizeof(uint))));
    }

    /// <summary>Creates the exception for a buffer that contradicts the format.</summary>
    internal static ArrowFault Invalid(string finding) => ArrowFault.Damaged($"its metadata are damaged: {finding}");

    // Returns where a member is stored; -1 without it.
    private int Find(int member, int size)
    {
        int slot = (2 + member) * sizeof(ushort);
        int offset = slot + sizeof(ushort) <= memberBytes ? UInt16At(members + slot) : 0;
        if (offset == 0)
            return -1;
        if (offset + size > tableBytes)
            throw Invalid($"member {member} of a table is outside it");
        return start + offset;
    }

    private int Follow(int at) => Require(at + (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[Require(at, sizeof(uint))..]),
        sizeof(uint));

    private ReadOnlyMemory<byte> Vector(int at, int elementBytes)
    {
        int vector = Follow(at);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[vector..]) * (long)elementBytes;
        return bytes.Slice(Require(vector + sizeof(uint), length), (int)length);
    }

    private int Require(long at, long length) => at >= 0 && length <= bytes.Length - at ? (int)at
        : throw Invalid($"{length} bytes at offset {at} are outside its {bytes.Length} bytes");

    private int Int32At(int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[at..]);

    private ushort UInt16At(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span[at..]);
}
