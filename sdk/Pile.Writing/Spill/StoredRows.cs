using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The rows of a spill with the columns of a dataset, read without SQL.</summary>
/// <param name="spilled">The rows as they are spilled.</param>
/// <param name="columns">The columns.</param>
internal sealed class StoredRows(RowsTable spilled, IReadOnlyList<StoredColumn> columns) : IDuckDbTable
{
    public IReadOnlyList<DuckDbField> Columns { get; } = [.. columns.Select(column => column.Field)];

    public long RowCount => spilled.RowCount;

    public int BatchCount => spilled.BatchCount;

    public int RowsOf(int batch) => spilled.RowsOf(batch);

    /// <summary>Returns the size of a batch in its file.</summary>
    internal long BytesOf(int batch) => spilled.BytesOf(batch);

    public DuckDbColumn[] Read(int batch, ReadOnlySpan<int> wanted, ref byte[] buffer)
    {
        int[] sources = new int[wanted.Length];
        for (int i = 0; i < sources.Length; i++)
            sources[i] = columns[wanted[i]].Source;
        DuckDbColumn[] read = spilled.Read(batch, sources, ref buffer);
        for (int i = 0; i < read.Length; i++)
            if (columns[wanted[i]].Compute is { } compute)
                read[i] = compute(read[i]);
        return read;
    }
}

/// <summary>A column of <see cref="StoredRows"/>.</summary>
/// <param name="Field">Its name and type.</param>
/// <param name="Source">The spilled column with its values.</param>
/// <param name="Compute">Returns its values from those of the spilled column; null if they are the same.</param>
internal sealed record StoredColumn(DuckDbField Field, int Source, Func<DuckDbColumn, DuckDbColumn>? Compute = null);
