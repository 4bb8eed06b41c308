using Pile.Streaming;

namespace Pile.Examples.TrainLoop;

/// <summary>Measures features of the images of a batch: the brightness in the last band, and the colours of neighbouring bands, in
/// magnitudes.</summary>
internal sealed class Photometry(string target)
{
    // The radius of the square around the centre, in pixels: small, because the stars of a cluster are close to each other.
    private const int Radius = 2;

    /// <summary>The required columns of the image dataset.</summary>
    internal static readonly string[] Columns = ["image_array", "image_mask"];

    /// <summary>Returns the usable pairs of a batch. Pairs with a bad pixel, without light or without a value in the catalogue are
    /// skipped.</summary>
    internal List<(double[] Features, double Target)> Measure(StreamBatch batch)
    {
        List<(double[], double)> pairs = new(batch.RowCount);
        int[] shape = [.. batch.Columns.First(c => c.Name == "a_image_array").Shape];
        for (int row = 0; row < batch.RowCount; row++)
            if (TargetOf(batch, row) is { } value
                && Features(batch.Row<float>("a_image_array", row), batch.Row<bool>("a_image_mask", row), shape) is { } features)
                pairs.Add((features, value));
        return pairs;
    }

    private double? TargetOf(StreamBatch batch, int row)
    {
        string column = $"b_{target}";
        double value = batch.IsNull(column, row) ? double.NaN
            : batch.Columns.First(c => c.Name == column).DType == Pile.Format.DType.Float32 ? batch.Row<float>(column, row)[0]
                : batch.Row<double>(column, row)[0];
        return double.IsFinite(value) ? value : null;
    }

    private static double[]? Features(ReadOnlySpan<float> picture, ReadOnlySpan<bool> isGood, ReadOnlySpan<int> shape)
    {
        (int bands, int height, int width) = (shape[0], shape[1], shape[2]);
        double[] magnitudes = new double[bands];
        for (int band = 0; band < bands; band++)
        {
            ReadOnlySpan<float> pixels = picture.Slice(band * height * width, height * width);
            double sky = MedianOfBorder(pixels, height, width), flux = 0;
            for (int y = (height / 2) - Radius; y <= (height / 2) + Radius; y++)
                for (int x = (width / 2) - Radius; x <= (width / 2) + Radius; x++)
                {
                    if (!isGood[(band * height * width) + (y * width) + x])
                        return null;
                    flux += pixels[(y * width) + x] - sky;
                }
            if (!(flux > 0))
                return null;
            magnitudes[band] = -2.5 * Math.Log10(flux);
        }
        return [magnitudes[^1], .. Enumerable.Range(0, bands - 1).Select(band => magnitudes[band] - magnitudes[band + 1])];
    }

    private static double MedianOfBorder(ReadOnlySpan<float> pixels, int height, int width)
    {
        List<float> border = [];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x += y == 0 || y == height - 1 ? 1 : width - 1)
                border.Add(pixels[(y * width) + x]);
        border.Sort();
        return border[border.Count / 2];
    }
}
