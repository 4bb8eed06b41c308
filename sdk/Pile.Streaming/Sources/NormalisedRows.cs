using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Rows whose columns have mean 0 and standard deviation 1 in the rows that were measured.</summary>
/// <remarks>(x − mean) / std, of a constant column x − mean; float64 stays float64, other numbers become float32. Sentinels and pixels
/// without data become NaN; the padding of light curves remains 0.</remarks>
internal sealed class NormalisedRows : StreamSource
{
    private readonly StreamSource source, wide;
    private readonly ImmutableArray<BandScale> scales;
    private readonly Dictionary<string, ColumnScales> byColumn;

    internal NormalisedRows(StreamSource source, ImmutableArray<BandScale> scales)
    {
        (this.source, this.scales) = (source, scales);
        byColumn = scales.GroupBy(s => s.Column, StringComparer.Ordinal).ToDictionary(g => g.Key,
            g => new ColumnScales(BandScale.Require(source, g.Key), source.AllColumns, [.. g]), StringComparer.Ordinal);
        string[] beside = [.. byColumn.Values.SelectMany(c => c.ColumnsBeside).Except(source.Columns.Select(c => c.Name))];
        wide = beside.Length == 0 ? source : source.WithColumns([.. source.Columns.Select(c => c.Name), .. beside]);
        Columns = [.. source.Columns.Select(c => byColumn.ContainsKey(c.Name) ? ColumnScales.Normalised(c) : c)];
        Identity = $"{source.Identity} normalised "
            + HashedJson.Hash(scales.Select(PinDocument.Canonical).ToArray())[..16];
    }

    public override long RowCount => source.RowCount;

    public override ImmutableArray<ColumnSchema> Columns { get; }

    public override long RowBytes => source.RowBytes + Columns.Where(c => byColumn.ContainsKey(c.Name) && !c.IsRagged)
        .Sum(c => (long)c.ElementsPerRow * c.DType.ElementBytes());

    internal override string Identity { get; }

    internal override PinnedRows? Pinned { get; init; }

    internal override bool IsNear => source.IsNear;

    internal override bool DependsOnEpoch => source.DependsOnEpoch;

    internal override StreamSource Preload() => DependsOnEpoch ? new NormalisedRows(source.Preload(), scales) : base.Preload();

    internal override Task<ColumnData> ColumnAsync(string column, CancellationToken cancellationToken) => byColumn.ContainsKey(column)
        ? base.ColumnAsync(column, cancellationToken) : source.ColumnAsync(column, cancellationToken);

    internal override Task<ReadAhead?> BeginReadAheadAsync(bool isShuffled, int epoch, long row, int? epochs,
        CancellationToken cancellationToken) =>
        wide.BeginReadAheadAsync(isShuffled, epoch, row, epochs, cancellationToken);

    internal override async Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken)
    {
        RowBatch read = await wide.ReadAsync(rows, epoch, memory, cancellationToken).ConfigureAwait(false);
        List<ColumnData> columns = [];
        foreach (ColumnSchema column in Columns)
            columns.Add(!byColumn.TryGetValue(column.Name, out ColumnScales? scaled) ? read[column.Name]
                : scaled.Apply(read, await wide.ReadHasDataAsync(rows, column.Name, cancellationToken).ConfigureAwait(false), memory));
        return new RowBatch(columns);
    }
}
