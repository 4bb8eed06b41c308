using System.Numerics;
using Pile.Format;

namespace Pile.Tables.Batches;

/// <summary>Whether a column of arrays of 64-bit integers has arrays of which single elements are missing, and whether float64, which has
/// NaN for these, represents all its integers.</summary>
/// <remarks>The elements of an array have no null flags (SCHEMA.md, S1.27).</remarks>
internal sealed class MissingElements
{
    private const long LargestExact = 1L << 53;

    private bool hasMissing;
    private string? inexact;

    /// <summary>True if the column is to be read as float64.</summary>
    internal bool NeedsFloat => hasMissing && inexact is null;

    /// <summary>Why arrays with missing elements cannot be read; null if the column has none, or is read as float64.</summary>
    internal string? Reason => !hasMissing || inexact is null ? null
        : "whose elements are all missing or none, because float64, which has NaN for missing ones, does not represent the value "
            + inexact;

    /// <summary>Returns whether the type of a column depends on its values.</summary>
    internal static bool IsFor(ColumnSchema schema) =>
        schema is { IsScalar: false, Nullable: true, DType: DType.Int64 or DType.UInt64 };

    /// <summary>Adds an array.</summary>
    /// <param name="values">Its elements.</param>
    /// <param name="isNull">Which elements are missing; empty if the missing ones are 0.</param>
    /// <param name="missing">The number of missing elements.</param>
    /// <param name="row">Its row, from 0.</param>
    internal void Add<T>(ReadOnlySpan<T> values, ReadOnlySpan<bool> isNull, int missing, long row) where T : unmanaged, INumber<T>
    {
        hasMissing |= missing > 0 && missing < values.Length;
        if (inexact is not null)
            return;
        for (int i = 0; i < values.Length; i++)
            if ((isNull.IsEmpty || !isNull[i]) && long.CreateSaturating(values[i]) is > LargestExact or < -LargestExact)
            {
                inexact = $"{values[i]} in row {row}";
                return;
            }
    }
}
