using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Moves the rows of batches to a common epoch, on several threads.</summary>
/// <remarks>Not thread-safe, because buffers are used again.</remarks>
internal sealed class MovedRows
{
    // Each step is smaller by the part of the polar distance that the star moves between its epochs.
    private const int MostSteps = 20;
    private const double SmallestStepDeg = 1e-13;

    private const int BlockRows = 2048;

    private readonly MotionColumns columns;
    private readonly double? epochYear;
    private readonly double toYear;
    private readonly ParallelOptions parallel;
    private readonly double pmRaFactor, pmDecFactor, parallaxFactor, velocityFactor;
    private double[] pmRa = [], pmDec = [], parallaxes = [], velocities = [], epochsRa = [], epochsDec = [];
    private long withoutMotion, withoutEpoch, impossible, tooNear, tooFast;

    /// <param name="side">The side.</param>
    /// <param name="columns">Its columns of motion.</param>
    /// <param name="epochYear">The epoch of rows without a valid one of their own; null to leave these rows.</param>
    /// <param name="toYear">The common epoch.</param>
    /// <param name="workers">The number of threads.</param>
    /// <exception cref="ArgumentException">A column has a unit that is not that of a motion.</exception>
    internal MovedRows(MatchSide side, MotionColumns columns, double? epochYear, double toYear, int workers)
    {
        (this.columns, this.epochYear, this.toYear) = (columns, epochYear, toYear);
        parallel = new() { MaxDegreeOfParallelism = workers };
        pmRaFactor = MotionColumns.Factor(side, columns.PmRa, "mas/yr");
        pmDecFactor = MotionColumns.Factor(side, columns.PmDec, "mas/yr");
        parallaxFactor = columns.Parallax is { } parallax ? MotionColumns.Factor(side, parallax, "mas") : 1;
        velocityFactor = columns.RadialVelocity is { } velocity ? MotionColumns.Factor(side, velocity, "km/s") : 1;
    }

    /// <summary>The number of rows without a proper motion.</summary>
    internal long WithoutMotion => withoutMotion;

    /// <summary>The number of rows with a proper motion but without a valid epoch.</summary>
    internal long WithoutEpoch => withoutEpoch;

    /// <summary>The number of rows whose proper motion no star can have, and which are not moved.</summary>
    internal long Impossible => impossible;

    /// <summary>The number of rows that are moved without their parallax, which no star can have.</summary>
    internal long TooNear => tooNear;

    /// <summary>The number of rows that are moved without their radial velocity, which no star can have.</summary>
    internal long TooFast => tooFast;

    /// <summary>Returns the positions of the rows of a batch at the common epoch. Rows that cannot be moved keep theirs.</summary>
    /// <param name="ra">Right ascensions in degrees.</param>
    /// <param name="dec">Declinations in degrees.</param>
    /// <param name="columnOf">Returns the values of a column of motion.</param>
    internal (double[] RaDeg, double[] DecDeg) Move(ColumnData<double> ra, ColumnData<double> dec, Func<ColumnSchema, ColumnData> columnOf)
    {
        int rows = ra.RowCount;
        Read(columns.PmRa, ref pmRa, pmRaFactor);
        Read(columns.PmDec, ref pmDec, pmDecFactor);
        Read(columns.Parallax, ref parallaxes, parallaxFactor);
        Read(columns.RadialVelocity, ref velocities, velocityFactor);
        Read(columns.EpochRa, ref epochsRa, 1);
        Read(columns.EpochDec, ref epochsDec, 1);
        double[] newRa = ra.Values.ToArray(), newDec = dec.Values.ToArray();
        bool mayLackPosition = !ra.IsNull.IsEmpty || !dec.IsNull.IsEmpty;
        Parallel.For(0, (rows + BlockRows - 1) / BlockRows, parallel, block =>
        {
            (long ofMotion, long ofEpoch, long beyond, long near, long fast) = (0, 0, 0, 0, 0);
            Span<double> years = stackalloc double[BlockRows];
            int first = block * BlockRows, end = Math.Min(rows, first + BlockRows);
            for (int row = first; row < end; row++)
            {
                years[row - first] = double.NaN;
                if ((mayLackPosition && (ra.IsNullAt(row) || dec.IsNullAt(row))) || double.IsNaN(newRa[row])
                    || !(Math.Abs(newDec[row]) <= 90))
                    continue;
                double epochRa = CommonEpoch.Of(epochsRa[row], epochYear),
                    epochDec = columns.EpochDec is null ? epochRa : CommonEpoch.Of(epochsDec[row], epochYear);
                if (!double.IsFinite(pmRa[row]) || !double.IsFinite(pmDec[row]))
                    ofMotion++;
                else if (double.IsNaN(epochRa) || double.IsNaN(epochDec))
                    ofEpoch++;
                else if (StarLimits.IsImpossible(pmRa[row], pmDec[row]))
                    beyond++;
                else
                {
                    if (parallaxes[row] > StarLimits.ParallaxMas)
                    {
                        parallaxes[row] = double.NaN;
                        near++;
                    }
                    if (double.IsFinite(velocities[row]) && Math.Abs(velocities[row]) > SpaceMotion.FastestKmPerS)
                        fast++;
                    if (epochRa == epochDec)
                        years[row - first] = toYear - epochRa;
                    else
                        (newRa[row], newDec[row]) = Move(newRa[row], newDec[row], row, toYear - epochRa, toYear - epochDec);
                }
            }
            Range part = first..end;
            SpaceMotion.Propagate(newRa.AsSpan(part), newDec.AsSpan(part),
                new StarMotions(pmRa.AsSpan(part), pmDec.AsSpan(part), parallaxes.AsSpan(part), velocities.AsSpan(part)),
                years[..(end - first)]);
            Interlocked.Add(ref withoutMotion, ofMotion);
            Interlocked.Add(ref withoutEpoch, ofEpoch);
            Interlocked.Add(ref impossible, beyond);
            Interlocked.Add(ref tooNear, near);
            Interlocked.Add(ref tooFast, fast);
        });
        return (newRa, newDec);

        void Read(ColumnSchema? column, ref double[] values, double factor)
        {
            if (values.Length < rows)
            {
                values = GC.AllocateUninitializedArray<double>(rows);
                values.AsSpan().Fill(double.NaN);
            }
            if (column is null)
                return;
            SideValues.Numbers(columnOf(column), 0, values.AsSpan(0, rows));
            if (factor != 1)
                foreach (ref double value in values.AsSpan(0, rows))
                    value *= factor;
        }
    }

    // A star whose coordinates have separate epochs.
    private (double RaDeg, double DecDeg) Move(double raDeg, double decDeg, int row, double yearsRa, double yearsDec)
    {
        // The right ascension at the epoch of the declination, from which the star moves to the measured one.
        double atDec = raDeg;
        for (int i = 0; i < MostSteps; i++)
        {
            double step = Math.IEEERemainder(raDeg - Propagate(atDec, yearsDec - yearsRa).RaDeg, 360);
            atDec += step;
            if (Math.Abs(step) < SmallestStepDeg)
                break;
        }
        return Propagate(atDec, yearsDec);

        (double RaDeg, double DecDeg) Propagate(double fromRaDeg, double years) => SpaceMotion.Propagate(fromRaDeg, decDeg,
            pmRa[row], pmDec[row], parallaxes[row], velocities[row], years);
    }
}
