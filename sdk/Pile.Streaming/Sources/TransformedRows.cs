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
        Columns = [.. Made(transform(new RowBatch(source.Columns.Select(ColumnTypes.Empty)))).Columns.Select(c => c.Schema)];
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
        return Made(transform(await source.ReadAsync(rows, epoch, memory, cancellationToken).ConfigureAwait(false)), rows.Length);
    }

    /// <summary>Checks what a transform returned.</summary>
    /// <param name="made">The rows; null if the function returned null.</param>
    /// <param name="rows">The number of rows that it received; null to accept any.</param>
    /// <exception cref="InvalidOperationException">It returned null, or another number of rows.</exception>
    internal static RowBatch Made(RowBatch? made, int? rows = null) => made is null
        ? throw new InvalidOperationException("The transform returned null; it must return a batch with as many rows as it receives.")
        : rows is null || made.RowCount == rows ? made
            : throw new InvalidOperationException(
                $"The transform received {rows} rows and returned {made.RowCount}; it must return as many as it receives.");
}
