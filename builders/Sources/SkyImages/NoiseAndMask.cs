using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The noise and the mask of images, the keys <c>ivar</c> and <c>mask</c> of a recipe.</summary>
internal sealed record NoiseAndMask
{
    /// <summary>The noise of each pixel; null if unknown.</summary>
    internal CompanionRecipe? Ivar { get; private init; }

    /// <summary>The quantity that <see cref="Ivar"/> holds.</summary>
    internal NoiseKind IvarKind { get; private init; }

    /// <summary>The unit of <see cref="Ivar"/>, if the files have none or a wrong one; null for that of the files.</summary>
    internal string? IvarUnit { get; private init; }

    /// <summary>The survey's integer mask; null without one.</summary>
    internal CompanionRecipe? Mask { get; private init; }

    /// <summary>Which values of the mask are bad.</summary>
    internal MaskRule MaskRule { get; private init; } = MaskRule.Nonzero;

    /// <summary>The files of noise and mask.</summary>
    internal IEnumerable<string> Files => [.. Ivar?.Files ?? [], .. Mask?.Files ?? []];

    /// <summary>Returns the files of noise and mask of one image.</summary>
    internal IEnumerable<string> FilesOf(int number) =>
        new[] { Ivar, Mask }.OfType<CompanionRecipe>().Select(companion => companion.Files[number]);

    /// <summary>Reads both keys. The caller checks which keys the mask has.</summary>
    /// <param name="source">Resolves the files.</param>
    /// <param name="map">Has the keys <c>ivar</c> and <c>mask</c>.</param>
    /// <param name="images">The files that noise and mask belong to.</param>
    /// <param name="element">What a value marks in messages: pixel or voxel.</param>
    /// <param name="maximum">The largest value of the mask.</param>
    /// <param name="hdus">The HDUs of the images; null if each file has one image.</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static NoiseAndMask Read(RecipeSource source, YamlMap map, IReadOnlyList<string> images, string element, long maximum,
        ImageHdus? hdus = null)
    {
        YamlMap? ivar = map.Find("ivar")?.AsMap(), mask = map.Find("mask")?.AsMap();
        ivar?.RequireKeys("replace", "files", "hdu", "kind", "unit");
        return new()
        {
            Ivar = ivar is null ? null : CompanionRecipe.Read(source, ivar, images, hdus),
            IvarKind = ivar is null ? default : ivar.Required("kind").AsScalar().AsOneOf(Noise.Words),
            IvarUnit = ivar?.TextOrNull("unit"),
            Mask = mask is null ? null : CompanionRecipe.Read(source, mask, images, hdus),
            MaskRule = MaskRule.Read(mask, element, maximum),
        };
    }
}
