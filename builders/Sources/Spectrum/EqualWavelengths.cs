using System.Globalization;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Counts neighbouring pixels of a file whose wavelengths are equal in float32, the type of <c>spectrum_lambda</c>.</summary>
/// <remarks>A float32 has steps of 0.0005 Å at 6562 Å and of 0.001 Å at 8690 Å; channels of ALMA and solar spectra may be finer.</remarks>
internal sealed class EqualWavelengths
{
    private long count;
    private double lowest, next;

    /// <summary>Adds a spectrum.</summary>
    /// <param name="angstrom">Its wavelengths, ascending.</param>
    internal void Add(ReadOnlySpan<double> angstrom)
    {
        for (int i = 1; i < angstrom.Length; i++)
            if ((float)angstrom[i] == (float)angstrom[i - 1] && count++ == 0)
                (lowest, next) = (angstrom[i - 1], angstrom[i]);
    }

    /// <summary>Reports the number of pairs of such pixels, and the first pair.</summary>
    internal void Report(Action<string> report)
    {
        if (count > 0)
            report(string.Create(CultureInfo.InvariantCulture,
                $"{count:N0} {(count == 1 ? "pair" : "pairs")} of neighbouring pixels have equal wavelengths in "
                + $"spectrum_lambda, which is float32; the first are {lowest:R} Å and {next:R} Å. Bin the spectrum, or keep the exact "
                + $"wavelengths, too: those of a table are a native column, and those of an image follow from 'keywords' (CRVAL1 …)"));
    }
}
