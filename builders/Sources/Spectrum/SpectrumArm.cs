using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Flux, wavelengths, noise, mask and line-spread function of an arm in open files: those of one HDU.</summary>
internal sealed class SpectrumArm
{
    private readonly Func<string, FitsFile> open;
    private readonly int number, version;

    /// <summary>Opens the values.</summary>
    /// <param name="recipe">The recipe, for its units.</param>
    /// <param name="arm">Where the values are.</param>
    /// <param name="open">Opens a file, or returns it if it is open.</param>
    /// <param name="number">The number of the file in the recipe.</param>
    /// <param name="hdu">The HDU of the flux.</param>
    /// <param name="version">Its number among the HDUs of its name, from 0.</param>
    /// <exception cref="PileException">A file is unreadable, or does not have what the recipe names.</exception>
    internal SpectrumArm(SpectrumRecipe recipe, ArmRecipe arm, Func<string, FitsFile> open, int number, FitsHdu hdu, int version)
    {
        (Recipe, this.open, this.number, this.version) = (arm, open, number, version);
        FitsFile file = open(arm.Files[number]);
        Primary = file.Primary;
        Flux = SpectrumValues.Open(file, hdu, arm.Flux, arm.Label);
        Noise = Find(arm.Noise, "noise");
        Mask = Find(arm.Mask, "mask");
        Lsf = Find(arm.LsfValues, "line-spread function");
        LsfFactor = Lsf is null ? 1 : FactorOf(Lsf, arm.Lsf!.Kind);
        Wavelengths = WavelengthAxis.Of(Flux, Find(arm.Wavelength, "wavelength"), arm);
        CompanionAxis axis = new(Flux, Wavelengths, arm);
        axis.RequireOther(Noise, "ivar");
        axis.RequireOther(Mask, "mask");
        axis.RequireSame(Noise, "noise");
        axis.RequireSame(Mask, "mask");
        axis.RequireSame(Lsf, "line-spread function");
        string? unit = SpectrumUnits.OfFlux(Flux.Unit ?? Primary.GetText("BUNIT")?.Trim());
        Scale = FluxScale.Of(Flux, recipe.FileUnit ?? unit, recipe.Unit);
        if (Noise is not null)
            NoiseFactor = NoiseUnits.Factor(new(Noise.Path, $"{arm.Label}{Noise.Place}", arm.NoiseKind, arm.NoiseUnit ?? Noise.Unit),
                recipe.FileUnit is "" ? null : unit, recipe.FileUnit);
        Medium = DeclaredMedium.Of(file.Path, arm.Label, arm.Medium, OfAxis(), Header, Primary).Medium;
    }

    internal ArmRecipe Recipe { get; }

    internal SpectrumValues Flux { get; }

    internal SpectrumValues? Noise { get; }

    /// <summary>The factor that converts stored noise to the unit of the flux in the file.</summary>
    internal double NoiseFactor { get; } = 1;

    internal SpectrumValues? Mask { get; }

    /// <summary>The stored values of the line-spread function; null for none, and for a polynomial.</summary>
    internal SpectrumValues? Lsf { get; }

    /// <summary>The factor that converts stored widths to Å.</summary>
    internal double LsfFactor { get; }

    internal WavelengthAxis Wavelengths { get; }

    /// <summary>The conversion of the flux.</summary>
    internal FluxScale Scale { get; }

    /// <summary>The medium of the wavelengths: declared by the file, or by the recipe.</summary>
    internal SpectralMedium Medium { get; }

    /// <summary>The header of the flux.</summary>
    internal FitsHeader Header => Flux.Hdu.Header;

    /// <summary>The primary header.</summary>
    internal FitsHeader Primary { get; }

    private MediumOfAxis OfAxis() => new(Wavelengths.Medium, Wavelengths.Medium is SpectralMedium.Undeclared ? ""
        : Header.GetText("CTYPE1")?.Trim() is { } type && SpectralAxis.MediumOf(type.ToUpperInvariant()) == Wavelengths.Medium
            ? $"CTYPE1 = '{type}'" : Wavelengths.MediumText, Wavelengths.IsConverted);

    private SpectrumValues? Find(ValuesRecipe? values, string role)
    {
        if (values is null)
            return null;
        FitsFile ofFlux = open(Recipe.Files[number]), file = values.Files is { } others ? open(others[number]) : ofFlux;
        FitsHdu hdu = values.Hdu is { } name ? ArmHdus.OfCompanion(file, name, Recipe, version)
            : file == ofFlux ? Flux.Hdu
            : Flux.Hdu.Index < file.Hdus.Count ? file.Hdu(Flux.Hdu.Index) : file.Hdu(0);
        SpectrumValues found = SpectrumValues.Open(file, hdu, values, Recipe.Label, ReferenceEquals(values, Recipe.Mask) ? Flux : null)
            .WithRowOf(Flux, file);
        return found.Count == 1 || found.Count == Flux.Count ? found
            : throw found.Unlike($"HDU {hdu.Label} has the {role} of {found.Count} spectra, but there is flux of {Flux.Count}");
    }

    private static double FactorOf(SpectrumValues lsf, LsfKind kind)
    {
        if (string.IsNullOrWhiteSpace(lsf.Unit))
            return 1;
        if (kind is not (LsfKind.Sigma or LsfKind.Fwhm))
            return IsUnitOf(kind, lsf.Unit.Trim()) ? 1 : throw lsf.Unlike($"{lsf.Place}: the line-spread function has the unit "
                + $"'{lsf.Unit}', but {(kind is LsfKind.Resolution ? "'kind: resolution' has none (λ/FWHM)"
                    : "'kind: sigma_pixels' is in pixels")}. Set another 'kind', or convert the values");
        return FitsUnits.TryConvert(lsf.Unit, "Angstrom", out double factor) && factor > 0 ? factor
            : throw lsf.Unlike($"HDU {lsf.Hdu.Label}: the unit '{lsf.Unit}' of the line-spread function is not one of wavelength. Set "
                + "'kind: sigma_pixels' or 'kind: resolution' if the values are pixels or λ/FWHM");
    }

    private static bool IsUnitOf(LsfKind kind, string unit) => kind is LsfKind.Resolution
        ? unit is "1" or "-" or "none" || FitsUnits.TryConvert(unit, "1", out double factor) && factor == 1
        : unit.ToLowerInvariant() is "pix" or "pixel" or "pixels" or "1" or "-";
}
