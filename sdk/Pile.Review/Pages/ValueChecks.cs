using Pile.Format;
using Pile.Plotting;

namespace Pile.Review;

/// <summary>Finds values of rows that are likely faults.</summary>
internal static class ValueChecks
{
    private const int FewElements = 16; // shorter lists are constant, or have a frequent maximum, by chance
    private const double SaturatedFraction = 0.01;

    /// <summary>Returns why a value is suspicious; null if it is not.</summary>
    /// <param name="schema">The column.</param>
    /// <param name="column">The values.</param>
    /// <param name="row">The row.</param>
    internal static string? Reason(ColumnSchema schema, ColumnData column, int row)
    {
        if (column.IsNullAt(row) || schema.DType is DType.String or DType.Bool || schema.MaskPolarity is not null
            || schema.Encoding is not null)
            return null;
        double[] values = RowNumbers.Of(column, row);
        if (values.Length == 0)
            return "no element";
        if (schema.Name.EndsWith("_lambda", StringComparison.Ordinal) || ColumnMeaning.IsWavelength(schema))
            return values.Any(v => v > 0) ? Descent(values, v => v > 0, "wavelengths") : "no wavelength above 0";
        if (schema.Name.EndsWith("_time", StringComparison.Ordinal) && schema.Time is not null)
            return DescentOfBands(values, column.ShapeOf(row));
        int finite = values.Count(double.IsFinite);
        if (finite == 0)
            return "no finite value";
        if (schema.Name.EndsWith("_ivar", StringComparison.Ordinal))
            return values.Count(v => v < 0) is > 0 and var negative ? $"{negative:N0} negative inverse variances"
                : values.All(v => v == 0) ? "all inverse variances are 0" : null;
        if (values.Length < FewElements || schema.Name.EndsWith("_lsf_sigma", StringComparison.Ordinal)) // may be one width for all
            return null;
        double first = values.First(double.IsFinite);
        if (values.All(v => v == first || !double.IsFinite(v)))
            return first == 0 ? "all values are 0" : FormattableString.Invariant($"all values are {first:G6}");
        double largest = values.Where(double.IsFinite).Max();
        int atLargest = values.Count(v => v == largest);
        if (!(largest > 0) || schema.Shape.Length < 2 || atLargest < FewElements || atLargest <= SaturatedFraction * finite)
            return null;
        double percent = 100.0 * atLargest / finite;
        return FormattableString.Invariant($"{percent:0.#}% of the values are the largest one, {largest:G6} (saturated?)");
    }

    private static string? DescentOfBands(double[] values, ReadOnlySpan<int> shape)
    {
        int samples = shape.Length == 2 ? shape[1] : values.Length;
        for (int start = 0; samples > 0 && start + samples <= values.Length; start += samples)
            // Padding after the last sample of a band is 0.
            if (Descent(values[start..(start + samples)].AsSpan().TrimEnd(0.0).ToArray(), double.IsFinite, "times") is { } reason)
                return reason;
        return null;
    }

    private static string? Descent(double[] values, Func<double, bool> isValue, string what)
    {
        double last = double.NegativeInfinity;
        for (int i = 0; i < values.Length; i++)
        {
            if (!isValue(values[i]))
                continue;
            if (values[i] < last || (values[i] == last && what == "wavelengths"))
                return FormattableString.Invariant($"{what} do not increase at element {i}: {last:R}, {values[i]:R}");
            last = values[i];
        }
        return null;
    }
}
