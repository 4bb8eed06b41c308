using Pile.Earth;
using Pile.Format;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Stacked netCDF-4 and HDF5 files against h5py and GDAL's netCDF driver.</summary>
public sealed class NetCdfTests(NetCdfFiles files) : IClassFixture<NetCdfFiles>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pixels_and_metadata_of_all_files_are_those_of_h5py_and_gdal()
    {
        using RasterPool pool = new(32 << 20, openFiles: 4);
        Random random = new(3);
        foreach (NetCdfFacts facts in files.All)
        {
            IRasterSource source = await OpenAsync(facts, pool);
            RasterLayout layout = source.Layout;
            Assert.Equal((facts.Name, facts.Bands, facts.Height, facts.Width, facts.DType, facts.Layer),
                (facts.Name, layout.Bands.Count, layout.Height, layout.Width, layout.DType.Name(), layout.Layer));
            if (facts.Epsg is { } epsg)
                Assert.Contains($"\"EPSG\",\"{epsg}\"]]", layout.Crs, StringComparison.Ordinal);
            double[] t = facts.Transform;
            Affine actual = layout.Transform!.Value, expected = new(t[0], t[1], t[2], t[3], t[4], t[5]);
            foreach ((int column, int row) in ((int, int)[])[(0, 0), (layout.Width, layout.Height)])
            {
                ((double x, double y), (double ownX, double ownY)) = (expected.Apply(column, row), actual.Apply(column, row));
                Assert.True(Math.Abs(x - ownX) + Math.Abs(y - ownY) < 1e-6 * t[0], $"{facts.Name}: {actual}, expected {expected}");
            }
            Assert.Equal(facts.Times is { } times ? times.Select(time => Math.Round(time, 9)) : [],
                layout.Bands.Where(band => band.Time is not null).Select(band => Math.Round(band.Time!.Value.StartMjd, 9)));
            if (facts.Scale is not null)
                Assert.All(layout.Bands, band => Assert.Equal((facts.Scale, facts.Offset, facts.NodataNumber),
                    (band.Scale, band.Offset, band.Nodata)));
            if (facts.Chunks is not null)
                Assert.Equal(facts.Chunks[^1], layout.Levels[0].BlockWidth);
            await CompareAsync(facts, source, random);

            // The stored layout opens the file without reading its header.
            RasterLayout stored = RasterLayoutJson.Of(RasterLayoutJson.AddTo(layout, new ReferencedFile("x://y", -1)))!;
            RasterUnit known = Unit(facts) with { Layer = null, Layout = stored };
            await CompareAsync(facts, await RasterDrivers.OpenAsync(known, pool, Token), random);
        }
        Assert.Equal(17, files.All.Length);
    }

    [Theory]
    [InlineData("stacked", 3 * 4 * 4)]
    [InlineData("checked", 3 * 4)]
    [InlineData("slices", 4 * 3 * 3)]
    [InlineData("holes", 2 * 4 - 2)]
    public async Task All_slices_in_one_read_decode_each_chunk_once(string name, int chunks)
    {
        NetCdfFacts facts = files[name];
        using RasterPool pool = new();
        IRasterSource source = await OpenAsync(facts, pool);
        int[] slices = [.. Enumerable.Range(0, facts.Bands).Reverse()];
        RasterRequest request = new(0, slices, 0, 0, facts.Width, facts.Height);
        byte[] pixels = facts.Pixels(), read = new byte[pixels.Length];
        await source.ReadAsync(request, read, Token);
        Assert.Equal(RasterComparison.Cut(pixels, request, facts.Width, facts.Height, pixels.Length / (int)request.Pixels), read);
        Assert.Equal(chunks, pool.Blocks.Decoded);
    }

    [Fact]
    public async Task Variables_of_one_file_share_a_handle_but_not_their_blocks()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], "w") as f:
                f["x"], f["y"] = np.arange(8.0), np.arange(8.0)
                for i, name in enumerate(["a", "b"]):
                    f.create_dataset(name, data=np.full((8, 8), i, "u1"), chunks=(8, 8), compression="gzip")
            """, folder["two.h5"]);
        using RasterPool pool = new();
        byte[] read = new byte[64];
        for (int round = 0; round < 2; round++)
            foreach ((string layer, byte value) in ((string, byte)[])[("a", 0), ("b", 1)])
            {
                await (await OpenAsync(folder["two.h5"], layer, pool)).ReadAsync(new(0, new[] { 0 }, 0, 0, 8, 8), read, Token);
                Assert.All(read, pixel => Assert.Equal(value, pixel));
            }
        Assert.Equal((1, 2), (pool.Files.OpenFiles, pool.Blocks.Decoded));
        Assert.Contains("2 of its variables are rasters; there are a, b. Name the one to read", await FaultOfAsync(folder["two.h5"], null),
            StringComparison.Ordinal);
        Assert.Contains("there is no variable 'c'; there are a, b, x, y", await FaultOfAsync(folder["two.h5"], "c"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v.attrs['grid_mapping'] = 'none'", "its grid mapping 'none' is not in the file")]
    [InlineData("del f['crs'].attrs['crs_wkt']", "the grid mapping 'crs' has none of crs_wkt, spatial_ref and grid_mapping_name")]
    [InlineData("f['crs'].attrs['GeoTransform'] = '5 10 0 0 0 10'", "but GeoTransform is [10, 0, 5, 0, 10, 0]")]
    [InlineData("f['x'][3] = 31", "the coordinates of 'x' are not equidistant: number 3 is 31")]
    [InlineData("f['x'][:] = 5", "the coordinates of 'x' are not equidistant")]
    [InlineData("f['x'][3] = np.nan", "the coordinates of 'x' are not equidistant")]
    [InlineData("f['x'].attrs['units'] = 'rad'", "the coordinates of 'x' have the unit 'rad'")]
    [InlineData("f['x'].attrs['axis'] = 'Y'", "its last dimensions are 'y' and 'x': expected rows (y), then columns (x). Exchange")]
    [InlineData("f['time'].attrs['units'] = 'months since 2000-01-01'", "Convert the times to days")]
    [InlineData("f['time'].attrs['units'] = 'days since 2001-02-29'", "has no valid date")]
    [InlineData("f['time'].attrs['units'] = 'days since 1582-10-10'", "has no valid date")]
    [InlineData("f['time'].attrs['units'] = 'days since 1500-01-01'", "is not in the calendar")]
    [InlineData("f['time'].attrs['units'] = 'days after 2000'", "is not a unit of time")]
    [InlineData("f['time'].attrs['calendar'] = '360_day'", "Convert the times to one of these")]
    [InlineData("f['time'][1] = np.nan", "the time NaN is not in the calendar")]
    [InlineData("f['time'][1] = 1e9", "the time 1000000000 is not in the calendar")]
    [InlineData("f['time'].attrs['_FillValue'] = 1.0",
        "'time' has no value at index 1: 1 is its _FillValue, and times must not be missing")]
    [InlineData("f['time'].attrs['missing_value'] = [7.0, 2.0]", "'time' has no value at index 2: 2 is its missing_value")]
    [InlineData("f['time'].attrs['_FillValue'] = -9.0; f['time'].attrs['bounds'] = 'b'; f['b'] = [[0, 1], [1, -9.0], [2, 3]]",
        "'b' has no value at index 1: -9 is its _FillValue")]
    [InlineData("f['time'].attrs['bounds'] = 'b'", "the bounds 'b' of 'time' are missing")]
    [InlineData("f.create_dataset('w', (2, 2, 4, 4))", "has the shape [2, 2, 4, 4]", "w")]
    [InlineData("f['w'] = np.array([[b'a']])", "has elements of type text[1]", "w")]
    [InlineData("f['w'] = np.zeros((4, 4), 'f2')", "has elements of type float16, which are not supported", "w")]
    [InlineData("f['w'] = np.zeros((4, 4), 'i8')", "has elements of type int64, which are not supported: expected integers", "w")]
    [InlineData("f['w'] = np.zeros((4, 4), 'u8')", "Convert the file with gdal_translate, for example with -ot Int32", "w")]
    [InlineData("f.create_dataset('w', (2**40, 2**20), chunks=(1, 1), dtype='u1')", "has the shape [1099511627776, 1048576]", "w")]
    [InlineData("f.create_dataset('w', (2**20, 2**20), chunks=(1, 1), dtype='u1')", "chunks; at most 8388608", "w")]
    [InlineData("f.create_dataset('w', (8, 8), 'i2', chunks=(4, 4), scaleoffset=2)", "the filter scaleoffset is not supported", "w")]
    [InlineData("f.create_dataset('w', (8, 8), 'i2', chunks=(4, 4), fillvalue=3).attrs['_FillValue'] = np.int16(5)",
        "has chunks that were never written and the fill value 3, but _FillValue is 5", "w")]
    public async Task Files_that_are_not_rasters_or_contradict_themselves_are_rejected(string change, string fault, string layer = "v")
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1], "w") as f:
                f["x"], f["y"], f["time"] = np.arange(5.0) * 10 + 5, np.arange(4.0) * 10 + 5, np.arange(3.0)
                f["x"].attrs["units"] = f["y"].attrs["units"] = "m"
                f["time"].attrs["units"] = "days since 2000-01-01"
                f["crs"] = 0
                f["crs"].attrs["crs_wkt"] = "LOCAL_CS[]"
                f["crs"].attrs["GeoTransform"] = "0 10 0 0 0 10"
                v = f.create_dataset("v", data=np.zeros((3, 4, 5), "u1"))
                v.attrs["grid_mapping"] = "crs"
                for i, name in enumerate(["time", "y", "x"]):
                    f[name].make_scale(name)
                    v.dims[i].attach_scale(f[name])
                exec(sys.argv[2])
            """, folder["bad.nc"], change);
        Assert.Contains(fault, await FaultOfAsync(folder["bad.nc"], layer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_formats_and_damaged_files_are_one_error_that_names_the_file()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["three.nc"], [.. "CDF\x01"u8, .. new byte[60]], Token);
        Assert.Contains("the file is netCDF-3, which is not read. Convert it with 'nccopy", await FaultOfAsync(folder["three.nc"], "v"),
            StringComparison.Ordinal);
        foreach (string name in (string[])["four.h5", "four.hdf"])
        {
            await File.WriteAllBytesAsync(folder[name], [0x0e, 3, 0x13, 1, .. new byte[60]], Token);
            Assert.Contains("the file is HDF4, which is not read. Convert it with 'h4toh5", await FaultOfAsync(folder[name], null),
                StringComparison.Ordinal);
        }
        byte[] whole = await File.ReadAllBytesAsync(files["stacked"].Path, Token);
        int pixels = files["stacked"].Pixels().Length;
        Random random = new(11);
        int failed = 0;
        for (int i = 0; i < 150; i++)
        {
            byte[] bytes = [.. whole];
            if (i % 8 is 0)
                bytes = bytes[..random.Next(bytes.Length)];
            for (int change = 0; change < 1 + (i % 2) && bytes.Length > 0; change++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await File.WriteAllBytesAsync(folder["m.nc"], bytes, Token);
            using RasterPool pool = new(4 << 20);
            try
            {
                IRasterSource source = await OpenAsync(folder["m.nc"], "ndvi", pool);
                RasterLayout layout = source.Layout;
                RasterRequest all = new(0, Enumerable.Range(0, layout.Bands.Count).ToArray(), 0, 0, layout.Width, layout.Height);
                if (all.Pixels <= pixels)
                    await source.ReadAsync(all, new byte[all.Pixels * layout.DType.ElementBytes()], Token);
            }
            catch (PileException)
            {
                failed++;
            }
        }
        Assert.InRange(failed, 20, 149);
    }

    private static async Task CompareAsync(NetCdfFacts facts, IRasterSource source, Random random)
    {
        byte[] pixels = facts.Pixels();
        RasterRequest all = new(0, Enumerable.Range(0, facts.Bands).ToArray(), 0, 0, facts.Width, facts.Height);
        int elementBytes = pixels.Length / (int)all.Pixels;
        for (int i = 0; i < 8; i++)
        {
            RasterRequest request = i is 0 ? all : RasterComparison.Window(0, facts.Bands, facts.Width, facts.Height, random);
            byte[] read = new byte[request.Pixels * elementBytes];
            await source.ReadAsync(request, read, Token);
            Assert.True(RasterComparison.Cut(pixels, request, facts.Width, facts.Height, elementBytes).AsSpan().SequenceEqual(read),
                $"{facts.Name}: {RasterComparison.Describe(request)}");
        }
    }

    private static RasterUnit Unit(NetCdfFacts facts) => Unit(facts.Path, facts.Name is "stacked" ? null : facts.Layer);

    private static RasterUnit Unit(string path, string? layer) => new()
    {
        Store = FileStore.For(Path.GetDirectoryName(path)!),
        Path = Path.GetFileName(path),
        Layer = layer,
    };

    private static async Task<IRasterSource> OpenAsync(NetCdfFacts facts, RasterPool pool) =>
        await RasterDrivers.OpenAsync(Unit(facts), pool, Token);

    private static async Task<IRasterSource> OpenAsync(string path, string? layer, RasterPool pool) =>
        await RasterDrivers.OpenAsync(Unit(path, layer), pool, Token);

    private static async Task<string> FaultOfAsync(string path, string? layer)
    {
        using RasterPool pool = new();
        string message = (await Assert.ThrowsAsync<SourceUnreadableException>(() => OpenAsync(path, layer, pool))).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        return message;
    }
}
