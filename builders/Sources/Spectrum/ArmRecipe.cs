using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Where the values of a spectrum are, or those of one of its arms.</summary>
internal sealed record ArmRecipe
{
    private static readonly string[] Keys = ["hdu", "flux", "row", "plane", "wavelength", "ivar", "mask", "lsf"];

    /// <summary>The name; empty if the spectrum has no arms.</summary>
    internal required string Name { get; init; }

    /// <summary>The file of the flux for each file of the recipe.</summary>
    internal required IReadOnlyList<string> Files { get; init; }

    /// <summary>Where the flux is.</summary>
    internal required ValuesRecipe Flux { get; init; }

    /// <summary>Where the wavelengths are; null for the axis in the header of the flux.</summary>
    internal ValuesRecipe? Wavelength { get; init; }

    /// <summary>The columns that describe the axis of each row; null for none.</summary>
    internal AxisRecipe? Axis { get; init; }

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

    /// <summary>The unit of <see cref="Noise"/>, if the file has none or a wrong one; null for that of the file.</summary>
    internal string? NoiseUnit { get; init; }

    /// <summary>Where the survey's mask is; null without one.</summary>
    internal ValuesRecipe? Mask { get; init; }

    /// <summary>Which values of the mask are bad.</summary>
    internal MaskRule MaskRule { get; init; } = MaskRule.Nonzero;

    /// <summary>The line-spread function; null if unknown.</summary>
    internal LsfRecipe? Lsf { get; init; }

    /// <summary>Where the values of <see cref="Lsf"/> are; null for a polynomial.</summary>
    internal ValuesRecipe? LsfValues { get; init; }

    /// <summary>Begins messages about the arm.</summary>
    internal string Label => Name.Length == 0 ? "" : $"arm '{Name}': ";

    /// <summary>Reads the keys of a spectrum without arms; ignores others.</summary>
    internal static ArmRecipe Read(RecipeSource source, YamlMap map, IReadOnlyList<string> files) => Read(source, map, files, "");

    /// <summary>Reads an arm. Its keys precede those of the recipe; two mappings complete each other.</summary>
    /// <param name="source">Resolves the files.</param>
    /// <param name="own">The keys of the arm.</param>
    /// <param name="defaults">The keys of all arms.</param>
    /// <param name="files">The files of the recipe.</param>
    internal static ArmRecipe Read(RecipeSource source, YamlMap own, YamlMap defaults, IReadOnlyList<string> files)
    {
        own.RequireKeys(["name", "files", "replace", .. Keys]);
        YamlScalar name = own.Required("name").AsScalar();
        if (name.Text is not [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ..]
            || !name.Text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw name.Invalid($"expected a name of letters, digits and _ that begins with a letter, found '{name.Text}'");
        IReadOnlyList<string> ownFiles = own.Find("replace") is null && own.Find("files") is null ? files
            : CompanionRecipe.Read(source, own, files).Files;
        return Read(source, Complete(own, defaults, Keys), ownFiles, name.Text);
    }

    private static ArmRecipe Read(RecipeSource source, YamlMap map, IReadOnlyList<string> files, string name)
    {
        YamlMap? wavelength = map.Find("wavelength")?.AsMap(), noise = map.Find("ivar")?.AsMap(), mask = map.Find("mask")?.AsMap(),
            lsf = map.Find("lsf")?.AsMap();
        wavelength?.RequireKeys([.. ValuesRecipe.Keys, "axis", "unit", "scale", "medium"]);
        AxisRecipe? axis = wavelength?.Find("axis") is { } columns ? AxisRecipe.Read(columns.AsMap()) : null;
        if (axis is not null && wavelength!.Entries.Select(e => e.Key).FirstOrDefault(k => k.Text is not ("axis" or "unit" or "medium"))
            is { Text.Length: > 0 } other)
            throw other.Invalid($"'axis' and '{other.Text}' exclude each other: the columns of 'axis' describe a linear axis");
        noise?.RequireKeys([.. ValuesRecipe.Keys, "kind", "unit"]);
        mask?.RequireKeys([.. ValuesRecipe.Keys, "bad", "good"]);
        lsf?.RequireKeys([.. ValuesRecipe.Keys, "polynomial", "kind"]);
        ValuesRecipe? lsfValues = lsf is null ? null : ValuesRecipe.Read(source, lsf, files);
        return new()
        {
            Name = name,
            Files = files,
            Flux = new(null, map.TextOrNull("hdu"), map.TextOrNull("flux"), ValuesRecipe.NumberOf(map, "row"),
                ValuesRecipe.NumberOf(map, "plane")),
            Wavelength = wavelength is null ? null : ValuesRecipe.Read(source, wavelength, files),
            Axis = axis,
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
            NoiseUnit = noise?.TextOrNull("unit"),
            Mask = mask is null ? null : ValuesRecipe.Read(source, mask, files) ?? throw mask.Invalid("expected 'column' or 'hdu'"),
            MaskRule = MaskRule.Read(mask, "pixel", long.MaxValue),
            Lsf = lsf is null ? null : LsfRecipe.ReadOfSpectrum(lsf, lsfValues is not null),
            LsfValues = lsfValues,
        };
    }

    private static YamlMap Complete(YamlMap own, YamlMap defaults, IReadOnlyCollection<string>? keys = null)
    {
        Dictionary<string, (YamlScalar, YamlNode)> entries = new(StringComparer.Ordinal);
        foreach ((YamlScalar key, YamlNode value) in defaults.Entries)
            if (keys is null || keys.Contains(key.Text))
                entries[key.Text] = (key, value);
        foreach ((YamlScalar key, YamlNode value) in own.Entries)
            entries[key.Text] = (key, value is YamlMap map && defaults.Find(key.Text) is YamlMap of ? Complete(map, of) : value);
        return new(own.Source, own.Line, own.Column, entries);
    }
}
