using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <content>Types such as FREQ-LOG, whose values are logarithmic in the pixels.</content>
internal sealed partial class SpectralAxis
{
    private const double LightSpeedMetresPerSecond = 299_792_458; // exact, by the definition of the metre

    /// <summary>Returns whether a word, such as a type, a unit or the name of a column, says that values are logarithms: <c>LOGLAM</c>,
    /// <c>LOG-WAVE</c>, <c>log10 Angstrom</c>, <c>ln(Angstrom)</c>.</summary>
    internal static bool NamesLogarithm(string? word) => word is not null && LogarithmWord().IsMatch(word);

    /// <summary>Rejects an axis whose values are marked as logarithms in another way than that of the standard: by IRAF's DC-FLAG, or a
    /// type that the standard does not have.</summary>
    /// <exception cref="FitsException">They are.</exception>
    internal static void RequireNoLogarithm(FitsHeader header, int axis)
    {
        string type = TypeOf(header, axis);
        if (!IsSpectral(type) && (NamesLogarithm(type) || header.GetInt64("DC-FLAG") == 1))
            throw Failed(header, (NamesLogarithm(type) ? $"CTYPE{axis + 1} = '{type}'" : "DC-FLAG = 1") + " says that the values of axis "
                + $"{axis + 1} are logarithms, which is not supported", "Write a header with CTYPE = 'WAVE-LOG' (FITS WCS paper III), or "
                    + "the wavelengths of the channels to an HDU, and name it in 'wavelength: { hdu: … }'");
    }

    [GeneratedRegex(@"^\s*((log(10)?|ln)([^a-z]|$)|log(10)?_?(lam|lin|wav|wl))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex LogarithmWord();

    // FELO is linear in the frequency, so that it has no such form.
    private static bool IsLogarithmic(string type) => type[4..] is "-LOG" && type[..4] is not "FELO";

    /// <summary>Converts the values of a type to wavelengths in metres, for axes that wcslib computes in their own type only.</summary>
    /// <param name="values">The values in the unit of the standard, such as Hz and m/s.</param>
    /// <param name="type">The type, neither of wavelengths nor of energies.</param>
    /// <param name="header">The header with the rest frequency or the rest wavelength.</param>
    /// <remarks>Source: FITS WCS paper III (Greisen et al. 2006, A&amp;A 446, 747), table 2.</remarks>
    private static void OfType(double[] values, string type, FitsHeader header)
    {
        const double C = LightSpeedMetresPerSecond;
        double? restFrequency = Positive("RESTFRQ") ?? Positive("RESTFREQ"), restWavelength = Positive("RESTWAV");
        double frequency = restFrequency ?? (C / restWavelength) ?? double.NaN, wavelength = restWavelength ?? (C / frequency);
        for (int i = 0; i < values.Length; i++)
            values[i] = type[..4] switch
            {
                "FREQ" => C / values[i],
                "WAVN" => 1 / values[i],
                "VRAD" => C / (frequency * (1 - (values[i] / C))),
                "VOPT" => wavelength * (1 + (values[i] / C)),
                "ZOPT" => wavelength * (1 + values[i]),
                "VELO" => wavelength * Math.Sqrt((C + values[i]) / (C - values[i])),
                "BETA" => wavelength * Math.Sqrt((1 + values[i]) / (1 - values[i])),
                _ => double.NaN,
            };

        double? Positive(string keyword) => header.GetFloat64(keyword) is > 0 and var value ? value : null;
    }
}
