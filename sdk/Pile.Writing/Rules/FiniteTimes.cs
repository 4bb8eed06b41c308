using System.Globalization;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Rules;

/// <summary>The times of rows, <c>mjd</c> and <c>mjd_end</c>, are not infinite: the manifest has their span.</summary>
/// <remarks>NaN is a missing time.</remarks>
internal sealed class FiniteTimes : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        for (int i = 0; i < place.Resolved.Length; i++)
            if (place.Resolved[i] is { Role: ColumnRole.Standard, Name: StandardColumns.Mjd or StandardColumns.MjdEnd } resolved
                && batch.Columns[i] is ColumnData<double> times)
            {
                ReadOnlySpan<double> mjd = times.Values.Span;
                for (int row = 0; row < mjd.Length; row++)
                    if (double.IsInfinity(mjd[row]) && !times.IsNullAt(row))
                        throw place.Invalid(row, resolved.Name, mjd[row].ToString(CultureInfo.InvariantCulture), "a finite time",
                            "Correct it at its source, or set it to NaN if it is unknown");
            }
        return batch;
    }
}
