using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Converts the windows of a batch to the columns of a spill.</summary>
internal static class SpilledWindows
{
    /// <summary>Returns the columns in the order of <see cref="Schemas.ReferenceParts.InSpill"/>.</summary>
    internal static IEnumerable<DuckDbColumn> Columns(WindowColumnData data) =>
    [
        DuckDbColumn.Vectors<int>(data.BandCount, data.Files, data.IsNull),
        DuckDbColumn.Vectors<int>(data.BandCount, data.Bands, data.IsNull),
        DuckDbColumn.Vectors<int>(data.BandCount, data.Factors, data.IsNull),
        DuckDbColumn.Vectors<int>(WindowColumnData.WindowTerms, data.Windows, data.IsNull),
        DuckDbColumn.Vectors<int>(data.Schema.Shape.Length, data.Shapes),
    ];

    /// <summary>The approximate size of the windows of a batch.</summary>
    internal static long BytesOf(WindowColumnData data) => (96L + (12L * data.BandCount)) * data.RowCount;
}
