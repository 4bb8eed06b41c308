using System.Collections.Immutable;

namespace Pile.Tables;

/// <summary>The positions of some rows.</summary>
/// <param name="RaDeg">Right ascension in degrees (ICRS) as given, not wrapped; NaN for a missing position. Shape [n].</param>
/// <param name="DecDeg">Declination in degrees (ICRS); NaN for a missing position. Shape [n].</param>
/// <param name="RowsWithoutPosition">Rows of the table (from 0) with one of the two missing or NaN.</param>
/// <param name="RowsOutOfRange">Rows of the table with declination beyond ±90, or right ascension outside of [-180, 360]; their values are
/// not changed.</param>
internal sealed record PositionBatch(ReadOnlyMemory<double> RaDeg, ReadOnlyMemory<double> DecDeg, ImmutableArray<long> RowsWithoutPosition,
    ImmutableArray<long> RowsOutOfRange)
{
    /// <summary>Returns right ascension in [0, 360); some tables have negative values west of 0.</summary>
    public ReadOnlyMemory<double> WrappedRaDeg()
    {
        double[]? wrapped = null;
        ReadOnlySpan<double> given = RaDeg.Span;
        for (int i = 0; i < given.Length; i++)
            if (given[i] is < 0 and >= -180)
                (wrapped ??= RaDeg.ToArray())[i] += 360;
        return wrapped ?? RaDeg;
    }
}
