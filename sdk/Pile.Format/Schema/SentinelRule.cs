using System.Numerics;

namespace Pile.Format;

/// <summary>Compares numbers with the sentinels of a column. Everything that compares them uses it.</summary>
/// <remarks>A sentinel is compared in the column's type: -99.9 is no float32 number, so that the float32 values that mean it are
/// -99.9000015.</remarks>
internal static class SentinelRule
{
    private const double LargestExact = 1L << 53;

    /// <summary>Returns a sentinel as values of a type have it.</summary>
    /// <param name="type">The type of the values.</param>
    /// <param name="sentinel">The sentinel.</param>
    internal static double Stored(DType type, double sentinel) => type == DType.Float32 ? (float)sentinel : sentinel;

    /// <summary>Returns whether some integers of 64 bits equal a sentinel as float64 and differ from it.</summary>
    /// <param name="type">The type of the values.</param>
    /// <param name="sentinel">The sentinel.</param>
    internal static bool NeedsIntegers(DType type, double sentinel) =>
        type is DType.Int64 or DType.UInt64 && Math.Abs(sentinel) > LargestExact;

    /// <summary>Returns true if an integer is a sentinel.</summary>
    internal static bool IsSame<T>(T value, double sentinel) where T : unmanaged, INumberBase<T> =>
        double.IsInteger(sentinel) && Int128.CreateTruncating(value) == Int128.CreateSaturating(sentinel);

    /// <summary>Returns true if a value of a column is one of its sentinels.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">A value of it, in float64.</param>
    internal static bool IsSentinel(this ColumnSchema column, double value)
    {
        foreach (double sentinel in column.Sentinels)
            if (value == Stored(column.DType, sentinel))
                return true;
        return false;
    }
}
