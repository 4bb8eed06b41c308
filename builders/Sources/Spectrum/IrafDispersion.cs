using System.Globalization;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The wavelengths of one line in IRAF's format multispec.</summary>
/// <remarks>F. Valdes 1993, "The IRAF/NOAO Spectral World Coordinate Systems", section 5. Where the program of IRAF (sys/mwcs/wfmspec.x)
/// differs from this text, the program counts, which observers have seen the results of: functions are divided by the sum of their weights,
/// and the logarithm is taken before the Doppler factor is applied.</remarks>
internal sealed class IrafDispersion
{
    private const int Linear = 0, Log10 = 1, Nonlinear = 2;

    private readonly int type;
    private readonly double first, step, doppler;
    private readonly List<(double Weight, double Zero, Func<double, double> Function)> functions = [];
    private readonly double[] fields;
    private int next;

    private IrafDispersion(double[] fields)
    {
        this.fields = fields;
        _ = Next("aperture");
        _ = Next("beam");
        type = NextInteger("dispersion type");
        (first, step) = (Next("first wavelength"), Next("step"));
        (Pixels, doppler) = (NextInteger("number of pixels"), 1 + Next("Doppler factor"));
        _ = Next("lower limit of the aperture");
        _ = Next("upper limit of the aperture");
        if (type is not (Linear or Log10 or Nonlinear))
            throw new FormatException(type == -1 ? "the line has no calibrated wavelengths (dispersion type -1)"
                : $"{type} is not a type of dispersion, 0 to 2");
        if (type != Nonlinear)
            return;
        while (next < fields.Length)
            functions.Add((Next("weight"), Next("zero point"), NextFunction()));
        if (functions.Sum(f => f.Weight) is 0 or double.NaN)
            throw new FormatException("it has no functions, or their weights add to 0");
    }

    /// <summary>The number of valid physical pixels.</summary>
    internal int Pixels { get; }

    /// <summary>Parses the fields of an attribute <c>specN</c>.</summary>
    /// <exception cref="FormatException">A field is missing or invalid.</exception>
    internal static IrafDispersion Parse(string text) => new([.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(field => double.TryParse(field.Replace('D', 'E').Replace('d', 'e'), NumberStyles.Float, CultureInfo.InvariantCulture,
            out double number) ? number : field == "INDEF" ? double.NaN : throw new FormatException($"'{field}' is not a number"))]);

    /// <summary>Returns the wavelength at a physical pixel, from 1, in the unit of the file.</summary>
    internal double At(double pixel)
    {
        if (type != Nonlinear)
        {
            double value = first + (step * (pixel - 1));
            return (type == Log10 ? Math.Pow(10, value) : value) / doppler;
        }
        double sum = 0, weights = 0;
        foreach ((double weight, double zero, Func<double, double> function) in functions)
            (sum, weights) = (sum + (weight * (zero + function(pixel))), weights + weight);
        return sum / weights / doppler;
    }

    private Func<double, double> NextFunction()
    {
        int kind = NextInteger("type of the function"), order = NextInteger("order of the function");
        if (order < 1)
            throw new FormatException($"a function has the order {order}");
        switch (kind)
        {
            case 1 or 2:
                (double least, double most) = NextRange();
                double[] coefficients = NextNumbers(order);
                double Normal(double pixel) => (pixel - ((most + least) / 2)) / ((most - least) / 2);
                return kind == 1 ? pixel => Chebyshev(coefficients, Normal(pixel)) : pixel => Legendre(coefficients, Normal(pixel));
            case 3 or 4:
                (double start, double end) = NextRange();
                double[] knots = NextNumbers(order + (kind == 3 ? 3 : 1));
                double Place(double pixel) => (pixel - start) / (end - start) * order;
                return kind == 3 ? pixel => CubicSpline(knots, order, Place(pixel)) : pixel => Polyline(knots, Place(pixel));
            case 5:
                double[] wavelengths = NextNumbers(order);
                return pixel => Polyline(wavelengths, pixel - 1);
            default:
                throw new FormatException($"functions of type {kind} are not supported: only those of type 1 to 5 are (Chebyshev, "
                    + "Legendre, cubic spline, linear spline, array of wavelengths)");
        }
    }

    // T(i) = 2 x T(i-1) - T(i-2)
    private static double Chebyshev(double[] coefficients, double x)
    {
        double sum = 0, before = x, now = 1;
        foreach (double coefficient in coefficients)
            (sum, before, now) = (sum + (coefficient * now), now, (2 * x * now) - before);
        return sum;
    }

    // (i + 1) P(i+1) = (2i + 1) x P(i) - i P(i-1)
    private static double Legendre(double[] coefficients, double x)
    {
        double sum = 0, before = 0, now = 1;
        for (int i = 0; i < coefficients.Length; i++)
            (sum, before, now) = (sum + (coefficients[i] * now), now, ((((2 * i) + 1) * x * now) - (i * before)) / (i + 1));
        return sum;
    }

    // Cubic B-splines, six times as high as usual.
    private static double CubicSpline(double[] coefficients, int pieces, double place)
    {
        int piece = Math.Clamp((int)place, 0, pieces - 1);
        double b = place - piece, a = 1 - b;
        return (coefficients[piece] * a * a * a) + (coefficients[piece + 1] * (1 + (3 * a * (1 + (a * b)))))
            + (coefficients[piece + 2] * (1 + (3 * b * (1 + (a * b))))) + (coefficients[piece + 3] * b * b * b);
    }

    private static double Polyline(double[] values, double place)
    {
        if (values.Length == 1)
            return values[0];
        int piece = Math.Clamp((int)place, 0, values.Length - 2);
        return values[piece] + ((place - piece) * (values[piece + 1] - values[piece]));
    }

    private (double Least, double Most) NextRange()
    {
        (double least, double most) = (Next("first pixel of the function"), Next("last pixel of the function"));
        return least != most ? (least, most) : throw new FormatException($"a function has the range {least} to {most}");
    }

    private double[] NextNumbers(int count)
    {
        if (count < 1 || count > fields.Length - next)
            throw new FormatException($"a function should have {count} coefficients, but {fields.Length - next} fields are left");
        next += count;
        return fields[(next - count)..next];
    }

    private int NextInteger(string field) => Next(field) is var number && number == (int)number ? (int)number
        : throw new FormatException($"the {field} should be an integer, found {number.ToString(CultureInfo.InvariantCulture)}");

    private double Next(string field) =>
        next < fields.Length ? fields[next++] : throw new FormatException($"the field '{field}' is missing");
}
