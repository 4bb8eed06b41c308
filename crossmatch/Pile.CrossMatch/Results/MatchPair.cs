using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>A row of a match: a pair, or a row without a partner if the join includes such rows.</summary>
/// <param name="A">The id of the row of A; null if missing.</param>
/// <param name="B">The id of the row of B; null if missing.</param>
/// <param name="SeparationArcsec">The separation in arcseconds; NaN without a partner.</param>
/// <param name="RaDegA">The right ascension of A in ICRS degrees; NaN if missing.</param>
/// <param name="DecDegA">The declination of A in ICRS degrees; NaN if missing.</param>
/// <param name="RaDegB">The right ascension of B in ICRS degrees; NaN if missing.</param>
/// <param name="DecDegB">The declination of B in ICRS degrees; NaN if missing.</param>
public readonly record struct MatchPair(ObjectId? A, ObjectId? B, double SeparationArcsec, double RaDegA, double DecDegA,
    double RaDegB, double DecDegB)
{
    /// <summary>Returns the rows of a batch.</summary>
    internal static IEnumerable<MatchPair> Of(RowBatch batch)
    {
        (ColumnData idA, ColumnData idB) = (batch["a_object_id"], batch["b_object_id"]);
        ColumnData<double> separation = Numbers("separation_arcsec"), raA = Numbers("a_ra"), decA = Numbers("a_dec"),
            raB = Numbers("b_ra"), decB = Numbers("b_dec");
        for (int row = 0; row < batch.RowCount; row++)
            yield return new MatchPair(Id(idA, row), Id(idB, row), Value(separation, row), Value(raA, row), Value(decA, row),
                Value(raB, row), Value(decB, row));

        ColumnData<double> Numbers(string name) => (ColumnData<double>)batch[name];
    }

    private static ObjectId? Id(ColumnData ids, int row) => ids.IsNullAt(row) ? default(ObjectId?)
        : ids is ColumnData<long> numbers ? new ObjectId(numbers.Values.Span[row]) : new ObjectId(((TextColumnData)ids).Text(row)!);

    private static double Value(ColumnData<double> values, int row) => values.IsNullAt(row) ? double.NaN : values.Values.Span[row];
}
