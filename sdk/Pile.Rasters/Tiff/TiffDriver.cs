namespace Pile.Rasters;

/// <summary>Opens TIFF, BigTIFF, GeoTIFF and cloud-optimized GeoTIFF files.</summary>
internal sealed class TiffDriver : IRasterDriver
{
    /// <summary>The name in stored layouts.</summary>
    internal const string DriverName = "tiff";

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <inheritdoc/>
    public async ValueTask<IRasterSource> OpenAsync(RasterUnit unit, RasterPool pool, CancellationToken cancellationToken = default)
    {
        if (unit.Layout is { HasBlocks: true } known)
        {
            if (known.Driver != DriverName)
                throw new ArgumentException($"{unit.Location}: the layout is of the driver '{known.Driver}', not '{DriverName}'.");
            known.Require(unit.Location);
            return new BlockSource(unit, known, pool, unit.LengthBytes);
        }
        using FileLease lease = await pool.Files.OpenAsync(unit, cancellationToken).ConfigureAwait(false);
        RasterLayout layout = await TiffLayoutReader.ReadAsync(lease.File, unit.Location, cancellationToken).ConfigureAwait(false);
        return new BlockSource(unit, layout, pool, lease.File.LengthBytes);
    }
}
