using System.Runtime.InteropServices;

namespace Pile.DuckDb;

/// <content>Saves columns as bytes of this machine's order, and loads them.</content>
internal abstract partial class DuckDbColumn
{
    private enum Kind : byte
    {
        Plain,
        Text,
        Lists,
        Vectors,
    }

    /// <summary>Writes the values to a stream.</summary>
    /// <exception cref="NotSupportedException">The column was created from strings, fixed-length texts or nested lists.</exception>
    internal void Save(BinaryWriter to)
    {
        Write(to, isNull.Span);
        SaveValues(to);
    }

    /// <summary>Reads the values of a column that was saved.</summary>
    /// <exception cref="EndOfStreamException">The stream ends within the column.</exception>
    /// <exception cref="InvalidDataException">The bytes are not those of a column.</exception>
    internal static DuckDbColumn Load(BinaryReader from)
    {
        bool[] nulls = Read<bool>(from);
        (Kind kind, DuckDbTypeId type) = ((Kind)from.ReadByte(), (DuckDbTypeId)from.ReadByte());
        return type switch
        {
            DuckDbTypeId.Varchar => Utf8(Read<int>(from), Read<byte>(from), nulls),
            DuckDbTypeId.Blob => Blobs(Read<int>(from), Read<byte>(from), nulls),
            DuckDbTypeId.Boolean => Load<bool>(from, kind, nulls),
            DuckDbTypeId.TinyInt => Load<sbyte>(from, kind, nulls),
            DuckDbTypeId.UTinyInt => Load<byte>(from, kind, nulls),
            DuckDbTypeId.SmallInt => Load<short>(from, kind, nulls),
            DuckDbTypeId.USmallInt => Load<ushort>(from, kind, nulls),
            DuckDbTypeId.Integer => Load<int>(from, kind, nulls),
            DuckDbTypeId.UInteger => Load<uint>(from, kind, nulls),
            DuckDbTypeId.BigInt => Load<long>(from, kind, nulls),
            DuckDbTypeId.UBigInt => Load<ulong>(from, kind, nulls),
            DuckDbTypeId.Float => Load<float>(from, kind, nulls),
            DuckDbTypeId.Double => Load<double>(from, kind, nulls),
            _ => throw new InvalidDataException($"A column cannot have the type {type}."),
        };
    }

    private protected virtual void SaveValues(BinaryWriter to) => throw new NotSupportedException($"{GetType().Name} cannot be saved.");

    private static DuckDbColumn Load<T>(BinaryReader from, Kind kind, bool[] nulls) where T : unmanaged => kind switch
    {
        Kind.Plain => new Plain<T>(Read<T>(from), nulls),
        Kind.Lists => new Ragged<T>(Read<int>(from), Read<T>(from), nulls),
        Kind.Vectors => new Rectangular<T>(from.ReadInt32(), Read<T>(from), nulls),
        _ => throw new InvalidDataException($"A column of numbers cannot be of the kind {kind}."),
    };

    private static void Write<T>(BinaryWriter to, ReadOnlySpan<T> values) where T : unmanaged
    {
        to.Write(values.Length);
        to.Write(MemoryMarshal.AsBytes(values));
    }

    private static T[] Read<T>(BinaryReader from) where T : unmanaged
    {
        T[] values = new T[from.ReadInt32()];
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static void WriteKind<T>(BinaryWriter to, Kind kind) where T : unmanaged
    {
        to.Write((byte)kind);
        to.Write((byte)DuckDbType.Of<T>().Id);
    }
}
