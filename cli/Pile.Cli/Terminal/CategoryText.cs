using System.CommandLine;
using System.Globalization;
using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Writes the names of categories and labels in place of their codes.</summary>
internal static class CategoryText
{
    /// <summary>The option that requests names.</summary>
    internal static Option<bool> Names { get; } = new("--names")
    {
        Description = "Write the names of categories and labels instead of their codes."
    };

    /// <summary>Returns rows with codes as text columns of their names: a code without a name as its digits, null as null.</summary>
    internal static RowBatch AsNames(RowBatch batch) => !batch.Columns.Any(c => HasNames(c.Schema)) ? batch
        : new(batch.Columns.Select(column => HasNames(column.Schema) ? Named(column) : column));

    /// <summary>Returns the schema of a column with names in place of codes.</summary>
    internal static ColumnSchema AsNames(ColumnSchema column) => !HasNames(column) ? column : column with
    {
        DType = DType.String,
        Categories = [],
        Sentinels = [],
        StringBytes = 0,
    };

    private static bool HasNames(ColumnSchema column) => !column.Categories.IsEmpty && column.DType.IsInteger()
        && (column.IsScalar || column.Shape is [ColumnSchema.Ragged]);

    private static TextColumnData Named(ColumnData column)
    {
        Dictionary<string, string> names = [];
        foreach (CategorySchema category in column.Schema.Categories)
            names.Add(category.Code.ToString(CultureInfo.InvariantCulture), category.Name);
        IEnumerable<string[]?> rows = Enumerable.Range(0, column.RowCount).Select(row => column.IsNullAt(row) ? null
            : ElementText.Of(column, row).Select(code => names.GetValueOrDefault(code, code)).ToArray());
        ColumnSchema schema = AsNames(column.Schema);
        return column.Schema.IsScalar ? TextColumnData.From(schema, [.. rows.Select(r => r?[0])])
            : TextColumnData.FromLists(schema, [.. rows]);
    }
}
