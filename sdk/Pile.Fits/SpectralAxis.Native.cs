using System.Globalization;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <summary>The values of an axis as its file defines them: velocities, frequencies or other quantities.</summary>
/// <param name="Type">CTYPE; empty if it is missing.</param>
/// <param name="Values">One for each channel, strictly monotonic.</param>
/// <param name="Unit">CUNIT, or the unit of the standard for the type; null if unknown.</param>
internal sealed record NativeAxis(string Type, double[] Values, string? Unit);

internal sealed partial class SpectralAxis
{
    /// <summary>Returns whether an axis is of wavelengths, which need no conversion.</summary>
    internal static bool IsWavelength(FitsHeader header, int axis, string? unit = null) => TypeOf(header, axis) is var type
        && (IsSpectral(type) ? MediumOf(type) is not SpectralMedium.Undeclared
            : UnitOf(header, axis, unit) is { } its ? IsLength(its) : UnitOfQuantity(type) is null or Metre);

    /// <summary>Returns whether the wavelengths of an axis are defined: it is of wavelengths, or of frequencies, or of velocities with the
    /// rest wavelength of the line.</summary>
    internal static bool HasWavelengths(FitsHeader header, int axis, string? unit = null) => IsWavelength(header, axis, unit)
        || (TypeOf(header, axis) is var type && IsSpectral(type) && (!NeedsRest(type) || HasRest(header)));

    /// <summary>Reads the values of an axis without conversion to wavelengths.</summary>
    /// <param name="header">The image's header.</param>
    /// <param name="axes">The lengths of its axes, the fastest first.</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <param name="unit">The unit of CRVAL and CDELT, whatever CUNIT is; null for CUNIT, or without it that of the standard.</param>
    /// <exception cref="FitsException">CRVAL is missing, the values are not monotonic, or their unit is not one of the
    /// type.</exception>
    internal static NativeAxis ReadNative(FitsHeader header, IReadOnlyList<long> axes, int axis, string? unit = null)
    {
        string type = TypeOf(header, axis);
        if (header.Find($"CRVAL{axis + 1}") is null)
            throw Failed(header, $"CRVAL{axis + 1} is missing, so the coordinates of its {axes[axis]} channels are unknown",
                "Specify the HDU that contains the wavelengths");
        double[] values = new double[axes[axis]];
        string? declared = unit is null ? UnitOf(header, axis, null) : null;
        using (WcsHandle handle = OpenNative(header, CardsOf(header, axis, type, unit), axis, type, declared))
            Convert(header, handle, values);
        unit ??= declared is null ? null : FitsUnits.Normalize(declared);
        if (unit is null && !IsSpectral(type) && UnitOfQuantity(type) is not null)
            throw Failed(header, $"CTYPE{axis + 1} = '{type}' has no CUNIT{axis + 1}", UnitRemedy(type));
        if (IsSpectral(type) && StandardUnit(type) is { } standard)
        {
            // Back with the constants with which wcslib has converted the axis.
            if (unit is not null
                && FitsUnits.TryConvertByWcslib(FitsUnits.Normalize(standard), FitsUnits.Normalize(unit), out double factor))
                values = factor == 1 ? values : Array.ConvertAll(values, v => v * factor);
            else
                unit = standard;
        }
        for (int i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i]) || (i > 0 && (values[1] < values[0] ? values[i] >= values[i - 1] : values[i] <= values[i - 1])))
                throw Failed(header, string.Create(CultureInfo.InvariantCulture,
                    $"channel {i} of axis {axis + 1} has the coordinate {values[i]:R}"
                    + $"{(i > 0 ? $" after {values[i - 1]:R}" : "")}"), "Correct CRVAL, CDELT and CTYPE");
        return new(type, values, unit);
    }

    private static bool HasRest(FitsHeader header) => header.GetFloat64("RESTFRQ") > 0 || header.GetFloat64("RESTFREQ") > 0
        || header.GetFloat64("RESTWAV") > 0;

    // Paper III, table 1: frequency, energy and wave number follow from the wavelength alone.
    private static bool NeedsRest(string type) => type[..4] is not ("FREQ" or "ENER" or "WAVN");
}
