using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Reading;
using Pile.Writing.Shards;

namespace Pile.Publishing;

/// <summary>A light curve as one array: bands in a fixed order, then time, flux and error, then samples, padded with 0.</summary>
/// <param name="name">The name of the dataset in HDF5.</param>
/// <param name="bands">The names of the bands, in their order.</param>
/// <param name="band">The stored names of the bands of each row.</param>
/// <param name="length">The stored number of samples of each band; null if bands are complete.</param>
/// <param name="quantities">The stored quantities, with the axes band and sample.</param>
internal sealed class BandSamplesColumn(string name, ImmutableArray<string> bands, ColumnSchema band, ColumnSchema? length,
    ImmutableArray<ColumnSchema> quantities) : MmuColumn(name, DType.Float64)
{
    internal override IEnumerable<string> Sources =>
        [band.Name, .. length is null ? Array.Empty<string>() : [length.Name], .. quantities.Select(q => q.Name)];

    internal override int[] ShapeOf(RowReader rows, ReadOnlySpan<int> inFile) =>
        [bands.Length, quantities.Length, LongestOf(rows.Column(quantities[0].Name), inFile)[1]];

    internal override MmuRowWriter Bind(MmuBatch batch, int[] shape, int elementBytes)
    {
        TextColumnData names = (TextColumnData)batch[band.Name];
        ColumnData[] data = [.. quantities.Select(q => batch[q.Name])];
        ColumnData? lengths = length is null ? null : batch[length.Name];
        int longest = shape[2];
        return (row, destination) =>
        {
            Span<double> samples = MemoryMarshal.Cast<byte, double>(destination);
            for (int from = 0; from < names.ElementsOf(row); from++)
            {
                int to = BandOf(batch, row, names.Text(row, from));
                for (int quantity = 0; quantity < data.Length; quantity++)
                {
                    if (data[quantity].IsNullAt(row))
                        throw batch.Missing(row, data[quantity].Schema.Name);
                    int stored = data[quantity].ShapeOf(row)[1];
                    int count = lengths is null ? stored : LengthOf(lengths, row, from);
                    int elementSize = data[quantity].Schema.DType.ElementBytes();
                    ElementConversion.Convert(data[quantity].Schema.DType,
                        data[quantity].RowBytes(row).Slice(from * stored * elementSize, count * elementSize), DType.Float64,
                        MemoryMarshal.AsBytes(samples.Slice(((to * data.Length) + quantity) * longest, count)));
                }
            }
        };
    }

    private int BandOf(MmuBatch batch, int row, string text)
    {
        for (int i = 0; i < bands.Length; i++)
            if (bands[i].Equals(text, StringComparison.OrdinalIgnoreCase))
                return i;
        throw batch.Invalid(row, band.Name, $"the layout has no band '{text}'; it has {string.Join(", ", bands)}",
            "Set ExportOptions.Layout to 'time-series'");
    }

    private static int LengthOf(ColumnData lengths, int row, int band) => MemoryMarshal.Cast<byte, int>(lengths.RowBytes(row))[band];
}
