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
        Dictionary<long, string> names = [];
        foreach (CategorySchema category in column.Schema.Categories)
            names.TryAdd(category.Code, category.Name);
        string?[] texts = new string?[column.RowCount];
        for (int row = 0; row < texts.Length; row++)
            if (!column.IsNullAt(row))
            {
                Int128 code = CodeAt(column, row);
                texts[row] = code >= long.MinValue && code <= long.MaxValue && names.TryGetValue((long)code, out string? name) ? name
                    : throw new ValueInvalidException(source, firstRow + row, column.Schema.Name, $"the code {code}",
                        "a code that has a name in the table, as its other codes have", "Name it in the table, write names in place of "
                            + "codes, or ask for an integer type to keep the codes in a new field");
            }
        return TextColumnData.From(column.Schema with { DType = DType.String, Categories = [], Sentinels = [] }, texts);
    }

    private static Int128 CodeAt(ColumnData column, int row) => column switch
    {
        ColumnData<long> c => c.Row(row)[0],
        ColumnData<int> c => c.Row(row)[0],
        ColumnData<short> c => c.Row(row)[0],
        ColumnData<sbyte> c => c.Row(row)[0],
        ColumnData<ulong> c => c.Row(row)[0],
        ColumnData<uint> c => c.Row(row)[0],
        ColumnData<ushort> c => c.Row(row)[0],
        ColumnData<byte> c => c.Row(row)[0],
        _ => throw new InvalidOperationException($"'{column.Schema.Name}' has no codes."),
    };
}
