using System.Collections.Frozen;
using Pile.Format;

namespace Pile.Builders.Sources.Table;

/// <summary>Columns named as the companions that the writer adds to arrays and to columns with missing values, which an export of a
/// dataset has. They are left out as long as their values are those of the companions, and stored under another name otherwise. Flags
/// of missing values that are no booleans (<c>0</c>, <c>t</c>) are stored under another name whatever their values are.</summary>
internal sealed class CompanionColumns
{
    private static readonly string ShapeSuffix = Format.ColumnNames.Shape(""), IsNullSuffix = Format.ColumnNames.IsNull("");

    private readonly FrozenDictionary<string, string> owners;
    private readonly string[] checkedNames;

    /// <param name="stored">The columns that become columns of the dataset.</param>
    /// <param name="decisions">The companions that have other values.</param>
    internal CompanionColumns(IReadOnlyList<ColumnSchema> stored, SourceDecisions decisions)
    {
        Dictionary<string, ColumnSchema> byName = stored.ToDictionary(c => c.Name, StringComparer.Ordinal);
        owners = stored.Select(c => (c.Name, Owner: OwnerOf(c, byName))).Where(c => c.Owner is not null)
            .ToFrozenDictionary(c => c.Name, c => c.Owner!, StringComparer.Ordinal);
        checkedNames = [.. owners.Keys.Where(name => !decisions.OtherCompanions.Contains(name) && CanBeCompanion(byName[name]))
            .Order(StringComparer.Ordinal)];
        Renamed = [.. owners.Where(o => !CanBeCompanion(byName[o.Key])).Select(o => (o.Key, o.Value)).Order()];
    }

    /// <summary>The columns that are left out, in the order of their names.</summary>
    internal IReadOnlyList<string> LeftOut => checkedNames;

    /// <summary>The columns of another type than a companion, with the column that they would be the companion of.</summary>
    internal IReadOnlyList<(string Name, string Owner)> Renamed { get; }

    /// <summary>True for a name that the dataset may need for a companion.</summary>
    internal bool Contains(string name) => owners.ContainsKey(name);

    /// <summary>Requests that the source is read again, with a column that is left out, if its values are others.</summary>
    /// <param name="batch">Rows of the table.</param>
    /// <param name="unit">The table, for messages.</param>
    /// <param name="firstRow">The row of the table that is the batch's first, for messages.</param>
    /// <exception cref="ReadAgainException">A value differs.</exception>
    internal void Require(RowBatch batch, string unit, long firstRow)
    {
        foreach (string name in checkedNames)
        {
            ColumnData owner = batch[owners[name]], column = batch[name];
            for (int row = 0; row < batch.RowCount; row++)
                if (!(column is ColumnData<bool> flags ? flags.Row(row)[0] == owner.IsNullAt(row) : IsShape(column, owner, row)))
                    throw new ReadAgainException($"{unit}, row {firstRow + row}: the column '{name}' has other values than a dataset's "
                        + $"companion of '{owners[name]}'; it is stored as 'native_{name}'.",
                        decisions => decisions with { OtherCompanions = decisions.OtherCompanions.Add(name) });
        }
    }

    private static string? OwnerOf(ColumnSchema column, Dictionary<string, ColumnSchema> stored)
    {
        if (column.Name.EndsWith(IsNullSuffix, StringComparison.Ordinal)
            && column.Name[..^IsNullSuffix.Length] is var flagged && stored.ContainsKey(flagged))
            return flagged;
        return column.Name.EndsWith(ShapeSuffix, StringComparison.Ordinal) && column.DType.IsInteger() && column.Shape.Length <= 1
            && column.Name[..^ShapeSuffix.Length] is var array && stored.TryGetValue(array, out ColumnSchema? owner) && !owner.IsScalar
            ? array : null;
    }

    private static bool CanBeCompanion(ColumnSchema column) =>
        !column.Name.EndsWith(IsNullSuffix, StringComparison.Ordinal) || column is { DType: DType.Bool, IsScalar: true };

    private static bool IsShape(ColumnData column, ColumnData owner, int row)
    {
        ReadOnlySpan<int> shape = owner.ShapeOf(row);
        long[] found = IntegersOf(column, row);
        if (owner.IsNullAt(row) && (column.IsNullAt(row) || found.AsSpan().IndexOfAnyExcept(0) < 0))
            return true;
        if (column.IsNullAt(row) || found.Length != shape.Length)
            return false;
        for (int axis = 0; axis < found.Length; axis++)
            if (found[axis] != shape[axis])
                return false;
        return true;
    }

    private static long[] IntegersOf(ColumnData column, int row) => column switch
    {
        ColumnData<long> c => c.Row(row).ToArray(),
        ColumnData<int> c => [.. c.Row(row).ToArray()],
        ColumnData<short> c => [.. c.Row(row).ToArray()],
        ColumnData<byte> c => [.. c.Row(row).ToArray()],
        _ => [-1], // of a type that no export writes
    };
}
