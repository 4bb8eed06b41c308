namespace Pile.Rasters;

/// <summary>Opens raster files of a kind. Thread-safe.</summary>
internal interface IRasterDriver
{
    /// <summary>The name in stored layouts.</summary>
    string Name { get; }

    /// <summary>Opens a file. Reads its header unless the unit has its layout.</summary>
    /// <param name="unit">The file.</param>
    /// <param name="pool">The pool of open files and decoded blocks; must live longer than the source.</param>
    /// <param name="cancellationToken">Cancels the read of the header.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="Format.SourceUnreadableException">The file is not of this kind, is corrupt, or is not supported.</exception>
    /// <exception cref="Storage.StoreException">The store denies the request or fails.</exception>
    ValueTask<IRasterSource> OpenAsync(RasterUnit unit, RasterPool pool, CancellationToken cancellationToken = default);
}
