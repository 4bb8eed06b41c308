using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Rows that are all read once and then returned from memory.</summary>
internal sealed class PreloadedRows(StreamSource source) : StreamSource
{
    private readonly Lock loading = new();
    private Task<RowBatch>? all;

    public override long RowCount => source.RowCount;

    public override ImmutableArray<ColumnSchema> Columns => source.Columns;

    public override long RowBytes => source.RowBytes;

    internal override string Identity => source.Identity;

    internal override bool IsNear => true;

    internal override async Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken)
    {
        RowBatch loaded = await All().WaitAsync(cancellationToken).ConfigureAwait(false);
        int[] taken = Array.ConvertAll(rows.ToArray(), r => (int)r);
        return new RowBatch(loaded.Columns.Select(c => c.Take(taken)));
    }

    internal override Task<byte[]?[]> ReadHasDataAsync(ReadOnlyMemory<long> rows, string column, CancellationToken cancellationToken) =>
        source.ReadHasDataAsync(rows, column, cancellationToken);

    private Task<RowBatch> All()
    {
        lock (loading)
        {
            if (all is null or { IsFaulted: true } or { IsCanceled: true })
                all = source.ReadAsync(Enumerable.Range(0, checked((int)source.RowCount)).Select(i => (long)i).ToArray(), 0,
                    BatchMemory.Own,
                    CancellationToken.None);
            return all;
        }
    }
}
