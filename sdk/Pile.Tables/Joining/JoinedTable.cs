using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Tables;

/// <summary>A table with the columns of a second one, found by a key. Rows whose key the second table does not have are null
/// there.</summary>
internal sealed class JoinedTable : ITableReader
{
    private readonly ITableReader table;
    private readonly string key;
    private readonly KeyedRows other;

    /// <summary>Wraps a table, which is closed with this one.</summary>
    /// <param name="table">The table, whose rows and order stay.</param>
    /// <param name="key">Its column of keys.</param>
    /// <param name="other">The rows of the second table.</param>
    /// <exception cref="SchemaMismatchException">The keys have different types, or both tables have a column of the same name.</exception>
    public JoinedTable(ITableReader table, string key, KeyedRows other)
    {
        (this.table, this.key, this.other) = (table, key, other);
        KeyedRows.RequireKey(table, key);
        ColumnSchema column = table.Columns.First(c => c.Name == key);
        if (column.DType is DType.String != other.IsOfText && other.RowCount > 0)
            throw new SchemaMismatchException(table.Path, key,
                $"it is {column.DType.Name()}, but '{other.Key}' of {other.Path} is {(other.IsOfText ? "text" : "an integer")}",
                $"Cast one of them, for example 'cast: {{ {key}: {(other.IsOfText ? "string" : "int64")} }}'")
            { IsOfCaller = true };
        if (other.Columns.FirstOrDefault(o => table.Columns.Any(c => c.Name == o.Name)) is { } twice)
            throw new SchemaMismatchException(table.Path, twice.Name, $"{other.Path} has a column of this name, too",
                "Exclude or rename one of them")
            { IsOfCaller = true };
        Columns = [.. table.Columns, .. other.Columns];
    }

    /// <inheritdoc/>
    public string Path => table.Path;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSchema> Columns { get; }

    /// <inheritdoc/>
    public long? RowCount => table.RowCount;

    /// <summary>The table without the columns of the second one.</summary>
    internal ITableReader Inner => table;

    /// <summary>The path of the second table.</summary>
    internal string OtherPath => other.Path;

    /// <summary>The number of rows read so far that the second table does not have.</summary>
    internal long UnmatchedRows { get; private set; }

    /// <inheritdoc/>
    public string? FrameOf(string column) => table.Columns.Any(c => c.Name == column) ? table.FrameOf(column) : null;

    double? ITableReader.EpochOf(string column) => table.Columns.Any(c => c.Name == column) ? table.EpochOf(column) : null;

    /// <inheritdoc/>
    public ColumnSchema? AsTimes(string column) => table.AsTimes(column) ?? Columns.FirstOrDefault(c => c.Name == column);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string>? columns = null, long firstRow = 0, long? rowCount = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        columns ??= [.. Columns.Select(c => c.Name)];
        HashSet<string> others = other.Columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        string[] read = [.. columns.Where(name => !others.Contains(name))];
        bool needsOther = read.Length < columns.Count;
        if (needsOther && !read.Contains(key))
            read = [.. read, key];
        await foreach (RowBatch batch in table.ReadAsync(read, firstRow, rowCount, cancellationToken).ConfigureAwait(false))
        {
            if (!needsOther)
            {
                yield return batch;
                continue;
            }
            int[] rows = other.Find(batch[key]);
            UnmatchedRows += rows.Count(row => row < 0);
            yield return new RowBatch(columns.Select(name => others.Contains(name) ? other.Take(name, rows) : batch[name]));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => table.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => table.DisposeAsync();
}
