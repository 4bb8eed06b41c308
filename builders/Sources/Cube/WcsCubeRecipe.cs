using System.Collections.Immutable;
using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.Cube;

/// <summary>The recipe's source of <see cref="CubeBuilder"/>. <c>SOURCE.md</c> describes its keys.</summary>
internal sealed record WcsCubeRecipe
{
    /// <summary>The word for a companion that is not to be read although the file has one.</summary>
    private const string None = "none";

    /// <summary>The files, in the order of their names.</summary>
    internal required IReadOnlyList<string> Files { get; init; }

    /// <summary>True for the layout of MaNGA, whose companions are required.</summary>
    internal bool IsManga { get; init; }

    /// <summary>The HDU of the values, a name or a number; null for the first image with three axes.</summary>
    internal string? Hdu { get; init; }

    /// <summary>Where the noise is; null to find it by its name.</summary>
    internal CompanionRecipe? Noise { get; init; }

    /// <summary>The quantity that <see cref="Noise"/> holds.</summary>
    internal NoiseKind NoiseKind { get; init; }

    /// <summary>The unit of <see cref="Noise"/>, if the files have none or a wrong one; null for that of the files.</summary>
    internal string? NoiseUnit { get; init; }

    /// <summary>False to leave out the noise.</summary>
    internal bool HasNoise { get; init; } = true;

    /// <summary>Where the mask is; null to find it by its name.</summary>
    internal CompanionRecipe? Mask { get; init; }

    /// <summary>False to leave out the mask.</summary>
    internal bool HasMask { get; init; } = true;

    /// <summary>The meaning of the mask's bits.</summary>
    internal string? MaskBits { get; init; }

    /// <summary>The line-spread function; null if unknown.</summary>
    internal LsfRecipe? Lsf { get; init; }

    /// <summary>Where the wavelengths are; null for the WCS.</summary>
    internal WavelengthPlace? Wavelengths { get; init; }

    /// <summary>The unit of the wavelengths; null for that of the file.</summary>
    internal string? WavelengthUnit { get; init; }

    /// <summary>Air or vacuum, if the files do not declare it.</summary>
    internal SpectralMedium Medium { get; init; }

    /// <summary>The unit to store the values in; null for the unit of the file.</summary>
    internal string? Unit { get; init; }

    /// <summary>The unit of the file's values, if BUNIT is missing or wrong.</summary>
    internal string? FileUnit { get; init; }

    /// <summary>The id: a keyword, or a text with keywords in braces; null for the file's name.</summary>
    internal string? Id { get; init; }

    /// <summary>The keywords of the position, their unit and frame; without keywords the position is the centre of the cube.</summary>
    internal required PositionOptions Position { get; init; }

    /// <summary>The keyword of <c>mjd</c>.</summary>
    internal string? Mjd { get; init; }

    /// <summary>The keyword of <c>mjd_end</c>.</summary>
    internal string? MjdEnd { get; init; }

    /// <summary>The time scale; null without times.</summary>
    internal string? TimeScale { get; init; }

    /// <summary>Keywords that become native columns.</summary>
    internal ImmutableArray<string> Keywords { get; init; } = [];

    /// <summary>The images reconstructed from the cube.</summary>
    internal ImmutableArray<BandImageRecipe> Images { get; init; } = [];

    /// <summary>Where the derived maps are; null without maps.</summary>
    internal MapsRecipe? Maps { get; init; }

    /// <summary>The companion files of a cube.</summary>
    internal IEnumerable<string> CompanionFiles(int number) =>
        new[] { Noise?.Files[number], Mask?.Files[number], Maps?.Files?[number] }.OfType<string>().Where(f => f != Files[number])
            .Distinct();

    /// <exception cref="Format.DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static WcsCubeRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        map.RequireKeys("kind", "files", "layout", "hdu", "ivar", "mask", "lsf", "wavelength", "unit", "file_unit", "id", "ra", "dec",
            "ra_unit", "frame", "mjd", "mjd_end", "time_scale", "keywords", "images", "maps");
        IReadOnlyList<string> files = source.Files(map.Required("files"));
        YamlMap? wavelength = map.Find("wavelength")?.AsMap(), noise = Companion(map, "ivar"), mask = Companion(map, "mask");
        noise?.RequireKeys("replace", "files", "hdu", "kind", "unit");
        mask?.RequireKeys("replace", "files", "hdu", "bits");
        wavelength?.RequireKeys("medium", "unit", "hdu", "column");
        if ((map.Find("ra") is null) != (map.Find("dec") is null))
            throw (map.Find("ra") ?? map.Required("dec")).Invalid("'ra' and 'dec' must be given together");
        if ((map.Find("mjd") ?? map.Find("mjd_end")) is { } time && map.Find("time_scale") is null)
            throw time.Invalid("times need 'time_scale', for example 'time_scale: UTC'");
        return new()
        {
            Files = files,
            IsManga = map.Find("layout")?.AsScalar() is { } layout && IsMangaWord(layout),
            Hdu = map.TextOrNull("hdu"),
            Noise = noise is null ? null : CompanionRecipe.Read(source, noise, files),
            NoiseKind = noise?.Required("kind").AsScalar().AsOneOf(SkyImages.Noise.Words) ?? default,
            NoiseUnit = noise?.TextOrNull("unit"),
            HasNoise = map.Find("ivar") is null || noise is not null,
            Mask = mask is null ? null : CompanionRecipe.Read(source, mask, files),
            HasMask = map.Find("mask") is null || mask is not null,
            MaskBits = mask?.TextOrNull("bits"),
            Lsf = map.Find("lsf") is { } lsf ? LsfRecipe.Read(lsf.AsMap()) : null,
            Wavelengths = wavelength?.TextOrNull("hdu") is { } hdu
                ? new(hdu, wavelength.TextOrNull("column"), wavelength.TextOrNull("unit")) : null,
            WavelengthUnit = wavelength?.TextOrNull("unit"),
            Medium = wavelength?.Find("medium")?.AsScalar().AsOneOf(SpectralMediums.Words) ?? SpectralMedium.Undeclared,
            Unit = map.TextOrNull("unit"),
            FileUnit = map.TextOrNull("file_unit"),
            Id = map.TextOrNull("id"),
            Position = PositionKeys.Read(map),
            Mjd = map.TextOrNull("mjd"),
            MjdEnd = map.TextOrNull("mjd_end"),
            TimeScale = map.TextOrNull("time_scale"),
            Keywords = [.. map.Find("keywords")?.AsList().Items.Select(k => k.AsScalar().Text) ?? []],
            Images = BandImageRecipe.Read(map.Find("images")),
            Maps = map.Find("maps") is { } maps ? MapsRecipe.Read(source, maps.AsMap(), files) : null,
        };
    }

    private static bool IsMangaWord(YamlScalar layout) =>
        layout.Text == "manga" ? true : throw layout.Invalid($"expected manga, found '{layout.Text}'");

    // null for a missing key, and for 'none'.
    private static YamlMap? Companion(YamlMap map, string key) => map.Find(key) switch
    {
        null => null,
        YamlScalar { Text: None } => null,
        YamlScalar other => throw other.Invalid($"expected a mapping such as '{{ hdu: … }}', or '{None}'"),
        { } node => node.AsMap(),
    };
}
