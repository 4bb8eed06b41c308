using Pile.Format;

namespace Pile.Rasters;

/// <summary>An open raster file, whose blocks are read by ranges.</summary>
internal sealed class BlockSource(RasterUnit unit, RasterLayout layout, RasterPool pool, long? fileBytes) : IRasterSource
{
    // One beginning in so many may be too short: the rest costs another request.
    private const int MostShortCuts = 16;

    private int cuts, shortCuts;

    /// <inheritdoc/>
    public RasterLayout Layout { get; } = layout;

    /// <summary>The file.</summary>
    internal RasterUnit Unit { get; } = unit;

    /// <summary>Identifies the file in the pool's cache of blocks.</summary>
    internal int Key { get; } = pool.Files.KeyOf(unit, unit.Layer);

    /// <summary>True if reading the beginning of a block usually suffices for its first rows.</summary>
    internal bool IsCutWorthwhile => Volatile.Read(ref shortCuts) * MostShortCuts <= Volatile.Read(ref cuts) + MostShortCuts;

    /// <summary>Counts a block of which only the beginning was read.</summary>
    /// <param name="suffices">False if the rest had to be read too.</param>
    internal void CountCut(bool suffices)
    {
        Interlocked.Increment(ref cuts);
        if (!suffices)
            Interlocked.Increment(ref shortCuts);
    }

    /// <summary>Checks that a block is inside the file, if the file's length is known.</summary>
    /// <exception cref="SourceUnreadableException">It is not.</exception>
    internal void RequireInside(long offsetBytes, long bytes) => RequireInside(offsetBytes, bytes, fileBytes ?? long.MaxValue);

    /// <inheritdoc cref="RequireInside(long, long)"/>
    internal void RequireInside(long offsetBytes, long bytes, long lengthBytes)
    {
        if (offsetBytes <= 0 || offsetBytes > lengthBytes - bytes)
            throw new SourceUnreadableException(Unit.Location, $"a block of {bytes} bytes at offset {offsetBytes} is outside the file of "
                + $"{lengthBytes} bytes", "The file is truncated, or changed after its layout was stored; fetch it again or index it "
                + "again");
    }

    /// <inheritdoc/>
    public ValueTask ReadAsync(RasterRequest request, Memory<byte> destination, CancellationToken cancellationToken = default) =>
        RasterBatch.ReadAsync(pool, new[] { new RasterRead(this, request, destination) }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReadValidAsync(RasterRequest request, Memory<byte> valid, CancellationToken cancellationToken = default) =>
        RasterBatch.ReadAsync(pool, new[] { new RasterRead(this, request, default, valid) }, cancellationToken);
}
