using Pile.Format;
using Pile.Reading;
using Pile.Writing.Shards;

namespace Pile.Publishing;

/// <summary>A boolean mask with the polarity of the layout, from a boolean or integer mask of any polarity.</summary>
/// <param name="name">The name of the dataset in HDF5.</param>
/// <param name="schema">The stored mask.</param>
/// <param name="marksGood">True if the layout marks good elements, false if it marks bad ones.</param>
internal sealed class MaskColumn(string name, ColumnSchema schema, bool marksGood) : MmuColumn(name, DType.Bool)
{
    /// <summary>True to combine the bands of an image, the first axis: an element is good if it is good in all bands.</summary>
    internal bool CombinesBands { get; init; }

    internal override IEnumerable<string> Sources => [schema.Name];

    internal override int[] ShapeOf(RowReader rows, ReadOnlySpan<int> inFile) =>
        LongestOf(rows.Column(schema.Name), inFile)[(CombinesBands ? 1 : 0)..];

    internal override MmuRowWriter Bind(MmuBatch batch, int[] shape, int elementBytes)
    {
        ColumnData data = batch[schema.Name];
        ColumnSchema flags = schema with { DType = DType.Bool, Padding = new Padding(marksGood ? 0 : 1) };
        bool inverts = schema.MaskPolarity != (marksGood ? MaskPolarity.TrueIsGood : MaskPolarity.TrueIsBad);
        bool nonZeroIsBad = schema.MaskPolarity == MaskPolarity.ZeroIsGood;
        int step = schema.DType.ElementBytes();
        byte[] row = [];
        return (index, destination) =>
        {
            if (data.IsNullAt(index))
                throw batch.Missing(index, schema.Name);
            ReadOnlySpan<byte> values = data.RowBytes(index);
            Array.Resize(ref row, values.Length / step);
            for (int i = 0; i < row.Length; i++)
            {
                bool isSet = values.Slice(i * step, step).ContainsAnyExcept((byte)0);
                row[i] = (nonZeroIsBad ? isSet != marksGood : isSet != inverts) ? (byte)1 : (byte)0;
            }
            if (CombinesBands)
                Combine(row, destination);
            else if (!schema.IsRagged)
                row.CopyTo(destination);
            else
                RowPadding.Pad(flags, row, data.ShapeOf(index), shape, destination);
        };
    }

    private void Combine(ReadOnlySpan<byte> bands, Span<byte> destination)
    {
        destination.Fill(marksGood ? (byte)1 : (byte)0);
        for (int start = 0; start < bands.Length; start += destination.Length)
            for (int i = 0; i < destination.Length; i++)
                if (bands[start + i] != 0 != marksGood) // bad in this band
                    destination[i] = marksGood ? (byte)0 : (byte)1;
    }
}
