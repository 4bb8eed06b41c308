using System.Numerics;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Fits;

/// <summary>Finds columns of integers with an offset whose missing values were probably written as the number after adding the
/// offset.</summary>
/// <remarks>FITS 4.0, section 7.3.2: TNULL is the stored number, before TZERO is added. astropy writes TNULL as the number after
/// it.</remarks>
internal sealed class FitsOffsetNulls(FitsTableColumn column)
{
    private readonly long value = column.Column.NullValue ?? 0;
    private long equal, missing;

    /// <summary>Returns whether a column has an offset and a number of missing values.</summary>
    internal static bool IsFor(FitsTableColumn column) => column.Column is
    {
        NullValue: not null, IsVariableLength: false,
        Type: FitsType.Int8 or FitsType.UInt16 or FitsType.UInt32 or FitsType.UInt64
    };

    /// <summary>What the user should know; null for a column with missing values by TNULL, and for one without suspicious
    /// numbers.</summary>
    internal string? Note => equal == 0 || missing > 0 ? null
        : $"the column '{column.Schema.Name}' has {CountText.Of(equal, "value")} of {value}, the number of TNULL. They are values, "
            + "because FITS compares TNULL with stored numbers, before TZERO is added; but astropy writes missing values of unsigned "
            + $"integers so. If they are missing, declare 'native: {{ {column.Schema.Name}: {{ sentinels: [{value}] }} }}' in a recipe.";

    /// <summary>Adds rows.</summary>
    internal void Add(ColumnData rows)
    {
        missing += rows.IsNull.Span.Count(true);
        equal += rows switch
        {
            ColumnData<sbyte> c => CountOf(c),
            ColumnData<ushort> c => CountOf(c),
            ColumnData<uint> c => CountOf(c),
            ColumnData<ulong> c => CountOf(c),
            _ => 0,
        };
    }

    private int CountOf<T>(ColumnData<T> rows) where T : unmanaged, IBinaryInteger<T> =>
        Int128.CreateChecked(T.CreateSaturating(value)) == value ? rows.Values.Span.Count(T.CreateSaturating(value)) : 0;
}
