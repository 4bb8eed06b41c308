using System.Runtime.InteropServices;

namespace Pile.Hdf5.Native;

/// <summary>H5T and H5A.</summary>
internal static partial class Hdf5Native
{
    internal const int Utf8 = 1;
    internal const int NullPadded = 1;

    [LibraryImport(Library, EntryPoint = "H5Tcopy")]
    internal static partial TypeHandle CopyType(long predefined);

    [LibraryImport(Library, EntryPoint = "H5Tclose")]
    internal static partial int CloseType(nint type);

    [LibraryImport(Library, EntryPoint = "H5Tset_size")]
    internal static partial int SetSize(TypeHandle type, nuint bytes);

    [LibraryImport(Library, EntryPoint = "H5Tenum_create")]
    internal static partial TypeHandle CreateEnum(TypeHandle baseType);

    [LibraryImport(Library, EntryPoint = "H5Tenum_insert", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int InsertMember(TypeHandle type, string name, in sbyte value);

    /// <summary>Class 6 (H5T_COMPOUND) is a structure of members, which <see cref="InsertField"/> adds.</summary>
    [LibraryImport(Library, EntryPoint = "H5Tcreate")]
    internal static partial TypeHandle CreateType(int typeClass, nuint bytes);

    [LibraryImport(Library, EntryPoint = "H5Tinsert", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int InsertField(TypeHandle type, string name, nuint offset, TypeHandle field);

    [LibraryImport(Library, EntryPoint = "H5Tarray_create2")]
    internal static partial TypeHandle CreateArrayType(TypeHandle element, uint rank, ReadOnlySpan<ulong> shape);

    [LibraryImport(Library, EntryPoint = "H5Tset_cset")]
    internal static partial int SetCharacterSet(TypeHandle type, int characterSet);

    [LibraryImport(Library, EntryPoint = "H5Tset_strpad")]
    internal static partial int SetStringPadding(TypeHandle type, int padding);

    [LibraryImport(Library, EntryPoint = "H5Acreate2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial AttributeHandle CreateAttribute(Hdf5Handle owner, string name, TypeHandle type, SpaceHandle space,
        PropertyHandle creation, nint access);

    [LibraryImport(Library, EntryPoint = "H5Aclose")]
    internal static partial int CloseAttribute(nint attribute);

    [LibraryImport(Library, EntryPoint = "H5Awrite")]
    internal static partial int Write(AttributeHandle attribute, TypeHandle memoryType, ReadOnlySpan<byte> values);
}
