using System.Buffers.Binary;
using System.Text;

namespace Pile.Tables.Writing;

/// <summary>Builds a FlatBuffer from its end to its start, children before parents.</summary>
/// <remarks>Source: FlatBuffers, "FlatBuffer Internals" (flatbuffers.dev). References are offsets from the end of the buffer.</remarks>
internal sealed class FlatBuffer
{
    private byte[] bytes = new byte[1 << 12];
    private int free = 1 << 12, alignment = 1, tableStart;
    private int[] slots = [];

    private int End => bytes.Length - free;

    /// <summary>Adds a text.</summary>
    /// <returns>Its reference.</returns>
    internal int Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Prepare(sizeof(int), utf8.Length + 1);
        free -= utf8.Length + 1;
        utf8.CopyTo(bytes, free);
        bytes[free + utf8.Length] = 0;
        return Count(utf8.Length);
    }

    /// <summary>Adds a vector of references.</summary>
    internal int References(ReadOnlySpan<int> references)
    {
        Prepare(sizeof(int), sizeof(int) * references.Length);
        for (int i = references.Length - 1; i >= 0; i--)
            Put(End - references[i] + sizeof(int));
        return Count(references.Length);
    }

    /// <summary>Adds a vector of structs, whose members are 64-bit numbers.</summary>
    /// <param name="members">The members of all structs.</param>
    /// <param name="perStruct">The number of members of a struct.</param>
    internal int Structs(ReadOnlySpan<long> members, int perStruct)
    {
        Prepare(sizeof(int), sizeof(long) * members.Length);
        Prepare(sizeof(long), sizeof(long) * members.Length);
        for (int i = members.Length - 1; i >= 0; i--)
        {
            free -= sizeof(long);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(free), members[i]);
        }
        return Count(members.Length / perStruct);
    }

    /// <summary>Begins a table. No other table, text or vector may be added until <see cref="EndTable"/>.</summary>
    internal void BeginTable(int slotCount) => (slots, tableStart) = (new int[slotCount], End);

    internal void Reference(int slot, int reference)
    {
        Prepare(sizeof(int), 0);
        Put(End - reference + sizeof(int));
        slots[slot] = End;
    }

    internal void Byte(int slot, byte value)
    {
        Prepare(1, 0);
        bytes[--free] = value;
        slots[slot] = End;
    }

    internal void Int16(int slot, short value)
    {
        Prepare(sizeof(short), 0);
        Put(value);
        slots[slot] = End;
    }

    internal void Int32(int slot, int value)
    {
        Prepare(sizeof(int), 0);
        Put(value);
        slots[slot] = End;
    }

    internal void Int64(int slot, long value)
    {
        Prepare(sizeof(long), 0);
        free -= sizeof(long);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(free), value);
        slots[slot] = End;
    }

    /// <summary>Ends a table.</summary>
    /// <returns>Its reference.</returns>
    internal int EndTable()
    {
        Prepare(sizeof(int), 0);
        Put(0);
        int table = End;
        for (int i = slots.Length - 1; i >= 0; i--)
        {
            Prepare(sizeof(short), 0);
            Put((short)(slots[i] == 0 ? 0 : table - slots[i]));
        }
        Put((short)(table - tableStart));
        Put((short)((slots.Length + 2) * sizeof(short)));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.Length - table), End - table);
        return table;
    }

    /// <summary>Returns the buffer with its root.</summary>
    internal ReadOnlySpan<byte> Finish(int root)
    {
        Prepare(alignment, sizeof(int));
        Prepare(sizeof(int), 0);
        Put(End - root + sizeof(int));
        return bytes.AsSpan(free);
    }

    private int Count(int count)
    {
        Put(count);
        return End;
    }

    // Aligns so that a value of a size is aligned after other bytes are added.
    private void Prepare(int size, int otherBytes)
    {
        alignment = Math.Max(alignment, size);
        int padding = -(End + otherBytes) & (size - 1);
        while (free < padding + size + otherBytes + sizeof(int))
        {
            byte[] larger = new byte[2 * bytes.Length];
            bytes.CopyTo(larger, bytes.Length);
            (free, bytes) = (free + bytes.Length, larger);
        }
        free -= padding;
    }

    private void Put(int value)
    {
        free -= sizeof(int);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(free), value);
    }

    private void Put(short value)
    {
        free -= sizeof(short);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(free), value);
    }
}
