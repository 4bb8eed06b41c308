using System.Collections.Frozen;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Where the FWHM of the PSF of a band is from.</summary>
/// <param name="Number">One number, or a keyword of each frame.</param>
/// <param name="Column">A column of the catalogue.</param>
/// <param name="Image">An image for each frame, whose pixels are the FWHM there.</param>
/// <param name="IsInPixels">True if it is in pixels, false if it is in arcseconds.</param>
internal sealed record PsfRecipe(HeaderNumber? Number, string? Column, CompanionRecipe? Image, bool IsInPixels)
{
    private static readonly FrozenDictionary<string, bool> IsPixelWords =
        new Dictionary<string, bool> { ["arcsec"] = false, ["pixel"] = true }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads <c>keyword</c>, <c>value</c>, <c>column</c>, or an image as for noise and mask; and <c>unit</c>.</summary>
    internal static PsfRecipe Read(RecipeSource source, YamlMap map, IReadOnlyList<string> frames, ImageHdus hdus)
    {
        map.RequireKeys("keyword", "value", "column", "replace", "files", "hdu", "unit");
        bool isImage = (map.Find("replace") ?? map.Find("files") ?? map.Find("hdu")) is not null, isColumn = map.Find("column") is not null,
            isNumber = (map.Find("value") ?? map.Find("keyword")) is not null;
        if ((isImage, isColumn, isNumber) is (true, true, _) or (true, _, true) or (_, true, true))
            throw map.Invalid("expected one of 'keyword', 'value', 'column', or an image by 'replace', 'files' or 'hdu'");
        return new(isImage || isColumn ? null : HeaderNumber.Read(map), map.TextOrNull("column"),
            isImage ? CompanionRecipe.Read(source, map, frames, hdus) : null, map.Required("unit").AsScalar().AsOneOf(IsPixelWords));
    }
}
