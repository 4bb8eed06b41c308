using System.Collections.Immutable;

namespace Pile.Format;

/// <summary>A batch of rows of a source or a dataset: columns of equal length.</summary>
public sealed class RowBatch
{
    /// <summary>Creates a batch from columns.</summary>
    /// <exception cref="ArgumentException">A column is null, the columns differ in length, or two have the same name.</exception>
    public RowBatch(IEnumerable<ColumnData> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Columns = [.. columns];
        if (Columns.Contains(null!))
            throw new ArgumentNullException(nameof(columns), "A column is null.");
        RowCount = Columns.IsEmpty ? 0 : Columns[0].RowCount;
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ColumnData column in Columns)
        {
            if (column.RowCount != RowCount)
                throw new ArgumentException($"Column '{column.Schema.Name}' has {column.RowCount} rows, but column "
                    + $"'{Columns[0].Schema.Name}' has {RowCount}.", nameof(columns));
            if (!names.Add(column.Schema.Name))
                throw new ArgumentException($"Two columns are named '{column.Schema.Name}'.", nameof(columns));
        }
    }

    /// <summary>The columns.</summary>
    public ImmutableArray<ColumnData> Columns { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The source row of each row, from 0; empty if the rows follow
    /// those of the previous batch. A builder that skips rows sets it.</summary>
    public ReadOnlyMemory<long> SourceRows { get; init; }

    /// <summary>Returns the column with exactly this name.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public ColumnData this[string name] => Find(name)
        ?? throw new ArgumentException(
            $"The batch has no column '{name}'. Its columns are {string.Join(", ", Columns.Select(c => c.Schema.Name))}.",
            nameof(name));

    /// <summary>Returns the column with exactly this name, or null.</summary>
    public ColumnData? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Columns.FirstOrDefault(c => c.Schema.Name == name);
    }

    /// <summary>Returns the values of a numeric column: rows × elements of a row. <see cref="ColumnData.IsNullAt"/>
    /// determines whether a row is missing; its values here have no meaning.</summary>
    /// <typeparam name="T">The type of the column, for example <see cref="double"/> for float64.</typeparam>
    /// <param name="name">The column.</param>
    /// <exception cref="ArgumentException">There is no such column, or it has another type.</exception>
    public ReadOnlySpan<T> Values<T>(string name) where T : unmanaged => this[name] is var column && column is ColumnData<T> typed
        ? typed.Values.Span
        : throw new ArgumentException(
            $"Column '{name}' is {column.Schema.DType.Name()}; it was requested as {DTypes.Of<T>().Name()}.", nameof(name));

    /// <summary>Returns the first rows.</summary>
    /// <param name="rows">Their number; all rows if there are fewer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public RowBatch First(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        int[] kept = [.. Enumerable.Range(0, Math.Min(rows, RowCount))];
        return rows >= RowCount ? this
            : new RowBatch(Columns.Select(c => c.Take(kept))) { SourceRows = SourceRows.IsEmpty ? default : SourceRows[..kept.Length] };
    }
}
