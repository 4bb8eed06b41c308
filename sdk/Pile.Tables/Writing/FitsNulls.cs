using System.Collections;
using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Integers that mean null in a FITS table that is written before all its values are known: one end of the type, or an unused
/// integer if that end occurs as a value. The nulls written so far are then replaced.</summary>
internal sealed class FitsNulls
{
    private readonly Column[] columns;

    internal FitsNulls(ImmutableArray<ColumnSchema> schemas) => columns = [.. schemas.Select((schema, i) => (Schema: schema, Index: i))
        .Where(c => c.Schema.Nullable && UnusedIntegers.EndsOf(c.Schema.DType) is not null).Select(c => new Column(c.Schema, c.Index))];

    /// <summary>Finds nulls, and values that could mean null.</summary>
    internal void Add(ColumnData[] batch)
    {
        foreach (Column column in columns)
        {
            column.NullRows.Add(batch[column.Index].IsNull.Span, batch[column.Index].RowCount);
            column.Unused.Add(batch[column.Index]);
        }
    }

    /// <summary>Corrects a table whose rows are all written: a column without nulls needs no value for them, and if the first end is a
    /// value, nulls become an unused one.</summary>
    /// <exception cref="ArgumentException">A column has nulls, and no unused value.</exception>
    internal void Correct(FitsTableWriter table)
    {
        foreach (Column column in columns)
            if (column.NullRows.Count == 0)
                table.RemoveNull(column.Index);
            else if (column.Unused.Find(column.Schema) is var value && value != UnusedIntegers.EndsOf(column.Schema.DType)!.Value.First)
                table.ReplaceNull(column.Index, value, column.NullRows.Rows());
    }

    private sealed record Column(ColumnSchema Schema, int Index)
    {
        internal RowSet NullRows { get; } = new();

        internal UnusedIntegers Unused { get; } = new();
    }

    /// <summary>A set of rows: one bit for each row up to the last one of the set.</summary>
    private sealed class RowSet
    {
        private readonly List<(long FirstRow, BitArray Rows)> parts = [];
        private long rowCount;

        internal long Count { get; private set; }

        internal void Add(ReadOnlySpan<bool> isIn, int rows)
        {
            if (isIn.Count(true) is > 0 and int found)
            {
                parts.Add((rowCount, new BitArray(isIn.ToArray())));
                Count += found;
            }
            rowCount += rows;
        }

        internal IEnumerable<long> Rows()
        {
            foreach ((long firstRow, BitArray rows) in parts)
                for (int i = 0; i < rows.Length; i++)
                    if (rows[i])
                        yield return firstRow + i;
        }
    }
}
