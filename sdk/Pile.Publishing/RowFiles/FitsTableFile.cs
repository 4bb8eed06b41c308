using Pile.Fits;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>A scalar, vector or light array as a FITS table of one column, with unit and UCD; one row for a scalar.</summary>
internal sealed class FitsTableFile : FitsRowFile
{
    private readonly string name;

    /// <exception cref="ArgumentException">The column's name is too long.</exception>
    internal FitsTableFile(Manifest manifest, ViewColumns view, ColumnSchema schema)
        : base(manifest, view, schema) => name = FitsText.Name(schema.Name);

    internal override void Check(RowBatch batch, int row)
    {
        if (batch[Schema.Name] is TextColumnData text
            && new FitsTableColumn(name, text, row).Texts(text).FirstOrDefault(t => !FitsText.IsPlain(t)) is { } value)
            throw new ValueInvalidException(Manifest.Name, row, Schema.Name, $"'{value}'",
                "printable ASCII, the only text that FITS supports",
                "Use format npy or json");
    }

    private protected override void WriteValues(FitsWriter writer, RowBatch batch, int row)
    {
        FitsTableColumn column = new(name, batch[Schema.Name], row);
        FitsTableWriter table = writer.BeginTable(name, [column.Definition()], column.Length);
        column.WriteTo(table, 0);
    }
}
