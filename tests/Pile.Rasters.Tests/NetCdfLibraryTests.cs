using Pile.Format;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Files of the netCDF library, whose values are those that the library reads.</summary>
public sealed class NetCdfLibraryTests : IDisposable
{
    private const string Script = """
        import sys, zlib, h5py, netCDF4, numpy as np
        path, dtype, options, written, after = sys.argv[1], sys.argv[2], eval(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
        rng = np.random.default_rng(5)
        with netCDF4.Dataset(path, "w") as d:
            if options.pop("nofill", False):
                d.set_fill_off()
            for name, length in [("time", None), ("y", 45), ("x", 50)]:
                d.createDimension(name, length)
            for name, length, units in [("time", 5, "days since 2020-01-01"), ("y", 45, "m"), ("x", 50, "m")]:
                v = d.createVariable(name, "f8", (name,))
                v.units, v[:] = units, np.arange(length) * 10.0
            v = d.createVariable("v", dtype, ("time", "y", "x"), fletcher32=True, **options)
            v[:written] = rng.integers(0, 200, (written, 45, 50)).astype(dtype)
        with netCDF4.Dataset(path) as d:
            d["v"].set_auto_maskandscale(False)
            d["v"][:].astype(np.dtype(dtype).newbyteorder("<")).tofile(path + ".bin")
        with h5py.File(path, "r+") as f:
            v = f["v"]
            exec(after)
            plist = v.id.get_create_plist()
            print(*[plist.get_filter(i)[0] for i in range(plist.get_nfilters())], v.shape[0])
        """;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("i2", "zlib=True, chunksizes=(1, 16, 20)", 5, "3 2 1 5")]
    [InlineData("f8", "zlib=True, chunksizes=(2, 17, 13)", 5, "3 2 1 5")]
    [InlineData("i4", "zlib=True, shuffle=False, chunksizes=(3, 45, 50)", 5, "3 1 5")]
    [InlineData("u1", "zlib=True, chunksizes=(1, 45, 50)", 5, "3 2 1 5")]
    [InlineData("i2", "zlib=False, chunksizes=(1, 45, 50)", 5, "3 5")]
    [InlineData("i2", "zlib=True, chunksizes=(1, 16, 20)", 2, "3 2 1 2")] // three slices less than the dimension
    [InlineData("f4", "zlib=True, chunksizes=(3, 45, 50), fill_value=-9", 1, "3 2 1 1")]
    public async Task Values_are_those_that_the_library_reads(string dtype, string options, int written, string filters)
    {
        Assert.Equal(filters, Make(dtype, options, written));
        using RasterPool pool = new();
        IRasterSource source = await OpenAsync(pool);
        Assert.Equal(58889, source.Layout.Bands[4].Time!.Value.StartMjd, 9); // 40 days after 2020-01-01
        byte[] expected = await File.ReadAllBytesAsync(folder["v.nc.bin"], Token);
        foreach (IRasterSource known in (IRasterSource[])[source, await OpenAsync(pool, RasterLayoutJson.Of(
            RasterLayoutJson.AddTo(source.Layout, new ReferencedFile("x://y", -1))))])
        {
            Assert.Equal(5, known.Layout.Bands.Count);
            byte[] read = new byte[expected.Length];
            await known.ReadAsync(new RasterRequest(0, Enumerable.Range(0, 5).ToArray(), 0, 0, 50, 45), read, Token);
            Assert.Equal(expected, read);
            RasterRequest window = new(0, new[] { 4, 1 }, 13, 7, 30, 20);
            int elementBytes = expected.Length / (5 * 45 * 50);
            byte[] part = new byte[window.Pixels * elementBytes];
            await known.ReadAsync(window, part, Token);
            Assert.Equal(RasterComparison.Cut(expected, window, 50, 45, elementBytes), part);
        }
    }

    [Theory]
    [InlineData("i2")]
    [InlineData("u1")]
    public async Task Packed_times_are_those_that_the_library_unpacks(string dtype)
    {
        string times = Python.Run("""
            import sys, netCDF4, numpy as np
            with netCDF4.Dataset(sys.argv[1], "w") as d:
                for name, length in [("time", 3), ("y", 45), ("x", 50), ("two", 2)]:
                    d.createDimension(name, length)
                t = d.createVariable("time", sys.argv[2], ("time",))
                t.units, t.scale_factor, t.add_offset, t.bounds = "days since 2000-01-01", 0.25, 100.0, "edges"
                t[:] = np.array([100.0, 101.25, 130.5])
                b = d.createVariable("edges", sys.argv[2], ("time", "two"))
                b.scale_factor, b.add_offset = 0.25, 90.0
                b[:] = np.array([[99.5, 100.5], [101.0, 101.5], [130.0, 131.0]])
                d.createVariable("v", "i2", ("time", "y", "x"))[:] = 1
            with netCDF4.Dataset(sys.argv[1]) as d:
                print(*(51544 + d["edges"][:]).ravel()) # 2000-01-01
            """, folder["v.nc"], dtype).Trim();
        using RasterPool pool = new();
        IRasterSource source = await OpenAsync(pool);
        Assert.Equal(times.Split(' ').Select(t => double.Parse(t, System.Globalization.CultureInfo.InvariantCulture)),
            source.Layout.Bands.SelectMany(band => (double[])[band.Time!.Value.StartMjd, band.Time.Value.EndMjd]));
    }

    [Fact]
    public async Task A_checksum_within_a_compressed_chunk_is_verified()
    {
        Make("i2", "zlib=True, chunksizes=(1, 45, 50)", 5, """
            raw = bytearray(zlib.decompress(v.id.read_direct_chunk((2, 0, 0))[1]))
            raw[100] ^= 1
            v.id.write_direct_chunk((2, 0, 0), zlib.compress(bytes(raw)))
            """);
        using RasterPool pool = new();
        IRasterSource source = await OpenAsync(pool);
        byte[] slice = new byte[2 * 45 * 50];
        await source.ReadAsync(new RasterRequest(0, new[] { 1 }, 0, 0, 50, 45), slice, Token);
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(async () =>
            await source.ReadAsync(new RasterRequest(0, new[] { 2 }, 0, 0, 50, 45), slice, Token));
        Assert.Contains("the Fletcher-32 checksum is", e.Message, StringComparison.Ordinal);
        Assert.Contains("v.nc", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_slices_in_a_chunk_without_fill_values_are_an_error()
    {
        Make("i2", "zlib=True, chunksizes=(3, 45, 50), fill_value=-9, nofill=True", 2);
        using RasterPool pool = new();
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => OpenAsync(pool));
        Assert.Contains("the variable 'v' has 2 of 5 slices, and a chunk without fill values", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f8", "fill_value=-1.0")]
    [InlineData("i4", "fill_value=-1")]
    [InlineData("i4", "")] // the fill value of the library
    [InlineData("i2", "")]
    [InlineData("f4", "")]
    public async Task A_time_that_the_library_masks_is_an_error_with_its_index(string dtype, string options)
    {
        string index = Python.Run("""
            import sys, netCDF4, numpy as np
            with netCDF4.Dataset(sys.argv[1], "w") as d:
                for name, length in [("time", 5), ("y", 45), ("x", 50)]:
                    d.createDimension(name, length)
                t = d.createVariable("time", sys.argv[2], ("time",), **eval(f"dict({sys.argv[3]})"))
                t.units = "seconds since 2000-01-01"
                t[:] = np.ma.masked_array(np.arange(5).astype(sys.argv[2]), np.arange(5) == 3)
                d.createVariable("v", "i2", ("time", "y", "x"))[:] = 1
            with netCDF4.Dataset(sys.argv[1]) as d:
                print(*np.flatnonzero(np.ma.getmaskarray(d["time"][:])))
            """, folder["v.nc"], dtype, options).Trim();
        using RasterPool pool = new();
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => OpenAsync(pool));
        Assert.Contains("v.nc", e.Message, StringComparison.Ordinal);
        Assert.Contains($"the variable 'v' is not read: 'time' has no value at index {index}: ", e.Message, StringComparison.Ordinal);
    }

    private string Make(string dtype, string options, int written, string after = "") =>
        Python.Run(Script, folder["v.nc"], dtype, $"dict({options})", $"{written}", after).Trim();

    private async Task<IRasterSource> OpenAsync(RasterPool pool, RasterLayout? layout = null) =>
        await RasterDrivers.OpenAsync(new RasterUnit
        {
            Store = FileStore.For(folder.Path),
            Path = "v.nc",
            Layer = layout is null ? "v" : null,
            Layout = layout,
        }, pool, Token);
}
