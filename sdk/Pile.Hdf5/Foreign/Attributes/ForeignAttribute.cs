using System.Buffers.Binary;

namespace Pile.Hdf5;

/// <summary>An attribute of a group, dataset or type.</summary>
internal sealed class ForeignAttribute
{
    private readonly ForeignFile owner;
    private readonly ForeignSpace space;
    private readonly ReadOnlyMemory<byte> stored;
    private readonly string item;

    internal ForeignAttribute(ForeignFile owner, string item, string name, ForeignType type, ForeignSpace space,
        ReadOnlyMemory<byte> stored)
    {
        (this.owner, this.item, this.space, this.stored) = (owner, $"{item}@{name}", space, stored);
        (Name, Type) = (name, type);
    }

    /// <summary>Its name.</summary>
    internal string Name { get; }

    /// <summary>The type of its elements.</summary>
    internal ForeignType Type { get; }

    /// <summary>The lengths of its dimensions; empty for a scalar or if there is no value.</summary>
    internal IReadOnlyList<long> Shape => space.Shape;

    /// <summary>True if the attribute has a type, but no value.</summary>
    internal bool IsNull => space.IsNull;

    /// <summary>Reads the values of a fixed-size type, little-endian.</summary>
    /// <exception cref="Hdf5Exception">Values of the type cannot be read.</exception>
    internal byte[] Read()
    {
        if (Type.Obstacle is not null)
            throw new Hdf5Exception(owner.Path, item, $"values of type {Type}: {Type.Obstacle}") { IsUnsupported = true };
        byte[] values = stored.ToArray();
        NativeOrder.Convert(Type, values);
        return values;
    }

    /// <summary>Reads texts or sequences of variable length.</summary>
    /// <exception cref="Hdf5Exception">The values are corrupt, or cannot be read.</exception>
    internal ReadOnlyMemory<byte>[] ReadSequences() => Type.IsVariable ? owner.Sequences.Read(Type, stored.Span, item)
        : throw new Hdf5Exception(owner.Path, item, $"expected elements of variable length, found {Type}");

    /// <summary>Reads sequences of references to objects.</summary>
    /// <returns>For each sequence, the addresses of the headers of the objects.</returns>
    /// <exception cref="Hdf5Exception">The attribute has other values, or is corrupt.</exception>
    internal long[][] ReadReferences()
    {
        if (Type is not { Kind: ForeignTypeKind.Sequence, Base: { Kind: ForeignTypeKind.Reference, Bytes: sizeof(long) } })
            throw new Hdf5Exception(owner.Path, item, $"expected sequences of references, found {Type}");
        return [.. owner.Sequences.Locate(Type, stored.Span, item).Select(Addresses)];

        long[] Addresses((long Offset, long Count) place)
        {
            byte[] bytes = new byte[place.Count * sizeof(long)];
            if (bytes.Length > 0)
                owner.Bytes.Fill(place.Offset - owner.Bytes.BaseOffset, bytes);
            return [.. bytes.Chunk(sizeof(long)).Select(reference => BinaryPrimitives.ReadInt64LittleEndian(reference))];
        }
    }
}
