using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A side whose positions are moved to a common epoch while they are read.</summary>
/// <remarks>Rows without a possible proper motion or a valid epoch keep their position and are counted. Rows that cannot move into the
/// reach of the other side are not read, if the dataset has statistics (<see cref="MotionReach"/>).</remarks>
/// <param name="side">The side.</param>
/// <param name="columns">Its columns of motion.</param>
/// <param name="epochYear">The epoch of rows without a valid one of their own; null to leave these rows.</param>
/// <param name="toYear">The common epoch.</param>
/// <param name="workers">The number of threads.</param>
/// <param name="report">Receives the number of rows that were not moved; null to ignore it.</param>
internal sealed class MovedSide(MatchSide side, MotionColumns columns, double? epochYear, double toYear, int workers,
    Action<string>? report) : MatchSide
{
    private bool isReported;

    /// <summary>The number of rows without a proper motion that were read.</summary>
    internal long WithoutMotion { get; private set; }

    /// <summary>The number of rows with a proper motion but without a valid epoch that were read.</summary>
    internal long WithoutEpoch { get; private set; }

    public override string Name => side.Name;

    public override ImmutableArray<ColumnSchema> Columns => side.Columns;

    internal override DType IdType => side.IdType;

    internal override ErrorGrowth? ErrorGrowth { get; } = ErrorGrowth.Find(side.Columns, columns, epochYear, toYear);

    internal override string? TimeColumn => side.TimeColumn;

    internal override (string? Scale, string? Reference) TimeFrame => side.TimeFrame;

    internal override ColumnSchema? TimeArray(string name) => side.TimeArray(name);

    internal override Dataset? Rows => side.Rows;

    internal override string? Condition => side.Condition;

    internal override IEnumerable<string> Expressions => side.Expressions;

    internal override double? EpochYear => toYear;

    internal override long? RowsAtMost => side.RowsAtMost;

    internal override Task CheckAsync(CancellationToken cancellationToken) => side.CheckAsync(cancellationToken);

    internal override Task PrepareAsync(CancellationToken cancellationToken) => side.PrepareAsync(cancellationToken);

    internal override Task<long?> CountAsync(CancellationToken cancellationToken) => side.CountAsync(cancellationToken);

    internal override bool HasUncheckedIds => side.HasUncheckedIds;

    internal override bool AcceptIds(IReadOnlyList<ColumnData> ids) => side.AcceptIds(ids);

    internal override async Task<SideIdentity> IdentifyAsync(bool asOpened, CancellationToken cancellationToken) =>
        Moved(await side.IdentifyAsync(asOpened, cancellationToken).ConfigureAwait(false));

    internal override SideIdentity IdentityAsRead(SideIdentity before) =>
        side.IdentityAsRead(before) is var read && read.Selection == before.Selection ? before : Moved(read);

    private SideIdentity Moved(SideIdentity identity) => identity with
    {
        Selection = string.Join("; ", [.. identity.Selection.Length == 0 ? [] : (string[])[identity.Selection],
            string.Create(CultureInfo.InvariantCulture, $"moved to epoch {toYear:R}")])
    };

    internal override Task<string> ContentAsync(CancellationToken cancellationToken) => side.ContentAsync(cancellationToken);

    internal override bool CanBePruned => side.CanBePruned;

    internal override async Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken) => await side.PlanAsync(WithMotion(columnNames),
            await BeforeMotionAsync(reach, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    internal override async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] names = WithMotion(columnNames);
        int[] at = [.. columns.All.Select(c => 3 + Array.IndexOf(names, c.Name))];
        Dictionary<ColumnSchema, int> places = columns.All.Zip(at).ToDictionary(p => p.First, p => p.Second);
        MovedRows moved = new(side, columns, epochYear, toYear, workers);
        long rows = 0;
        HealpixRanges? part = await BeforeMotionAsync(reach, cancellationToken).ConfigureAwait(false);
        await foreach (RowBatch batch in side.ReadAsync(names, part, cancellationToken).ConfigureAwait(false))
        {
            (ColumnData<double> ra, ColumnData<double> dec) = ((ColumnData<double>)batch.Columns[1], (ColumnData<double>)batch.Columns[2]);
            (double[] newRa, double[] newDec) = moved.Move(ra, dec, column => batch.Columns[places[column]]);
            rows += batch.RowCount;
            yield return new RowBatch([batch.Columns[0], new ColumnData<double>(ra.Schema, newRa, batch.RowCount, ra.IsNull),
                new ColumnData<double>(dec.Schema, newDec, batch.RowCount, dec.IsNull),
                .. batch.Columns.Skip(3).Take(columnNames.Count)]);
        }
        (WithoutMotion, WithoutEpoch) = (moved.WithoutMotion, moved.WithoutEpoch);
        if (isReported)
            yield break;
        isReported = true;
        if (WithoutMotion > 0)
            report?.Invoke(FormattableString.Invariant(
                $"{WithoutMotion:N0} of {rows:N0} rows of {Name} have no proper motion and keep their position"));
        if (WithoutEpoch > 0)
            report?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{WithoutEpoch:N0} of {rows:N0} rows of {Name} have no valid ")
                + $"epoch, a year from {CommonEpoch.EarliestYear:0} to {CommonEpoch.LatestYear:0}, and keep their position");
        if (moved.Impossible > 0)
            report?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{moved.Impossible:N0} of {rows:N0} rows of {Name} have a proper ")
                + $"motion that no star has in '{columns.PmRa.Name}' and '{columns.PmDec.Name}', more than "
                + string.Create(CultureInfo.InvariantCulture, $"{StarLimits.ProperMotionMasPerYr / 1000:0} arcsec/yr or a fill value such ")
                + "as -9999, and keep their position");
        if (moved.TooNear > 0)
            report?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{moved.TooNear:N0} of {rows:N0} rows of {Name} have a parallax ")
                + $"of more than 1 arcsec in '{columns.Parallax!.Name}', and are moved without it");
        if (moved.TooFast > 0)
            report?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{moved.TooFast:N0} of {rows:N0} rows of {Name} have a radial ")
                + $"velocity of more than half the speed of light in '{columns.RadialVelocity!.Name}', and are moved without it");
    }

    private async Task<HealpixRanges?> BeforeMotionAsync(HealpixRanges? reach, CancellationToken cancellationToken) =>
        reach is not null && await MotionReach.LargestArcsecAsync(side, columns, epochYear, toYear, cancellationToken)
            .ConfigureAwait(false) is { } arcsec ? MotionReach.Widen(reach, arcsec) : null;

    // The side may have refused a column of position under its own name; those of motion never are positions.
    private string[] WithMotion(IReadOnlyList<string> columnNames) =>
        [.. columnNames, .. columns.All.Select(c => c.Name).Distinct().Except(columnNames)];
}
