using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Tables;

/// <summary>A table that converts the values of some columns to another dtype while it is read.</summary>
/// <remarks>A value is converted exactly or not at all, except that a float may be rounded to float32. Text is converted to a number, or to
/// a boolean (true, false, t, f, yes, no, 1, 0); empty text, and NaN in a conversion to integers or booleans, are missing values.</remarks>
internal sealed class CastTable : ITableReader
{
    private readonly ITableReader table;
    private readonly IReadOnlyDictionary<string, DType> types;
    private readonly Action<ValueInvalidException>? onBadValue;

    /// <summary>Wraps a table, which is closed with this one.</summary>
    /// <param name="table">The table.</param>
    /// <param name="types">The dtype of each column to convert, by the column's name.</param>
    /// <param name="onBadValue">Called with a value that cannot be converted; the value is then missing. If null, such a value is an
    /// error.</param>
    /// <exception cref="ArgumentException">The table lacks one of the columns.</exception>
    public CastTable(ITableReader table, IReadOnlyDictionary<string, DType> types, Action<ValueInvalidException>? onBadValue = null)
    {
        (this.table, this.types, this.onBadValue) = (table, types, onBadValue);
        foreach (string name in types.Keys)
            if (table.Columns.All(c => c.Name != name))
                throw new ArgumentException($"{table.Path} has no column '{name}'. "
                    + $"{SimilarNames.Hint(name, table.Columns.Select(c => c.Name))}.", nameof(types));
        (table as TableFile)?.ReadForCast(types);
        Columns = [.. table.Columns.Select(c => types.TryGetValue(c.Name, out DType type) && type != c.DType
            ? c with
            {
                DType = type,
                StringBytes = 0,
                Nullable = true,
                Categories = type.IsInteger() ? c.Categories : [],
            } : c)];
    }

    /// <inheritdoc/>
    public string Path => table.Path;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSchema> Columns { get; }

    /// <inheritdoc/>
    public long? RowCount => table.RowCount;

    /// <inheritdoc/>
    public string? FrameOf(string column) => table.FrameOf(column);

    double? ITableReader.EpochOf(string column) => table.EpochOf(column);

    /// <inheritdoc/>
    public ColumnSchema? AsTimes(string column) =>
        Columns.FirstOrDefault(c => c.Name == column) is { } own && table.AsTimes(column) is { } times
        ? own with { Time = times.Time, Unit = times.Unit } : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string>? columns = null, long firstRow = 0, long? rowCount = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long row = firstRow;
        await foreach (RowBatch batch in table.ReadAsync(columns, firstRow, rowCount, cancellationToken).ConfigureAwait(false))
        {
            long first = row;
            yield return new RowBatch(batch.Columns.Select(c => types.TryGetValue(c.Schema.Name, out DType type) && type != c.Schema.DType
                ? Cast(c, type, first) : c));
            row += batch.RowCount;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => table.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => table.DisposeAsync();

    private ColumnData Cast(ColumnData column, DType type, long firstRow)
    {
        ColumnSchema target = Columns.First(c => c.Name == column.Schema.Name);
        return ValueCast.To(column, target, (row, value) =>
        {
            ValueInvalidException bad = new(Path, firstRow + row, target.Name, $"'{value}'", $"{type.Name()}, to which the column is cast",
                "Correct the value, cast the column to another type, or exclude it");
            if (onBadValue is null)
                throw bad;
            onBadValue(bad);
        });
    }
}
