using Pile.Format;
using Pile.TestKit;

namespace Pile.Publishing.Tests;

/// <summary>Light curves as FITS tables, read with astropy.</summary>
public sealed class LightCurveFileTests : IDisposable
{
    private static readonly RowFileOptions Fits = new() { Format = RowFileFormat.Fits };
    private static readonly string[] Names = ["lightcurve_time", "lightcurve_mag", "lightcurve_flux", "lightcurve_flux_err",
        "lightcurve_quality"];

    private readonly TemporaryFolder folder = new();

    private static RowBatch Batch { get; } = new(
    [
        new ColumnData<long>(new ColumnSchema { Name = "object_id", DType = DType.Int64 }, new long[] { 7, 8 }),
        new ColumnData<double>(new ColumnSchema { Name = "ra", DType = DType.Float64 }, new[] { 10.0, 20 }),
        new ColumnData<double>(new ColumnSchema { Name = "dec", DType = DType.Float64 }, new[] { -5.0, 5 }),
        new ColumnData<double>(Samples(Names[0], DType.Float64, "d") with { Time = new TimeAxis("TDB", "BARYCENTER", 56999.5) },
            new[] { 1.25, 2, 3, 1.5, 0, 0, 9 }, [2, 3, 1, 1]),
        new ColumnData<float>(Samples(Names[1], DType.Float32, "mag"), new float[] { 20, 21, 22, 23, 0, 0, 24 }, [2, 3, 1, 1]),
        new ColumnData<float>(Samples(Names[2], DType.Float32, "mJy"), new float[] { 1, 2, float.NaN, 4, 0, 0, 7 }, [2, 3, 1, 1]),
        new ColumnData<float>(Samples(Names[3], DType.Float32, "mJy"), new[] { 0.1f, 0.2f, 0.3f, 0.4f, 0, 0, 0.7f }, [2, 3, 1, 1]),
        new ColumnData<int>(Samples(Names[4], DType.Int32, null), new[] { 0, 1, 2, 4, 0, 0, 8 }, [2, 3, 1, 1]),
        TextColumnData.FromLists(new ColumnSchema { Name = "lightcurve_band", DType = DType.String, Shape = [ColumnSchema.Ragged] },
            [["g", "red"], ["g"]]),
        new ColumnData<int>(new ColumnSchema { Name = "lightcurve_length", DType = DType.Int32, Shape = [ColumnSchema.Ragged] },
            new[] { 3, 1, 1 }, [2, 1]),
    ]);

    private static Manifest Manifest { get; } = Rows.Manifest with
    {
        Modality = "time-series",
        SpectralMedium = null,
        Columns = [.. Batch.Columns.Select(c => c.Schema)]
    };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_light_curve_is_a_table_of_measurements_with_times_that_astropy_parses()
    {
        await Rows.WriteAsync(Batch, ["lightcurve_flux", "lightcurve_quality"], folder["out"], Fits, Manifest);
        Python.Run("""
            import sys, os, warnings
            import numpy as np
            warnings.simplefilter("error")
            from astropy.io import fits
            from astropy.table import Table
            from astropy.time import Time
            from astropy.timeseries import TimeSeries
            d = sys.argv[1]; path = os.path.join(d, "7.lightcurve_flux.fits")
            with fits.open(path) as f:
                f.verify("exception"); h = f[1].header
                assert h["EXTNAME"] == "LIGHTCURVE" and h["NAXIS2"] == 4 and f[0].header["OBJECTID"] == 7
                assert (h["TIMESYS"], h["MJDREF"], h["TIMEUNIT"], h["TREFPOS"]) == ("TDB", 56999.5, "d", "BARYCENTER")
            t = Table.read(path)
            assert t.colnames == ["time", "flux", "flux_err", "mag", "quality", "band"], t.colnames
            assert list(map(str, t["band"])) == ["g", "g", "g", "red"] and t["quality"].tolist() == [0, 1, 2, 4]
            assert t["mag"].tolist() == [20, 21, 22, 23]
            flux = np.ma.filled(t["flux"], np.nan)
            assert flux[0] == 1 and np.isnan(flux[2]) and flux[3] == 4 and str(t["flux"].unit) == "mJy" and str(t["mag"].unit) == "mag"
            n = Table.read(path, astropy_native=True)
            assert isinstance(n["time"], Time) and n["time"].scale == "tdb"
            assert np.allclose((n["time"] - Time(56999.5, format="mjd", scale="tdb")).to_value("day"), [1.25, 2, 3, 1.5], rtol=0, atol=1e-9)
            assert len(TimeSeries(n)) == 4 if n.colnames[0] == "time" else False
            q = Table.read(os.path.join(d, "8.lightcurve_quality.fits"))
            assert q.colnames == ["time", "quality", "band"] and q["quality"].tolist() == [8] and q["time"].tolist() == [9]
            """, folder["out"]);
    }

    [Fact]
    public async Task A_light_curve_is_written_as_PNG_as_a_plot()
    {
        RowFileOptions options = new() { Format = RowFileFormat.Png };
        await Rows.WriteAsync(Batch, ["lightcurve_flux"], folder["out"], options, Manifest);
        Assert.Equal(["7.lightcurve_flux.png", "8.lightcurve_flux.png"],
            Directory.GetFiles(folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("1920 840", Python.Run("""
            import sys, warnings, rasterio
            warnings.simplefilter('ignore')
            with rasterio.open(sys.argv[1]) as f:
                assert f.read().std() > 5
                print(f.width, f.height)
            """, folder["out/7.lightcurve_flux.png"]).Trim());
    }

    [Theory]
    [InlineData(new[] { 4, 1, 1 }, "'lightcurve_length' is [4, 1]")]
    [InlineData(new[] { 3, -1, 1 }, "'lightcurve_length' is [3, -1]")]
    public async Task Lengths_that_contradict_the_samples_are_reported_as_an_error_of_the_dataset(int[] lengths, string expected)
    {
        RowBatch batch =
            new(Batch.Columns.Select(c => c.Schema.Name == "lightcurve_length" ? new ColumnData<int>(c.Schema, lengths, [2, 1]) : c));
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(
            () => Rows.WriteAsync(batch, ["lightcurve_flux"], folder["out"], Fits, Manifest));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    private static ColumnSchema Samples(string name, DType type,
        string? unit) => Rows.Heavy(name, type, ColumnSchema.Ragged, ColumnSchema.Ragged) with { Unit = unit };
}
