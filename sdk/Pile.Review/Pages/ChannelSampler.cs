using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Plotting;

namespace Pile.Review;

/// <summary>Measures the pixels of bands over many rows.</summary>
internal sealed class ChannelSampler
{
    private const int ValuesPerPlane = 256, Bins = 256;
    private const double Tail = 0.005;
    private readonly Dictionary<(string Column, string Band), (Moments Moments, List<float> Values)> channels = [];
    private readonly List<(string Column, string Band)> order = [];

    /// <summary>Adds the bands of a row: those of an axis named band, or the whole value.</summary>
    internal void Add(ColumnSchema schema, RowBatch batch, int row)
    {
        ColumnData column = batch[schema.Name];
        if (column.IsNullAt(row) || schema.DType == DType.String || schema.Encoding is not null || schema.MaskPolarity is not null)
            return;
        ReadOnlySpan<int> shape = column.ShapeOf(row);
        if (shape.Length < 2 || shape.Contains(0))
            return;
        int bandAxis = shape.Length - 3, planes = bandAxis < 0 ? 1 : shape[bandAxis], pixels = shape[^1] * shape[^2];
        if (schema.Name.StartsWith("cube_", StringComparison.Ordinal))
            (planes, pixels) = (1, pixels * planes); // channels of a cube are not bands
        int layers = 1;
        for (int axis = 0; axis < bandAxis; axis++)
            layers *= shape[axis];
        string stem = schema.Name[..(schema.Name.LastIndexOf('_') + 1)];
        string[] names = RowNumbers.Texts(batch, stem + "band", row);
        double[] nodata = batch.Find(stem + "nodata") is { } numbers ? RowNumbers.Of(numbers, row) : [];
        for (int layer = 0; layer < layers; layer++)
            for (int plane = 0; plane < planes; plane++)
            {
                float[] values = ImagePlane.Of(column, row, (layer * planes) + plane, pixels, 1);
                string band = planes == 1 && names.Length != 1 ? "" : plane < names.Length ? names[plane]
                    : plane.ToString(System.Globalization.CultureInfo.InvariantCulture);
                Add(schema.Name, band, values, plane < nodata.Length
                    ? NodataRange.Of(schema.DType, nodata[plane]).AsSingle : NodataRange.None);
            }
    }

    internal IEnumerable<ChannelReview> Results() =>
        order.Select(key => new ChannelReview(key.Column, key.Band, channels[key].Moments, EntropyBits(channels[key].Values)));

    private void Add(string column, string band, float[] values, in NodataRange nodata)
    {
        if (!channels.TryGetValue((column, band), out (Moments Moments, List<float> Values) channel))
        {
            channel = (new Moments(), []);
            order.Add((column, band));
        }
        channel.Moments.Add(DType.Float32, MemoryMarshal.AsBytes<float>(values), [], nodata);
        for (int i = 0, step = Math.Max(1, values.Length / ValuesPerPlane); i < values.Length; i += step)
            if (float.IsFinite(values[i]) && !nodata.Contains(values[i]))
                channel.Values.Add(values[i]);
        channels[(column, band)] = channel;
    }

    private static double EntropyBits(List<float> values)
    {
        if (values.Count == 0)
            return double.NaN;
        float[] sorted = [.. values.Order()];
        double low = sorted[(int)(Tail * (sorted.Length - 1))], high = sorted[(int)((1 - Tail) * (sorted.Length - 1))];
        if (!(high > low))
            return 0;
        int[] counts = new int[Bins];
        foreach (float value in sorted)
            counts[(int)Math.Clamp((value - low) / (high - low) * Bins, 0, Bins - 1)]++;
        return -counts.Where(c => c > 0).Sum(c => (double)c / sorted.Length * Math.Log2((double)c / sorted.Length));
    }
}
