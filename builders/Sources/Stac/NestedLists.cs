using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>The members of a nested group: lists with one element for each asset or band of a scene.</summary>
/// <param name="group">The name of the group.</param>
/// <param name="memory">The memory of the columns.</param>
internal sealed class NestedLists(string group, ColumnMemory memory)
{
    private readonly List<int> lengths = [];
    private readonly List<Func<int[], ColumnData>> members = [];

    /// <summary>Adds a member of texts.</summary>
    internal TextValues Texts(string name, string description)
    {
        TextValues values = new(memory);
        ColumnSchema schema = Schema(name, DType.String, null, description);
        members.Add(rows => values.ToLists(schema, rows));
        return values;
    }

    /// <summary>Adds a member of numbers or booleans.</summary>
    internal List<T> Values<T>(string name, DType dtype, string? unit, string description) where T : unmanaged
    {
        List<T> values = [];
        ColumnSchema schema = Schema(name, dtype, unit, description);
        members.Add(rows => new ColumnData<T>(schema, values.ToArray(), rows));
        return values;
    }

    /// <summary>Ends a row, to whose lists this many elements were added.</summary>
    internal void EndRow(int length) => lengths.Add(length);

    /// <summary>Returns the columns.</summary>
    internal IEnumerable<ColumnData> ToColumns()
    {
        int[] rows = [.. lengths];
        return members.Select(member => member(rows));
    }

    private ColumnSchema Schema(string name, DType dtype, string? unit, string description) => new()
    {
        Name = $"{group}.{name}",
        DType = dtype,
        Shape = [ColumnSchema.Ragged],
        Nested = group,
        Unit = unit,
        Description = description,
    };
}
