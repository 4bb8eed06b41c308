using System.Runtime.InteropServices;

namespace Pile.Hdf5.Native;

/// <summary>H5D, H5S, and the dataset functions of H5P.</summary>
internal static partial class Hdf5Native
{
    /// <summary>HADDR_UNDEF, H5S_UNLIMITED and H5T_VARIABLE: all bits set.</summary>
    internal const ulong Undefined = ulong.MaxValue;

    internal const int AllocateEarly = 1;

    [LibraryImport(Library, EntryPoint = "H5Dcreate2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial DatasetHandle CreateDataset(Hdf5Handle location, string name, TypeHandle type, SpaceHandle space,
        PropertyHandle linkCreation, PropertyHandle creation, nint access);

    [LibraryImport(Library, EntryPoint = "H5Dclose")]
    internal static partial int CloseDataset(nint dataset);

    [LibraryImport(Library, EntryPoint = "H5Dget_space")]
    internal static partial SpaceHandle GetSpace(DatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "H5Dwrite_chunk")]
    internal static partial int WriteChunk(DatasetHandle dataset, nint transfer, uint filterMask, ReadOnlySpan<ulong> coordinates,
        nuint bytes, ReadOnlySpan<byte> stored);

    [LibraryImport(Library, EntryPoint = "H5Dwrite")]
    internal static partial int Write(DatasetHandle dataset, TypeHandle memoryType, SpaceHandle memorySpace, SpaceHandle fileSpace,
        nint transfer, ReadOnlySpan<byte> rows);

    /// <summary>Spaces of 0 (H5S_ALL) are all of the dataset.</summary>
    [LibraryImport(Library, EntryPoint = "H5Dwrite")]
    internal static partial int WriteAll(DatasetHandle dataset, TypeHandle memoryType, nint memorySpace, nint fileSpace,
        nint transfer, ReadOnlySpan<byte> rows);

    [LibraryImport(Library, EntryPoint = "H5Screate_simple")]
    internal static partial SpaceHandle CreateSpace(int rank, ReadOnlySpan<ulong> shape, ReadOnlySpan<ulong> maxShape);

    /// <summary>Kind 0 (H5S_SCALAR) is a scalar space.</summary>
    [LibraryImport(Library, EntryPoint = "H5Screate")]
    internal static partial SpaceHandle CreateSpace(int kind);

    [LibraryImport(Library, EntryPoint = "H5Sclose")]
    internal static partial int CloseSpace(nint space);

    /// <summary>Operation 0 (H5S_SELECT_SET) replaces the selection.</summary>
    [LibraryImport(Library, EntryPoint = "H5Sselect_hyperslab")]
    internal static partial int SelectHyperslab(SpaceHandle space, int operation, ReadOnlySpan<ulong> start, nint stride,
        ReadOnlySpan<ulong> count, nint block);

    [LibraryImport(Library, EntryPoint = "H5Pset_chunk")]
    internal static partial int SetChunkShape(PropertyHandle creation, int rank, ReadOnlySpan<ulong> shape);

    [LibraryImport(Library, EntryPoint = "H5Pset_shuffle")]
    internal static partial int SetShuffle(PropertyHandle creation);

    [LibraryImport(Library, EntryPoint = "H5Pset_deflate")]
    internal static partial int SetDeflate(PropertyHandle creation, uint level);

    [LibraryImport(Library, EntryPoint = "H5Pset_alloc_time")]
    internal static partial int SetAllocationTime(PropertyHandle creation, int time);
}
