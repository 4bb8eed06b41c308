using Pile.Format;

namespace Pile.Hdf5.Native;

/// <summary>Creates the library's element types. The caller disposes them.</summary>
internal static class Hdf5Types
{
    private static readonly string[] Stored =
        ["", "H5T_STD_I8LE", "H5T_STD_U8LE", "H5T_STD_I16LE", "H5T_STD_U16LE", "H5T_STD_I32LE", "H5T_STD_U32LE", "H5T_STD_I64LE",
            "H5T_STD_U64LE", "H5T_IEEE_F32LE", "H5T_IEEE_F64LE"];

    /// <summary>The names of the predefined ids in use, without the suffix <c>_g</c>.</summary>
    internal static IEnumerable<string> PredefinedNames => Stored.Skip(1);

    /// <summary>Creates the type of elements on disk, which on a little-endian machine is also the type in memory.</summary>
    /// <param name="type">The dtype.</param>
    /// <param name="stringBytes">The length of a string; ignored for other types.</param>
    internal static TypeHandle Create(DType type, int stringBytes = 0) => type switch
    {
        DType.Bool => CreateBool(),
        DType.String => CreateString((nuint)stringBytes),
        _ => Hdf5Native.CopyType(Hdf5Library.Id(Stored[(int)type])),
    };

    /// <summary>Creates the type of UTF-8 strings of variable length, each a pointer in memory.</summary>
    internal static TypeHandle CreateVariableString()
    {
        TypeHandle type = Hdf5Native.CopyType(Hdf5Library.Id("H5T_C_S1"));
        _ = Hdf5Native.SetSize(type, unchecked((nuint)Hdf5Native.Undefined));
        _ = Hdf5Native.SetCharacterSet(type, Hdf5Native.Utf8);
        return type;
    }

    /// <summary>Creates the type of a structure without gaps between its fields.</summary>
    internal static TypeHandle CreateCompound(IReadOnlyList<Hdf5Field> fields)
    {
        const int compound = 6;
        TypeHandle type = Hdf5Native.CreateType(compound, (nuint)fields.Sum(field => field.Bytes));
        int offset = 0;
        foreach (Hdf5Field field in fields)
        {
            using TypeHandle element = Create(field.DType, field.StringBytes);
            using TypeHandle? array = field.Shape.IsEmpty ? null
                : Hdf5Native.CreateArrayType(element, (uint)field.Shape.Length, [.. field.Shape.Select(length => (ulong)length)]);
            _ = Hdf5Native.InsertField(type, field.Name, (nuint)offset, array ?? element);
            offset += field.Bytes;
        }
        return type;
    }

    private static TypeHandle CreateString(nuint bytes)
    {
        TypeHandle type = Hdf5Native.CopyType(Hdf5Library.Id("H5T_C_S1"));
        _ = Hdf5Native.SetSize(type, bytes);
        _ = Hdf5Native.SetCharacterSet(type, Hdf5Native.Utf8);
        _ = Hdf5Native.SetStringPadding(type, Hdf5Native.NullPadded);
        return type;
    }

    /// <summary>Creates h5py's boolean type: an enumeration over int8 of FALSE and TRUE.</summary>
    private static TypeHandle CreateBool()
    {
        using TypeHandle int8 = Create(DType.Int8);
        TypeHandle type = Hdf5Native.CreateEnum(int8);
        _ = Hdf5Native.InsertMember(type, "FALSE", 0);
        _ = Hdf5Native.InsertMember(type, "TRUE", 1);
        return type;
    }
}
