using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pile.Format;

/// <summary>Count, minimum, maximum and the first four central moments, computed in one pass over memory.</summary>
/// <remarks>Blocks that fit the first-level cache are summed around their own mean and combined by the formulas of Pébay (2008, Sandia
/// report SAND2008-6212), so that a large mean costs no precision. The mean is kept as a float64 and its rounding error: for ids of
/// sixteen digits, the last bit of the mean is as large as significant differences. There are always eight lanes: the same numbers in the
/// same order give identical bits on every machine.</remarks>
internal struct Moments
{
    private const int BlockElements = 1024, Lanes = 8, MostCountedBytes = 1 << 30;

    private double mean, meanRest, m2, m3, m4;

    /// <summary>Creates the moments of no numbers.</summary>
    public Moments() { }

    /// <summary>The number of finite numbers.</summary>
    public long Count { get; private set; }

    /// <summary>The number of omitted numbers: NaN, infinite ones and sentinels.</summary>
    public long Skipped { get; private set; }

    /// <summary>The smallest number; +∞ if <see cref="Count"/> is 0.</summary>
    public double Min { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest number; −∞ if <see cref="Count"/> is 0.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>The mean; NaN if <see cref="Count"/> is 0.</summary>
    public readonly double Mean => Count > 0 ? mean : double.NaN;

    /// <summary>Σ(x−μ)²/n.</summary>
    public readonly double Variance => Count > 0 ? m2 / Count : double.NaN;

    /// <summary>m₃/m₂^(3/2); NaN if all numbers are equal.</summary>
    public readonly double Skewness => m2 > 0 ? Math.Sqrt(Count) * m3 / Math.Pow(m2, 1.5) : double.NaN;

    /// <summary>m₄/m₂² − 3; NaN if all numbers are equal.</summary>
    public readonly double Kurtosis => m2 > 0 ? (Count * m4 / (m2 * m2)) - 3 : double.NaN;

    /// <summary>Adds numbers; booleans are bytes of 0 and 1.</summary>
    /// <param name="type">The type of the numbers; not text.</param>
    /// <param name="bytes">The numbers, little-endian.</param>
    /// <param name="sentinels">Numbers to omit.</param>
    /// <param name="nodata">Pixels to omit; null for no nodata.</param>
    public void Add(DType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<double> sentinels, NodataRange? nodata)
    {
        if (nodata is not { IsEmpty: false } range)
            Add(type, bytes, sentinels);
        else if (range.Low == range.High && sentinels.IsEmpty)
            Add(type, bytes, [range.Low]);
        else if (range.Low == range.High)
            Add(type, bytes, (ReadOnlySpan<double>)[.. sentinels, range.Low]);
        else if (type is DType.Float32)
            Add<float>(bytes, sentinels, range);
        else
            Add<double>(bytes, sentinels, range);
    }

    /// <summary>Adds numbers; booleans are bytes of 0 and 1.</summary>
    /// <param name="type">The type of the numbers; not text.</param>
    /// <param name="bytes">The numbers, little-endian.</param>
    /// <param name="sentinels">Numbers to omit.</param>
    public void Add(DType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<double> sentinels = default)
    {
        switch (type)
        {
            case DType.Bool: AddBooleans(bytes); break;
            case DType.Int8: Add<sbyte>(bytes, sentinels); break;
            case DType.UInt8 when bytes.Length > BlockElements: AddBytes(bytes, sentinels); break;
            case DType.UInt8: Add<byte>(bytes, sentinels); break; // few: not worth tables
            case DType.Int16: Add<short>(bytes, sentinels); break;
            case DType.UInt16: Add<ushort>(bytes, sentinels); break;
            case DType.Int32: Add<int>(bytes, sentinels); break;
            case DType.UInt32: Add<uint>(bytes, sentinels); break;
            case DType.Int64: Add<long>(bytes, sentinels); break;
            case DType.UInt64: Add<ulong>(bytes, sentinels); break;
            case DType.Float32: Add<float>(bytes, sentinels); break;
            case DType.Float64: Add<double>(bytes, sentinels); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "Text has no moments.");
        }
    }

