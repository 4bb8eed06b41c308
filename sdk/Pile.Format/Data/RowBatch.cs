using System.Collections.Immutable;

namespace Pile.Format;

/// <summary>Some rows of a source or a dataset: columns of equal length.</summary>
public sealed class RowBatch
{
    /// <summary>A batch of columns.</summary>
    /// <exception cref="ArgumentException">The columns differ in length, or two have one name.</exception>
    public RowBatch(IEnumerable<ColumnData> columns)
    {
        Columns = [.. columns];
        RowCount = Columns.IsEmpty ? 0 : Columns[0].RowCount;
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ColumnData column in Columns)
        {
            if (column.RowCount != RowCount)
                throw new ArgumentException($"Column '{column.Schema.Name}' has {column.RowCount} rows, '{Columns[0].Schema.Name}' "
                    + $"{RowCount}.", nameof(columns));
            if (!names.Add(column.Schema.Name))
                throw new ArgumentException($"Two columns are called '{column.Schema.Name}'.", nameof(columns));
        }
    }

    /// <summary>The columns.</summary>
    public ImmutableArray<ColumnData> Columns { get; }

    /// <summary>Rows held.</summary>
    public int RowCount { get; }

    /// <summary>The row of the source, from 0, that each row is from; empty if the rows follow those of the batch before. A builder that
    /// skips rows gives it.</summary>
    public ReadOnlyMemory<long> SourceRows { get; init; }

    /// <summary>The column of that exact name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public ColumnData this[string name] => Find(name)
        ?? throw new ArgumentException($"No column '{name}' here; there are {string.Join(", ", Columns.Select(c => c.Schema.Name))}.",
            nameof(name));

    /// <summary>The column of that exact name, or null.</summary>
    public ColumnData? Find(string name) => Columns.FirstOrDefault(c => c.Schema.Name == name);

    /// <summary>The first rows alone.</summary>
    public RowBatch First(int rows)
    {
        int[] kept = [.. Enumerable.Range(0, Math.Min(rows, RowCount))];
        return rows >= RowCount ? this
            : new RowBatch(Columns.Select(c => c.Take(kept))) { SourceRows = SourceRows.IsEmpty ? default : SourceRows[..kept.Length] };
    }
}
