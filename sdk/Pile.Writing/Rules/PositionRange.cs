using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>Positions are valid, in degrees. A longitude at the end of the range becomes its start, as 360 becomes 0.</summary>
internal sealed class PositionRange(PositionFrame frame) : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        ColumnData<double> lon = (ColumnData<double>)batch[frame.Lon];
        ReadOnlySpan<double> lonDeg = lon.Values.Span, latDeg = ((ColumnData<double>)batch[frame.Lat]).Values.Span;
        bool wraps = false;
        for (int row = 0; row < lonDeg.Length; row++)
        {
            bool isEnd = lonDeg[row] == frame.EndLonDeg;
            if (!isEnd && !frame.IsLon(lonDeg[row]))
                throw place.Invalid(row, frame.Lon, lonDeg[row].ToString(),
                    $"{frame.LonWords} in degrees, {frame.MinLonDeg} to {frame.EndLonDeg}", BatchRules.Remedy);
            if (!(latDeg[row] is >= -90 and <= 90))
                throw place.Invalid(row, frame.Lat, latDeg[row].ToString(), $"{frame.LatWords} in degrees, -90 to 90", BatchRules.Remedy);
            wraps |= isEnd;
        }
        return wraps ? new RowBatch(batch.Columns.Select(c => ReferenceEquals(c, lon) ? Wrapped(lon) : c)) : batch;
    }

    private ColumnData<double> Wrapped(ColumnData<double> lon)
    {
        double[] values = lon.Values.ToArray();
        values.AsSpan().Replace(frame.EndLonDeg, frame.MinLonDeg);
        return new ColumnData<double>(lon.Schema, values, lon.RowCount);
    }
}
