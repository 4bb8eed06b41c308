namespace Pile.Rasters;

/// <summary>A window of bands of a raster at one of its levels.</summary>
/// <param name="Level">The level; 0 is the full resolution.</param>
/// <param name="Bands">The bands, from 0, in the order in which they are returned; repetitions are allowed.</param>
/// <param name="Column">The first column, in pixels of the level.</param>
/// <param name="Row">The first row, in pixels of the level.</param>
/// <param name="Width">The width in pixels, at least 1.</param>
/// <param name="Height">The height in rows, at least 1.</param>
internal readonly record struct RasterRequest(int Level, ReadOnlyMemory<int> Bands, int Column, int Row, int Width, int Height)
{
    /// <summary>True if pixels whose alpha band is 0 count as invalid. Off by default, because some products store data in a band that is
    /// flagged as alpha.</summary>
    public bool UseAlpha { get; init; }

    /// <summary>The number of pixels of all bands.</summary>
    internal long Pixels => (long)Bands.Length * Width * Height;

    /// <summary>Checks the request against a layout.</summary>
    /// <exception cref="ArgumentException">There is no such level or band, or the window leaves the level.</exception>
    internal void Require(RasterLayout layout, string location)
    {
        if (Level < 0 || Level >= layout.Levels.Count)
            throw new ArgumentException($"{location}: there is no level {Level}; the raster has {layout.Levels.Count} levels.");
        RasterLevel level = layout.Levels[Level];
        if (Bands.Length is 0)
            throw new ArgumentException($"{location}: a request must have at least one band.");
        foreach (int band in Bands.Span)
            if (band < 0 || band >= layout.Bands.Count)
                throw new ArgumentException($"{location}: there is no band {band}; the raster has {layout.Bands.Count} bands, from 0.");
        if (Column < 0 || Row < 0 || Width < 1 || Height < 1 || Column > level.Width - Width || Row > level.Height - Height)
            throw new ArgumentException($"{location}: the window of {Width} × {Height} pixels at column {Column}, row {Row} is not inside "
                + $"level {Level} of {level.Width} × {level.Height} pixels.");
    }
}
