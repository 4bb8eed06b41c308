using Pile.Format;

namespace Pile.Publishing;

/// <summary>True for each row in which a nullable column has no value.</summary>
internal sealed class MissingColumn(ColumnSchema schema) : MmuColumn(ColumnNames.IsNull(schema.Name), DType.Bool)
{
    internal override IEnumerable<string> Sources => [schema.Name];

    internal override MmuRowWriter Bind(MmuBatch batch, int[] shape, int elementBytes)
    {
        ColumnData data = batch[schema.Name];
        return (row, destination) => destination[0] = data.IsNullAt(row) ? (byte)1 : (byte)0;
    }
}
