using System.Globalization;

namespace Pile.Fits;

/// <content>The matrix of the pixels' coordinates.</content>
internal sealed partial class SpectralAxis
{
    /// <summary>Requires that all spaxels have the same spectral coordinates, as one list of channels expresses.</summary>
    /// <param name="header">The header.</param>
    /// <param name="axes">The lengths of the axes.</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <exception cref="FitsException">They differ by more than a thousandth of a channel over the image.</exception>
    internal static void RequireSeparable(FitsHeader header, IReadOnlyList<long> axes, int axis)
    {
        const double LargestShift = 1e-3;
        (string matrix, double step) = StepIn(header, axis);
        for (int other = 1; other <= axes.Count; other++)
            if (other != axis + 1 && header.GetFloat64($"{matrix}{axis + 1}_{other}") is { } shift
                && Math.Abs(shift * axes[other - 1]) > LargestShift * Math.Abs(step))
                throw Failed(header, string.Create(CultureInfo.InvariantCulture, $"{matrix}{axis + 1}_{other} = {shift:R}: the spectral "
                    + $"coordinates differ between spaxels, which one list of channels cannot express"),
                    "Resample the cube, or name an HDU with wavelengths in 'wavelength'");
    }

    /// <summary>Returns the keyword of the matrix, and its element for an axis: the step of the coordinate per pixel, before CDELT if the
    /// keyword is PC (FITS 4.0 §8.1).</summary>
    internal static (string Matrix, double Step) StepIn(FitsHeader header, int axis)
    {
        bool hasCd = header.Cards.Any(c => c.Keyword.StartsWith("CD", StringComparison.Ordinal) && c.Keyword.Contains('_'));
        string matrix = hasCd ? "CD" : "PC";
        return (matrix, header.GetFloat64($"{matrix}{axis + 1}_{axis + 1}") ?? (hasCd ? 0 : 1));
    }
}
