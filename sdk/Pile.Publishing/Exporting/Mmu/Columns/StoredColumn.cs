using Pile.Format;
using Pile.Reading;
using Pile.Writing.Shards;

namespace Pile.Publishing;

/// <summary>A stored column with its values unchanged. Ragged rows are padded to the longest of the file.</summary>
/// <param name="name">The name of the dataset in HDF5.</param>
/// <param name="schema">The stored column.</param>
/// <param name="isRequired">True if the layout has no companion for missing values: integers and booleans must then have one in every
/// row. A missing float is NaN, a missing text is empty.</param>
internal sealed class StoredColumn(string name, ColumnSchema schema, bool isRequired) : MmuColumn(name, schema.DType)
{
    /// <summary>The length of a text in bytes, at least; longer texts are not cut.</summary>
    internal int LeastTextBytes { get; init; } = 1;

    internal override IEnumerable<string> Sources => [schema.Name];

    internal override ColumnSchema Meaning => schema;

    internal override int[] ShapeOf(RowReader rows, ReadOnlySpan<int> inFile) => LongestOf(rows.Column(schema.Name), inFile);

    internal override int TextBytesOf(RowReader rows, ReadOnlySpan<int> inFile)
    {
        if (DType != DType.String)
            return 0;
        TextRowColumn texts = rows.TextColumn(schema.Name);
        int longest = LeastTextBytes;
        foreach (int row in inFile)
            for (int element = 0; !texts.IsNull(row) && element < texts.ElementsOf(row); element++)
                longest = Math.Max(longest, texts.Utf8(row, element).Length);
        return longest;
    }

    internal override MmuRowWriter Bind(MmuBatch batch, int[] shape, int elementBytes)
    {
        ColumnData data = batch[schema.Name];
        if (data is TextColumnData texts)
            return (row, destination) =>
            {
                for (int element = 0; !texts.IsNullAt(row) && element < texts.ElementsOf(row); element++)
                    texts.Element(row, element).CopyTo(destination.Slice(element * elementBytes, elementBytes));
            };
        return (row, destination) =>
        {
            if (data.IsNullAt(row))
                WriteMissing(batch, row, destination);
            else if (!schema.IsRagged)
                data.RowBytes(row).CopyTo(destination);
            else
                RowPadding.Pad(schema, data.RowBytes(row), data.ShapeOf(row), shape, destination);
        };
    }

    private void WriteMissing(MmuBatch batch, int row, Span<byte> destination)
    {
        if (DType.IsFloat())
            ElementConversion.Fill(DType, double.NaN, destination);
        else if (isRequired)
            throw batch.Missing(row, schema.Name);
    }
}
