using Pile.Format;
using Pile.Hdf5;
using Pile.Tables;

namespace Pile.Adopting;

/// <summary>Collects the ids of a file, to find out whether they are unique.</summary>
internal sealed class IdScan
{
    private const int RowsPerRead = 65_536;
    private const ulong HashStart = 14695981039346656037, HashFactor = 1099511628211; // FNV-1a

    /// <summary>True if a row has no id.</summary>
    internal bool HasMissing { get; private set; }

    /// <summary>The hashes so far.</summary>
    internal List<long> Hashes { get; } = [];

    /// <summary>Returns the field with the usual name of an id; -1 without one, or with two.</summary>
    internal static int Find<T>(List<(SourceField Field, T Dataset)> fields)
    {
        (int best, int bestRank, bool isUnique) = (-1, int.MaxValue, false);
        for (int i = 0; i < fields.Count; i++)
        {
            SourceField field = fields[i].Field;
            if (!IsId(field))
                continue;
            int rank = Array.FindIndex(PositionWords.Id.Names, name => name.Equals(field.Name, StringComparison.OrdinalIgnoreCase));
            if (rank < 0 || rank > bestRank)
                continue;
            isUnique = rank < bestRank;
            (best, bestRank) = (i, rank);
        }
        return isUnique ? best : -1;
    }

    /// <summary>Returns true if values of a field can be ids: scalar integers or texts.</summary>
    internal static bool IsId(SourceField field) => field.Shape.IsEmpty && field.Obstacle is null
        && (field.Type.DType.IsInteger() || field.Type.DType is DType.String) && field.Type.Categories.IsEmpty;

    /// <summary>Adds the ids of a table.</summary>
    /// <exception cref="Hdf5Exception">The values are corrupt.</exception>
    internal void AddTable(ForeignFile file, SourceField field, ForeignDataset dataset)
    {
        RowBuffer rows = new(dataset);
        RowCompanions? companions = RowCompanions.Of(field);
        LightBuilder values = new(PlanOf(field));
        for (long row = 0; row < dataset.RowCount; row += RowsPerRead)
        {
            FieldValues.AddRows(file, field, rows, companions, row, (int)Math.Min(RowsPerRead, dataset.RowCount - row), values);
            Add(ObjectIdColumn.Of(values.Take()));
        }
    }

    /// <summary>Adds the id of an object.</summary>
    /// <exception cref="Hdf5Exception">The value is corrupt.</exception>
    internal void AddObject(ForeignFile file, SourceField field, ForeignDataset? dataset)
    {
        LightBuilder value = new(PlanOf(field));
        FieldValues.AddObject(file, field, dataset, value);
        Add(ObjectIdColumn.Of(value.Take()));
    }

    /// <summary>Adds a text.</summary>
    internal void Add(ReadOnlySpan<byte> text)
    {
        ulong hash = HashStart;
        foreach (byte value in text)
            hash = (hash ^ value) * HashFactor;
        Hashes.Add((long)hash);
        HasMissing |= text.IsEmpty;
    }

    private void Add(ColumnData ids)
    {
        for (int row = 0; row < ids.IsNull.Length; row++)
            HasMissing |= ids.IsNull.Span[row];
        if (ids is ColumnData<long> numbers)
            Hashes.AddRange(numbers.Values.Span);
        else if (ids is TextColumnData texts)
            for (int row = 0; row < texts.RowCount; row++)
                Add(texts.Element(row));
    }

    private static PlannedColumn PlanOf(SourceField field) => new(field.Name,
        new ColumnSchema { Name = field.Name, DType = field.Type.DType }, null);
}
