namespace Pile.Format;

internal sealed partial class SystemLibrary
{
    /// <summary>HDF5. Debian and Ubuntu add <c>_serial</c> to the names; 103 is HDF5 1.10, 200 is 1.12, 310 is 1.14.</summary>
    internal static SystemLibrary Hdf5 { get; } = new()
    {
        Name = "HDF5 1.10 to 1.14",
        Variable = "PILE_HDF5_LIBRARY",
        FileNames = ["libhdf5_serial.so.310", "libhdf5.so.310", "libhdf5.so.200", "libhdf5_serial.so.103", "libhdf5.so.103"],
        Packages = new("libhdf5-103-1", "libhdf5-310", "libhdf5-103", "libhdf5-103-1t64", "hdf5", "hdf5"),
    };

    /// <summary>cfitsio.</summary>
    internal static SystemLibrary Cfitsio { get; } = new()
    {
        Name = "cfitsio 4",
        Variable = "PILE_CFITSIO_LIBRARY",
        FileNames = ["libcfitsio.so.10", "libcfitsio.so.9"],
        Packages = new("libcfitsio10", "libcfitsio10t64", "libcfitsio9", "libcfitsio10t64", "cfitsio", "cfitsio"),
    };

    /// <summary>wcslib.</summary>
    internal static SystemLibrary Wcslib { get; } = new()
    {
        Name = "wcslib 7 or 8",
        Variable = "PILE_WCS_LIBRARY",
        FileNames = ["libwcs.so.8", "libwcs.so.7"],
        Packages = new("libwcs7", "libwcs8", "libwcs7", "libwcs8", "wcslib", "wcslib"),
    };

    /// <summary>libdeflate.</summary>
    internal static SystemLibrary Deflate { get; } = new()
    {
        Name = "libdeflate",
        Variable = "PILE_DEFLATE_LIBRARY",
        FileNames = ["libdeflate.so.0"],
        Packages = new("libdeflate0", "libdeflate0", "libdeflate0", "libdeflate0", "libdeflate", "libdeflate"),
    };
}
