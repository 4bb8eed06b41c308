using System.Runtime.InteropServices;

namespace Pile.Hdf5.Native;

/// <summary>H5D, H5S, and the part of H5P about datasets.</summary>
internal static partial class Hdf5Native
{
    /// <summary>HADDR_UNDEF, H5S_UNLIMITED and H5T_VARIABLE: all bits set.</summary>
    internal const ulong Undefined = ulong.MaxValue;

    internal const int LayoutCompact = 0, LayoutContiguous = 1, LayoutChunked = 2, LayoutVirtual = 3;
    internal const int AllocateEarly = 1;

    [LibraryImport(Library, EntryPoint = "H5Dcreate2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial DatasetHandle CreateDataset(Hdf5Handle location, string name, TypeHandle type, SpaceHandle space,
        PropertyHandle linkCreation, PropertyHandle creation, nint access);

    [LibraryImport(Library, EntryPoint = "H5Dopen2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial DatasetHandle OpenDataset(Hdf5Handle location, string name, nint access);

    [LibraryImport(Library, EntryPoint = "H5Dclose")]
    internal static partial int CloseDataset(nint dataset);

    [LibraryImport(Library, EntryPoint = "H5Dget_space")]
    internal static partial SpaceHandle GetSpace(DatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "H5Dget_type")]
    internal static partial TypeHandle GetType(DatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "H5Dget_create_plist")]
    internal static partial PropertyHandle GetCreation(DatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "H5Dget_offset")]
    internal static partial ulong GetOffset(DatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "H5Dget_num_chunks")]
    internal static partial int GetChunkCount(DatasetHandle dataset, SpaceHandle space, out ulong count);

    [LibraryImport(Library, EntryPoint = "H5Dget_chunk_info")]
    internal static partial int GetChunkInfo(DatasetHandle dataset, SpaceHandle space, ulong index, Span<ulong> coordinates, out uint filterMask,
        out ulong address, out ulong storedBytes);

    [LibraryImport(Library, EntryPoint = "H5Dget_chunk_info_by_coord")]
    internal static partial int GetChunkInfo(DatasetHandle dataset, ReadOnlySpan<ulong> coordinates, out uint filterMask, out ulong address, out ulong storedBytes);

    [LibraryImport(Library, EntryPoint = "H5Dwrite_chunk")]
    internal static partial int WriteChunk(DatasetHandle dataset, nint transfer, uint filterMask, ReadOnlySpan<ulong> coordinates, nuint bytes, ReadOnlySpan<byte> stored);

    [LibraryImport(Library, EntryPoint = "H5Dwrite")]
    internal static partial int Write(DatasetHandle dataset, TypeHandle memoryType, SpaceHandle memorySpace, SpaceHandle fileSpace, nint transfer, ReadOnlySpan<byte> rows);

    [LibraryImport(Library, EntryPoint = "H5Dread")]
    internal static partial int Read(DatasetHandle dataset, TypeHandle memoryType, SpaceHandle memorySpace, SpaceHandle fileSpace, nint transfer, Span<byte> rows);

    [LibraryImport(Library, EntryPoint = "H5Dvlen_reclaim")]
    internal static partial int Reclaim(TypeHandle memoryType, SpaceHandle memorySpace, nint transfer, Span<byte> rows);

    [LibraryImport(Library, EntryPoint = "H5Screate_simple")]
    internal static partial SpaceHandle CreateSpace(int rank, ReadOnlySpan<ulong> shape, ReadOnlySpan<ulong> maxShape);

    /// <summary>A scalar space is kind 0 (H5S_SCALAR).</summary>
    [LibraryImport(Library, EntryPoint = "H5Screate")]
    internal static partial SpaceHandle CreateSpace(int kind);

    [LibraryImport(Library, EntryPoint = "H5Sclose")]
    internal static partial int CloseSpace(nint space);

    [LibraryImport(Library, EntryPoint = "H5Sget_simple_extent_type")]
    internal static partial int GetSpaceKind(SpaceHandle space);

    [LibraryImport(Library, EntryPoint = "H5Sget_simple_extent_ndims")]
    internal static partial int GetRank(SpaceHandle space);

    [LibraryImport(Library, EntryPoint = "H5Sget_simple_extent_dims")]
    internal static partial int GetShape(SpaceHandle space, Span<ulong> shape, Span<ulong> maxShape);

    /// <summary>The operation 0 (H5S_SELECT_SET) replaces what was selected.</summary>
    [LibraryImport(Library, EntryPoint = "H5Sselect_hyperslab")]
    internal static partial int SelectHyperslab(SpaceHandle space, int operation, ReadOnlySpan<ulong> start, nint stride, ReadOnlySpan<ulong> count, nint block);

    [LibraryImport(Library, EntryPoint = "H5Pget_layout")]
    internal static partial int GetLayout(PropertyHandle creation);

    [LibraryImport(Library, EntryPoint = "H5Pget_chunk")]
    internal static partial int GetChunkShape(PropertyHandle creation, int rank, Span<ulong> shape);

    [LibraryImport(Library, EntryPoint = "H5Pset_chunk")]
    internal static partial int SetChunkShape(PropertyHandle creation, int rank, ReadOnlySpan<ulong> shape);

    [LibraryImport(Library, EntryPoint = "H5Pset_shuffle")]
    internal static partial int SetShuffle(PropertyHandle creation);

    [LibraryImport(Library, EntryPoint = "H5Pset_deflate")]
    internal static partial int SetDeflate(PropertyHandle creation, uint level);

    [LibraryImport(Library, EntryPoint = "H5Pset_alloc_time")]
    internal static partial int SetAllocationTime(PropertyHandle creation, int time);

    [LibraryImport(Library, EntryPoint = "H5Pget_external_count")]
    internal static partial int CountExternalFiles(PropertyHandle creation);

    [LibraryImport(Library, EntryPoint = "H5Pget_nfilters")]
    internal static partial int CountFilters(PropertyHandle creation);

    [LibraryImport(Library, EntryPoint = "H5Pget_filter2")]
    internal static partial int GetFilter(PropertyHandle creation, uint index, out uint flags, ref nuint parameterCount, Span<uint> parameters,
        nuint nameBytes, Span<byte> name, out uint configuration);
}
