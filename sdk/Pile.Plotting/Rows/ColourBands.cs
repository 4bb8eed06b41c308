using Pile.Fits;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>The bands of a colour composite and the factors to a common unit of flux.</summary>
/// <param name="column">The image column.</param>
/// <param name="rgb">The chosen bands, or null.</param>
internal sealed class ColourBands(ColumnSchema column, (string Red, string Green, string Blue)? rgb)
{
    /// <summary>Returns the indices of the bands drawn red, green and blue: the chosen ones, or the last, the middle and the
    /// first.</summary>
    /// <exception cref="ArgumentException">There is no such band.</exception>
    internal int[] Indices(string[] bands)
    {
        if (rgb is not { } chosen)
            return [bands.Length - 1, (bands.Length - 1) / 2, 0];
        return [.. new[] { chosen.Red, chosen.Green, chosen.Blue }.Select(name => IndexOf(column, bands, name))];
    }

    /// <summary>Returns the index of a band.</summary>
    /// <exception cref="ArgumentException">There is no such band.</exception>
    internal static int IndexOf(ColumnSchema column, string[] bands, string name) => Array.IndexOf(bands, name) is >= 0 and var index
        ? index
        : throw new ArgumentException(
            $"Column '{column.Name}' has no band '{name}'; its bands are {string.Join(", ", bands)} (upper and lower case differ).");

    /// <summary>Returns the factors of the bands of <see cref="Indices"/>; null if their fluxes cannot be compared.</summary>
    /// <remarks>A common asinh curve needs a common unit of flux: the factor 10^(-0.4 zero point) converts bands with different zero
    /// points.</remarks>
    internal double[]? EqualFluxScales(string[] bands)
    {
        BandSchema?[] declared = Declared(bands);
        if (declared.All(b => b?.ZeroPointMag is not null))
            return [.. declared.Select(b => Math.Pow(10, -0.4 * (b!.ZeroPointMag!.Value - declared[1]!.ZeroPointMag!.Value)))];
        double[] factors = [.. declared.Select(b => FactorOf(b?.Unit ?? column.Unit, declared[1]?.Unit ?? column.Unit))];
        return factors.Contains(double.NaN) ? null : factors;
    }

    /// <summary>Creates the error for bands whose fluxes cannot be compared.</summary>
    internal ArgumentException Incomparable(string[] bands) => new(
        $"Column '{column.Name}': the bands of the colour composite have different units "
            + $"({string.Join(", ", Declared(bands).Select(b => $"{b?.Name} {b?.Unit}"))}) "
        + "and no zero points, so their fluxes cannot be compared. Choose bands with the same unit (RowFileOptions.Rgb), or declare "
        + "zero_point_mag and rebuild the dataset.");

    private BandSchema?[] Declared(string[] bands) =>
        [.. Indices(bands).Select(index => column.Bands.FirstOrDefault(b => b.Name == bands[index]))];

    /// <summary>Returns the factor that converts a flux to the unit of another band: 1 for ELECTRONS/S and electron/s, 0.001 for mJy and
    /// Jy; NaN if the units are incompatible.</summary>
    private static double FactorOf(string? unit, string? other) =>
        unit == other ? 1 : unit is not null && other is not null && FitsUnits.TryConvert(unit, other, out double factor) ? factor
            : double.NaN;
}
