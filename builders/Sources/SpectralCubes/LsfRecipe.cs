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
}

/// <summary>The source of the line-spread function: an HDU of each cube's file, or a polynomial of the wavelength in Å for all.</summary>
/// <param name="Hdu">The HDU, with one number per channel or per voxel; null for a polynomial.</param>
/// <param name="Polynomial">The coefficients, the constant first; empty with an HDU.</param>
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

    internal static LsfRecipe Read(YamlMap map)
    {
        map.RequireKeys("hdu", "polynomial", "kind");
        string? hdu = map.TextOrNull("hdu");
        double[] polynomial = [.. map.Find("polynomial")?.AsList().Items.Select(c => c.AsScalar().AsDouble()) ?? []];
        return hdu is null == (polynomial.Length == 0) ? throw map.Invalid("expected either 'hdu' or 'polynomial'")
            : new(hdu, polynomial, map.Required("kind").AsScalar().AsOneOf(Words));
    }

    /// <summary>Converts a value to σ in Å; NaN if the value is not a width.</summary>
    internal double SigmaAngstrom(double value, double wavelengthAngstrom) =>
        !(value > 0) || double.IsInfinity(value) ? double.NaN : Kind switch
        {
            LsfKind.Sigma => value,
            LsfKind.Fwhm => value / FwhmPerSigma,
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
