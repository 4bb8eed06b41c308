using System.Collections.Immutable;
using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The recipe's source of <see cref="SpectrumBuilder"/>.</summary>
internal sealed record SpectrumRecipe
{
    /// <summary>The files, in the order of their names.</summary>
    internal required IReadOnlyList<string> Files { get; init; }

    /// <summary>Where the flux is.</summary>
    internal required ValuesRecipe Flux { get; init; }

    /// <summary>Where the wavelengths are; null for the axis in the header of the flux.</summary>
    internal ValuesRecipe? Wavelength { get; init; }

    /// <summary>The unit of the wavelengths; null for that of the file.</summary>
    internal string? WavelengthUnit { get; init; }

    /// <summary>True if the values are decimal logarithms of wavelengths; null to follow the header.</summary>
    internal bool? IsLog10 { get; init; }

    /// <summary>The medium, if the recipe declares it.</summary>
    internal SpectralMedium Medium { get; init; }

    /// <summary>Where the noise is; null if unknown.</summary>
    internal ValuesRecipe? Noise { get; init; }

    /// <summary>The quantity that <see cref="Noise"/> holds.</summary>
    internal NoiseKind NoiseKind { get; init; }

    /// <summary>Where the survey's mask is; null without one.</summary>
    internal ValuesRecipe? Mask { get; init; }

    /// <summary>The bits of the mask that make a pixel bad; −1 for any.</summary>
    internal long BadBits { get; init; } = -1;

    /// <summary>The unit to store the flux in; null for the unit of the file.</summary>
    internal string? Unit { get; init; }

    /// <summary>The unit of the file's flux, if the file does not declare it.</summary>
    internal string? FileUnit { get; init; }

    /// <summary>The HDU of a table with a row per spectrum; null for the table of the flux.</summary>
    internal string? Objects { get; init; }

    /// <summary>The id: a column, a keyword, or a text with names in braces; null for the file's name.</summary>
    internal string? Id { get; init; }

    /// <summary>Names and units of the position; a name is a column or a keyword.</summary>
    internal required PositionOptions Position { get; init; }

    /// <summary>The column or keyword of <c>mjd</c>.</summary>
    internal string? Mjd { get; init; }

    /// <summary>The column or keyword of <c>mjd_end</c>.</summary>
    internal string? MjdEnd { get; init; }

    /// <summary>The time scale; null without times.</summary>
    internal string? TimeScale { get; init; }

    /// <summary>The reference position of the times.</summary>
    internal string? TimeReference { get; init; }

    /// <summary>Keywords of the headers that become native columns.</summary>
    internal ImmutableArray<string> Keywords { get; init; } = [];

    internal static SpectrumRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        map.RequireKeys("kind", "files", "hdu", "flux", "row", "wavelength", "ivar", "mask", "unit", "file_unit", "objects", "id", "ra",
            "dec", "ra_unit", "frame", "mjd", "mjd_end", "time_scale", "time_reference", "keywords");
        IReadOnlyList<string> files = source.Files(map.Required("files"));
        YamlMap? wavelength = map.Find("wavelength")?.AsMap(), noise = map.Find("ivar")?.AsMap(), mask = map.Find("mask")?.AsMap();
        wavelength?.RequireKeys("column", "hdu", "replace", "files", "row", "unit", "scale", "medium");
        noise?.RequireKeys("column", "hdu", "replace", "files", "row", "kind");
        mask?.RequireKeys("column", "hdu", "replace", "files", "row", "bad");
        _ = map.Required("ra");
        _ = map.Required("dec");
        if ((map.Find("mjd") ?? map.Find("mjd_end")) is { } time && map.Find("time_scale") is null)
            throw time.Invalid("times need 'time_scale', for example 'time_scale: UTC'");
        return new()
        {
            Files = files,
            Flux = new(null, map.TextOrNull("hdu"), map.TextOrNull("flux"), RowOf(map)),
            Wavelength = wavelength is null ? null : ValuesRecipe.Read(source, wavelength, files),
            WavelengthUnit = wavelength?.TextOrNull("unit"),
            IsLog10 = wavelength?.Find("scale")?.AsScalar() is { } scale ? scale.Text switch
            {
                "linear" => false,
                "log10" => true,
                _ => throw scale.Invalid($"expected linear or log10, found '{scale.Text}'"),
            } : null,
            Medium = wavelength?.Find("medium")?.AsScalar().AsOneOf(SpectralMediums.Words) ?? SpectralMedium.Undeclared,
            Noise = noise is null ? null : ValuesRecipe.Read(source, noise, files) ?? throw noise.Invalid("expected 'column' or 'hdu'"),
            NoiseKind = noise is null ? default : noise.Required("kind").AsScalar().AsOneOf(SkyImages.Noise.Words),
            Mask = mask is null ? null : ValuesRecipe.Read(source, mask, files) ?? throw mask.Invalid("expected 'column' or 'hdu'"),
            BadBits = mask?.Find("bad")?.AsScalar() is { } bad ? NoiseAndMask.ReadBits(bad, "pixel", long.MaxValue) : -1,
            Unit = map.TextOrNull("unit"),
            FileUnit = map.TextOrNull("file_unit"),
            Objects = map.TextOrNull("objects"),
            Id = map.TextOrNull("id"),
            Position = PositionKeys.Read(map),
            Mjd = map.TextOrNull("mjd"),
            MjdEnd = map.TextOrNull("mjd_end"),
            TimeScale = map.TextOrNull("time_scale"),
            TimeReference = map.TextOrNull("time_reference"),
            Keywords = [.. map.Find("keywords")?.AsList().Items.Select(k => k.AsScalar().Text) ?? []],
        };
    }

    internal static int? RowOf(YamlMap map) => map.Find("row")?.AsScalar() is not { } row ? null
        : row.AsInt64() is >= 0 and <= int.MaxValue and var line ? (int)line : throw row.Invalid("expected the number of a row, from 0");
}

/// <summary>Where the values of one quantity are.</summary>
/// <param name="Files">The file of each file of the flux; null for the same files.</param>
/// <param name="Hdu">The HDU, a name or a number; null for that of the flux.</param>
/// <param name="Column">The column of a table; null for an image.</param>
/// <param name="Row">The only line of an image, or row of a table, that is used; null for all.</param>
internal sealed record ValuesRecipe(IReadOnlyList<string>? Files, string? Hdu, string? Column, int? Row)
{
    /// <summary>Reads the keys <c>column</c>, <c>hdu</c>, <c>replace</c>, <c>files</c> and <c>row</c>.</summary>
    /// <returns>Null if all of them are missing.</returns>
    internal static ValuesRecipe? Read(RecipeSource source, YamlMap map, IReadOnlyList<string> fluxFiles)
    {
        string? column = map.TextOrNull("column"), hdu = map.TextOrNull("hdu");
        IReadOnlyList<string>? files = map.Find("replace") is null && map.Find("files") is null ? null
            : CompanionRecipe.Read(source, map, fluxFiles).Files;
        int? row = SpectrumRecipe.RowOf(map);
        return column is null && hdu is null && files is null && row is null ? null : new(files, hdu, column, row);
    }
}
