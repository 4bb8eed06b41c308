using System.Globalization;
using Pile.Format;

namespace Pile.Layers;

/// <summary>Reads columns of codes whose table declares their names, such as the OPTIONs of a VOTable, as names.</summary>
internal static class CodedColumn
{
    /// <summary>Returns whether a column has codes with names that are to be the values of a field.</summary>
    /// <param name="column">The column.</param>
    /// <param name="type">The type of the field, or the one that is asked for; null for a new field of any type.</param>
    internal static bool HasNames(ColumnSchema column, FieldType? type) => !column.Categories.IsEmpty && column.DType.IsInteger()
        && column.IsScalar && (type is null or { Kind: FieldKind.Label } || type == FieldType.Of(DType.String));

    /// <summary>Returns the names of a column's codes.</summary>
    /// <param name="column">The column.</param>
    /// <param name="source">The table, for messages.</param>
    /// <param name="firstRow">The number of its first row.</param>
    /// <exception cref="ValueInvalidException">A code has no name.</exception>
    internal static TextColumnData Convert(ColumnData column, string source, long firstRow)
    {
        if (UnnamedCode.In(column) is { } unnamed)
            throw new ValueInvalidException(source, firstRow + unnamed.Row, column.Schema.Name, $"the code {unnamed.Code}",
                "a code that has a name in the table, as its other codes have", "Name it in the table, write names in place of codes, or "
                    + "ask for an integer type to keep the codes in a new field");
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (CategorySchema category in column.Schema.Categories)
            names.TryAdd(category.Code.ToString(CultureInfo.InvariantCulture), category.Name);
        return TextColumnData.From(column.Schema with { DType = DType.String, Categories = [], Sentinels = [] },
            [.. Enumerable.Range(0, column.RowCount).Select(row => ElementText.OfScalar(column, row) is { } code ? names[code] : null)]);
    }
}
