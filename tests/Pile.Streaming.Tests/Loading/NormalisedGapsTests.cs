using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Streaming.Tests.Loading;

/// <summary>Numbers that mean that there is no value are neither measured nor normalised: sentinels, padding, pixels without data. The
/// expected numbers are those of pandas and numpy.</summary>
public sealed class NormalisedGapsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sentinels_are_compared_in_the_type_of_the_column()
    {
        float[] values = [1, 2, -99.9f, 4, 8, -9999.9f];
        double[] expected = Of("""
            import json, sys
            import numpy as np, pandas as pd
            x = pd.Series(json.loads(sys.argv[1]), dtype='f4')
            x = x.mask(x.isin(np.array([-99.9, -9999.9], 'f4'))).astype('f8')
            print(json.dumps([None if np.isnan(v) else v for v in (x - x.mean()) / x.std(ddof=0)]))
            """, values);
        ColumnSchema column = new() { Name = "mag", DType = DType.Float32, Sentinels = [-99.9, -9999.9] };
        StreamSource rows = StreamSource.Of(new RowBatch([new ColumnData<float>(column, values, values.Length)]));
        Assert.Equal(expected, await NormalisedAsync(rows, "mag"), Near);
    }

    [Fact]
    public async Task Padding_of_light_curves_is_not_measured_and_remains_0()
    {
        // Two bands of three and one samples, two bands of two samples, and a row without lengths.
        float[] flux = [100, 101, 103, 7, 0, 0, 90, 95, 5, 6, 1, 2];
        int[] shapes = [2, 3, 2, 2, 1, 2], lengths = [3, 1, 2, 2];
        double[] expected = Of("""
            import json, sys
            import numpy as np, pandas as pd
            flux = pd.Series(json.loads(sys.argv[1]), dtype='f8')
            sampled = pd.Series([True] * 4 + [False] * 2 + [True] * 6)
            x = flux[sampled]
            print(json.dumps(((flux - x.mean()) / x.std(ddof=0)).where(sampled, 0).tolist()))
            """, flux);
        RowBatch batch = new([
            new ColumnData<float>(new ColumnSchema
            {
                Name = "lightcurve_flux",
                DType = DType.Float32,
                Shape = [ColumnSchema.Ragged, ColumnSchema.Ragged],
            }, flux, shapes),
            new ColumnData<int>(new ColumnSchema { Name = "lightcurve_length", DType = DType.Int32, Shape = [ColumnSchema.Ragged] },
                lengths, new int[] { 2, 2, 0 }, new bool[] { false, false, true }),
        ]);
        Assert.Equal(expected, await NormalisedAsync(StreamSource.Of(batch), "lightcurve_flux"), Near);
    }

    [Fact]
    public async Task Lengths_that_are_not_those_of_the_bands_are_refused()
    {
        RowBatch batch = new([
            new ColumnData<float>(new ColumnSchema { Name = "lightcurve_flux", DType = DType.Float32, Shape = [2, 3] }, new float[6], 1),
            new ColumnData<int>(new ColumnSchema { Name = "lightcurve_length", DType = DType.Int32, Shape = [2] }, new int[] { 3, 4 }, 1),
        ]);
        SchemaMismatchException error = await Assert.ThrowsAsync<SchemaMismatchException>(() =>
            StreamSource.Of(batch).NormaliseAsync(["lightcurve_flux"], cancellationToken: Cancellation));
        Assert.Contains("it has the lengths [3, 4], but 'lightcurve_flux' has 2 bands of 3 samples", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pixels_without_data_become_NaN_and_masked_ones_remain_values()
    {
        // One time, two bands, 2 × 2 pixels: the first band has nodata 0, one pixel is not valid, another is masked.
        ushort[] pixels = [0, 10, 20, 30, 0, 50, 60, 75];
        double[] expected = Of("""
            import json, sys
            import numpy as np
            x = np.array(json.loads(sys.argv[1]), 'f8').reshape(2, 4)
            has_data = np.array([[0, 1, 0, 1], [1, 1, 0, 1]], bool)
            masked = np.array([[0, 0, 0, 0], [0, 0, 0, 1]], bool)
            measured = x[has_data & ~masked]
            scaled = np.where(has_data, (x - measured.mean()) / measured.std(), np.nan)
            print(json.dumps([None if np.isnan(v) else v for v in scaled.ravel()]))
            """, Array.ConvertAll(pixels, p => (float)p));
        RowBatch batch = new([
            new ColumnData<ushort>(new ColumnSchema { Name = "chip_array", DType = DType.UInt16, Shape = [1, 2, 2, 2] }, pixels, 1),
            new ColumnData<double>(new ColumnSchema { Name = "chip_nodata", DType = DType.Float64, Shape = [2] },
                new double[] { 0, double.NaN }, 1),
            Flags("chip_valid", MaskPolarity.TrueIsGood, [1, 2, 2], [true, true, false, true]),
            Flags("chip_mask", MaskPolarity.TrueIsBad, [1, 2, 2, 2], [false, false, false, false, false, false, false, true]),
        ]);
        Assert.Equal(expected, await NormalisedAsync(StreamSource.Of(batch), "chip_array"), Near);
    }

    private static ColumnData<bool> Flags(string name, MaskPolarity polarity, int[] shape, bool[] values) =>
        new(new ColumnSchema { Name = name, DType = DType.Bool, Shape = [.. shape], MaskPolarity = polarity }, values, 1);

    private static double[] Of(string script, float[] values) => [.. JsonSerializer.Deserialize<double?[]>(
        Python.Run(script, JsonSerializer.Serialize(values)))!.Select(v => v ?? double.NaN)];

    private static async Task<List<double>> NormalisedAsync(StreamSource source, string column)
    {
        List<double> values = [];
        StreamSource normalised = await source.NormaliseAsync([column], cancellationToken: Cancellation);
        await foreach (StreamBatch batch in new Loader(normalised, new()).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                    values.AddRange(batch.Row<float>(column, row).ToArray().Select(v => (double)v));
        return values;
    }

    private static bool Near(double a, double b) => a.Equals(b) || Math.Abs(a - b) < 1e-5;
}
