using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Rules;

/// <summary>Positions are valid, in degrees. A right ascension of 360 becomes 0.</summary>
internal sealed class SkyPositions : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        ColumnData<double> ra = (ColumnData<double>)batch[StandardColumns.Ra];
        ReadOnlySpan<double> raDeg = ra.Values.Span, decDeg = ((ColumnData<double>)batch[StandardColumns.Dec]).Values.Span;
        bool wraps = false;
        for (int row = 0; row < raDeg.Length; row++)
        {
            if (!(raDeg[row] is >= 0 and <= 360))
                throw place.Invalid(row, StandardColumns.Ra, raDeg[row].ToString(),
                    "a right ascension in degrees, 0 to 360", BatchRules.Remedy);
            if (!(decDeg[row] is >= -90 and <= 90))
                throw place.Invalid(row, StandardColumns.Dec, decDeg[row].ToString(),
                    "a declination in degrees, -90 to 90", BatchRules.Remedy);
            wraps |= raDeg[row] == 360;
        }
        return wraps ? new RowBatch(batch.Columns.Select(c => ReferenceEquals(c, ra) ? Wrapped(ra) : c)) : batch;
    }

    private static ColumnData<double> Wrapped(ColumnData<double> ra)
    {
        double[] values = ra.Values.ToArray();
        values.AsSpan().Replace(360, 0);
        return new ColumnData<double>(ra.Schema, values, ra.RowCount);
    }
}
