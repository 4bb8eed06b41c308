using System.Collections.Immutable;
using Pile.Earth;
using Pile.Format;
using Pile.Proj;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The chips of one size of a scene, and the columns of their pixels.</summary>
/// <param name="Grid">The chips of the finest grid.</param>
/// <param name="Finest">A band of the finest grid.</param>
/// <param name="Groups">The columns of pixels.</param>
/// <param name="ToLonLat">The transform of the grid's coordinates.</param>
internal sealed record SceneChipLayout(ChipGrid Grid, ChipBand Finest, ImmutableArray<ChipGroup> Groups, CoordinateTransform ToLonLat)
{
    /// <summary>Divides a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="bands">Its bands.</param>
    /// <param name="sizePixels">The width of a chip.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="notes">Receives the bands that chips of this size do not have.</param>
    /// <param name="columns">Compares the columns of pixels with those of other scenes.</param>
    /// <exception cref="SchemaMismatchException">Another scene has another number of bands.</exception>
    internal static SceneChipLayout Of(Scene scene, ImmutableArray<ChipBand> bands, int sizePixels, ChipRecipe recipe, SceneNotes notes,
        ChipColumns columns)
    {
        ChipBand finest = bands.First(b => b is { Factor: 1, Resampled: null });
        ChipGrid grid = new(finest.Shape.Rows, finest.Shape.Columns, finest.Transform, sizePixels, recipe.Edge);
        ImmutableArray<ChipBand> divisible = [.. bands.Where(b => Divides(b, grid))];
        if (divisible.Length < bands.Length)
            notes.Add($"chips of {sizePixels} pixels do not have {string.Join(", ", bands.Except(divisible).Select(b => b.Name))}, "
                + "because they do not begin at a pixel of these bands", scene);
        Crs crs = recipe.Scenes.Crs.CrsOf(finest.Crs);
        ImmutableArray<ChipGroup> groups = ChipGroup.Of(divisible, recipe.Resampling.IsAny, crs.IsProjected && crs.UnitFactor is 1);
        if (grid.Count > 0)
            columns.Require(scene, groups);
        return new SceneChipLayout(grid, finest, groups, recipe.Scenes.Crs.TransformOf(finest.Crs));
    }

    private static bool Divides(ChipBand band, ChipGrid grid) => grid.SizePixels % band.Factor == 0
        && (grid.Edge is not ChipEdge.Overlap || (grid.Columns % band.Factor == 0 && grid.Rows % band.Factor == 0));
}
