namespace Pile.Rasters;

/// <summary>An open raster. Thread-safe. Its file belongs to the pool, so it needs no disposal.</summary>
internal interface IRasterSource
{
    /// <summary>The layout.</summary>
    RasterLayout Layout { get; }

    /// <summary>Reads a window.</summary>
    /// <param name="request">The window.</param>
    /// <param name="destination">Receives native-endian elements as they are stored, without scale and offset: shape (band, row, column),
    /// in exactly the size of the window.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="ArgumentException">The window is not inside the raster, or the destination has another size.</exception>
    /// <exception cref="Format.SourceUnreadableException">The file is corrupt; the message names the block.</exception>
    /// <exception cref="Format.MemoryLimitException">A block does not fit into the pool.</exception>
    /// <exception cref="Storage.StoreException">The store denies the request or fails.</exception>
    ValueTask ReadAsync(RasterRequest request, Memory<byte> destination, CancellationToken cancellationToken = default);

    /// <summary>Reads which pixels of a window are valid: those that the internal mask does not hide, that are not nodata, not NaN, and, if
    /// requested, not transparent.</summary>
    /// <param name="request">The window.</param>
    /// <param name="valid">Receives 1 or 0 per element, shape (band, row, column), in exactly the size of the window.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    ValueTask ReadValidAsync(RasterRequest request, Memory<byte> valid, CancellationToken cancellationToken = default);
}
