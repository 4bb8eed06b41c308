using System.Collections.Immutable;

namespace Pile.Tables;

/// <summary>The positions of some rows.</summary>
/// <param name="RaDeg">Right ascension: ICRS degrees as given, not wrapped; NaN where there is no position. Shape [n].</param>
/// <param name="DecDeg">Declination: ICRS degrees; NaN where there is no position. Shape [n].</param>
/// <param name="RowsWithoutPosition">Rows of the table (from 0) where one of the two is missing or NaN.</param>
/// <param name="RowsOutOfRange">Rows of the table where declination lies beyond ±90, or right ascension outside of [-180, 360]: their
/// values are left as they are.</param>
internal sealed record PositionBatch(ReadOnlyMemory<double> RaDeg, ReadOnlyMemory<double> DecDeg, ImmutableArray<long> RowsWithoutPosition,
    ImmutableArray<long> RowsOutOfRange)
{
    /// <summary>Right ascension with negative values, as some tables have them west of 0, brought into [0, 360).</summary>
    public ReadOnlyMemory<double> WrappedRaDeg()
    {
        double[]? wrapped = null;
        for (int i = 0; i < RaDeg.Length; i++)
            if (RaDeg.Span[i] is < 0 and >= -180)
                (wrapped ??= RaDeg.ToArray())[i] += 360;
        return wrapped ?? RaDeg;
    }
}
