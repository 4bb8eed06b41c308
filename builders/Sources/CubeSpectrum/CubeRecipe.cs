using System.Collections.Frozen;
using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>How much of a spaxel belongs to an aperture.</summary>
internal enum ApertureMethod
{
    /// <summary>The fraction within the circle.</summary>
    Exact,

    /// <summary>All of it if its centre is within the circle, otherwise nothing.</summary>
    Centre,
}

/// <summary>How the covariance of neighbouring spaxels is taken into account.</summary>
internal enum ApertureCovariance
{
    /// <summary>Ignores it; the errors are too small.</summary>
    Ignored,

    /// <summary>Multiplies errors by 1 + 1.62·log10 N, as measured for MaNGA.</summary>
    Manga,
}

/// <summary>The <c>source</c> of a recipe for spectra from cubes. <c>SOURCE.md</c> describes its keys.</summary>
internal sealed record CubeRecipe
{
    private const int LargestImage = 2048, DefaultImage = 25;

    private static readonly FrozenDictionary<string, ApertureMethod> MethodWords =
        new Dictionary<string, ApertureMethod> { ["exact"] = ApertureMethod.Exact, ["centre"] = ApertureMethod.Centre }.ToFrozenDictionary(
            StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ApertureCovariance> CovarianceWords =
        new Dictionary<string, ApertureCovariance>
        {
            ["ignored"] = ApertureCovariance.Ignored,
            ["manga"] = ApertureCovariance.Manga
        }.ToFrozenDictionary(StringComparer.Ordinal);

    internal required CatalogueRecipe Catalogue { get; init; }

    /// <summary>The cubes' files, sorted by name.</summary>
    internal required IReadOnlyList<string> Files { get; init; }

    /// <summary>The HDU of the values, a name or a number; null for the first image with sky and spectrum.</summary>
    internal string? Hdu { get; init; }

    /// <summary>The noise and the mask of each voxel.</summary>
    internal required NoiseAndMask Companions { get; init; }

    /// <summary>The unit of the values; null for BUNIT.</summary>
    internal string? Unit { get; init; }

    /// <summary>The factor that converts the values to <see cref="Unit"/>; null to convert from BUNIT.</summary>
    internal double? Scale { get; init; }

    /// <summary>Air or vacuum, if the files do not declare it.</summary>
    internal SpectralMedium Medium { get; init; }

    /// <summary>The unit of the wavelengths; null for the unit in the file.</summary>
    internal string? WavelengthUnit { get; init; }

    /// <summary>Where the wavelengths are; null for the WCS.</summary>
    internal WavelengthPlace? Wavelengths { get; init; }

    /// <summary>The line-spread function; null if unknown.</summary>
    internal LsfRecipe? Lsf { get; init; }

    internal required double RadiusArcsec { get; init; }

    internal ApertureMethod Method { get; init; }

    internal ApertureCovariance Covariance { get; init; }

    /// <summary>Rows and columns of the white-light image.</summary>
    internal int ImageSize { get; init; } = DefaultImage;

    /// <summary>The wavelengths of the white-light image, Å; null for all.</summary>
    internal (double First, double Last)? ImageRangeAngstrom { get; init; }

    /// <summary>The recipe's words for method and covariance, which the dataset also uses.</summary>
    internal string MethodWord => MethodWords.First(w => w.Value == Method).Key;

    /// <inheritdoc cref="MethodWord"/>
    internal string CovarianceWord => CovarianceWords.First(w => w.Value == Covariance).Key;

    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static CubeRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        map.RequireKeys("kind", "catalogue", "id", "ra", "dec", "ra_unit", "frame", "rename", "exclude", "only", "cast", "join",
            "filter", "files", "hdu", "ivar", "mask", "unit", "scale", "wavelength", "lsf", "aperture", "image");
        IReadOnlyList<string> files = source.Files(map.Required("files"));
        YamlMap aperture = map.Required("aperture").AsMap();
        YamlMap? wavelength = map.Find("wavelength")?.AsMap(), image = map.Find("image")?.AsMap();
        aperture.RequireKeys("radius_arcsec", "method", "covariance");
        map.Find("mask")?.AsMap().RequireKeys("replace", "files", "hdu", "bad", "good");
        wavelength?.RequireKeys("medium", "unit", "hdu", "column");
        image?.RequireKeys("size", "range_angstrom");
        YamlScalar radius = aperture.Required("radius_arcsec").AsScalar();
        return new()
        {
            Catalogue = CatalogueRecipe.Read(source),
            Files = files,
            Hdu = map.TextOrNull("hdu"),
            Companions = NoiseAndMask.Read(source, map, files, "voxel", long.MaxValue),
            Unit = map.TextOrNull("unit"),
            Scale = map.Find("scale") is { } scale ? ReadScale(map, scale.AsScalar()) : null,
            Medium = wavelength?.Find("medium")?.AsScalar().AsOneOf(SpectralMediums.Words) ?? SpectralMedium.Undeclared,
            WavelengthUnit = wavelength?.TextOrNull("unit"),
            Wavelengths = wavelength?.TextOrNull("hdu") is { } hdu
                ? new(hdu, wavelength.TextOrNull("column"), wavelength.TextOrNull("unit")) : null,
            Lsf = map.Find("lsf") is { } lsf ? LsfRecipe.Read(lsf.AsMap()) : null,
            RadiusArcsec = radius.AsDouble() is > 0 and < 3600 and var arcsec ? arcsec
                : throw radius.Invalid("expected a radius above 0 and below 3600 arcsec"),
            Method = aperture.Find("method")?.AsScalar().AsOneOf(MethodWords) ?? ApertureMethod.Exact,
            Covariance = aperture.Find("covariance")?.AsScalar().AsOneOf(CovarianceWords) ?? ApertureCovariance.Ignored,
            ImageSize = image?.Find("size")?.AsScalar() is { } size ? ReadSize(size) : DefaultImage,
            ImageRangeAngstrom = image?.Find("range_angstrom") is { } range ? ReadRange(range) : null,
        };
    }

    /// <summary>Every file that a build reads.</summary>
    internal IEnumerable<string> AllFiles() => [.. Catalogue.Files, .. Files, .. Companions.Files];

    private static double ReadScale(YamlMap map, YamlScalar scale) =>
        map.Find("unit") is null ? throw scale.Invalid("'scale' requires 'unit', the unit of the scaled values")
        : scale.AsDouble() is > 0 and < double.PositiveInfinity and var factor ? factor : throw scale.Invalid("expected a number above 0");

    private static int ReadSize(YamlScalar size) => size.AsInt64() is >= 1 and <= LargestImage and var spaxels
        ? (int)spaxels : throw size.Invalid($"expected 1 to {LargestImage} spaxels");

    private static (double First, double Last) ReadRange(YamlNode range) =>
        range.AsList().Items is [var first, var last] && first.AsScalar().AsDouble() is > 0 and var low
            && last.AsScalar().AsDouble() is var high && high > low
            ? (low, high) : throw range.Invalid("expected two wavelengths in Å: [first, last]");
}
