using System.Collections.Concurrent;
using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>The columns of one group of bands.</summary>
/// <param name="Band">The names of the bands.</param>
/// <param name="Resampled">How each band was brought to the grid.</param>
/// <param name="Nodata">The value of pixels without data.</param>
/// <param name="Scale">The factor of the values.</param>
/// <param name="Offset">The offset of the values.</param>
/// <param name="Array">The pixels.</param>
internal sealed record ChipGroupSchemas(ColumnSchema Band, ColumnSchema Resampled, ColumnSchema Nodata, ColumnSchema Scale,
    ColumnSchema Offset, ColumnSchema Array)
{
    // The writer compares the columns of batches by reference.
    private static readonly ConcurrentDictionary<(string Prefix, DType DType, int Bands, int SizePixels), ChipGroupSchemas> Shared = new();

    /// <summary>Returns the columns; the same object for equal groups.</summary>
    /// <param name="group">The bands.</param>
    /// <param name="sizePixels">The width of a chip in pixels of the group.</param>
    internal static ChipGroupSchemas Of(ChipGroup group, int sizePixels) => Shared.GetOrAdd(
        (group.Prefix, group.Bands[0].DType, group.Bands.Length, sizePixels), static key => new ChipGroupSchemas(
            OfBands(key, "band", DType.String), OfBands(key, "resampled", DType.String), OfBands(key, "nodata", DType.Float64),
            OfBands(key, "scale", DType.Float64), OfBands(key, "offset", DType.Float64),
            ChipSchemas.Chip.Column($"{key.Prefix}_array", key.DType, [1, key.Bands, key.SizePixels, key.SizePixels]) with
            {
                Storage = ColumnStorage.Window,
            }));

    private static ColumnSchema OfBands((string Prefix, DType, int Bands, int) key, string name, DType type) =>
        ChipSchemas.Chip.Column($"{key.Prefix}_{name}", type, [key.Bands]);
}
