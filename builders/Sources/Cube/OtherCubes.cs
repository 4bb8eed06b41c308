using Pile.Fits;

namespace Pile.Builders.Sources.Cube;

/// <summary>Finds the cubes of a file that a build does not read.</summary>
internal static class OtherCubes
{
    /// <summary>Returns a message if the recipe names no HDU, and the file has further cubes in the unit of the first one; otherwise
    /// null.</summary>
    /// <param name="cube">The file.</param>
    internal static string? Finding(CubeFile cube)
    {
        if (cube.Recipe.Hdu is not null)
            return null;
        FitsHdu[] others = [.. cube.File.Hdus.Where(hdu => IsOther(cube, hdu))];
        return others.Length == 0 ? null
            : $"only the cube in HDU {cube.Hdu.Label} is read, not "
                + (others.Length == 1 ? $"HDU {others[0].Label}" : $"{others.Length} others, of which HDU {others[0].Label} is the first")
                + ". Set 'hdu' in the recipe's source to the name or number of one; a dataset has one cube of each file";
    }

    private static bool IsOther(CubeFile cube, FitsHdu hdu) => hdu.Kind is FitsHduKind.Image && hdu != cube.Hdu
        && hdu.Axes.Count(length => length > 1) >= 3 && hdu != cube.Noise?.Hdu && hdu != cube.Mask
        && !CompanionNames.IsNamedAsCompanion(hdu) && !CompanionNames.IsCompanion(cube.File, hdu)
        && cube.Recipe.Maps?.Hdus.Contains(hdu.Name, StringComparer.OrdinalIgnoreCase) != true && cube.Recipe.Lsf?.Hdu != hdu.Name
        && FitsUnits.AreEqual(UnitOf(hdu), UnitOf(cube.Hdu));

    private static string? UnitOf(FitsHdu hdu) => hdu.Header.GetText("BUNIT")?.Trim() is { Length: > 0 } unit ? unit : null;
}
