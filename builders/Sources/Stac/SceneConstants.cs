using System.Collections.Immutable;
using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The columns that are equal in all chips of one size of a scene.</summary>
/// <param name="scene">The scene.</param>
/// <param name="sizePixels">The width of a chip.</param>
/// <param name="groups">The columns of pixels.</param>
/// <param name="crs">The coordinate system of the finest grid.</param>
/// <param name="count">The number of rows.</param>
internal sealed class SceneConstants(Scene scene, int sizePixels, ImmutableArray<ChipGroup> groups, string crs, int count)
{
    /// <summary>The number of rows.</summary>
    internal int Count => count;

    internal ColumnData StartMjd { get; } = ConstantColumn.Of<double>(ChipSchemas.Mjd, count, scene.Time.StartMjd);

    internal ColumnData EndMjd { get; } = ConstantColumn.Of<double>(ChipSchemas.MjdEnd, count, scene.Time.EndMjd);

    internal ColumnData Datetime { get; } = ConstantColumn.Of(ChipSchemas.Datetime, count, SceneFacts.DatetimeOf(scene));

    internal ColumnData Product { get; } = ConstantColumn.Of(ChipSchemas.Product, count, SceneFacts.ProductOf(scene));

    internal ColumnData Platform { get; } = scene.Common.Platform is { } platform
        ? ConstantColumn.Of(ChipSchemas.Platform, count, platform) : ConstantColumn.Missing(ChipSchemas.Platform, count);

    internal ColumnData Crs { get; } = ConstantColumn.Of(ChipSchemas.Crs, count, crs);

    internal ColumnData Size { get; } = ConstantColumn.Of<int>(ChipSchemas.ChipSize, count, sizePixels);

    internal ColumnData Item { get; } = ConstantColumn.Of(ChipSchemas.Item, count, scene.Id);

    /// <summary>The MGRS tile; null if the scene has none.</summary>
    internal ColumnData? Tile { get; } = SceneFacts.TileOf(scene) is { } tile ? ConstantColumn.Of(ChipSchemas.Tile, count, tile) : null;

    /// <summary>The columns of pixels.</summary>
    internal ImmutableArray<GroupConstants> Groups { get; } =
        [.. groups.Select(group => new GroupConstants(group, sizePixels / group.Factor, count))];
}
