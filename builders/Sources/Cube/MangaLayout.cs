using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Cube;

/// <summary>The LOGCUBE files of MaNGA: names, units and mask bits of the data model of DR17 (Law et al. 2016, AJ 152, 83).</summary>
internal static class MangaLayout
{
    private const string CubeBits = "MANGA_DRP3PIXMASK: 0 NOCOV, 1 LOWCOV, 2 DEADFIBER, 3 FORESTAR, 10 DONOTUSE";
    private const string MapBits = "MANGA_DAPPIXMASK: 0 NOCOV, 1 LOWCOV, 2 DEADFIBER, 3 FORESTAR, 4 NOVALUE, 5 UNRELIABLE, 6 MATHERROR, "
        + "7 FITFAILED, 8 NEARBOUND, 9 NOCORRECTION, 10 MULTICOMP, 30 DONOTUSE";

    private static readonly string[] Required = ["FLUX", "IVAR", "MASK", "WAVE"];

    /// <summary>Returns whether a file has the layout.</summary>
    internal static bool IsFound(FitsFile file) =>
        Array.TrueForAll(Required, name => file.TryHdu(name, out _)) && file.Hdu("FLUX").Header.Contains("PLATEIFU");

    /// <summary>Completes a recipe with the places of the layout, as far as it does not name others.</summary>
    /// <exception cref="SchemaMismatchException">The file lacks an HDU of the layout.</exception>
    internal static WcsCubeRecipe Complete(WcsCubeRecipe recipe, FitsFile file)
    {
        // DR15 renamed the line-spread function after pixelization, σ in Å, from DISP to LSFPOST.
        string? lsf = file.TryHdu("LSFPOST", out _) ? "LSFPOST" : file.TryHdu("DISP", out _) ? "DISP" : null;
        if (Required.FirstOrDefault(name => !file.TryHdu(name, out _)) is { } missing)
            throw Missing(missing);
        if (lsf is null && recipe.Lsf is null)
            throw Missing("LSFPOST");
        if (!recipe.HasNoise || !recipe.HasMask)
            throw new SchemaMismatchException(file.Path, null, "the layout 'manga' requires the noise and the mask",
                "Remove 'ivar: none' and 'mask: none' from the recipe's source");
        return recipe with
        {
            IsManga = true,
            Hdu = recipe.Hdu ?? "FLUX",
            Noise = recipe.Noise ?? new(recipe.Files, "IVAR"),
            NoiseKind = recipe.Noise is null ? NoiseKind.Ivar : recipe.NoiseKind,
            Mask = recipe.Mask ?? new(recipe.Files, "MASK"),
            MaskBits = recipe.MaskBits ?? CubeBits,
            Lsf = recipe.Lsf ?? new LsfRecipe(lsf, [], LsfKind.Sigma),
            Wavelengths = recipe.Wavelengths ?? new("WAVE", null, "Angstrom"),
            Id = recipe.Id ?? "PLATEIFU",
            Position = recipe.Position.RaColumn is null
                ? recipe.Position with { RaColumn = "OBJRA", DecColumn = "OBJDEC", Frame = "icrs" } : recipe.Position,
            Images = recipe.Images.IsEmpty
                ? [.. "griz".Where(b => file.TryHdu($"{char.ToUpperInvariant(b)}IMG", out _)).Select(b => Band(file, b))] : recipe.Images,
            Maps = recipe.Maps is { MaskBits: null } maps ? maps with { MaskBits = MapBits } : recipe.Maps,
        };

        SchemaMismatchException Missing(string name) => new(file.Path, null,
            $"there is no HDU '{name}', which the layout 'manga' requires. {file.Contents().TrimEnd('.')}",
            "Get the LOGCUBE file, or remove 'layout' from the recipe's source");
    }

    private static BandImageRecipe Band(FitsFile file, char band)
    {
        char name = char.ToUpperInvariant(band);
        return new($"{band}", $"{name}IMG", file.TryHdu($"{name}PSF", out _) ? $"{name}PSF" : null,
            file.Hdu("FLUX").Header.Contains($"{name}FWHM") || file.Hdu(0).Header.Contains($"{name}FWHM") ? $"{name}FWHM" : null);
    }
}
