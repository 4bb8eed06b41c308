using Pile.Format;
using Pile.Reading;
using Pile.Writing.Shards;

namespace Pile.Publishing;

/// <summary>A quantity that the dataset does not have: NaN for every sample of another quantity, and 0 for the padding.</summary>
/// <param name="name">The name of the dataset in HDF5.</param>
/// <param name="samples">The stored column with the samples.</param>
internal sealed class UnknownSamplesColumn(string name, ColumnSchema samples) : MmuColumn(name, DType.Float32)
{
    internal override IEnumerable<string> Sources => [samples.Name];

    internal override int[] ShapeOf(RowReader rows, ReadOnlySpan<int> inFile) => LongestOf(rows.Column(samples.Name), inFile)[1..];

    internal override MmuRowWriter Bind(MmuBatch batch, int[] shape, int elementBytes)
    {
        ColumnData data = batch[samples.Name];
        return (row, destination) =>
            ElementConversion.Fill(DType.Float32, double.NaN, destination[..(data.ShapeOf(row)[1] * elementBytes)]);
    }
}
