using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Pile.Format;

/// <summary>Computes the statistics of one column from its rows in the order of the dataset.</summary>
/// <param name="column">The column.</param>
internal sealed class ColumnStatisticsBuilder(ColumnSchema column)
{
    private readonly double[] sentinels = [.. column.Sentinels];
    private Moments moments = new();
    private long texts, nulls;
    private byte[]? least, greatest;
    private Int128 min = Int128.MaxValue, max = Int128.MinValue;

    /// <summary>Adds a row without a value.</summary>
    public void AddNull() => nulls++;

    /// <summary>Adds numbers or booleans.</summary>
    /// <param name="type">The type of the values: that of the column, or one that is widened to it.</param>
    /// <param name="bytes">The elements of the rows, without padding.</param>
    public void Add(DType type, ReadOnlySpan<byte> bytes)
    {
        moments.Add(type, bytes, sentinels);
        if (column.DType == DType.Int64 && type == DType.Int64)
            Note(MemoryMarshal.Cast<byte, long>(bytes));
        else if (column.DType == DType.UInt64 && type == DType.UInt64)
            Note(MemoryMarshal.Cast<byte, ulong>(bytes));
    }

    /// <summary>Adds the moments that another thread computed for the following rows.</summary>
    public void Add(in Moments rows) => moments.Add(rows);

    /// <summary>Adds a text.</summary>
    public void AddText(ReadOnlySpan<byte> utf8)
    {
        texts++;
        if (!column.IsScalar)
            return;
        if (least is null || utf8.SequenceCompareTo(least) < 0)
            least = utf8.ToArray();
        if (greatest is null || utf8.SequenceCompareTo(greatest) > 0)
            greatest = utf8.ToArray();
    }

    /// <summary>Adds the statistics of the following rows.</summary>
    public void Add(ColumnStatisticsBuilder other)
    {
        moments.Add(other.moments);
        (texts, nulls) = (texts + other.texts, nulls + other.nulls);
        (min, max) = (Int128.Min(min, other.min), Int128.Max(max, other.max));
        if (other.least is { } low && (least is null || low.AsSpan().SequenceCompareTo(least) < 0))
            least = low;
        if (other.greatest is { } high && (greatest is null || high.AsSpan().SequenceCompareTo(greatest) > 0))
            greatest = high;
    }

    /// <summary>Returns the statistics of the added values.</summary>
    public ColumnStatistics Finish() => column.DType == DType.String
        ? new ColumnStatistics { Column = column.Name, Count = texts, Nulls = nulls, MinText = Text(least), MaxText = Text(greatest) }
        : new ColumnStatistics
        {
            Column = column.Name,
            Count = moments.Count,
            Nulls = nulls,
            Skipped = moments.Skipped,
            Min = moments.Count > 0 ? moments.Min : null,
            Max = moments.Count > 0 ? moments.Max : null,
            Mean = Finite(moments.Mean),
            Variance = Finite(moments.Variance),
            Skewness = Finite(moments.Skewness),
            Kurtosis = Finite(moments.Kurtosis),
            MinText = min <= max ? min.ToString(CultureInfo.InvariantCulture) : null,
            MaxText = min <= max ? max.ToString(CultureInfo.InvariantCulture) : null,
        };

    private void Note<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryInteger<T>
    {
        if (sentinels.Length > 0)
        {
            foreach (T value in values)
                if (!IsSentinel(value))
                    Widen(value, value);
            return;
        }
        if (values.IsEmpty)
            return;
        T lowest = values[0], highest = values[0];
        int next = 0;
        if (values.Length >= Vector<T>.Count)
        {
            Vector<T> low = new(values), high = low;
            for (next = Vector<T>.Count; next <= values.Length - Vector<T>.Count; next += Vector<T>.Count)
            {
                Vector<T> some = new(values[next..]);
                (low, high) = (Vector.Min(low, some), Vector.Max(high, some));
            }
            for (int lane = 0; lane < Vector<T>.Count; lane++)
                (lowest, highest) = (T.Min(lowest, low[lane]), T.Max(highest, high[lane]));
        }
        foreach (T value in values[next..])
            (lowest, highest) = (T.Min(lowest, value), T.Max(highest, value));
        Widen(lowest, highest);

        void Widen(T low, T high) => (min, max) = (Int128.Min(min, Int128.CreateChecked(low)), Int128.Max(max, Int128.CreateChecked(high)));
    }

    private bool IsSentinel<T>(T value) where T : unmanaged, IBinaryInteger<T>
    {
        double number = double.CreateTruncating(value);
        foreach (double sentinel in sentinels)
            if (number == sentinel && SentinelRule.IsSame(value, sentinel))
                return true;
        return false;
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string? Text(byte[]? utf8) => utf8 is null ? null : Encoding.UTF8.GetString(utf8);
}
