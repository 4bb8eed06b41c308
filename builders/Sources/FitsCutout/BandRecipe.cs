using System.Collections.Frozen;
using Pile.Builders.Sources.SkyImages;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>One band of a recipe: its frames with noise, mask, PSF and units.</summary>
internal sealed record BandRecipe
{
    private static readonly FrozenDictionary<string, bool> IsPixelWords =
        new Dictionary<string, bool> { ["arcsec"] = false, ["pixel"] = true }.ToFrozenDictionary(StringComparer.Ordinal);

    internal required string Name { get; init; }

    /// <summary>The frames' files, sorted by name.</summary>
    internal required IReadOnlyList<string> Files { get; init; }

    /// <summary>The HDU of the pixels, a name or a number; null for the first with a celestial WCS.</summary>
    internal string? Hdu { get; init; }

    /// <summary>The noise and the mask of each pixel.</summary>
    internal required NoiseAndMask Companions { get; init; }

    /// <summary>The survey's description of the bits of the mask.</summary>
    internal string? MaskBits { get; init; }

    /// <summary>The FWHM of the PSF: from the frame's header, or one number for all.</summary>
    internal HeaderNumber? PsfFwhm { get; init; }

    /// <summary>True if <see cref="PsfFwhm"/> is in pixels, false if it is in arcseconds.</summary>
    internal bool IsPsfInPixels { get; init; }

    /// <summary>The unit of the pixels; null for BUNIT.</summary>
    internal string? Unit { get; init; }

    /// <summary>The magnitude of one unit: from the frame's header, or one number for all.</summary>
    internal HeaderNumber? ZeroPointMag { get; init; }

    /// <summary>Effective wavelength in Å.</summary>
    internal double? WavelengthAngstrom { get; init; }

    internal static BandRecipe Read(RecipeSource source, YamlMap map)
    {
        map.RequireKeys("name", "files", "hdu", "ivar", "mask", "psf_fwhm", "unit", "zero_point", "wavelength_angstrom");
        IReadOnlyList<string> files = source.Files(map.Required("files"));
        YamlMap? mask = map.Find("mask")?.AsMap(), psf = map.Find("psf_fwhm")?.AsMap();
        mask?.RequireKeys("replace", "files", "hdu", "bad", "bits");
        psf?.RequireKeys("keyword", "value", "unit");
        return new()
        {
            Name = map.Text("name"),
            Files = files,
            Hdu = map.TextOrNull("hdu"),
            Companions = NoiseAndMask.Read(source, map, files, "pixel", int.MaxValue),
            MaskBits = mask?.TextOrNull("bits"),
            PsfFwhm = psf is null ? null : HeaderNumber.Read(psf),
            IsPsfInPixels = psf is not null && psf.Required("unit").AsScalar().AsOneOf(IsPixelWords),
            Unit = map.TextOrNull("unit"),
            ZeroPointMag = map.Find("zero_point") is { } zero ? HeaderNumber.Read(zero) : null,
            WavelengthAngstrom = map.Find("wavelength_angstrom")?.AsScalar().AsDouble(),
        };
    }
}
