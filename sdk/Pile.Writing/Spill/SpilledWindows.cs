using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Converts the windows of a batch to the columns of a spill.</summary>
internal static class SpilledWindows
{
    /// <summary>Returns the columns in the order of <see cref="Schemas.ReferenceParts.InSpill"/>.</summary>
    /// <param name="data">The windows.</param>
    /// <param name="numberOf">Returns the number of a file in the unit.</param>
    internal static IEnumerable<DuckDbColumn> Columns(WindowColumnData data, Func<ReferencedFile, int> numberOf) =>
    [
        DuckDbColumn.Vectors<int>(data.BandCount, Numbers(data, numberOf), data.IsNull),
        DuckDbColumn.Vectors<int>(data.BandCount, data.Bands, data.IsNull),
        DuckDbColumn.Vectors<int>(data.BandCount, data.Factors, data.IsNull),
        DuckDbColumn.Vectors<int>(WindowColumnData.WindowTerms, data.Windows, data.IsNull),
        DuckDbColumn.Vectors<int>(data.Schema.Shape.Length, data.Shapes),
    ];

    private static int[] Numbers(WindowColumnData data, Func<ReferencedFile, int> numberOf)
    {
        int[] numbers = [.. data.Sources.Select(numberOf)];
        return Array.ConvertAll(data.Files, file => numbers.Length == 0 ? 0 : numbers[file]); // 0 in a row without a value
    }

    /// <summary>The approximate size of the windows of a batch.</summary>
    internal static long BytesOf(WindowColumnData data) => (96L + (12L * data.BandCount)) * data.RowCount;
}
