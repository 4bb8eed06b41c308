using Pile.Format;
using Pile.Hdf5;

namespace Pile.Rasters;

/// <summary>Opens variables of netCDF-4 and HDF5 files: (y, x), or (time, y, x) and (band, y, x) with a band for each slice.</summary>
/// <remarks>Blocks are the chunks of the variable. Pixels are read without libhdf5, as those of TIFF files are.</remarks>
internal sealed class HdfDriver : IRasterDriver
{
    /// <summary>The name in stored layouts.</summary>
    internal const string DriverName = "hdf5";

    private static readonly string[] Endings = [".nc", ".nc4", ".cdf", ".h5", ".hdf5", ".he5"];

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <summary>Returns true for the usual endings of names of netCDF and HDF5 files.</summary>
    internal static bool HasEnding(string path) => Endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public async ValueTask<IRasterSource> OpenAsync(RasterUnit unit, RasterPool pool, CancellationToken cancellationToken = default)
    {
        if (unit.Layout is { HasBlocks: true } known)
        {
            known.Require(unit.Location);
            return new BlockSource(unit, known, pool, unit.LengthBytes);
        }
        using FileLease lease = await pool.Files.OpenAsync(unit, cancellationToken).ConfigureAwait(false);
        long lengthBytes = lease.File.LengthBytes;
        // The metadata is a tree of small structures, each of which refers to the next: the thread waits for them.
        RasterLayout layout = await Task.Run(() => Read(lease.File, unit), cancellationToken).ConfigureAwait(false);
        return new BlockSource(unit with { Layer = layout.Layer }, layout, pool, lengthBytes);
    }

    /// <summary>Returns true for the first bytes of an HDF4 file.</summary>
    internal static bool IsHdf4(ReadOnlySpan<byte> start) => start.StartsWith("\u000e\u0003\u0013\u0001"u8);

    /// <summary>Returns the error of an HDF4 file.</summary>
    internal static SourceUnreadableException Hdf4(string location) => new(location, "the file is HDF4, which is not read",
        "Convert it with 'h4toh5 IN.hdf OUT.h5', or each of its rasters with gdal_translate");

    private static RasterLayout Read(Storage.IRandomAccessFile file, RasterUnit unit)
    {
        Span<byte> start = stackalloc byte[4];
        if (file.LengthBytes >= start.Length)
            file.Read(0, start);
        if (start.StartsWith("CDF"u8))
            throw new SourceUnreadableException(unit.Location, "the file is netCDF-3, which is not read",
                "Convert it with 'nccopy -k nc4 -d 4 IN.nc OUT.nc'");
        if (IsHdf4(start))
            throw Hdf4(unit.Location);
        try
        {
            using ForeignFile foreign = ForeignFile.Open(unit.Location, new RangeSource(file));
            RasterLayout layout = new HdfLayoutReader(foreign, unit.Location).Read(unit.Layer);
            layout.Require(unit.Location);
            return layout;
        }
        catch (Hdf5Exception e)
        {
            throw new SourceUnreadableException(unit.Location, e.Item is null ? e.Finding : $"'{e.Item}': {e.Finding}",
                "Check the file with h5dump -H, or write it again", e);
        }
    }
}
