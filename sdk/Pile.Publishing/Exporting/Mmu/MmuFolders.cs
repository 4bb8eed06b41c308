using Pile.Format;
using Pile.Writing.Shards;

namespace Pile.Publishing;

/// <summary>The folder above the folders of pixels: the same for all rows, or by the value of a light column.</summary>
/// <param name="Column">The column; null for a single folder.</param>
/// <param name="NameOf">Returns the folder for a value as text, which is empty for a missing value; null if there is no folder for
/// it.</param>
internal sealed record MmuFolders(ColumnSchema? Column, Func<string, string?> NameOf)
{
    /// <summary>Returns a single folder for all rows.</summary>
    internal static MmuFolders Of(string name) => new(null, _ => name);

    /// <summary>Returns the folder of a row.</summary>
    /// <exception cref="DatasetInvalidException">There is no folder for the row's value.</exception>
    internal string Of(MmuBatch batch, int row)
    {
        if (Column is null)
            return NameOf("")!;
        string value = TextOf(batch[Column.Name], row);
        return NameOf(value) ?? throw batch.Invalid(row, Column.Name, $"the layout has no folder for '{value}'",
            "Export a part of the dataset that 'pile copy --where' makes, or set ExportOptions.Layout to the dataset's modality");
    }

    private static string TextOf(ColumnData data, int row)
    {
        if (data.IsNullAt(row))
            return "";
        if (data is TextColumnData text)
            return text.Text(row).Trim();
        Span<byte> number = stackalloc byte[sizeof(long)];
        ElementConversion.Convert(data.Schema.DType, data.RowBytes(row), DType.Int64, number);
        return $"{BitConverter.ToInt64(number)}";
    }
}
