using System.Collections.Immutable;
using Pile.Earth;
using Pile.Format;
using Pile.Rasters;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>A band of a scene that chips are made of.</summary>
/// <param name="Name">The name: that of the band if it has one, else the key of the asset.</param>
/// <param name="Asset">The asset.</param>
/// <param name="Address">Its file.</param>
/// <param name="Number">The number of the band in the file, from 0.</param>
/// <param name="Band">What the document or the sensor says of it.</param>
internal sealed record ChipBand(string Name, SceneAsset Asset, string Address, int Number, SceneBand Band)
{
    /// <summary>The dtype of the pixels.</summary>
    internal required DType DType { get; init; }

    /// <summary>The number of rows and columns of the file.</summary>
    internal required (int Rows, int Columns) Shape { get; init; }

    /// <summary>The transform of the file's pixels.</summary>
    internal required Affine Transform { get; init; }

    /// <summary>The coordinate reference system.</summary>
    internal required string Crs { get; init; }

    /// <summary>The header of the file; null if it was not read.</summary>
    internal RasterLayout? Layout { get; init; }

    /// <summary>What the dataset records of the file.</summary>
    internal required ReferencedFile Reference { get; init; }

    /// <summary>The value of pixels without data; null if none is known.</summary>
    internal double? Nodata { get; init; }

    /// <summary>The intervals of the time slices of the file, as modified Julian dates; empty if <see cref="Number"/> is one of them,
    /// or the file has none.</summary>
    internal ImmutableArray<(double StartMjd, double EndMjd)> Slices { get; init; } = [];

    /// <summary>How the band is brought to the finest grid; null if it has its own, or is on the finest one.</summary>
    internal ResamplingMethod? Resampled { get; init; }

    /// <summary>How many pixels of the finest grid are as wide as one of this band.</summary>
    internal int Factor { get; init; } = 1;
}
