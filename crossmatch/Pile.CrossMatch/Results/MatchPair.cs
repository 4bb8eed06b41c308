using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>A row of a match: a pair, or a row without a partner if the join asks for them.</summary>
/// <param name="A">The id of the row of A; null for a row of B alone.</param>
/// <param name="B">The id of the row of B; null for a row of A alone.</param>
/// <param name="SeparationArcsec">The separation in arcseconds; NaN without a partner.</param>
/// <param name="RaDegA">Right ascension of A: ICRS degrees; NaN for a row of B alone.</param>
/// <param name="DecDegA">Declination of A, likewise.</param>
/// <param name="RaDegB">Right ascension of B, likewise.</param>
/// <param name="DecDegB">Declination of B, likewise.</param>
public readonly record struct MatchPair(ObjectId? A, ObjectId? B, double SeparationArcsec, double RaDegA, double DecDegA,
    double RaDegB, double DecDegB)
{
    /// <summary>The rows of a batch.</summary>
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
