using System.Collections.Immutable;
using Pile.Earth;
using Pile.Format;
using Pile.Proj;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Finds the tiles of scenes and chips in the grid by which their dataset is divided.</summary>
internal sealed class SceneTiles(GridTiles tiles)
{
    /// <summary>Returns the tiles of a recipe; null if it divides rows otherwise.</summary>
    /// <exception cref="CrsInvalidException">PROJ does not know the system of the grid.</exception>
    internal static SceneTiles? Of(RecipeSource recipe)
    {
        if (recipe.Grid?.Crs is { } crs)
            _ = Crs.Parse(crs); // an error of the recipe rather than of each scene
        return recipe.Grid is { } grid ? new SceneTiles(new GridTiles(grid)) : null;
    }

    /// <summary>Returns the tiles of Sentinel-2 that a scene may be named after; none for other grids than that of MGRS.</summary>
    internal ImmutableArray<MgrsSquare> NamedBy(Scene scene) =>
        tiles.Grid.Kind == EarthGrid.Mgrs ? [.. SentinelTile.Named(scene.Common.GridCode, scene.Id)] : [];

    /// <summary>Returns the tile of a scene or of a chip of it: the tile of Sentinel-2 that the scene is named after; otherwise, the tile
    /// that contains the centre.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="named">See <see cref="NamedBy"/>.</param>
    /// <param name="crs">The coordinate reference system of the centre; null for longitude and latitude.</param>
    /// <param name="x">Its x, or longitude.</param>
    /// <param name="y">Its y, or latitude.</param>
    /// <exception cref="SceneInvalidException">The centre is on no tile.</exception>
    internal string KeyOf(Scene scene, ImmutableArray<MgrsSquare> named, string? crs, double x, double y)
    {
        try
        {
            foreach (MgrsSquare square in named)
                if (tiles.IsInSentinelTile(square, crs, x, y)) // another id may look like that of a tile
                    return square.Name;
            return tiles.KeyOf(crs, x, y);
        }
        catch (Exception e) when (e is FormatException or CrsInvalidException)
        {
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, "",
                $"it has a part that is on no tile of the grid {tiles.Grid}: {e.Message.TrimEnd('.')}",
                "Use another grid ('partition' of the recipe), or none", e);
        }
    }
}
