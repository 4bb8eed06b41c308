namespace Pile.Rasters;

/// <summary>An open TIFF file, whose blocks are read by ranges.</summary>
internal sealed class TiffSource(RasterUnit unit, RasterLayout layout, RasterPool pool) : IRasterSource
{
    /// <inheritdoc/>
    public RasterLayout Layout { get; } = layout;

    /// <summary>The file.</summary>
    internal RasterUnit Unit { get; } = unit;

    /// <summary>Identifies the file in the pool's cache of blocks.</summary>
    internal int Key { get; } = pool.Files.KeyOf(unit);

    /// <inheritdoc/>
    public ValueTask ReadAsync(RasterRequest request, Memory<byte> destination, CancellationToken cancellationToken = default) =>
        RasterBatch.ReadAsync(pool, new[] { new RasterRead(this, request, destination) }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReadValidAsync(RasterRequest request, Memory<byte> valid, CancellationToken cancellationToken = default) =>
        RasterBatch.ReadAsync(pool, new[] { new RasterRead(this, request, default, valid) }, cancellationToken);
}
