using System.Globalization;
using Pile.Builders.Sources.SkyImages;
using Pile.Fits;

namespace Pile.Builders.Sources.Cube;

/// <summary>One map of a file: a plane of an image, with its noise and its mask.</summary>
/// <param name="Label">The name, <c>&lt;HDU&gt;/&lt;channel&gt;</c>.</param>
/// <param name="Unit">The unit; empty if unknown.</param>
/// <param name="Plane">The plane of the images, from 0.</param>
/// <param name="Data">The values.</param>
/// <param name="Noise">The noise; null if unknown.</param>
/// <param name="Kind">The quantity that the noise is.</param>
/// <param name="NoiseFactor">The factor that converts the noise to the unit of the values.</param>
/// <param name="Mask">The mask; null without one.</param>
internal sealed record DerivedMap(string Label, string Unit, int Plane, FitsImage Data, FitsImage? Noise, NoiseKind Kind,
    double NoiseFactor, FitsImage? Mask)
{
    /// <summary>Lists the maps of a file.</summary>
    /// <exception cref="FitsException">An HDU of the recipe is missing, or its size is not that of the cube, or its noise or mask have
    /// another size.</exception>
    internal static IEnumerable<DerivedMap> List(FitsFile file, MapsRecipe recipe, long width, long height)
    {
        IEnumerable<FitsHdu> hdus = recipe.Hdus.IsEmpty
            ? file.Hdus.Where(h => HasSpaxels(h) && h.Axes.Count <= 3 && !CompanionNames.IsCompanion(file, h))
            : recipe.Hdus.Select(name => ImageFiles.FindHdu(file, name));
        foreach (FitsHdu hdu in hdus)
        {
            if (!HasSpaxels(hdu))
                throw new FitsException(file.Path, hdu.Label, $"a map must have the spaxels of the cube, [{width}, {height}]; "
                    + $"found {hdu.Kind} [{string.Join(", ", hdu.Axes)}]. Correct 'maps' in the recipe's source, or leave out this file.");
            (FitsHdu Hdu, NoiseKind Kind)? noise = CompanionNames.Noise(file, hdu, isSingle: false);
            FitsHdu? mask = CompanionNames.Mask(file, hdu, isSingle: false);
            FitsImage data = hdu.Image();
            if (mask?.Image().Type is { } type
                and not (FitsType.UInt8 or FitsType.Int8 or FitsType.Int16 or FitsType.UInt16 or FitsType.Int32))
                throw new FitsException(file.Path, mask.Label,
                    $"the mask of a map must have integers of at most 32 bits, found {type}. Leave out this file.");
            for (int plane = 0; plane < data.PlaneCount; plane++)
                yield return new($"{hdu.Name}/{Channel(hdu, plane) ?? (data.PlaneCount == 1 ? hdu.Name : Number(plane))}",
                    UnitOf(hdu, plane), plane, data, noise is var (n, _) ? Like(hdu, n) : null, noise?.Kind ?? default,
                    noise is var (of, kind) ? NoiseFactorOf(UnitOf(of, plane), UnitOf(hdu, plane), kind) : 1,
                    mask is null ? null : Like(hdu, mask));
        }

        bool HasSpaxels(FitsHdu hdu) =>
            hdu.Kind is FitsHduKind.Image && hdu.Axes.Count >= 2 && hdu.Axes[0] == width && hdu.Axes[1] == height;

        FitsImage Like(FitsHdu map, FitsHdu companion) => companion.Kind is FitsHduKind.Image && companion.Axes.SequenceEqual(map.Axes)
            ? companion.Image()
            : throw new FitsException(file.Path, companion.Label, $"the noise or mask of HDU {map.Label} must have its axes, "
                + $"[{string.Join(", ", map.Axes)}]; found {companion.Kind} [{string.Join(", ", companion.Axes)}]. Leave out this file.");
    }

    // The data analysis pipeline of MaNGA: C01 is the name of the first channel, U01 its unit; with as many digits as needed.
    private static string? Channel(FitsHdu hdu, int plane) => Numbered(hdu, "C", plane);

    private static string UnitOf(FitsHdu hdu, int plane) => Numbered(hdu, "U", plane) ?? hdu.Header.GetText("BUNIT")?.Trim() ?? "";

    private static string? Numbered(FitsHdu hdu, string stem, int plane)
    {
        for (int digits = 1; digits <= 3; digits++)
            if (hdu.Header.GetText(stem + (plane + 1).ToString($"D{digits}", CultureInfo.InvariantCulture))?.Trim() is { Length: > 0 } text)
                return text;
        return null;
    }

    // The noise of a map may repeat the unit of the map (U01 …). It is then in the unit of the map, like noise without a unit.
    private static double NoiseFactorOf(string noise, string unit, NoiseKind kind) => noise.Length > 0 && unit.Length > 0
        && NoiseUnits.TryConvert(noise, unit, kind, out double factor) ? factor : 1;

    private static string Number(int plane) => (plane + 1).ToString(CultureInfo.InvariantCulture);
}
