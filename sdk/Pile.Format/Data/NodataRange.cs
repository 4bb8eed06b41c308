using System.Numerics;

namespace Pile.Format;

/// <summary>The numbers that pixels without data have: those from <see cref="Low"/> to <see cref="High"/>, both included. Everything that
/// compares pixels with nodata uses it.</summary>
/// <remarks>Of integers this is one number. Floats match as in GDAL, whose ARE_REAL_EQUAL (gcore/gdal_priv.h) is
/// |a − b| &lt; ε |a + b| 2 in the arithmetic of the pixels, where ε is that of float32, also for float64: headers and documents have
/// rounded decimal texts. If the sum exceeds the data type, all large numbers match, so that -1e35 matches -3.4028235e38; this is
/// so only for nodata above half the largest number, while GDAL then also matches numbers far away from a smaller one.</remarks>
/// <param name="Low">The lowest number; NaN if no number of the data type matches.</param>
/// <param name="High">The highest number.</param>
internal readonly record struct NodataRange(double Low, double High)
{
    private const float SingleEpsilon = 1.1920929e-7f;
    private const int MostEpsilons = 16; // more than the tolerance, which is about 4 ε

    /// <summary>No number; NaN is not compared.</summary>
    internal static NodataRange None { get; } = new(double.NaN, double.NaN);

    /// <summary>True if no number matches.</summary>
    internal bool IsEmpty => double.IsNaN(Low);

    /// <summary>The range of pixels that are converted to float32.</summary>
    internal NodataRange AsSingle => new((float)Low, (float)High);

    /// <summary>Returns the numbers that match nodata.</summary>
    /// <param name="dtype">The data type of the pixels.</param>
    /// <param name="nodata">The nodata; NaN, which is compared in another way, matches no number.</param>
    internal static NodataRange Of(DType dtype, double nodata) => dtype switch
    {
        DType.Int8 => Integer<sbyte>(nodata),
        DType.UInt8 => Integer<byte>(nodata),
        DType.Int16 => Integer<short>(nodata),
        DType.UInt16 => Integer<ushort>(nodata),
        DType.Int32 => Integer<int>(nodata),
        DType.UInt32 => Integer<uint>(nodata),
        DType.Float32 => Around((float)nodata, float.MaxValue, SingleEpsilon, value => BitConverter.SingleToInt32Bits(value),
            bits => BitConverter.Int32BitsToSingle((int)bits)),
        DType.Float64 => Around(nodata, double.MaxValue, SingleEpsilon, BitConverter.DoubleToInt64Bits, BitConverter.Int64BitsToDouble),
        _ => new NodataRange(nodata, nodata),
    };

    /// <summary>Returns true if a pixel has no data.</summary>
    internal bool Contains(double pixel) => pixel >= Low && pixel <= High;

    private static NodataRange Integer<T>(double nodata) where T : IBinaryInteger<T>, IMinMaxValue<T> =>
        nodata == Math.Truncate(nodata) && nodata >= double.CreateChecked(T.MinValue) && nodata <= double.CreateChecked(T.MaxValue)
            ? new NodataRange(nodata, nodata) : None;

    private static NodataRange Around<T>(T nodata, T most, T epsilon, Func<T, long> bitsOf, Func<long, T> ofBits)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T size = T.Abs(nodata), two = T.One + T.One;
        if (!T.IsFinite(nodata) || size == T.Zero)
            return new NodataRange(double.CreateChecked(nodata), double.CreateChecked(nodata));
        T outer = size > most / two ? most : size + (size * epsilon * T.CreateChecked(MostEpsilons));
        (double near, double far) = (Limit(T.Zero), Limit(outer));
        return T.IsNegative(nodata) ? new NodataRange(-far, -near) : new NodataRange(near, far);

        // The last number towards an end that matches. Positive floats have the order of their bits.
        double Limit(T end)
        {
            if (Matches(end))
                return double.CreateChecked(end);
            (long matching, long other) = (bitsOf(size), bitsOf(end));
            while (Math.Abs(other - matching) > 1)
                if (matching + ((other - matching) / 2) is var middle && Matches(ofBits(middle)))
                    matching = middle;
                else
                    other = middle;
            return double.CreateChecked(ofBits(matching));
        }

        bool Matches(T value) => value == size || T.Abs(value - size) < epsilon * T.Abs(value + size) * two;
    }
}
