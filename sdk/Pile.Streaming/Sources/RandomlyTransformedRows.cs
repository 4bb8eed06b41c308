using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Rows to which a function with random numbers is applied, which depend on the seed, the epoch and the row only.</summary>
internal sealed class RandomlyTransformedRows : StreamSource
{
    private const ulong ForTransforms = 301;

    private readonly StreamSource source;
    private readonly Func<RowBatch, ReadOnlyMemory<long>, int, ReadOnlyMemory<ulong>, RowBatch> transform;
    private readonly ulong seed;
    private readonly string name;

    internal RandomlyTransformedRows(StreamSource source,
        Func<RowBatch, ReadOnlyMemory<long>, int, ReadOnlyMemory<ulong>, RowBatch> transform, ulong seed, string name)
    {
        (this.source, this.transform, this.seed, this.name) = (source, transform, seed, name);
        RowBatch none = new(source.Columns.Select(ColumnTypes.Empty));
        Columns = [.. TransformedRows.Made(transform(none, default, 0, default), name).Columns.Select(c => c.Schema)];
        Identity = $"{source.Identity} {name} {seed}";
    }

    public override long RowCount => source.RowCount;

    public override ImmutableArray<ColumnSchema> Columns { get; }

    public override long RowBytes => source.RowBytes;

    internal override string Identity { get; }

    internal override bool IsNear => source.IsNear;

    internal override bool DependsOnEpoch => true;

    internal override StreamSource Preload() => new RandomlyTransformedRows(source.Preload(), transform, seed, name);

    internal override Task<ReadAhead?> BeginReadAheadAsync(bool isShuffled, int epoch, long row, int? epochs,
        CancellationToken cancellationToken) =>
        source.BeginReadAheadAsync(isShuffled, epoch, row, epochs, cancellationToken);

    internal override async Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken)
    {
        RowBatch read = await source.ReadAsync(rows, epoch, memory, cancellationToken).ConfigureAwait(false);
        Memory<ulong> random = memory.Rent<ulong>(rows.Length).AsMemory(0, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            random.Span[i] = new SeededRandom(seed, ForTransforms, (ulong)epoch, (ulong)rows.Span[i]).Next();
        return TransformedRows.Made(transform(read, rows, epoch, random), name, rows.Length, Columns);
    }
}
