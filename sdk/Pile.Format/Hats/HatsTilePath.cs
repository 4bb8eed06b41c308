using System.Globalization;
using Pile.Sky;

namespace Pile.Format;

/// <summary>The paths of tiles in a HATS catalogue: <c>dataset/Norder=k/Dir=d/Npix=n.parquet</c>, where Dir is the pixel rounded down to
/// ten thousands.</summary>
internal static class HatsTilePath
{
    /// <summary>The pattern of the files of a tile that is a folder. Programs leave others beside them, such as <c>_SUCCESS</c> and
    /// <c>_metadata</c>.</summary>
    internal const string AnyPart = "*.parquet";

    private const int PixelsPerFolder = 10_000;

    internal static string Of(HealpixPixel pixel, string suffix = ".parquet") =>
        $"dataset/Norder={pixel.Order}/Dir={pixel.Pixel / PixelsPerFolder * PixelsPerFolder}/Npix={pixel.Pixel}{suffix.TrimEnd('/')}";

    /// <summary>Parses a tile's path.</summary>
    /// <param name="prefix">The part before <c>dataset/</c>.</param>
    /// <param name="path">The path.</param>
    /// <param name="pixel">The tile's pixel.</param>
    /// <returns>False if it is not exactly the path of a tile.</returns>
    internal static bool TryParse(string prefix, string path, out HealpixPixel pixel)
    {
        pixel = default;
        if (!path.StartsWith(prefix, StringComparison.Ordinal)
            || path[prefix.Length..].Split('/') is not ["dataset", var norder, _, var npix]
            || !TryNumber(norder, "Norder=", "", out long order) || !TryNumber(npix, "Npix=", ".parquet", out long number)
            || !TryPixel(order, number, out HealpixPixel read) || prefix + Of(read) != path)
            return false;
        pixel = read;
        return true;
    }

    internal static bool TryPixel(long order, long number, out HealpixPixel pixel)
    {
        bool exists = order is >= 0 and <= Healpix.MaxOrder && number >= 0 && number < Healpix.PixelCount((int)order);
        pixel = exists ? new HealpixPixel((int)order, number) : default;
        return exists;
    }

    private static bool TryNumber(string text, string before, string after, out long number)
    {
        number = 0;
        return text.Length > before.Length + after.Length && text.StartsWith(before, StringComparison.Ordinal)
            && text.EndsWith(after, StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(before.Length, text.Length - before.Length - after.Length), NumberStyles.None,
                CultureInfo.InvariantCulture, out number);
    }
}