    /// <summary>Adds other moments.</summary>
    public void Add(in Moments other)
    {
        Skipped += other.Skipped;
        if (other.Count == 0)
            return;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        if (Count == 0)
        {
            (Count, mean, meanRest, m2, m3, m4) = (other.Count, other.mean, other.meanRest, other.m2, other.m3, other.m4);
            return;
        }
        double a = Count, b = other.Count, n = a + b, delta = other.mean - mean + (other.meanRest - meanRest), step = delta / n,
            step2 = step * step;
        double product = delta * step * a * b;
        m4 += other.m4 + (product * step2 * ((a * a) - (a * b) + (b * b))) + (6 * step2 * ((a * a * other.m2) + (b * b * m2)))
            + (4 * step * ((a * other.m3) - (b * m3)));
        m3 += other.m3 + (product * step * (a - b)) + (3 * step * ((a * other.m2) - (b * m2)));
        m2 += other.m2 + product;
        (mean, meanRest) = double.IsFinite(delta) ? Plus(mean, meanRest, step * b) : ((mean * (a / n)) + (other.mean * (b / n)), 0);
        Count += other.Count;
    }

    private void Add<T>(ReadOnlySpan<byte> bytes, ReadOnlySpan<double> sentinels, NodataRange? nodata = null)
        where T : unmanaged, INumberBase<T>
    {
        Span<double> block = stackalloc double[BlockElements];
        for (ReadOnlySpan<T> rest = MemoryMarshal.Cast<byte, T>(bytes); !rest.IsEmpty;)
        {
            ReadOnlySpan<T> some = rest[..Math.Min(rest.Length, BlockElements)];
            rest = rest[some.Length..];
            Span<double> values = block[..some.Length];
            if (typeof(T) == typeof(float))
                Widen(MemoryMarshal.Cast<T, float>(some), values);
            else if (typeof(T) == typeof(double))
                MemoryMarshal.Cast<T, double>(some).CopyTo(values);
            else
                for (int i = 0; i < some.Length; i++)
                    values[i] = double.CreateTruncating(some[i]);
            foreach (double sentinel in sentinels)
                if (SentinelRule.NeedsIntegers(DTypes.Of<T>(), sentinel))
                    Omit(some, sentinel, values);
                else
                    values.Replace(SentinelRule.Stored(DTypes.Of<T>(), sentinel), double.NaN);
            if (nodata is { } range)
                Omit(range, values);
            AddBlock(values);
        }
    }

