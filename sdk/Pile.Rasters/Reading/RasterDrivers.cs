using Pile.Format;

namespace Pile.Rasters;

/// <summary>Chooses the driver of a file.</summary>
internal static class RasterDrivers
{
    /// <summary>Opens a file with the driver of its stored layout, or the one for its name.</summary>
    /// <inheritdoc cref="IRasterDriver.OpenAsync"/>
    internal static ValueTask<IRasterSource> OpenAsync(RasterUnit unit, RasterPool pool, CancellationToken cancellationToken = default) =>
        DriverOf(unit).OpenAsync(unit, pool, cancellationToken);

    private static IRasterDriver DriverOf(RasterUnit unit) => unit.Layout?.Driver switch
    {
        TiffDriver.DriverName => new TiffDriver(),
        HdfDriver.DriverName => new HdfDriver(),
        null => HdfDriver.HasEnding(unit.Path) ? new HdfDriver() : new TiffDriver(),
        var other => throw new SourceUnreadableException(unit.Location, $"its stored layout is of the driver '{other}', which is unknown",
            "Read the dataset with a newer version of Pile"),
    };
}
