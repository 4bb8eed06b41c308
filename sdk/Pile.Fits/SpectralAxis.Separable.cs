using System.Globalization;
using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <content>The matrix of the pixels' coordinates.</content>
internal sealed partial class SpectralAxis
{
    /// <summary>Requires that all spaxels of a cube, or all rows of an image, have the same spectral coordinates, as one list
    /// expresses.</summary>
    /// <param name="header">The header.</param>
    /// <param name="axes">The lengths of the axes.</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <exception cref="FitsException">Those of a pixel differ from those at CRPIX by more than a thousandth of a channel.</exception>
    internal static void RequireSeparable(FitsHeader header, IReadOnlyList<long> axes, int axis)
    {
        const double LargestShift = 1e-3;
        (string matrix, double step) = StepIn(header, axis);
        for (int other = 1; other <= axes.Count; other++)
        {
            if (other == axis + 1 || header.GetFloat64($"{matrix}{axis + 1}_{other}") is not { } shift)
                continue;
            double reference = header.GetFloat64($"CRPIX{other}") ?? 0;
            double pixels = Math.Max(Math.Abs(1 - reference), Math.Abs(axes[other - 1] - reference));
            if (!(Math.Abs(shift * pixels) <= LargestShift * Math.Abs(step)))
                throw Failed(header, string.Create(CultureInfo.InvariantCulture, $"{matrix}{axis + 1}_{other} = {shift:R}: the spectral "
                    + $"coordinates differ between {(axes.Count > 2 ? "spaxels, which one list of channels" : "rows, which one list")} "
                    + $"cannot express"), "Resample them, or name an HDU with wavelengths in 'wavelength'");
        }
    }

    /// <summary>Removes the elements of the matrix between the axis and others, which <see cref="RequireSeparable"/> found to be
    /// negligible: wcslib does not extract an axis with them.</summary>
    private static string Separated(string cards, int axis) =>
        string.Concat(cards.Chunk(FitsCard.Bytes).Select(card => new string(card)).Where(card => MatrixElement().Match(card) is not
        { Success: true } element || (element.Groups["row"].Value == $"{axis + 1}") == (element.Groups["column"].Value == $"{axis + 1}")));

    [GeneratedRegex("^(CD|PC)(?<row>[0-9]+)_(?<column>[0-9]+) *=", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex MatrixElement();

    /// <summary>Returns the keyword of the matrix, and its element for an axis: the step of the coordinate per pixel, before CDELT if the
    /// keyword is PC (FITS 4.0 §8.1).</summary>
    internal static (string Matrix, double Step) StepIn(FitsHeader header, int axis)
    {
        bool hasCd = header.Cards.Any(c => c.Keyword.StartsWith("CD", StringComparison.Ordinal) && c.Keyword.Contains('_'));
        string matrix = hasCd ? "CD" : "PC";
        return (matrix, header.GetFloat64($"{matrix}{axis + 1}_{axis + 1}") ?? (hasCd ? 0 : 1));
    }
}
