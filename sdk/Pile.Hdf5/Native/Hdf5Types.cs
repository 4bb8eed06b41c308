using Pile.Format;

namespace Pile.Hdf5.Native;

/// <summary>Types of elements as the library has them, made new for each use: dispose them.</summary>
internal static class Hdf5Types
{
    private static readonly string[] Stored =
        ["", "H5T_STD_I8LE", "H5T_STD_U8LE", "H5T_STD_I16LE", "H5T_STD_U16LE", "H5T_STD_I32LE", "H5T_STD_U32LE", "H5T_STD_I64LE",
            "H5T_STD_U64LE", "H5T_IEEE_F32LE", "H5T_IEEE_F64LE"];

    /// <summary>The names of the predefined ids used here, without their <c>_g</c>.</summary>
    internal static IEnumerable<string> PredefinedNames => Stored.Skip(1);

    /// <summary>The type that elements have on disk and, the machine being little-endian, in memory.</summary>
    /// <param name="type">What they are.</param>
    /// <param name="stringBytes">The width of a string; ignored for others.</param>
    internal static TypeHandle Create(DType type, int stringBytes = 0) => type switch
    {
        DType.Bool => CreateBool(),
        DType.String => CreateString((nuint)stringBytes),
        _ => Hdf5Native.CopyType(Hdf5Library.Id(Stored[(int)type])),
    };

    /// <summary>UTF-8 strings of any length, each a pointer in memory.</summary>
    internal static TypeHandle CreateVariableString()
    {
        TypeHandle type = Hdf5Native.CopyType(Hdf5Library.Id("H5T_C_S1"));
        _ = Hdf5Native.SetSize(type, unchecked((nuint)Hdf5Native.Undefined));
        _ = Hdf5Native.SetCharacterSet(type, Hdf5Native.Utf8);
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

    /// <summary>h5py's boolean: an enumeration over int8 of FALSE and TRUE.</summary>
    private static TypeHandle CreateBool()
    {
        using TypeHandle int8 = Create(DType.Int8);
        TypeHandle type = Hdf5Native.CreateEnum(int8);
        _ = Hdf5Native.InsertMember(type, "FALSE", 0);
        _ = Hdf5Native.InsertMember(type, "TRUE", 1);
        return type;
    }
}
