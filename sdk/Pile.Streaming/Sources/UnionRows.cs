using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Sources one after the other.</summary>
internal sealed class UnionRows : StreamSource
{
    private readonly ImmutableArray<StreamSource> sources;
    private readonly long[] firstRows;

    internal UnionRows(ImmutableArray<StreamSource> sources)
    {
        this.sources = sources.IsEmpty ? throw new ArgumentException("There is nothing to unite.", nameof(sources)) : sources;
        firstRows = new long[sources.Length + 1];
        for (int i = 0; i < sources.Length; i++)
            firstRows[i + 1] = firstRows[i] + sources[i].RowCount;
        Columns = [.. sources[0].Columns.Where(c => sources.All(s => s.Columns.Any(other => IsAlike(c, other))))];
        if (Columns.IsEmpty)
            throw new ArgumentException($"The sources have no column in common with the same type, shape and unit; the first has {string.Join(", ", sources[0].Columns.Select(c => c.Name))}.", nameof(sources));
    }

    public override long RowCount => firstRows[^1];

    public override ImmutableArray<ColumnSchema> Columns { get; }

    public override long RowBytes => sources.Max(s => s.RowBytes);

    internal override string Identity => string.Join(" + ", sources.Select(s => s.Identity));

    internal override bool IsNear => sources.All(s => s.IsNear);

    internal override async Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, BatchMemory memory, CancellationToken cancellationToken)
    {
        // Each source reads its rows; then they are brought into the order asked for.
        List<Task<RowBatch>> parts = [];
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
            if (own.Count > 0)
                parts.Add(sources[i].ReadAsync(own.ToArray(), memory, cancellationToken));
        }
        RowBatch[] read = await Task.WhenAll(parts).ConfigureAwait(false);
        if (read.Length == 0)
            return new RowBatch(Columns.Select(ColumnTypes.Empty));
        bool isInOrder = read.Length == 1;
        return new RowBatch(Columns.Select(c =>
        {
            ColumnData all = isInOrder ? read[0][c.Name].WithSchema(c) : ColumnData.Concat([.. read.Select(b => b[c.Name].WithSchema(c))]);
            return isInOrder ? all : all.Take(order);
        }));
    }

    private static bool IsAlike(ColumnSchema a, ColumnSchema b) => a.Name == b.Name && a.DType == b.DType && a.Shape.SequenceEqual(b.Shape) && a.Unit == b.Unit;
}
