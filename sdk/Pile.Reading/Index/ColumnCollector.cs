using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Collects one column of a query's chunks in memory.</summary>
/// <param name="name">The column's name, for messages.</param>
internal abstract class ColumnCollector(string name)
{
    private bool[] isNull = [];
    private bool anyNull;

    internal string Name { get; } = name;

    internal int RowCount { get; private set; }

    /// <summary>The size of the collected values, including the NULL flags.</summary>
    internal long Bytes => ValueBytes + isNull.Length;

    private protected abstract long ValueBytes { get; }

    /// <summary>Appends all rows of a chunk's column.</summary>
    internal void Append(DuckDbVector vector)
    {
        int rows = vector.RowCount;
        AppendValues(vector);
        if (!vector.AllValid)
        {
            Grow(ref isNull, RowCount + rows);
            for (int row = 0; row < rows; row++)
                anyNull |= isNull[RowCount + row] = !vector.IsValid(row);
        }
        RowCount += rows;
    }

    /// <summary>Returns the collected values as a column and empties the collector.</summary>
    internal ColumnData Finish(ColumnSchema schema)
    {
        if (anyNull)
            Grow(ref isNull, RowCount);
        ColumnData data = Finish(schema, RowCount, anyNull ? isNull.AsMemory(0, RowCount) : default);
        (isNull, anyNull, RowCount) = ([], false, 0);
        return data;
    }

    private protected abstract void AppendValues(DuckDbVector vector);

    private protected abstract ColumnData Finish(ColumnSchema schema, int rowCount, ReadOnlyMemory<bool> isNull);

    private protected static void Grow<T>(ref T[] array, int needed)
    {
        if (array.Length < needed)
            Array.Resize(ref array, Math.Max(needed, (int)Math.Min(2L * array.Length, Array.MaxLength)));
    }

    /// <summary>Grows an array as <see cref="Grow"/> does, but allocates an empty one at the size of the last batch: batches have similar
    /// sizes, and growing by doubling copies each value twice.</summary>
    private protected static void GrowAsBefore<T>(ref T[] array, int needed, int before)
    {
        if (array.Length == 0 && needed > 0)
            array = GC.AllocateUninitializedArray<T>(Math.Max(needed, before)); // every value up to the count is written
        else
            Grow(ref array, needed);
    }

    private protected Exception WrongLength(int row, long found, long expected) =>
        new FormatException($"column '{Name}', row {RowCount + row} of the result: a list of {found} values, but the manifest lists "
            + $"{expected}");
}
