using System.Runtime.InteropServices;

namespace Pile.Hdf5.Native;

/// <summary>H5F, H5P, and H5O, H5L, H5G for finding things.</summary>
internal static partial class Hdf5Native
{
    internal const uint Truncate = 2, ReadOnly = 0;

    [LibraryImport(Library, EntryPoint = "H5Fcreate", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial FileHandle CreateFile(string path, uint flags, PropertyHandle creation, PropertyHandle access);

    [LibraryImport(Library, EntryPoint = "H5Fopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial FileHandle OpenFile(string path, uint flags, PropertyHandle access);

    [LibraryImport(Library, EntryPoint = "H5Fclose")]
    internal static partial int CloseFile(nint file);

    [LibraryImport(Library, EntryPoint = "H5Fget_create_plist")]
    internal static partial PropertyHandle GetFileCreation(FileHandle file);

    [LibraryImport(Library, EntryPoint = "H5Pcreate")]
    internal static partial PropertyHandle CreateProperties(long propertyClass);

    [LibraryImport(Library, EntryPoint = "H5Pclose")]
    internal static partial int CloseProperties(nint properties);

    [LibraryImport(Library, EntryPoint = "H5Pget_userblock")]
    internal static partial int GetUserBlock(PropertyHandle fileCreation, out ulong bytes);

    [LibraryImport(Library, EntryPoint = "H5Pget_sizes")]
    internal static partial int GetSizes(PropertyHandle fileCreation, out nuint addressBytes, out nuint sizeBytes);

    [LibraryImport(Library, EntryPoint = "H5Pset_meta_block_size")]
    internal static partial int SetMetaBlockSize(PropertyHandle fileAccess, ulong bytes);

    [LibraryImport(Library, EntryPoint = "H5Pset_small_data_block_size")]
    internal static partial int SetSmallDataBlockSize(PropertyHandle fileAccess, ulong bytes);

    [LibraryImport(Library, EntryPoint = "H5Pset_fclose_degree")]
    internal static partial int SetCloseDegree(PropertyHandle fileAccess, int degree);

    [LibraryImport(Library, EntryPoint = "H5Pset_obj_track_times")]
    internal static partial int SetTrackTimes(PropertyHandle objectCreation, byte track);

    [LibraryImport(Library, EntryPoint = "H5Pset_char_encoding")]
    internal static partial int SetNameEncoding(PropertyHandle linkOrAttributeCreation, int encoding);

    [LibraryImport(Library, EntryPoint = "H5Oopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ObjectHandle OpenObject(Hdf5Handle location, string name, nint linkAccess);

    [LibraryImport(Library, EntryPoint = "H5Oclose")]
    internal static partial int CloseObject(nint handle);

    [LibraryImport(Library, EntryPoint = "H5Oget_info1")]
    internal static partial int GetObjectInfo(Hdf5Handle handle, out ObjectInfo info);

    [LibraryImport(Library, EntryPoint = "H5Oget_info_by_name1", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetObjectInfo(Hdf5Handle location, string name, out ObjectInfo info, nint linkAccess);

    [LibraryImport(Library, EntryPoint = "H5Lexists", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LinkExists(Hdf5Handle location, string name, nint linkAccess);

    [LibraryImport(Library, EntryPoint = "H5Lget_info", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetLinkInfo(Hdf5Handle location, string name, out LinkInfo info, nint linkAccess);

    [LibraryImport(Library, EntryPoint = "H5Literate")]
    internal static unsafe partial int IterateLinks(Hdf5Handle group, int indexType, int order, ref ulong position,
        delegate* unmanaged[Cdecl]<long, byte*, LinkInfo*, nint, int> function, nint data);

    /// <summary>H5L_info_t: only the kind is looked at.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    internal struct LinkInfo
    {
        internal LinkKind Kind;
    }

    /// <summary>The beginning of H5O_info1_t; the size is an upper bound of the whole.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 512)]
    internal struct ObjectInfo
    {
        internal ulong FileNumber;
        internal long HeaderAddress;
        internal ObjectKind Kind;
    }

    /// <summary>H5L_type_t.</summary>
    internal enum LinkKind
    {
        Hard = 0,
        Soft = 1,
        External = 64,
    }

    /// <summary>H5O_type_t.</summary>
    internal enum ObjectKind
    {
        Group = 0,
        Dataset = 1,
        NamedType = 2,
    }
}
