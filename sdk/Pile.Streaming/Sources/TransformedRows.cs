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
        Columns = [.. transform(new RowBatch(source.Columns.Select(ColumnTypes.Empty))).Columns.Select(c => c.Schema)];
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
        RowBatch made = transform(await source.ReadAsync(rows, epoch, memory, cancellationToken).ConfigureAwait(false));
        return made.RowCount == rows.Length ? made
            : throw new InvalidOperationException(
                $"The transform received {rows.Length} rows and returned {made.RowCount}; it must return as many as it receives.");
    }
}
