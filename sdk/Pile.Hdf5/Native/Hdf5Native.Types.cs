using System.Runtime.InteropServices;

namespace Pile.Hdf5.Native;

/// <summary>H5T and H5A.</summary>
internal static partial class Hdf5Native
{
    internal const int ClassInteger = 0, ClassFloat = 1, ClassString = 3, ClassEnum = 8;
    internal const int Utf8 = 1;
    internal const int NullTerminated = 0, NullPadded = 1, SpacePadded = 2;

    [LibraryImport(Library, EntryPoint = "H5Tcopy")]
    internal static partial TypeHandle CopyType(long predefined);

    [LibraryImport(Library, EntryPoint = "H5Tclose")]
    internal static partial int CloseType(nint type);

    [LibraryImport(Library, EntryPoint = "H5Tget_class")]
    internal static partial int GetClass(TypeHandle type);

    [LibraryImport(Library, EntryPoint = "H5Tget_size")]
    internal static partial nuint GetSize(TypeHandle type);

    [LibraryImport(Library, EntryPoint = "H5Tset_size")]
    internal static partial int SetSize(TypeHandle type, nuint bytes);

    [LibraryImport(Library, EntryPoint = "H5Tget_order")]
    internal static partial int GetOrder(TypeHandle type);

    [LibraryImport(Library, EntryPoint = "H5Tget_sign")]
    internal static partial int GetSign(TypeHandle type);

    [LibraryImport(Library, EntryPoint = "H5Tget_precision")]
    internal static partial nuint GetPrecision(TypeHandle type);

    [LibraryImport(Library, EntryPoint = "H5Tget_offset")]
    internal static partial int GetBitOffset(TypeHandle type);

    [LibraryImport(Library, EntryPoint = "H5Tget_fields")]
    internal static partial int GetFloatFields(TypeHandle type, out nuint signBit, out nuint exponentBit, out nuint exponentBits, out nuint mantissaBit, out nuint mantissaBits);

    [LibraryImport(Library, EntryPoint = "H5Tget_super")]
    internal static partial TypeHandle GetBaseType(TypeHandle type);

    [LibraryImport(Library, EntryPoint = "H5Tget_nmembers")]
    internal static partial int CountMembers(TypeHandle type);

    /// <summary>Owned by the caller: give it back to H5free_memory.</summary>
    [LibraryImport(Library, EntryPoint = "H5Tget_member_name")]
    internal static partial nint GetMemberName(TypeHandle type, uint index);

    [LibraryImport(Library, EntryPoint = "H5Tget_member_value")]
    internal static partial int GetMemberValue(TypeHandle type, uint index, out sbyte value);

    [LibraryImport(Library, EntryPoint = "H5Tenum_create")]
    internal static partial TypeHandle CreateEnum(TypeHandle baseType);

    [LibraryImport(Library, EntryPoint = "H5Tenum_insert", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int InsertMember(TypeHandle type, string name, in sbyte value);

    [LibraryImport(Library, EntryPoint = "H5Tis_variable_str")]
    internal static partial int IsVariableString(TypeHandle type);

    [LibraryImport(Library, EntryPoint = "H5Tget_cset")]
    internal static partial int GetCharacterSet(TypeHandle type);

    [LibraryImport(Library, EntryPoint = "H5Tset_cset")]
    internal static partial int SetCharacterSet(TypeHandle type, int characterSet);

    [LibraryImport(Library, EntryPoint = "H5Tget_strpad")]
    internal static partial int GetStringPadding(TypeHandle type);

    [LibraryImport(Library, EntryPoint = "H5Tset_strpad")]
    internal static partial int SetStringPadding(TypeHandle type, int padding);

    [LibraryImport(Library, EntryPoint = "H5Acreate2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial AttributeHandle CreateAttribute(Hdf5Handle owner, string name, TypeHandle type, SpaceHandle space, PropertyHandle creation, nint access);

    [LibraryImport(Library, EntryPoint = "H5Aopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial AttributeHandle OpenAttribute(Hdf5Handle owner, string name, nint access);

    [LibraryImport(Library, EntryPoint = "H5Aexists", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int AttributeExists(Hdf5Handle owner, string name);

    [LibraryImport(Library, EntryPoint = "H5Aclose")]
    internal static partial int CloseAttribute(nint attribute);

    [LibraryImport(Library, EntryPoint = "H5Aget_type")]
    internal static partial TypeHandle GetType(AttributeHandle attribute);

    [LibraryImport(Library, EntryPoint = "H5Aget_space")]
    internal static partial SpaceHandle GetSpace(AttributeHandle attribute);

    [LibraryImport(Library, EntryPoint = "H5Aget_storage_size")]
    internal static partial ulong GetStoredBytes(AttributeHandle attribute);

    [LibraryImport(Library, EntryPoint = "H5Awrite")]
    internal static partial int Write(AttributeHandle attribute, TypeHandle memoryType, ReadOnlySpan<byte> values);

    [LibraryImport(Library, EntryPoint = "H5Aread")]
    internal static partial int Read(AttributeHandle attribute, TypeHandle memoryType, Span<byte> values);

    [LibraryImport(Library, EntryPoint = "H5Aiterate2")]
    internal static unsafe partial int IterateAttributes(Hdf5Handle owner, int indexType, int order, ref ulong position,
        delegate* unmanaged[Cdecl]<long, byte*, nint, nint, int> function, nint data);
}
