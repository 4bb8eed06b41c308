using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The maps of a recipe, each opened once. Not thread-safe.</summary>
internal sealed class SkyMaps : IDisposable
{
    private readonly Dictionary<string, SkyMap> maps = new(StringComparer.Ordinal);

    /// <summary>Returns the extinction of a recipe's map at a position (ICRS degrees), mag; NaN if the map has no value.</summary>
    /// <exception cref="PileException">The map is unreadable.</exception>
    internal float ExtinctionAt(ExtinctionRecipe recipe, double raDeg, double decDeg)
    {
        if (!maps.TryGetValue(recipe.MapKey, out SkyMap? map))
            maps.Add(recipe.MapKey, map = SkyMap.Open(recipe));
        return (float)(map.ValueAt(raDeg, decDeg) * recipe.Coefficient);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SkyMap map in maps.Values)
            map.Dispose();
    }
}