    private static void Omit<T>(ReadOnlySpan<T> integers, double sentinel, Span<double> values) where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < integers.Length; i++)
            if (SentinelRule.IsSame(integers[i], sentinel))
                values[i] = double.NaN;
    }

    private static void Omit(in NodataRange range, Span<double> values)
    {
        Vector256<double> low = Vector256.Create(range.Low), high = Vector256.Create(range.High), none = Vector256.Create(double.NaN);
        int i = 0;
        for (; i <= values.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> value = Vector256.Create<double>(values[i..]);
            Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(value, low) & Vector256.LessThanOrEqual(value, high), none, value)
                .CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
            if (range.Contains(values[i]))
                values[i] = double.NaN;
    }

    private static void Widen(ReadOnlySpan<float> from, Span<double> to)
    {
        int i = 0;
        for (; i <= from.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(Vector512.Create(from[i..]));
            lower.CopyTo(to[i..]);
            upper.CopyTo(to[(i + Vector512<double>.Count)..]);
        }
        for (; i < from.Length; i++)
            to[i] = from[i];
    }

    private void AddBlock(ReadOnlySpan<double> values)
    {
        Moments block = new();
        int whole = values.Length / Lanes * Lanes;
        double total = block.SetExtent(values, whole);
        // A number that is not finite makes the sum not finite; so may finite ones.
        bool areFinite = double.IsFinite(total);
        if (!areFinite)
            total = block.SetFiniteExtent(values, whole);
        if (block.Count > 0)
            block.SumAround(Center(total, block.Count, values), values, whole, areFinite);
        Add(block);
    }

    /// <summary>Sets the number, the least and the greatest of finite numbers, and returns their sum.</summary>
    private double SetExtent(ReadOnlySpan<double> values, int whole)
    {
        Vector512<double> sum = Vector512<double>.Zero;
        Vector512<double> least = Vector512.Create(double.PositiveInfinity), greatest = Vector512.Create(double.NegativeInfinity);
        for (int i = 0; i < whole; i += Lanes)
        {
            Vector512<double> value = Vector512.Create(values[i..]);
            sum += value;
            least = Vector512.ConditionalSelect(Vector512.LessThan(value, least), value, least);
            greatest = Vector512.ConditionalSelect(Vector512.GreaterThan(value, greatest), value, greatest);
        }
        (Count, Min, Max) = (values.Length, double.PositiveInfinity, double.NegativeInfinity);
        for (int lane = 0; lane < Lanes; lane++)
            (Min, Max) = (Math.Min(Min, least[lane]), Math.Max(Max, greatest[lane]));
        foreach (double value in values[whole..])
            (Min, Max) = (Math.Min(Min, value), Math.Max(Max, value));
        double total = Sum(sum);
        foreach (double value in values[whole..])
            total += value;
        return total;
    }

    /// <summary>Sets the number, the least and the greatest of the finite ones among numbers, and returns their sum.</summary>
    private double SetFiniteExtent(ReadOnlySpan<double> values, int whole)
    {
        Vector512<double> most = Vector512.Create(double.MaxValue), sum = Vector512<double>.Zero;
        Vector512<double> least = Vector512.Create(double.PositiveInfinity), greatest = Vector512.Create(double.NegativeInfinity);
        Vector512<long> finite = Vector512<long>.Zero;
        for (int i = 0; i < whole; i += Lanes)
        {
            Vector512<double> value = Vector512.Create(values[i..]), isFinite = Vector512.LessThanOrEqual(Vector512.Abs(value), most);
            finite -= isFinite.AsInt64(); // true is −1
            sum += Vector512.ConditionalSelect(isFinite, value, Vector512<double>.Zero);
            least = Vector512.ConditionalSelect(Vector512.LessThan(value, least) & isFinite, value, least);
            greatest = Vector512.ConditionalSelect(Vector512.GreaterThan(value, greatest) & isFinite, value, greatest);
        }
        Count = Vector512.Sum(finite);
        double total = Sum(sum);
        (Min, Max) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int lane = 0; lane < Lanes; lane++)
            (Min, Max) = (Math.Min(Min, least[lane]), Math.Max(Max, greatest[lane]));
        foreach (double value in values[whole..])
            if (double.IsFinite(value))
            {
                Count++;
                total += value;
                (Min, Max) = (Math.Min(Min, value), Math.Max(Max, value));
            }
        Skipped = values.Length - Count;
        return total;
    }

    private static double Sum(Vector512<double> lanes)
    {
        Vector256<double> pairs = lanes.GetLower() + lanes.GetUpper();
        return pairs[0] + pairs[1] + pairs[2] + pairs[3];
    }

    /// <summary>Returns the mean of a block; if the sum overflows, sums the quotients instead.</summary>
    private static double Center(double total, long count, ReadOnlySpan<double> values)
    {
        if (double.IsFinite(total))
            return total / count;
        double center = 0;
        foreach (double value in values)
            center += double.IsFinite(value) ? value / count : 0;
        return center;
    }

    private void SumAround(double center, ReadOnlySpan<double> values, int whole, bool areFinite)
    {
        Vector512<double> most = Vector512.Create(double.MaxValue), middle = Vector512.Create(center);
        Vector512<double> s1 = Vector512<double>.Zero, s2 = s1, s3 = s1, s4 = s1;
        for (int i = 0; i < whole; i += Lanes)
        {
            Vector512<double> value = Vector512.Create(values[i..]);
            Vector512<double> d = areFinite ? value - middle : Vector512.ConditionalSelect(
                Vector512.LessThanOrEqual(Vector512.Abs(value), most), value - middle, Vector512<double>.Zero), square = d * d;
            s1 += d;
            s2 += square;
            s3 += square * d;
            s4 += square * square;
        }
        double off = Sum(s1);
        (m2, m3, m4) = (Sum(s2), Sum(s3), Sum(s4));
        foreach (double value in values[whole..])
            if (double.IsFinite(value))
            {
                double d = value - center;
                off += d;
                m2 += d * d;
                m3 += d * d * d;
                m4 += d * d * d * d;
            }
        // The rounding error between the centre and the mean; if its sum overflows, the centre is the mean to all digits that matter.
        double shift = double.IsFinite(off) ? off / Count : 0;
        (mean, meanRest) = Plus(center, 0, shift);
        m4 -= (4 * shift * m3) - (6 * shift * shift * m2) + (3 * shift * shift * shift * off);
        m3 -= (3 * shift * m2) - (2 * shift * shift * off);
        m2 -= shift * off;
    }

    /// <summary>Adds to a number that is represented by a float64 and its rounding
    /// error (Knuth, The Art of Computer Programming 2, §4.2.2, theorem B).</summary>
    private static (double Head, double Remainder) Plus(double head, double rest, double more)
    {
        double sum = head + more, added = sum - head;
        rest += head - (sum - added) + (more - added);
        head = sum + rest;
        return (head, rest - (head - sum));
    }

    /// <summary>Adds bytes whose values were counted.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="counts">How often each of the 256 values occurs among them; changed by this.</param>
    /// <param name="sentinels">Numbers to omit.</param>
    public void AddCounted(ReadOnlySpan<byte> bytes, Span<int> counts, ReadOnlySpan<double> sentinels)
    {
        if (bytes.Length is <= BlockElements or > MostCountedBytes)
            Add(DType.UInt8, bytes, sentinels);
        else
            AddCounts(counts, bytes.Length, sentinels);
    }

    /// <summary>Adds bytes, whose moments follow from the number of each of the 256 values.</summary>
    private void AddBytes(ReadOnlySpan<byte> bytes, ReadOnlySpan<double> sentinels)
    {
        Span<int> counts = stackalloc int[ByteCounts.Values];
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, MostCountedBytes)..])
        {
            counts.Clear();
            ReadOnlySpan<byte> some = bytes[..Math.Min(bytes.Length, MostCountedBytes)];
            ByteCounts.Add(some, counts);
            AddCounts(counts, some.Length, sentinels);
        }
    }

    private void AddCounts(Span<int> counts, int length, ReadOnlySpan<double> sentinels)
    {
        foreach (double sentinel in sentinels)
            if (sentinel is >= 0 and < ByteCounts.Values && sentinel == (int)sentinel)
                counts[(int)sentinel] = 0;
        long count = 0, sum = 0;
        foreach (int of in counts)
            count += of;
        for (int value = 0; value < counts.Length; value++)
            sum += value * (long)counts[value];
        Moments block = new() { Count = count, Skipped = length - count };
        if (count > 0)
        {
            (block.Min, block.Max) = (counts.IndexOfAnyExcept(0), counts.LastIndexOfAnyExcept(0));
            block.mean = (double)sum / count;
            for (int value = (int)block.Min; value <= (int)block.Max; value++)
            {
                double d = value - block.mean, square = counts[value] * d * d;
                block.m2 += square;
                block.m3 += square * d;
                block.m4 += square * d * d;
            }
        }
        Add(block);
    }

    /// <summary>Adds booleans, whose moments follow from the number of ones.</summary>
    private void AddBooleans(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        long ones = bytes.Length - bytes.Count((byte)0);
        double n = bytes.Length, p = ones / n, q = 1 - p, variance = n * p * q;
        Add(new Moments
        {
            Count = bytes.Length,
            Min = ones == n ? 1 : 0,
            Max = ones == 0 ? 0 : 1,
            mean = p,
            m2 = variance,
            m3 = variance * (q - p),
            m4 = variance * (1 - (3 * p * q)),
        });
    }
}
