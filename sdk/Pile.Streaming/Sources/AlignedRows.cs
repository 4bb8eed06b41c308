using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Sources of equal length whose columns are combined row by row.</summary>
internal sealed class AlignedRows : StreamSource
{
    private readonly ImmutableArray<(string Prefix, StreamSource Source)> parts;

    internal AlignedRows(ImmutableArray<(string Prefix, StreamSource Source)> parts)
    {
        this.parts = parts.IsEmpty ? throw new ArgumentException("There are no sources to align.", nameof(parts)) : parts;
        RowCount = parts[0].Source.RowCount;
        foreach ((string prefix, StreamSource source) in parts)
            if (source.RowCount != RowCount)
                throw new ArgumentException($"Aligned sources must have the same number of rows: '{parts[0].Prefix}' has {RowCount}, "
                    + $"'{prefix}' has {source.RowCount}.", nameof(parts));
        Columns = [.. parts.SelectMany(p => p.Source.Columns.Select(c => Renamed(c, p.Prefix)))];
        if (Columns.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two sources have a column '{twice.Key}': give them different prefixes.", nameof(parts));
    }

    public override long RowCount { get; }

    public override ImmutableArray<ColumnSchema> Columns { get; }

    public override long RowBytes => parts.Sum(p => p.Source.RowBytes);

    internal override string Identity => string.Join(" | ", parts.Select(p => p.Source.Identity));

    internal override bool DependsOnEpoch => parts.Any(p => p.Source.DependsOnEpoch);

    internal override StreamSource Preload() => !DependsOnEpoch ? base.Preload()
        : new AlignedRows([.. parts.Select(p => (p.Prefix, p.Source.Preload()))]);

    internal override bool IsNear => parts.All(p => p.Source.IsNear);

    internal override async Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken)
    {
        RowBatch[] read = await Task.WhenAll(parts.Select(p => p.Source.ReadAsync(rows, epoch, memory, cancellationToken)))
            .ConfigureAwait(false);
        return new RowBatch(read.SelectMany((batch, part) =>
            batch.Columns.Select(c => c.WithSchema(Renamed(c.Schema, parts[part].Prefix)))));
    }

    internal override Task<byte[]?[]> ReadHasDataAsync(ReadOnlyMemory<long> rows, string column, CancellationToken cancellationToken)
    {
        (string prefix, StreamSource source) = parts.FirstOrDefault(p => p.Source.Columns.Any(c => p.Prefix + c.Name == column));
        return source is null ? base.ReadHasDataAsync(rows, column, cancellationToken)
            : source.ReadHasDataAsync(rows, column[prefix.Length..], cancellationToken);
    }

    private static ColumnSchema Renamed(ColumnSchema column,
        string prefix) => prefix.Length == 0 ? column : ColumnMeaning.Renamed(column, prefix + column.Name);
}
