using System.Collections.Frozen;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.SpectralCubes;

/// <summary>The quantity that describes a line-spread function.</summary>
internal enum LsfKind
{
    /// <summary>σ in Å.</summary>
    Sigma,

    /// <summary>Full width at half maximum in Å.</summary>
    Fwhm,

    /// <summary>Resolving power λ/FWHM.</summary>
    Resolution,

    /// <summary>σ in pixels of the spectrum.</summary>
    SigmaPixels,
}

/// <summary>The source of the line-spread function: values in each file, or a polynomial of the wavelength in Å for all.</summary>
/// <param name="Hdu">The HDU, for cubes with one number per channel or per voxel; null for a polynomial, and for a column of the flux's
/// table.</param>
/// <param name="Polynomial">The coefficients, the constant first; empty with values in the files.</param>
/// <param name="Kind">The quantity.</param>
internal sealed record LsfRecipe(string? Hdu, double[] Polynomial, LsfKind Kind)
{
    /// <summary>The ratio of FWHM and σ of a Gaussian.</summary>
    private static readonly double FwhmPerSigma = 2 * Math.Sqrt(2 * Math.Log(2));

    private static readonly FrozenDictionary<string, LsfKind> Words = new Dictionary<string, LsfKind>
    {
        ["sigma"] = LsfKind.Sigma,
        ["fwhm"] = LsfKind.Fwhm,
        ["resolution"] = LsfKind.Resolution,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, LsfKind> WordsOfSpectra = new Dictionary<string, LsfKind>(Words)
    {
        ["sigma_pixels"] = LsfKind.SigmaPixels,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads the line-spread function of cubes.</summary>
    internal static LsfRecipe Read(YamlMap map)
    {
        map.RequireKeys("hdu", "polynomial", "kind");
        return Read(map, map.Find("hdu") is not null, "'hdu'", Words);
    }

    /// <summary>Reads the line-spread function of spectra, whose values may be in a column, and in pixels.</summary>
    /// <param name="map">The keys <c>hdu</c>, <c>polynomial</c> and <c>kind</c>; ignores others.</param>
    /// <param name="isStored">True if the map says where values are in the files.</param>
    internal static LsfRecipe ReadOfSpectrum(YamlMap map, bool isStored) => Read(map, isStored, "'column' or 'hdu',", WordsOfSpectra);

    private static LsfRecipe Read(YamlMap map, bool isStored, string places, FrozenDictionary<string, LsfKind> words)
    {
        double[] polynomial = [.. map.Find("polynomial")?.AsList().Items.Select(c => c.AsScalar().AsDouble()) ?? []];
        return isStored == polynomial.Length > 0 ? throw map.Invalid($"expected either {places} or 'polynomial'")
            : new(map.TextOrNull("hdu"), polynomial, map.Required("kind").AsScalar().AsOneOf(words));
    }

    /// <summary>Converts a value to σ in Å; NaN if the value is not a width.</summary>
    /// <param name="value">The value.</param>
    /// <param name="wavelengthAngstrom">The wavelength.</param>
    /// <param name="pixelAngstrom">The size of the pixel, for values in pixels.</param>
    internal double SigmaAngstrom(double value, double wavelengthAngstrom, double pixelAngstrom = double.NaN) =>
        !(value > 0) || double.IsInfinity(value) ? double.NaN : Kind switch
        {
            LsfKind.Sigma => value,
            LsfKind.Fwhm => value / FwhmPerSigma,
            LsfKind.SigmaPixels => value * pixelAngstrom,
            _ => wavelengthAngstrom / value / FwhmPerSigma,
        };

    /// <summary>Evaluates the polynomial at a wavelength.</summary>
    internal double At(double wavelengthAngstrom)
    {
        double value = 0;
        for (int i = Polynomial.Length - 1; i >= 0; i--)
            value = (value * wavelengthAngstrom) + Polynomial[i];
        return value;
    }
}
