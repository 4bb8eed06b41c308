using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>One band of a recipe: its frames with noise, mask, PSF and units.</summary>
internal sealed record BandRecipe
{
    internal required string Name { get; init; }

    /// <summary>The frames' files, sorted by name.</summary>
    internal required IReadOnlyList<string> Files { get; init; }

    /// <summary>The HDUs of the pixels.</summary>
    internal required ImageHdus Hdus { get; init; }

    /// <summary>The noise and the mask of each pixel.</summary>
    internal required NoiseAndMask Companions { get; init; }

    /// <summary>The survey's description of the bits of the mask.</summary>
    internal string? MaskBits { get; init; }

    /// <summary>Where the FWHM of the PSF is from; null if unknown.</summary>
    internal PsfRecipe? PsfFwhm { get; init; }

    /// <summary>The unit to which pixels are converted, or their unit if that of the file is unknown or of another quantity; null for the
    /// unit of the file.</summary>
    internal string? Unit { get; init; }

    /// <summary>The unit of the file; null for BUNIT.</summary>
    internal string? FileUnit { get; init; }

    /// <summary>The magnitude of one unit: from the frame's header, or one number for all.</summary>
    internal HeaderNumber? ZeroPointMag { get; init; }

    /// <summary>Effective wavelength in Å.</summary>
    internal double? WavelengthAngstrom { get; init; }

    /// <summary>Where the extinction is from; null if unknown.</summary>
    internal ExtinctionRecipe? Extinction { get; init; }

    /// <summary>Every file that the band reads.</summary>
    internal IEnumerable<string> AllFiles => [.. Files, .. Companions.Files, .. PsfFwhm?.Image?.Files ?? [], .. Extinction?.Maps ?? []];

    /// <summary>Returns the files that one frame needs.</summary>
    /// <param name="number">The index of the frame.</param>
    internal IEnumerable<string> FilesOf(int number) =>
    [
        Files[number], .. Companions.FilesOf(number), .. PsfFwhm?.Image is { } psf ? [psf.Files[number]] : (string[])[],
        .. Extinction?.Maps ?? [],
    ];

    /// <summary>The keys of a band, except its name.</summary>
    internal static ImmutableArray<string> Keys { get; } =
        ["files", "hdu", "ivar", "mask", "psf_fwhm", "unit", "file_unit", "zero_point", "wavelength_angstrom", "extinction"];

    /// <summary>Reads a list of bands, each with a name of its own.</summary>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static BandRecipe[] ReadAll(RecipeSource source, YamlList list)
    {
        BandRecipe[] bands = [.. list.Items.Select(item =>
        {
            YamlMap map = item.AsMap();
            map.RequireKeys(["name", .. Keys]);
            return Read(source, map, map.Text("name"));
        })];
        if (bands.Length == 0)
            throw list.Invalid("at least one band is needed");
        return bands.CountBy(b => b.Name, StringComparer.Ordinal).FirstOrDefault(b => b.Value > 1) is { Key: { } twice }
            ? throw list.Invalid($"two bands are called '{twice}'") : bands;
    }

    /// <summary>Reads the keys of one band. The caller checks which keys there are.</summary>
    internal static BandRecipe Read(RecipeSource source, YamlMap map, string name)
    {
        IReadOnlyList<string> files = source.Files(map.Required("files"));
        YamlMap? mask = map.Find("mask")?.AsMap();
        mask?.RequireKeys("replace", "files", "hdu", "bad", "good", "bits");
        ImageHdus hdus = ImageHdus.Read(map.Find("hdu"));
        return new()
        {
            Name = name,
            Files = files,
            Hdus = hdus,
            Companions = NoiseAndMask.Read(source, map, files, "pixel", uint.MaxValue, hdus),
            MaskBits = mask?.TextOrNull("bits"),
            PsfFwhm = map.Find("psf_fwhm") is { } psf ? PsfRecipe.Read(source, psf.AsMap(), files, hdus) : null,
            Unit = map.TextOrNull("unit"),
            FileUnit = map.TextOrNull("file_unit"),
            ZeroPointMag = map.Find("zero_point") is { } zero ? HeaderNumber.Read(zero) : null,
            WavelengthAngstrom = map.Find("wavelength_angstrom")?.AsScalar().AsDouble(),
            Extinction = map.Find("extinction") is { } extinction ? ExtinctionRecipe.Read(source, extinction) : null,
        };
    }
}
