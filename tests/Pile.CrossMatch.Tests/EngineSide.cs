using System.Collections.Immutable;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch.Tests;

/// <summary>A side that is read into the query engine, whatever it is.</summary>
internal sealed class EngineSide(MatchSide side) : MatchSide
{
    public override string Name => side.Name;

    public override ImmutableArray<ColumnSchema> Columns => side.Columns;

    internal override DType IdType => side.IdType;

    internal override ImmutableArray<string> ErrorColumns => side.ErrorColumns;

    internal override string? TimeColumn => side.TimeColumn;

    internal override (string? Scale, string? Reference) TimeFrame => side.TimeFrame;

    internal override string? Condition => side.Condition;

    internal override IEnumerable<string> Expressions => side.Expressions;

    internal override bool CanBePruned => side.CanBePruned;

    internal override long? RowsAtMost => side.RowsAtMost;

    internal override Task CheckAsync(CancellationToken cancellationToken) => side.CheckAsync(cancellationToken);

    internal override Task PrepareAsync(CancellationToken cancellationToken) => side.PrepareAsync(cancellationToken);

    internal override Task<IReadOnlyList<HealpixPixel>?> CoverageAsync(CancellationToken cancellationToken) => side.CoverageAsync(cancellationToken);

    internal override Task<long?> CountAsync(CancellationToken cancellationToken) => side.CountAsync(cancellationToken);

    internal override Task<SideIdentity> IdentifyAsync(CancellationToken cancellationToken) => side.IdentifyAsync(cancellationToken);

    internal override Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach, CancellationToken cancellationToken) => side.PlanAsync(columnNames, reach, cancellationToken);

    internal override IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach, CancellationToken cancellationToken) => side.ReadAsync(columnNames, reach, cancellationToken);
}
