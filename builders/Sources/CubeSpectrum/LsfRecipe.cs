using System.Collections.Frozen;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>How a line-spread function is told.</summary>
internal enum LsfKind
{
    /// <summary>σ in Å.</summary>
    Sigma,

    /// <summary>Full width at half maximum in Å.</summary>
    Fwhm,

    /// <summary>Resolving power λ/FWHM.</summary>
    Resolution,
}

/// <summary>Where the line-spread function stands: an HDU of each cube's file, or a polynomial of the wavelength in Å for all.</summary>
/// <param name="Hdu">The HDU, or null: one number for each channel, or one for each voxel.</param>
/// <param name="Polynomial">The coefficients, the constant first; empty with an HDU.</param>
/// <param name="Kind">What the numbers are.</param>
internal sealed record LsfRecipe(string? Hdu, double[] Polynomial, LsfKind Kind)
{
    /// <summary>FWHM of a Gaussian over its σ.</summary>
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

    /// <summary>σ in Å; NaN for what is no width.</summary>
    internal double SigmaAngstrom(double value, double wavelengthAngstrom) =>
        !(value > 0) || double.IsInfinity(value) ? double.NaN : Kind switch
        {
            LsfKind.Sigma => value,
            LsfKind.Fwhm => value / FwhmPerSigma,
            _ => wavelengthAngstrom / value / FwhmPerSigma,
        };

    /// <summary>The polynomial at a wavelength.</summary>
    internal double At(double wavelengthAngstrom)
    {
        double value = 0;
        for (int i = Polynomial.Length - 1; i >= 0; i--)
            value = (value * wavelengthAngstrom) + Polynomial[i];
        return value;
    }
}
