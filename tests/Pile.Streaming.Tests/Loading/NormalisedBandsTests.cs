using System.Text;
using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Streaming.Tests.Loading;

/// <summary>Chips of several products have other bands, in another order: each band is normalised by its name, as scikit-learn does with
/// the pixels of that band.</summary>
public sealed class NormalisedBandsTests
{
    private static readonly string[][] Bands = [["red", "nir"], ["nir", "red"], ["red"], ["nir", "swir", "red"]];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bands_are_normalised_by_the_names_that_each_row_has()
    {
        RowBatch rows = Chips(Bands);
        StreamSource normalised = await StreamSource.Of(rows).NormaliseAsync(["chip_array"], cancellationToken: Cancellation);
        double[][] expected = JsonSerializer.Deserialize<double[][]>(Python.Run("""
            import json, sys
            import numpy as np
            from sklearn.preprocessing import StandardScaler
            bands, rows = json.loads(sys.argv[1])
            rows = [np.array(r, 'f8').reshape(2, len(b), 2, 3) for r, b in zip(rows, bands)]
            of = lambda name: np.concatenate([r[:, b.index(name)].ravel() for r, b in zip(rows, bands) if name in b]).reshape(-1, 1)
            scaler = {name: StandardScaler().fit(of(name)) for name in ('red', 'nir', 'swir')}
            scaled = [np.stack([scaler[name].transform(r[:, i].reshape(-1, 1)).reshape(2, 2, 3) for i, name in enumerate(b)], axis=1)
                      for r, b in zip(rows, bands)]
            print(json.dumps([s.ravel().tolist() for s in scaled]))
            """, JsonSerializer.Serialize(new object[] { Bands, Bands.Select((_, row) => Pixels(rows, row)).ToArray() })))!;
        int read = 0;
        await foreach (StreamBatch batch in new Loader(normalised, new() { BatchRows = 3 }).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++, read++)
                    Assert.Equal(expected[read], batch.Row<float>("chip_array", row).ToArray().Select(v => (double)v), Near);
        Assert.Equal(Bands.Length, read);
    }

    [Fact]
    public async Task A_band_that_was_not_measured_is_named()
    {
        StreamSource normalised = await StreamSource.Of(Chips(Bands))
            .NormaliseAsync(["chip_array"], StreamSource.Of(Chips(Bands[..3])), Cancellation);
        SchemaMismatchException error = await Assert.ThrowsAsync<SchemaMismatchException>(async () =>
        {
            await foreach (StreamBatch batch in new Loader(normalised, new()).ReadAsync(cancellationToken: Cancellation))
                batch.Dispose();
        });
        Assert.Contains("'chip_array': band 'swir' was not measured; the measured ones are nir, red", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_with_other_names_than_bands_is_refused()
    {
        RowBatch rows = Chips(Bands), other = Chips([["red", "nir"], ["nir"], ["red"], ["nir", "swir", "red"]]);
        StreamSource source = StreamSource.Of(new RowBatch([rows["chip_array"], other["chip_band"]]));
        SchemaMismatchException error = await Assert.ThrowsAsync<SchemaMismatchException>(() =>
            source.NormaliseAsync(["chip_array"], cancellationToken: Cancellation));
        Assert.Contains("it names 1 bands, but 'chip_array' has 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arrays_with_other_axes_have_one_scale()
    {
        double[] values = [.. Enumerable.Range(0, 2 * 2 * 2 * 3).Select(i => (double)(i * i))], spectra = [1, 2, 4, 8, 16, double.NaN];
        StreamSource normalised = await StreamSource.Of(new RowBatch([
            new ColumnData<double>(new ColumnSchema { Name = "chip_rgb", DType = DType.Float64, Shape = [2, 2, 3] }, values, 2),
            new ColumnData<double>(new ColumnSchema { Name = "spectrum_flux", DType = DType.Float64, Shape = [3] }, spectra, 2),
            Chips([["red", "nir"], ["red", "nir"]])["chip_band"],
        ])).NormaliseAsync(["chip_rgb", "spectrum_flux"], cancellationToken: Cancellation);
        await foreach (StreamBatch batch in new Loader(normalised, new()).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                foreach ((string name, double[] all) in ((string, double[])[])[("chip_rgb", values), ("spectrum_flux", spectra)])
                {
                    double[] finite = [.. all.Where(double.IsFinite)];
                    double mean = finite.Average(), std = Math.Sqrt(finite.Average(v => (v - mean) * (v - mean)));
                    Assert.Equal(all.Select(v => (v - mean) / std), Enumerable.Range(0, batch.RowCount)
                        .SelectMany(row => batch.Row<double>(name, row).ToArray()),
                        (a, b) => Near(a, b) || (double.IsNaN(a) && double.IsNaN(b)));
                }
    }

    /// <summary>Chips of two times and 2 × 3 pixels.</summary>
    private static RowBatch Chips(string[][] bands)
    {
        const int Times = 2, Height = 2, Width = 3;
        Random random = new(1);
        int[] shapes = [.. bands.SelectMany(b => (int[])[Times, b.Length, Height, Width])];
        ushort[] pixels = [.. bands.SelectMany(b => Enumerable.Range(0, Times).SelectMany(_ => b.SelectMany(name =>
            Enumerable.Range(0, Height * Width).Select(_ => (ushort)(random.Next(100) + (1000 * name.Length))))))];
        string[] names = [.. bands.SelectMany(b => b)];
        int[] starts = new int[names.Length + 1];
        for (int i = 0; i < names.Length; i++)
            starts[i + 1] = starts[i] + names[i].Length;
        return new RowBatch([
            new ColumnData<ushort>(new ColumnSchema
            {
                Name = "chip_array",
                DType = DType.UInt16,
                Role = ColumnRole.Standard,
                Shape = [ColumnSchema.Ragged, ColumnSchema.Ragged, ColumnSchema.Ragged, ColumnSchema.Ragged],
            }, pixels, shapes),
            new TextColumnData(new ColumnSchema { Name = "chip_band", DType = DType.String, Shape = [ColumnSchema.Ragged] },
                Encoding.UTF8.GetBytes(string.Concat(names)), starts, [.. bands.Select(b => b.Length)]),
        ]);
    }

    private static int[] Pixels(RowBatch rows, int row) =>
        [.. ((ColumnData<ushort>)rows["chip_array"]).Row(row).ToArray().Select(v => (int)v)];

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-5;
}
