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

    /// <summary>The noise of each pixel; null if unknown.</summary>
    internal CompanionRecipe? Ivar { get; init; }

    /// <summary>The quantity that <see cref="Ivar"/> holds.</summary>
    internal NoiseKind IvarKind { get; init; }

    /// <summary>The survey's integer mask; null without one.</summary>
    internal CompanionRecipe? Mask { get; init; }

    /// <summary>The bits of the mask that make a pixel bad.</summary>
    internal int BadBits { get; init; } = -1;

    /// <summary>The survey's description of the bits.</summary>
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
        YamlMap? ivar = map.Find("ivar")?.AsMap(), mask = map.Find("mask")?.AsMap(), psf = map.Find("psf_fwhm")?.AsMap();
        ivar?.RequireKeys("replace", "files", "hdu", "kind");
        mask?.RequireKeys("replace", "files", "hdu", "bad", "bits");
        psf?.RequireKeys("keyword", "value", "unit");
        return new()
        {
            Name = map.Text("name"),
            Files = files,
            Hdu = map.TextOrNull("hdu"),
            Ivar = ivar is null ? null : CompanionRecipe.Read(source, ivar, files),
            IvarKind = ivar is null ? default : ivar.Required("kind").AsScalar().AsOneOf(Noise.Words),
            Mask = mask is null ? null : CompanionRecipe.Read(source, mask, files),
            BadBits = mask?.Find("bad")?.AsScalar() is { } bad ? ReadBits(bad) : -1,
            MaskBits = mask?.TextOrNull("bits"),
            PsfFwhm = psf is null ? null : HeaderNumber.Read(psf),
            IsPsfInPixels = psf is not null && psf.Required("unit").AsScalar().AsOneOf(IsPixelWords),
            Unit = map.TextOrNull("unit"),
            ZeroPointMag = map.Find("zero_point") is { } zero ? HeaderNumber.Read(zero) : null,
            WavelengthAngstrom = map.Find("wavelength_angstrom")?.AsScalar().AsDouble(),
        };
    }

    private static int ReadBits(YamlScalar bad) => bad.Text == "nonzero" ? -1
        : bad.AsInt64() is > 0 and <= int.MaxValue and var bits ? (int)bits
            : throw bad.Invalid("expected 'nonzero', or the sum of the bits that make a pixel bad");
}
