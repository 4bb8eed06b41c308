using Pile.Format;
using Pile.Hdf5;
using Pile.Reading;

namespace Pile.Review;

/// <summary>S003: a row of a heavy column has no value in a shard if, and only if, it has no piece in the index (S1.24, S1.26).</summary>
internal sealed class HeavyNulls(DatasetUnderReview dataset, DatasetFile shard, ShardDatasets datasets)
{
    private readonly Dictionary<string, bool[]?> byColumn = new(StringComparer.Ordinal);

    /// <summary>Compares one row of a nullable column; the check of the tile reports nulls of other columns.</summary>
    /// <param name="column">The heavy column.</param>
    /// <param name="row">The row of the shard, which may not exist.</param>
    /// <param name="isNullInIndex">True if the index has no piece of the row.</param>
    internal void Compare(ColumnSchema column, int row, bool isNullInIndex)
    {
        if (column.Nullable && Of(column) is { } isNull && (uint)row < (uint)isNull.Length && isNull[row] != isNullInIndex)
            Differs(column, $"expected {(isNullInIndex ? "no value" : "a value")}, as in the index, found "
                + $"{(isNullInIndex ? "one" : "none")} according to '{ColumnNames.IsNull(column.Name)}'", row);
    }

    /// <summary>Returns whether each row of the shard has no value; null if that cannot be read, which is a finding.</summary>
    private bool[]? Of(ColumnSchema column)
    {
        if (byColumn.TryGetValue(column.Name, out bool[]? known))
            return known;
        bool[]? isNull = null;
        try
        {
            isNull = datasets.Find(ColumnNames.IsNull(column.Name))?.ReadAll<bool>();
        }
        catch (Hdf5Exception e)
        {
            Differs(column, $"expected '{ColumnNames.IsNull(column.Name)}' with booleans that can be read: {e.Message}", null);
        }
        return byColumn[column.Name] = isNull;
    }

    private void Differs(ColumnSchema column, string message, long? row) =>
        dataset.Log.Error(FindingCodes.ShardIndexMismatch, shard.Path, message, row, column.Name);
}
