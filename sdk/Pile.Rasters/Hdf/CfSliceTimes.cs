using System.Globalization;
using Pile.Hdf5;

namespace Pile.Rasters;

/// <summary>The times of the slices of a variable.</summary>
internal static class CfSliceTimes
{
    /// <summary>Reads the time of each slice, or its bounds, as modified Julian dates.</summary>
    /// <param name="time">The coordinates of the first dimension.</param>
    /// <param name="variables">The variables of the file.</param>
    /// <exception cref="FormatException">The unit is not supported, or a time is missing or is not a date.</exception>
    /// <exception cref="Hdf5Exception">The file is corrupt.</exception>
    internal static (double StartMjd, double EndMjd)[] Of(HdfVariable time, HdfVariables variables)
    {
        CfTime unit = CfTime.Parse(time.Text("units") ?? throw new FormatException($"'{time.Name}' has no units"), time.Text("calendar"));
        double[] values = ValuesOf(time, time, 1) ?? throw new FormatException($"'{time.Name}' has no numbers");
        if (time.Text("bounds") is not { } name)
            return [.. values.Select(value => unit.ToMjd(value) is var mjd ? (mjd, mjd) : default)];
        double[]? bounds = variables.Find(time, name) is { } found ? ValuesOf(found, time, 2) : null;
        if (bounds?.Length != 2 * values.Length)
            throw new FormatException($"the bounds '{name}' of '{time.Name}' are missing, or have not two numbers for each time");
        return [.. values.Select((_, i) => (unit.ToMjd(bounds[2 * i]), unit.ToMjd(bounds[(2 * i) + 1])) is var (start, end) && start <= end
            ? (start, end) : throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"the bounds of slice {i} end before they begin")))];
    }

    // CF 2.5.1: coordinates have no missing data. Bounds have the attributes of their coordinates unless they have their own (CF 7.1).
    private static double[]? ValuesOf(HdfVariable variable, HdfVariable time, int perSlice)
    {
        if (variable.Values((long)perSlice * RasterLayout.MaxBands) is not { } values)
            return null;
        foreach (string name in (string[])["_FillValue", "missing_value"])
            Require(variable.Numbers(name) ?? time.Numbers(name) ?? [], $"its {name}");
        if (variable.Find("_FillValue") is null && HdfBlocks.LibraryFillOf(variable.Dataset) is { } fill)
            Require([fill], "the fill value of the netCDF library");
        // CF 8.1: packed numbers.
        double scale = variable.Number("scale_factor") ?? 1, offset = variable.Number("add_offset") ?? 0;
        for (int i = 0; i < values.Length; i++)
            values[i] = (values[i] * scale) + offset;
        return values;

        void Require(double[] missing, string meaning)
        {
            if (values.AsSpan().IndexOfAny(missing) is >= 0 and var index)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                    $"'{variable.Name}' has no value at index {index / perSlice}: {values[index]} is {meaning}")
                    + ", and times must not be missing");
        }
    }
}
