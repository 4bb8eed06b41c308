using Pile.Format;

namespace Pile.Rasters;

/// <summary>Chooses the driver of a file.</summary>
internal static class RasterDrivers
{
    /// <summary>Opens a file with the driver of its stored layout, or the one for its name, on the grid of the layout.</summary>
    /// <inheritdoc cref="IRasterDriver.OpenAsync"/>
    internal static async ValueTask<IRasterSource> OpenAsync(RasterUnit unit, RasterPool pool,
        CancellationToken cancellationToken = default)
    {
        IRasterSource source = await DriverOf(unit).OpenAsync(unit, pool, cancellationToken).ConfigureAwait(false);
        return unit.Layout is { Resampled: { } grid } layout
            ? new ResampledSource(source, grid, layout.Transform, unit.Location) : source;
    }

    private static IRasterDriver DriverOf(RasterUnit unit) => unit.Layout?.Driver switch
    {
        TiffDriver.DriverName => new TiffDriver(),
        HdfDriver.DriverName => new HdfDriver(),
        null => HdfDriver.HasEnding(unit.Path) ? new HdfDriver() : new TiffDriver(),
        var other => throw new SourceUnreadableException(unit.Location, $"its stored layout is of the driver '{other}', which is unknown",
            "Read the dataset with a newer version of Pile"),
    };
}
