using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>The properties of a FITS column's values that its header depends on: the width of text, and an unused integer to mean
/// null.</summary>
internal sealed class FitsColumnProfile
{
    private const int LongestName = 68; // a text of one card (FITS 4.0 §4.2.1.1)

    private int widestBytes;
    private bool hasNull;
    private int longestRow;
    private readonly UnusedIntegers unused = new();

    /// <summary>The size of the rows of a column whose rows differ in length. They are stored after the table, in one heap for all
    /// columns.</summary>
    internal long HeapBytes { get; private set; }

    /// <summary>Returns whether a column's definition is independent of its values.</summary>
    internal static bool IsKnownBefore(ColumnSchema column) =>
        column is { IsRagged: false, DType: not DType.String, ElementsPerRow: > 0 };

    /// <summary>Defines a column whose definition is independent of its values. Its null is the first one of
    /// <see cref="UnusedIntegers.EndsOf"/>.</summary>
    internal static FitsColumnDefinition DefineBefore(ColumnSchema column) =>
        new FitsColumnProfile { hasNull = column.Nullable }.Define(column, isHeapLarge: false);

    internal void Add(ColumnData column)
    {
        hasNull |= column.IsNull.Span.Contains(true);
        if (column.Schema.IsRagged)
        {
            for (int row = 0; row < column.RowCount; row++)
            {
                int bytes = column.IsNullAt(row) ? 0 : column.RowBytes(row).Length;
                longestRow = Math.Max(longestRow, bytes / column.Schema.DType.ElementBytes());
                HeapBytes += bytes;
            }
            return;
        }
        switch (column)
        {
            case TextColumnData c:
                ReadOnlySpan<int> starts = c.Starts.Span;
                for (int i = 1; i < starts.Length; i++)
                    widestBytes = Math.Max(widestBytes, starts[i] - starts[i - 1]);
                break;
            default: unused.Add(column); break;
        }
    }

    /// <summary>Defines the column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="isHeapLarge">True if the heap of all columns exceeds 2 GiB.</param>
    /// <exception cref="ArgumentException">Its name is too long, its unit cannot be written in ASCII, or it has nulls and no value is left
    /// to mean null.</exception>
    internal FitsColumnDefinition Define(ColumnSchema column, bool isHeapLarge) =>
        new(NameOf(column.Name), TypeOf(column))
        {
            Repeat = column.IsRagged ? 1 : column.ElementsPerRow,
            MaxRowLength = column.IsRagged ? longestRow : null,
            IsHeapLarge = column.IsRagged && isHeapLarge,
            Shape = column.Shape.Length > 1 && column.DType is not DType.String ? [.. column.Shape.Select(n => (long)n)] : null,
            Width = column.DType is DType.String ? Math.Max(widestBytes, 1) : 0,
            Unit = string.IsNullOrEmpty(column.Unit) ? null : FitsUnitText.Of(column.Unit) ?? column.Unit,
            Ucd = string.IsNullOrEmpty(column.Ucd) ? null : column.Ucd,
            Description = column.Description,
            NullValue = hasNull && !column.IsRagged && UnusedIntegers.EndsOf(column.DType) is not null ? unused.Find(column) : null,
        };

    private static string NameOf(string name)
    {
        string inFits = ColumnNames.ToFits(name);
        return inFits.Length <= LongestName ? inFits : throw new ArgumentException($"Column '{name}': its name has {inFits.Length} "
            + $"characters in FITS{(inFits == name ? "" : ", where others than those of ASCII are percent-encoded")}, of at most "
            + $"{LongestName}. Leave the column out, give it a shorter name ('pile sql' with AS), or write another format, such as "
            + "Parquet.");
    }

    /// <summary>Booleans of arrays of variable length are bytes of 0 and 1: astropy returns logicals of such arrays as the bytes 'T' and
    /// 'F', which are both true.</summary>
    private static FitsType TypeOf(ColumnSchema column) =>
        column is { IsRagged: true, DType: DType.Bool } ? FitsType.UInt8 : FitsTypes.Of(column.DType);
}
