using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <summary>Reads the attributes of one file, group or dataset, for as long as that is open.</summary>
internal sealed class Hdf5AttributeReader
{
    private readonly Hdf5Handle owner;
    private readonly Hdf5Place place;
    private readonly long fileBytes;

    internal Hdf5AttributeReader(Hdf5Handle owner, Hdf5Place place, long fileBytes) => (this.owner, this.place, this.fileBytes) = (owner, place, fileBytes);

    /// <summary>The names, in the order of their bytes.</summary>
    internal unsafe IReadOnlyList<string> Names()
    {
        List<string> names = [];
        GCHandle data = GCHandle.Alloc(names);
        try
        {
            using (Hdf5Library.Enter())
            {
                ulong position = 0;
                place.Check(Hdf5Native.IterateAttributes(owner, 0, 0, ref position, &Collect, GCHandle.ToIntPtr(data)), "listing the attributes");
            }
        }
        finally { data.Free(); }
        return names;
    }

    /// <summary>Reads an attribute, or gives null when there is none of that name.</summary>
    /// <exception cref="Hdf5Exception">It is damaged.</exception>
    internal Hdf5Attribute? Find(string name)
    {
        using (Hdf5Library.Enter())
            return place.Check(Hdf5Native.AttributeExists(owner, name), "looking for an attribute") > 0 ? Read(name) : null;
    }

    private Hdf5Attribute Read(string name)
    {
        Hdf5Place at = place with { Item = place.Item is null ? $"@{name}" : $"{place.Item}@{name}" };
        using AttributeHandle attribute = at.Check(Hdf5Native.OpenAttribute(owner, name, 0), "opening an attribute");
        using TypeHandle stored = at.Check(Hdf5Native.GetType(attribute), "reading the element type");
        using SpaceHandle space = at.Check(Hdf5Native.GetSpace(attribute), "reading the shape");
        long[] shape = Hdf5Shape.Of(space, at);
        if (Hdf5ElementType.Find(stored, at) is not { } type)
            return new(name, null, shape, Array.Empty<object>());
        if (Hdf5Shape.Elements(shape, at) is var count && count > fileBytes / type.StoredBytes)
            throw at.Found($"declares {count} values of {type.StoredBytes} bytes in a file of {fileBytes}");
        return new(name, type.DType, shape, count is 0 ? Empty(type.DType) : Values(attribute, type, (int)count, space, at));
    }

    private static Array Values(AttributeHandle attribute, Hdf5ElementType type, int count, SpaceHandle space, Hdf5Place at) => type.DType switch
    {
        DType.String => Texts(attribute, type, count, space, at),
        DType.Bool => Array.ConvertAll(Numbers<byte>(attribute, type.CreateMemoryType(), count, at), value => value switch
        {
            0 => false,
            1 => true,
            _ => throw at.Found($"the boolean {value}, neither 0 nor 1"),
        }),
        DType.Float32 or DType.Float64 => Numbers<double>(attribute, Hdf5Types.Create(DType.Float64), count, at),
        DType.UInt64 => Numbers<ulong>(attribute, Hdf5Types.Create(DType.UInt64), count, at),
        _ => Numbers<long>(attribute, Hdf5Types.Create(DType.Int64), count, at),
    };

    private static T[] Numbers<T>(AttributeHandle attribute, TypeHandle memoryType, int count, Hdf5Place at) where T : unmanaged
    {
        using (memoryType)
        {
            T[] values = new T[count];
            at.Check(Hdf5Native.Read(attribute, memoryType, MemoryMarshal.AsBytes(values.AsSpan())), "reading an attribute");
            return values;
        }
    }

    private static string[] Texts(AttributeHandle attribute, Hdf5ElementType type, int count, SpaceHandle space, Hdf5Place at)
    {
        using TypeHandle memoryType = type.Text!.IsVariable ? type.CreateMemoryType() : at.Check(Hdf5Native.GetType(attribute), "reading the element type");
        byte[] buffer = new byte[checked(count * (type.Text.IsVariable ? nint.Size : type.StoredBytes))];
        try
        {
            at.Check(Hdf5Native.Read(attribute, memoryType, buffer), "reading an attribute");
            return Hdf5Text.All(buffer, count, type, at);
        }
        finally
        {
            if (type.Text.IsVariable)
                _ = Hdf5Native.Reclaim(memoryType, space, 0, buffer);
        }
    }

    private static Array Empty(DType type) => type switch
    {
        DType.String => Array.Empty<string>(),
        DType.Bool => Array.Empty<bool>(),
        DType.Float32 or DType.Float64 => Array.Empty<double>(),
        DType.UInt64 => Array.Empty<ulong>(),
        _ => Array.Empty<long>(),
    };

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Collect(long location, byte* name, nint info, nint data)
    {
        ((List<string>)GCHandle.FromIntPtr(data).Target!).Add(Marshal.PtrToStringUTF8((nint)name) ?? "");
        return 0;
    }
}
