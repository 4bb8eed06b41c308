using System.Collections.Immutable;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.Cube;

/// <summary>An image that was reconstructed from a cube: one entry of the key <c>images</c>.</summary>
/// <param name="Band">The band.</param>
/// <param name="Hdu">The HDU of the image, a name or a number.</param>
/// <param name="Psf">The HDU of the point-spread function; null if unknown.</param>
/// <param name="PsfFwhm">The keyword of its full width at half maximum in arcsec; null if unknown.</param>
internal sealed record BandImageRecipe(string Band, string Hdu, string? Psf, string? PsfFwhm)
{
    internal static ImmutableArray<BandImageRecipe> Read(YamlNode? list)
    {
        if (list is null)
            return [];
        ImmutableArray<BandImageRecipe> images = [.. list.AsList().Items.Select(item => Read(item.AsMap()))];
        if (images.Select(i => (i.Psf is null, i.PsfFwhm is null)).Distinct().Count() > 1)
            throw list.Invalid("expected 'psf' in all images or in none, likewise 'psf_fwhm'");
        return images;
    }

    private static BandImageRecipe Read(YamlMap map)
    {
        map.RequireKeys("band", "hdu", "psf", "psf_fwhm");
        return new(map.Text("band"), map.Text("hdu"), map.TextOrNull("psf"), map.TextOrNull("psf_fwhm"));
    }
}
