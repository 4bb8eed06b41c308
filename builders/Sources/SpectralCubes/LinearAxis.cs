using System.Globalization;
using Pile.Fits;

namespace Pile.Builders.Sources.SpectralCubes;

/// <summary>The spectral axis that the header of an image describes with numbers, without their unit and their meaning.</summary>
/// <param name="First">The value at the first pixel.</param>
/// <param name="Last">The value at the last pixel.</param>
/// <param name="Count">The number of pixels.</param>
internal sealed record LinearAxis(double First, double Last, long Count)
{
    /// <summary>Finds the numbers of an axis: CRVAL with CDELT or CD, or COEFF0 and COEFF1 of SDSS.</summary>
    /// <param name="header">The header of the image.</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <param name="count">The number of its pixels.</param>
    /// <returns>Null without them, and if they only count pixels.</returns>
    internal static LinearAxis? Of(FitsHeader header, int axis, long count)
    {
        int n = axis + 1;
        bool isOfSdss = header.GetFloat64($"CRVAL{n}") is null;
        if ((header.GetFloat64($"CRVAL{n}") ?? header.GetFloat64("COEFF0")) is not { } value
            || (isOfSdss ? header.GetFloat64("COEFF1") : header.GetFloat64($"CD{n}_{n}")
                ?? (header.GetFloat64($"CDELT{n}") * (header.GetFloat64($"PC{n}_{n}") ?? 1))) is not { } step || step == 0)
            return null;
        string type = header.GetText($"CTYPE{n}")?.Trim().ToUpperInvariant() ?? "";
        if (Math.Abs(step) == 1 && value is 0 or 1 && !SpectralAxis.IsSpectral(type))
            return null;
        double first = value + ((1 - (isOfSdss ? 1 : header.GetFloat64($"CRPIX{n}") ?? 0)) * step);
        return new(first, first + ((count - 1) * step), count);
    }

    /// <summary>Returns whether another axis has the same numbers, within half a pixel at both ends.</summary>
    internal bool Agrees(LinearAxis other) => Agree([First, Last], [other.First, other.Last], (Last - First) / (Count - 1));

    /// <summary>Returns whether two axes with the same number of pixels agree within half a pixel at both ends.</summary>
    internal static bool Agree(double[] axis, double[] other) => axis.Length < 2
        || (IsNear(axis[0], other[0], axis[1] - axis[0]) && IsNear(axis[^1], other[^1], axis[^1] - axis[^2]));

    private static bool Agree(double[] ends, double[] others, double step) =>
        !double.IsFinite(step) || (IsNear(ends[0], others[0], step) && IsNear(ends[1], others[1], step));

    // Half a pixel, and a little more for the rounding of the numbers.
    private static bool IsNear(double value, double other, double step) => Math.Abs(value - other) <= 0.501 * Math.Abs(step);

    /// <summary>The ends, for messages.</summary>
    public override string ToString() => Text(First, Last, null);

    /// <summary>Returns the ends of an axis, for messages.</summary>
    internal static string Text(double first, double last, string? unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{first:0.######} to {last:0.######}{(unit is null ? "" : $" {unit}")}");
}
