using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Rows to which a function is applied.</summary>
internal sealed class TransformedRows : StreamSource
{
    private readonly StreamSource source;
    private readonly Func<RowBatch, RowBatch> transform;

    private readonly string name;

    internal TransformedRows(StreamSource source, Func<RowBatch, RowBatch> transform, string name)
    {
        (this.source, this.transform, this.name) = (source, transform, name);
        Columns = [.. Made(transform(new RowBatch(source.Columns.Select(ColumnTypes.Empty))), name).Columns.Select(c => c.Schema)];
        Identity = $"{source.Identity} {name}";
    }

    public override long RowCount => source.RowCount;

    public override ImmutableArray<ColumnSchema> Columns { get; }

    public override long RowBytes => source.RowBytes;

    internal override string Identity { get; }

    internal override bool DependsOnEpoch => source.DependsOnEpoch;

    internal override StreamSource Preload() => DependsOnEpoch ? new TransformedRows(source.Preload(), transform, name) : base.Preload();

    internal override bool IsNear => source.IsNear;

    internal override Task<ReadAhead?> BeginReadAheadAsync(bool isShuffled, int epoch, long row, int? epochs,
        CancellationToken cancellationToken) =>
        source.BeginReadAheadAsync(isShuffled, epoch, row, epochs, cancellationToken);

    internal override async Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken)
    {
        return Made(transform(await source.ReadAsync(rows, epoch, memory, cancellationToken).ConfigureAwait(false)), name, rows.Length,
            Columns);
    }

    /// <summary>Checks what a transform returned.</summary>
    /// <param name="made">The rows; null if the function returned null.</param>
    /// <param name="name">The name of the transform.</param>
    /// <param name="rows">The number of rows that it received; null to accept any.</param>
    /// <param name="columns">The columns that it returned without rows; default to accept any.</param>
    /// <exception cref="InvalidOperationException">It returned null, another number of rows, or other columns.</exception>
    internal static RowBatch Made(RowBatch? made, string name, int? rows = null, ImmutableArray<ColumnSchema> columns = default)
    {
        if (made is null)
            throw new InvalidOperationException($"The transform '{name}' returned null; it must return a batch with as many rows as it "
                + "receives.");
        if (rows is not null && made.RowCount != rows)
            throw new InvalidOperationException(
                $"The transform '{name}' received {rows} rows and returned {made.RowCount}; it must return as many as it receives.");
        if (!columns.IsDefault && !HasColumns(made, columns))
            throw new InvalidOperationException($"The transform '{name}' returned the columns "
                + $"{Listed(made.Columns.Select(c => c.Schema))}, but without rows it returned {Listed(columns)}; it must return the same "
                + "columns, with the same types and axes, for all rows.");
        return made;
    }

    private static bool HasColumns(RowBatch made, ImmutableArray<ColumnSchema> columns)
    {
        if (made.Columns.Length != columns.Length)
            return false;
        for (int i = 0; i < columns.Length; i++)
            if (made.Columns[i].Schema is var found && (found.Name != columns[i].Name || found.DType != columns[i].DType
                || found.Shape.Length != columns[i].Shape.Length)) // lengths may follow the rows
                return false;
        return true;
    }

    private static string Listed(IEnumerable<ColumnSchema> columns) => $"[{string.Join(", ", columns)}]";
}
