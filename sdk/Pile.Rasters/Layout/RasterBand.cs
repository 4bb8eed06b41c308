using Pile.Format;

namespace Pile.Rasters;

/// <summary>A band of a raster.</summary>
internal sealed record RasterBand
{
    /// <summary>The element type.</summary>
    public required DType DType { get; init; }

    /// <summary>The value of pixels without data as the file declares it; null if it declares none, NaN if it declares NaN. It need not be
    /// a value of <see cref="DType"/>; then no pixel has it.</summary>
    public double? Nodata { get; init; }

    /// <summary>Further values of pixels without data (<c>missing_value</c> of CF); empty for most files.</summary>
    public IReadOnlyList<double> Missing { get; init; } = [];

    /// <summary>The least stored number of pixels with data; null without a limit.</summary>
    public double? ValidMin { get; init; }

    /// <summary>The largest stored number of pixels with data; null without a limit.</summary>
    public double? ValidMax { get; init; }

    /// <summary>True if other numbers than <see cref="Nodata"/> mean that a pixel has no data.</summary>
    internal bool HasLimits => Missing.Count > 0 || ValidMin is not null || ValidMax is not null;

    /// <summary>The factor of the physical value: stored · scale + offset. Reads return stored numbers.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The offset of the physical value.</summary>
    public double Offset { get; init; }

    /// <summary>True if the file declares the band to be an alpha channel. Some products store data in such a band.</summary>
    public bool IsAlpha { get; init; }

    /// <summary>The interval of a time slice as modified Julian dates, UTC, equal for an instant; null for other bands. Stored layouts do
    /// not have it.</summary>
    public (double StartMjd, double EndMjd)? Time { get; init; }

    /// <summary>The name (GDAL's description); null if the file has no name.</summary>
    public string? Name { get; init; }
}
