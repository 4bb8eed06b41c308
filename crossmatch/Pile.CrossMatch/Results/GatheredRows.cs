using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.CrossMatch;

/// <summary>The rows of a result, whose values are gathered by row number when they are read.</summary>
internal sealed class GatheredRows(MatchRun match, KeptPairs rows, ImmutableArray<ResultColumn> columns, bool mayLackA, bool mayLackB,
    int workers, NestedRows? nested = null) : ResultRows
{
    private const int BatchRows = 8192; // so that columns of numbers are not large objects of .NET

    internal override ImmutableArray<ColumnSchema> Schemas { get; } = nested?.Schemas ?? [.. columns.Select(c => c.Schema)];

    internal override long Count => nested?.Count ?? rows.Count;

    internal override bool AreNested => nested is not null;

    internal override bool AreOfDatasets => nested is null && match.IsOfDatasets;

    internal override Task<bool> AreOfAsync(Dataset a, Dataset b, CancellationToken cancellationToken) =>
        nested is null ? match.IsOfAsync(a, b, cancellationToken) : Task.FromResult(false);

    internal override Task<(char Side, string Name)?> FindOtherAsync(Dataset a, Dataset b, CancellationToken cancellationToken) =>
        match.FindOtherAsync(a, b, cancellationToken);

    internal override IEnumerable<PositionedRows> Batches(long most, CancellationToken cancellationToken) =>
        Batches(most, withPositions: nested is null, cancellationToken);

    internal override IEnumerable<RowBatch> WithoutPositions(long most, CancellationToken cancellationToken) =>
        Batches(most, withPositions: false, cancellationToken).Select(b => b.Rows);

    private IEnumerable<PositionedRows> Batches(long most, bool withPositions, CancellationToken cancellationToken)
    {
        foreach (PositionedRows batch in Ahead(match.Work, Parts(most), part => Batch(part, withPositions), workers, cancellationToken))
            yield return batch;
        match.Work.Read(() =>
        {
            match.Release();
            match.RequireUnchanged();
            return true;
        });
    }

    private IEnumerable<BlockRows> Parts(long left)
    {
        bool isFirst = true;
        foreach (KeptPairs.Block block in rows.Blocks)
        {
            if (left == 0)
                break;
            KeptPairs.Rows loaded = block.Load();
            match.ReleaseBehind(loaded.RowA.Span, loaded.RowB.Span);
            for (int first = 0, count; first < block.Count && left > 0; first += count)
            {
                count = nested is null ? (int)Math.Min(Math.Min(BatchRows, block.Count - first), left)
                    : NestedRows.PairsOf(loaded.RowA.Span[first..], BatchRows, ref left);
                left -= nested is null ? count : 0;
                isFirst = false;
                yield return new BlockRows(loaded.RowA, loaded.RowB, loaded.SeparationArcsec, first, count, mayLackA, mayLackB);
            }
        }
        if (isFirst)
            yield return new BlockRows(default, default, default, 0, 0, mayLackA, mayLackB);
    }

    public override void Dispose() => match.Dispose();

    private PositionedRows Batch(BlockRows batch, bool withPositions) =>
        new(nested?.Of(batch) ?? new RowBatch(columns.Select(c => c.Take(batch))),
            withPositions ? Positions(batch.RowA) : default, withPositions ? Positions(batch.RowB) : default);

    private static long[] Positions(ReadOnlySpan<int> rows)
    {
        long[] positions = new long[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            positions[i] = rows[i];
        return positions;
    }
}
