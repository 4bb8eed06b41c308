using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>A concatenation of sources.</summary>
internal sealed class UnionRows : StreamSource
{
    private readonly ImmutableArray<StreamSource> sources;
    private readonly long[] firstRows;
    private readonly ImmutableArray<UnionColumn> columns;

    private readonly UnionOptions options;

    internal UnionRows(ImmutableArray<StreamSource> sources, UnionOptions options)
    {
        this.options = options;
        this.sources = sources.IsEmpty ? throw new ArgumentException("There are no sources to unite.", nameof(sources)) : sources;
        firstRows = new long[sources.Length + 1];
        for (int i = 0; i < sources.Length; i++)
            firstRows[i + 1] = firstRows[i] + sources[i].RowCount;
        columns = UnionColumn.Unite(sources, options);
        Columns = [.. columns.Select(c => c.Schema)];
    }

    public override long RowCount => firstRows[^1];

    public override ImmutableArray<ColumnSchema> Columns { get; }

    public override long RowBytes => sources.Max(s => s.RowBytes);

    internal override string Identity => string.Join(" + ", sources.Select(s => s.Identity));

    internal override bool DependsOnEpoch => sources.Any(s => s.DependsOnEpoch);

    internal override StreamSource Preload() => !DependsOnEpoch ? base.Preload()
        : new UnionRows([.. sources.Select(s => s.Preload())], options);

    internal override bool IsNear => sources.All(s => s.IsNear);

    internal override async Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken)
    {
        // Each source reads its rows, which are then brought into the requested order.
        List<Task<RowBatch>> parts = [];
        List<int> readSources = [];
        int[] order = new int[rows.Length];
        int before = 0;
        for (int i = 0; i < sources.Length; i++)
        {
            List<long> own = [];
            for (int at = 0; at < rows.Length; at++)
                if (rows.Span[at] is long row && row >= firstRows[i] && row < firstRows[i + 1])
                {
                    order[at] = before + own.Count;
                    own.Add(row - firstRows[i]);
                }
            before += own.Count;
            if (own.Count == 0)
                continue;
            readSources.Add(i);
            parts.Add(sources[i].ReadAsync(own.ToArray(), epoch, memory, cancellationToken));
        }
        RowBatch[] read = await Task.WhenAll(parts).ConfigureAwait(false);
        if (read.Length == 0)
            return new RowBatch(Columns.Select(ColumnTypes.Empty));
        return new RowBatch(columns.Select(c =>
        {
            ColumnData[] values = [.. read.Zip(readSources, c.Take)];
            return values is [var only] ? only : ColumnData.Concat(values).Take(order);
        }));
    }

    internal override async Task<byte[]?[]> ReadHasDataAsync(ReadOnlyMemory<long> rows, string column, CancellationToken cancellationToken)
    {
        byte[]?[] hasData = new byte[]?[rows.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            int[] own = [.. Enumerable.Range(0, rows.Length)
                .Where(at => rows.Span[at] >= firstRows[i] && rows.Span[at] < firstRows[i + 1])];
            byte[]?[] found = await sources[i].ReadHasDataAsync(Array.ConvertAll(own, at => rows.Span[at] - firstRows[i]), column,
                cancellationToken).ConfigureAwait(false);
            for (int at = 0; at < own.Length; at++)
                hasData[own[at]] = found[at];
        }
        return hasData;
    }
}
