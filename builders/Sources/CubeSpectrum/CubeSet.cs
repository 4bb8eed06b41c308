using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>All cubes of a recipe. They have the same medium and unit.</summary>
internal sealed class CubeSet
{
    private CubeSet(CubeRecipe recipe, IReadOnlyList<Cube> cubes, IReadOnlyList<(string Path, PileException Reason)> unusable)
    {
        (Recipe, Cubes, Unusable) = (recipe, cubes, unusable);
        Cube first = cubes[0];
        if (cubes.FirstOrDefault(c => c.Medium != first.Medium) is { } other)
            throw new SchemaMismatchException(other.Path, null,
                $"its wavelengths are in {SpectralMediums.Word(other.Medium)}, "
                    + $"but those of {first.Path} are in {SpectralMediums.Word(first.Medium)}",
                "Build a dataset of each");
        if (cubes.FirstOrDefault(c => !FitsUnits.AreEqual(c.Unit.Spaxel, first.Unit.Spaxel)) is { } strange)
            throw new SchemaMismatchException(strange.Path, null,
                $"BUNIT is '{strange.Unit.Spaxel}', but '{first.Unit.Spaxel}' in {first.Path}",
                "Set 'unit' in the recipe's source to convert them to it, or build a dataset of each");
        // One factor converts all cubes, so that it is right for one unit.
        if (recipe.Scale is not null && cubes.FirstOrDefault(c => !FitsUnits.AreEqual(BUnit(c), BUnit(first))) is { } unlike)
            throw new SchemaMismatchException(unlike.Path, null,
                $"BUNIT is '{BUnit(unlike)}', but '{BUnit(first)}' in {first.Path}, and 'scale' converts both by one factor",
                "Remove 'scale' from the recipe's source, so that each cube is converted from its BUNIT, or build a dataset of each");
        Columns = new(recipe, this);
    }

    internal CubeRecipe Recipe { get; }

    /// <summary>The readable cubes, at least one, sorted by name.</summary>
    internal IReadOnlyList<Cube> Cubes { get; }

    /// <summary>Air or vacuum; the same for all cubes.</summary>
    internal SpectralMedium Medium => Cubes[0].Medium;

    /// <summary>The unit of all cubes.</summary>
    internal FluxUnit Unit => Cubes[0].Unit;

    /// <summary>First and last wavelength of the white-light images, Å; null if the cubes differ.</summary>
    internal (double First, double Last)? WhiteLightRange => Recipe.ImageRangeAngstrom
        ?? (Cubes.All(c => c.WavelengthAngstrom[0] == Cubes[0].WavelengthAngstrom[0]
            && c.WavelengthAngstrom[^1] == Cubes[0].WavelengthAngstrom[^1])
            ? (Cubes[0].WavelengthAngstrom[0], Cubes[0].WavelengthAngstrom[^1]) : null);

    /// <summary>The columns of the dataset.</summary>
    internal CubeColumns Columns { get; }

    /// <summary>The files that are not usable as cubes, and the reasons.</summary>
    internal IReadOnlyList<(string Path, PileException Reason)> Unusable { get; }

    /// <summary>Reads the headers of all cubes.</summary>
    /// <exception cref="PileException">No cube is usable, or the cubes have different media or units.</exception>
    internal static CubeSet Read(CubeRecipe recipe)
    {
        List<Cube> cubes = [];
        List<(string Path, PileException Reason)> unusable = [];
        for (int i = 0; i < recipe.Files.Count; i++)
            try
            {
                cubes.Add(Cube.Read(recipe, i));
            }
            catch (PileException reason) when (reason is not NativeLibraryMissingException)
            {
                unusable.Add((recipe.Files[i], reason));
            }
        return cubes.Count > 0 ? new(recipe, cubes, unusable) : throw unusable[0].Reason;
    }

    private static string BUnit(Cube cube) => cube.Header.GetText("BUNIT")?.Trim() ?? "";

    /// <summary>Returns the cubes that may contain a position: a superset of those that do.</summary>
    internal IEnumerable<Cube> Near(double raDeg, double decDeg)
    {
        (double X, double Y, double Z) direction = SkyCap.Direction(raDeg, decDeg);
        return Cubes.Where(cube => cube.Footprint.Contains(direction));
    }
}
