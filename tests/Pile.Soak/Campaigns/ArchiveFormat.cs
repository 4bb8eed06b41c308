using Pile.Soak.Running;

namespace Pile.Soak.Campaigns;

/// <summary>A kind of archive of other programs, with the files that are damaged and adopted.</summary>
/// <param name="Name">The name in the figures.</param>
/// <param name="Kinds">How the files are adopted: <c>hdf5</c>, <c>tar</c>, <c>group</c>.</param>
/// <param name="Files">The files.</param>
internal sealed record ArchiveFormat(string Name, string[] Kinds, string[] Files)
{
    private const string Hdf5 = "hdf5", Tar = "tar", Group = "group";

    private static readonly string[][] Options = [[], ["--checksums"]];

    /// <summary>All formats.</summary>
    internal static IReadOnlyList<ArchiveFormat> All { get; } =
    [
        new("HDF5 table", [Hdf5], ["made/table-earliest.h5", "made/table-latest.h5"]),
        new("HDF5 groups", [Hdf5], ["made/objects-earliest.h5", "made/objects-latest.h5"]),
        new("HDF5 file of another program", [Hdf5], [.. ((string[])
        [
            "hdfgroup/tstr.h5", "hdfgroup/h5ex_d_checksum.h5", "netcdf/ref_tst_compounds.nc", "purehdf/lzf.h5",
            "jhdf/test_fill_value_latest.hdf5", "jhdf/fletcher32_datasets_earliest.hdf5", "jhdf/implicit_index_datasets.hdf5",
            "jhdf/test_enum_datasets_latest.hdf5", "jhdf/test_vlen_datasets_latest.hdf5", "jhdf/compound_datasets_latest.hdf5",
            "multimodal-universe/example_SN2004dt.hdf5", "h5py/vlen_string_s390x.h5", "pyfive/fletcher32.hdf5", "pyfive/dim_scales.hdf5",
            "h5wasm/vlen.h5", "h5wasm/array.h5", "pytables/array_mdatom.h5", "pytables/smpl_compound_chunked.h5",
            "pytables/nested-type-with-gaps.h5", "pytables/vlunicode_endian.h5", "test_string_datasets_earliest.hdf5",
        ]).Select(file => "hdf5/" + file)]),
        new("tar, USTAR", [Tar, Group], ["made/ustar.tar"]),
        new("tar, GNU", [Tar, Group], ["made/gnu.tar", "made/gnu-sparse.tar"]),
        new("tar, PAX", [Tar, Group], ["made/pax.tar", "made/pax-sparse.tar"]),
    ];

    /// <summary>The files and the command lines that adopt them.</summary>
    internal IReadOnlyList<SourceInput> Inputs { get; } =
    [
        .. from file in Files
           from kind in Kinds
           from options in Options
           select new SourceInput(file, [], (_, damaged, output) => [ArchiveCommand.Adopt, kind, damaged, output, .. options]),
    ];
}
