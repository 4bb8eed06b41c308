using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing;

/// <summary>One quantity of a light curve with a single band: the samples without the axis of bands, padded with 0.</summary>
/// <param name="name">The name of the dataset in HDF5.</param>
/// <param name="schema">The stored column, with the axes band and sample.</param>
internal sealed class SamplesColumn(string name, ColumnSchema schema) : MmuColumn(name, schema.DType)
{
    internal override IEnumerable<string> Sources => [schema.Name];

    internal override ColumnSchema Meaning => schema;

    internal override int[] ShapeOf(RowReader rows, ReadOnlySpan<int> inFile) => LongestOf(rows.Column(schema.Name), inFile)[1..];

    internal override MmuRowWriter Bind(MmuBatch batch, int[] shape, int elementBytes)
    {
        ColumnData data = batch[schema.Name];
        return (row, destination) =>
        {
            if (data.IsNullAt(row))
                throw batch.Missing(row, schema.Name);
            if (data.ShapeOf(row)[0] is not 1 and var bands)
                throw batch.Invalid(row, schema.Name, $"the row has {bands} bands, but the layout has one",
                    "Set ExportOptions.Layout to 'time-series'");
            data.RowBytes(row).CopyTo(destination);
        };
    }
}
