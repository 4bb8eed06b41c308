using System.Runtime.InteropServices;

namespace Pile.Hdf5.Native;

/// <summary>H5F, H5P, and the functions of H5O and H5L that the writer uses.</summary>
internal static partial class Hdf5Native
{
    internal const uint Truncate = 2;

    [LibraryImport(Library, EntryPoint = "H5Fcreate", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial FileHandle CreateFile(string path, uint flags, PropertyHandle creation, PropertyHandle access);

    [LibraryImport(Library, EntryPoint = "H5Fclose")]
    internal static partial int CloseFile(nint file);

    [LibraryImport(Library, EntryPoint = "H5Pcreate")]
    internal static partial PropertyHandle CreateProperties(long propertyClass);

    [LibraryImport(Library, EntryPoint = "H5Pclose")]
    internal static partial int CloseProperties(nint properties);

    [LibraryImport(Library, EntryPoint = "H5Pset_meta_block_size")]
    internal static partial int SetMetaBlockSize(PropertyHandle fileAccess, ulong bytes);

    [LibraryImport(Library, EntryPoint = "H5Pset_small_data_block_size")]
    internal static partial int SetSmallDataBlockSize(PropertyHandle fileAccess, ulong bytes);

    [LibraryImport(Library, EntryPoint = "H5Pset_obj_track_times")]
    internal static partial int SetTrackTimes(PropertyHandle objectCreation, byte track);

    [LibraryImport(Library, EntryPoint = "H5Pset_char_encoding")]
    internal static partial int SetNameEncoding(PropertyHandle linkOrAttributeCreation, int encoding);

    [LibraryImport(Library, EntryPoint = "H5Oopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ObjectHandle OpenObject(Hdf5Handle location, string name, nint linkAccess);

    [LibraryImport(Library, EntryPoint = "H5Oclose")]
    internal static partial int CloseObject(nint handle);

    [LibraryImport(Library, EntryPoint = "H5Gcreate2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ObjectHandle CreateGroup(Hdf5Handle location, string name, PropertyHandle linkCreation, nint creation,
        nint access);
}
