using Pile.Format;

namespace Pile.Builders.Sources.Snana;

/// <summary>The native columns: the values that describe an object.</summary>
internal static class SnanaNative
{
    private const double Missing = -9; // SNANA's value for anything that a survey does not give

    private static readonly Modality Series = Modality.Get("time-series");

    /// <summary>Returns whether a value is kept: not the position, and not the structure of the file.</summary>
    internal static bool IsKept(string name) => name is not ("RA" or "DEC" or "DECL" or "NVAR" or "PTROBS_MIN" or "PTROBS_MAX");

    /// <summary>Returns the name in the dataset: that of SNANA, unless a standard column has it.</summary>
    internal static string NameOf(string name) =>
        Modality.Common.Find(name) is null && Series.Find(name) is null ? name : ColumnNames.Native(name);

    /// <summary>Declares −9 as the number that marks missing values.</summary>
    /// <remarks>Declinations and velocities have −9 as a value, and unsigned integers cannot represent it.</remarks>
    internal static ColumnSchema WithSentinel(ColumnSchema column) =>
        column.DType is DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64 or DType.Float32 or DType.Float64
            && !column.Name.StartsWith("RA_", StringComparison.Ordinal) && !column.Name.StartsWith("DEC", StringComparison.Ordinal)
            && !column.Name.StartsWith("VPEC", StringComparison.Ordinal) ? column with { Sentinels = [Missing] } : column;

    /// <summary>Returns whether a position is SNANA's value for a missing one.</summary>
    internal static bool IsMissing(double ra, double dec) => ra == Missing && dec == Missing;
}
