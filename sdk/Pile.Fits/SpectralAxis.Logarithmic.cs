namespace Pile.Fits;

/// <content>Types such as FREQ-LOG, whose values are logarithmic in the pixels.</content>
internal sealed partial class SpectralAxis
{
    private const double LightSpeedMetresPerSecond = 299_792_458; // exact, by the definition of the metre

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
