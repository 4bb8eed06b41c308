using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>A row of a match: a pair, or a row without a partner if the join includes such rows.</summary>
/// <param name="A">The id of the row of A; null if missing.</param>
/// <param name="B">The id of the row of B; null if missing.</param>
/// <param name="SeparationArcsec">The separation in arcseconds, on the earth of a sphere with the mean radius, 6,371,008.77 m; NaN
/// without a partner.</param>
/// <param name="RaDegA">The right ascension of A in ICRS degrees, on the earth the longitude; NaN if missing.</param>
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
        bool isEarth = batch.Find("distance_m") is not null;
        double perArcsec = isEarth ? EarthDistance.MPerArcsec : 1;
        (string lon, string lat) = isEarth ? ("lon", "lat") : ("ra", "dec");
        ColumnData<double> separation = Numbers(isEarth ? "distance_m" : "separation_arcsec"), raA = Numbers($"a_{lon}"),
            decA = Numbers($"a_{lat}"), raB = Numbers($"b_{lon}"), decB = Numbers($"b_{lat}");
        for (int row = 0; row < batch.RowCount; row++)
            yield return new MatchPair(Id(idA, row), Id(idB, row), Value(separation, row) / perArcsec, Value(raA, row), Value(decA, row),
                Value(raB, row), Value(decB, row));

        ColumnData<double> Numbers(string name) => (ColumnData<double>)batch[name];
    }

    private static ObjectId? Id(ColumnData ids, int row) => ids.IsNullAt(row) ? default(ObjectId?)
        : ids is ColumnData<long> numbers ? new ObjectId(numbers.Values.Span[row]) : new ObjectId(((TextColumnData)ids).Text(row)!);

    private static double Value(ColumnData<double> values, int row) => values.IsNullAt(row) ? double.NaN : values.Values.Span[row];
}
