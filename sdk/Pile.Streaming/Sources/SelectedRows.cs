using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>A selection of the rows of another source.</summary>
internal sealed class SelectedRows : StreamSource
{
    private readonly StreamSource source;
    private readonly long[] selected;

    internal SelectedRows(StreamSource source, long[] rows)
    {
        (this.source, selected) = (source, rows);
        foreach (long row in rows)
            if (row < 0 || row >= source.RowCount)
                throw new ArgumentOutOfRangeException(nameof(rows), row, $"There are {source.RowCount} rows, counted from 0.");
        Identity = $"{source.Identity} of {RowsHash.Of(rows)}";
    }

    public override long RowCount => selected.Length;

    public override ImmutableArray<ColumnSchema> Columns => source.Columns;

    public override long RowBytes => source.RowBytes;

    internal override string Identity { get; }

    internal override PinnedRows? Pinned { get; init; }

    internal override bool DependsOnEpoch => source.DependsOnEpoch;

    internal override StreamSource Preload() => DependsOnEpoch ? new SelectedRows(source.Preload(), selected) : base.Preload();

    internal override async Task<ColumnData> ColumnAsync(string column, CancellationToken cancellationToken) =>
        (await source.ColumnAsync(column, cancellationToken).ConfigureAwait(false))
        .Take(Array.ConvertAll(selected, row => checked((int)row)));

    internal override ImmutableArray<ColumnSchema> AllColumns => source.AllColumns;

    internal override StreamSource WithColumns(IEnumerable<string> names) => new SelectedRows(source.WithColumns(names), selected);

    internal override bool IsNear => source.IsNear;

    internal override Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken) =>
        source.ReadAsync(Chosen(rows, memory), epoch, memory, cancellationToken);

    internal override Task<byte[]?[]> ReadHasDataAsync(ReadOnlyMemory<long> rows, string column, CancellationToken cancellationToken) =>
        source.ReadHasDataAsync(Chosen(rows, BatchMemory.Own), column, cancellationToken);

    private Memory<long> Chosen(ReadOnlyMemory<long> rows, BatchMemory memory)
    {
        Memory<long> chosen = memory.Rent<long>(rows.Length).AsMemory(0, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            chosen.Span[i] = selected[rows.Span[i]];
        return chosen;
    }
}
