namespace Pile.Format;

/// <summary>Finds the columns that describe an array: <c>chip_band</c> and <c>chip_nodata</c> of <c>chip_array</c>.</summary>
internal static class ArrayColumns
{
    /// <summary>Returns the column with a suffix of the array's group; null without one. The longest name counts:
    /// <c>chip_red_valid</c> of <c>chip_red_array</c>, even if there is a <c>chip_valid</c>.</summary>
    /// <param name="columns">The columns that are suitable.</param>
    /// <param name="array">The name of the array.</param>
    /// <param name="suffix">The end of the column's name, with its underscore.</param>
    internal static ColumnSchema? Beside(this IEnumerable<ColumnSchema> columns, string array, string suffix) => columns
        .Where(c => c.Name != array && c.Name.EndsWith(suffix, StringComparison.Ordinal) && IsOfGroup(array, c.Name[..^suffix.Length]))
        .MaxBy(c => c.Name.Length);

    private static bool IsOfGroup(string array, string group) =>
        array.StartsWith(group, StringComparison.Ordinal) && (array.Length == group.Length || array[group.Length] == '_');
}
