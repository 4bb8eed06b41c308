using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A side whose positions are moved to a common epoch while they are read.</summary>
/// <remarks>Rows without a proper motion or a valid epoch keep their position and are counted. Rows that cannot move into the reach of the
/// other side are not read, if the dataset has statistics (<see cref="MotionReach"/>).</remarks>
/// <param name="side">The side.</param>
/// <param name="columns">Its columns of motion.</param>
/// <param name="epochYear">The epoch of rows without a valid one of their own; null to leave these rows.</param>
/// <param name="toYear">The common epoch.</param>
/// <param name="report">Receives the number of rows that were not moved; null to ignore it.</param>
internal sealed class MovedSide(MatchSide side, MotionColumns columns, double? epochYear, double toYear, Action<string>? report) : MatchSide
{
    // Each step is smaller by the part of the polar distance that the star moves between its epochs.
    private const int MostSteps = 20;
    private const double SmallestStepDeg = 1e-13;

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

    internal override async Task<SideIdentity> IdentifyAsync(CancellationToken cancellationToken) =>
        await side.IdentifyAsync(cancellationToken).ConfigureAwait(false) is var identity
            ? identity with
            {
                Selection = string.Join("; ", [.. identity.Selection.Length == 0 ? [] : (string[])[identity.Selection],
                    string.Create(CultureInfo.InvariantCulture, $"moved to epoch {toYear:R}")])
            } : identity;

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
        double pmRaFactor = MotionColumns.Factor(side, columns.PmRa, "mas/yr"),
            pmDecFactor = MotionColumns.Factor(side, columns.PmDec, "mas/yr"),
            parallaxFactor = columns.Parallax is { } parallax ? MotionColumns.Factor(side, parallax, "mas") : 1,
            velocityFactor = columns.RadialVelocity is { } velocity ? MotionColumns.Factor(side, velocity, "km/s") : 1;
        long rows = 0, withoutMotion = 0, withoutEpoch = 0;
        HealpixRanges? part = await BeforeMotionAsync(reach, cancellationToken).ConfigureAwait(false);
        await foreach (RowBatch batch in side.ReadAsync(names, part, cancellationToken).ConfigureAwait(false))
        {
            (ColumnData<double> ra, ColumnData<double> dec) = ((ColumnData<double>)batch.Columns[1], (ColumnData<double>)batch.Columns[2]);
            double[] newRa = ra.Values.ToArray(), newDec = dec.Values.ToArray();
            double[] pmRa = Numbers(columns.PmRa), pmDec = Numbers(columns.PmDec), parallaxes = Numbers(columns.Parallax),
                velocities = Numbers(columns.RadialVelocity), epochsRa = Numbers(columns.EpochRa), epochsDec = Numbers(columns.EpochDec);
            for (int row = 0; row < batch.RowCount; row++)
            {
                if (ra.IsNullAt(row) || dec.IsNullAt(row) || double.IsNaN(newRa[row]) || !(Math.Abs(newDec[row]) <= 90))
                    continue;
                double epochRa = Epoch(epochsRa[row]), epochDec = columns.EpochDec is null ? epochRa : Epoch(epochsDec[row]);
                if (!double.IsFinite(pmRa[row]) || !double.IsFinite(pmDec[row]))
                    withoutMotion++;
                else if (double.IsNaN(epochRa) || double.IsNaN(epochDec))
                    withoutEpoch++;
                else
                    (newRa[row], newDec[row]) = Move(newRa[row], newDec[row], pmRa[row] * pmRaFactor, pmDec[row] * pmDecFactor,
                        parallaxes[row] * parallaxFactor, velocities[row] * velocityFactor, toYear - epochRa, toYear - epochDec);
            }
            rows += batch.RowCount;
            yield return new RowBatch([batch.Columns[0], new ColumnData<double>(ra.Schema, newRa, batch.RowCount, ra.IsNull),
                new ColumnData<double>(dec.Schema, newDec, batch.RowCount, dec.IsNull),
                .. batch.Columns.Skip(3).Take(columnNames.Count)]);

            double[] Numbers(ColumnSchema? column)
            {
                double[] values = new double[batch.RowCount];
                if (column is null)
                    Array.Fill(values, double.NaN);
                else
                    SideValues.Numbers(batch.Columns[places[column]], 0, values);
                return values;
            }
        }
        (WithoutMotion, WithoutEpoch) = (withoutMotion, withoutEpoch);
        if (isReported)
            yield break;
        isReported = true;
        if (withoutMotion > 0)
            report?.Invoke(FormattableString.Invariant(
                $"{withoutMotion:N0} of {rows:N0} rows of {Name} have no proper motion and keep their position"));
        if (withoutEpoch > 0)
            report?.Invoke(FormattableString.Invariant(
                $"{withoutEpoch:N0} of {rows:N0} rows of {Name} have no valid epoch and keep their position"));
    }

    private double Epoch(double ofRow) => CommonEpoch.Of(ofRow, epochYear);

    private async Task<HealpixRanges?> BeforeMotionAsync(HealpixRanges? reach, CancellationToken cancellationToken) =>
        reach is not null && await MotionReach.LargestArcsecAsync(side, columns, epochYear, toYear, cancellationToken)
            .ConfigureAwait(false) is { } arcsec ? MotionReach.Widen(reach, arcsec) : null;

    private static (double RaDeg, double DecDeg) Move(double raDeg, double decDeg, double pmRa, double pmDec, double parallax,
        double velocity, double yearsRa, double yearsDec)
    {
        if (yearsRa == yearsDec)
            return yearsRa == 0 ? (raDeg, decDeg) : SpaceMotion.Propagate(raDeg, decDeg, pmRa, pmDec, parallax, velocity, yearsRa);
        // The right ascension at the epoch of the declination, from which the star moves to the measured one.
        double atDec = raDeg;
        for (int i = 0; i < MostSteps; i++)
        {
            double measured = SpaceMotion.Propagate(atDec, decDeg, pmRa, pmDec, parallax, velocity, yearsDec - yearsRa).RaDeg,
                step = Math.IEEERemainder(raDeg - measured, 360);
            atDec += step;
            if (Math.Abs(step) < SmallestStepDeg)
                break;
        }
        return SpaceMotion.Propagate(atDec, decDeg, pmRa, pmDec, parallax, velocity, yearsDec);
    }

    // The side may have refused a column of position under its own name; those of motion never are positions.
    private string[] WithMotion(IReadOnlyList<string> columnNames) =>
        [.. columnNames, .. columns.All.Select(c => c.Name).Distinct().Except(columnNames)];
}
