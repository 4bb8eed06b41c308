using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>A map of a quantity over the sky, such as E(B−V). Not thread-safe.</summary>
internal abstract class SkyMap : IDisposable
{
    /// <summary>Opens a HEALPix map, or the images of a map in any projection, such as the two hemispheres of Schlegel, Finkbeiner and
    /// Davis.</summary>
    /// <exception cref="PileException">A file is unreadable, or is not a map.</exception>
    internal static SkyMap Open(ExtinctionRecipe recipe)
    {
        FitsFile file = FitsFile.OpenRead(recipe.Maps[0]);
        try
        {
            if (file.Hdus.FirstOrDefault(IsHealpix) is { } table)
                return recipe.Maps is [_] ? new HealpixMap(file, table, recipe)
                    : throw new SchemaMismatchException(recipe.Maps[1], null, "a HEALPix map should be one file",
                        "Correct 'map' in the recipe");
            file.Dispose();
            return new ProjectedMap(recipe);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Returns the value at a position (ICRS degrees); NaN if the map has none there.</summary>
    internal abstract double ValueAt(double raDeg, double decDeg);

    /// <inheritdoc/>
    public abstract void Dispose();

    private static bool IsHealpix(FitsHdu hdu) => hdu.Kind is FitsHduKind.Table
        && (hdu.Header.GetText("PIXTYPE")?.Trim() == "HEALPIX" || hdu.Header.Contains("ORDERING"));
}
