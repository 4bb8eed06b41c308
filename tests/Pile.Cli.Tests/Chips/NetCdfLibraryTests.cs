using System.Globalization;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Missing pixels and times of netCDF-4 files, against netCDF4-python.</summary>
public sealed class NetCdfLibraryTests : IDisposable
{
    // Each variable is a scene of 48 × 32 pixels. 'float' has limits in the unit of the unpacked numbers, which netCDF4-python takes for
    // packed ones: NetCDF Users Guide, Attribute Conventions, valid_range. Bytes have no default fill value there, either (_FillValue).
    private const string Scenes = """
        import json, sys
        import netCDF4, numpy as np
        folder = sys.argv[1]
        rng = np.random.default_rng(3)
        i2, u1, f4 = np.int16, np.uint8, np.float32
        cases = {
            'range': ('i2', -999, dict(valid_range=np.array([-50, 50], 'i2'), scale_factor=0.01, add_offset=5.0)),
            'least': ('i2', -999, dict(valid_min=i2(-50))),
            'most': ('i2', False, dict(valid_max=i2(50))),
            'both': ('i2', -99, dict(missing_value=i2(-98), valid_min=i2(-90), valid_max=i2(90))),
            'list': ('i2', False, dict(missing_value=np.array([-99, -98, 3], 'i2'))),
            'listed': ('i2', -97, dict(missing_value=np.array([-99, -98], 'i2'))),
            'single': ('f4', -99, dict(valid_range=np.array([-50.5, 50.5], 'f4'), missing_value=f4(7))),
            'unsigned': ('i1', -1, dict(_Unsigned='true', valid_range=np.array([0, -56], 'i1'))),
            'double': ('f8', 1e20, dict(valid_max=50.25)),
            'default': ('i2', None, {}),
            'defaults': ('f4', None, dict(missing_value=f4(-99))),
            'wide': ('u4', None, {}),
            'byte': ('u1', None, {}),
            'never': ('f8', False, {}),
            'float': ('i2', -999, dict(valid_range=np.array([0, 5.5]), scale_factor=0.1, add_offset=2.0)),
        }
        d = netCDF4.Dataset(f'{folder}/m.nc', 'w')
        d.createDimension('lat', 32), d.createDimension('lon', 48)
        for name, first, step, unit in (('lon', 10, .01, 'degrees_east'), ('lat', 50, -.01, 'degrees_north')):
            v = d.createVariable(name, 'f8', (name,))
            v[:] = first + step * (np.arange(d.dimensions[name].size) + 0.5)
            v.units = unit
        for name, (dtype, fill, attributes) in cases.items():
            v = d.createVariable(name, dtype, ('lat', 'lon'), zlib=True, fill_value=fill, chunksizes=(16, 16))
            v.set_auto_maskandscale(False)
            v.setncatts(attributes)
            data = rng.integers(-100, 100, (32, 48)).astype(dtype)
            data[rng.random(data.shape) < 0.05] = netCDF4.default_fillvals[dtype] if fill is None else fill or 0
            v[:] = data
        d.close()
        d = netCDF4.Dataset(f'{folder}/m.nc')
        d.set_auto_scale(False)
        ring = [[10, 49.68], [10.48, 49.68], [10.48, 50], [10, 50], [10, 49.68]]
        for name in cases:
            v = d[name]
            if name == 'unsigned':
                v.set_auto_scale(True)
            values = np.ma.masked_invalid(v[:])
            if name == 'byte':
                values = np.ma.masked_array(values.data)
            if name == 'float':
                values = values.copy()
                unpacked = np.around(values.data * 0.1 + 2, 6)
                values = np.ma.masked_array(values.data, (values.data == -999) | (unpacked < 0) | (unpacked > 5.5))
            np.save(f'{folder}/{name}.npy', ~np.ma.getmaskarray(values))
            kept = values.compressed().astype('f8')
            print(name, kept.size, repr(float(kept.mean())))
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': name, 'links': [], 'bbox': [10, 49.68, 10.48, 50],
                       'geometry': {'type': 'Polygon', 'coordinates': [ring]}, 'properties': {'datetime': '2020-01-01T00:00:00Z'},
                       'assets': {'v': {'href': f'm.nc#{name}', 'type': 'application/x-netcdf', 'roles': ['data']}}},
                      open(f'{folder}/{name}.json', 'w'))
        """;

    private const string CompareValid = """
        import glob, sys
        import numpy as np
        folder, name = sys.argv[1:]
        expected = np.load(f'{folder}/{name}.npy')
        files = glob.glob(f'{folder}/{name}.read/*chip_valid.npy')
        for file in files:
            x, y = (int(n) * 16 for n in file.split('/')[-1].split('.')[0].split('_')[-2:])
            assert np.array_equal(np.load(file)[0], expected[y:y + 16, x:x + 16]), file
        assert files
        """;

    private const string OneSlice = """
        import json, sys
        import cftime, netCDF4, numpy as np
        folder = sys.argv[1]
        ring = [[10, 49.68], [10.48, 49.68], [10.48, 50], [10, 50], [10, 49.68]]
        for name, bounds in (('instant', None), ('month', [40, 71])):
            d = netCDF4.Dataset(f'{folder}/{name}.nc', 'w')
            for dim, size in (('time', 1), ('lat', 32), ('lon', 48), ('nv', 2)):
                d.createDimension(dim, size)
            for axis, first, step, unit in (('lon', 10, .01, 'degrees_east'), ('lat', 50, -.01, 'degrees_north')):
                v = d.createVariable(axis, 'f8', (axis,))
                v[:] = first + step * (np.arange(d.dimensions[axis].size) + 0.5)
                v.units = unit
            time = d.createVariable('time', 'f8', ('time',))
            time.units, time.standard_name = 'days since 2019-12-01 06:00:00', 'time'
            time[:] = 45.25
            if bounds:
                time.bounds = 'edges'
                d.createVariable('edges', 'f8', ('time', 'nv'))[:] = [bounds]
            d.createVariable('v', 'u1', ('time', 'lat', 'lon'))[:] = 7
            d.close()
            ends = bounds or [45.25, 45.25]
            days = [cftime.date2num(cftime.num2date(end, 'days since 2019-12-01 06:00:00'), 'days since 1858-11-17') for end in ends]
            print(name, *map(repr, map(float, days)))
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': name, 'links': [], 'bbox': [10, 49.68, 10.48, 50],
                       'geometry': {'type': 'Polygon', 'coordinates': [ring]}, 'properties': {'datetime': '2020-01-15T00:00:00Z'},
                       'assets': {'v': {'href': f'{name}.nc#v', 'type': 'application/x-netcdf', 'roles': ['data']}}},
                      open(f'{folder}/{name}.json', 'w'))
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Chips_of_a_file_with_one_time_slice_have_its_time_or_bounds()
    {
        foreach (string[] words in Python.Run(OneSlice, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')))
        {
            PileProgram.RunToJson("build", "--from", folder[$"{words[0]}.json"], "--chips", "16", "--out", folder[words[0]]);
            using JsonDocument rows = JsonDocument.Parse(PileProgram.Run("query", folder[words[0]], "--columns", "object_id,mjd,mjd_end",
                "--sort", "object_id", "--json").Output);
            Assert.Equal(6, rows.RootElement.GetArrayLength());
            Assert.Equal($"{words[0]}_16_0_0", rows.RootElement[0].GetProperty("object_id").GetString());
            Assert.All(rows.RootElement.EnumerateArray(), row => Assert.Equal(words[1..], ((string[])["mjd", "mjd_end"])
                .Select(key => row.GetProperty(key).GetDouble().ToString("R", CultureInfo.InvariantCulture) is var text
                    && text.Contains('.', StringComparison.Ordinal) ? text : text + ".0")));
        }
    }

    [Theory] // a file of 2020-01-15T12:00, without bounds, in a month, in another month, in another year
    [InlineData("2020-01-01T00:00:00Z", "2020-01-31T23:59:59Z", true)]
    [InlineData("2020-01-16T00:00:00Z", "2020-02-15T00:00:00Z", true, Traits = ["Run", "Long"])] // the midnight before is a label, too
    [InlineData("2020-02-01T00:00:00Z", "2020-02-29T23:59:59Z", false)]
    [InlineData("2016-01-01T00:00:00Z", "2016-12-31T23:59:59Z", false, Traits = ["Run", "Long"])]
    public void An_instant_of_a_file_does_not_replace_the_interval_of_its_item(string start, string end, bool contains)
    {
        Python.Run(OneSlice, folder.Path);
        string[] days = Python.Run("""
            import datetime, json, sys
            path, *ends = sys.argv[1:]
            item = json.load(open(path))
            item['properties'] = {'datetime': None, 'start_datetime': ends[0], 'end_datetime': ends[1]}
            json.dump(item, open(path, 'w'))
            for end in ends:
                time = datetime.datetime.fromisoformat(end.replace('Z', '')) - datetime.datetime(1858, 11, 17)
                print(repr(time.days + time.seconds / 86400))
            """, folder["instant.json"], start, end).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] build = ["build", "--from", folder["instant.json"], "--chips", "16", "--out", folder["d"]];
        if (!contains)
        {
            string error = PileProgram.RunToError(1, build);
            Assert.Contains("its file has the time 2020-01-15T12:00:00Z, but the document has " + $"{start} to {end}", error,
                StringComparison.Ordinal);
            return;
        }
        PileProgram.RunToJson(build);
        JsonElement rows = PileProgram.RunToJson("query", folder["d"], "--columns", "mjd,mjd_end");
        Assert.All(rows.EnumerateArray(), row => Assert.Equal(days.Select(day => double.Parse(day, CultureInfo.InvariantCulture)),
            ((string[])["mjd", "mjd_end"]).Select(key => row.GetProperty(key).GetDouble())));
        Assert.Equal(6, PileProgram.RunToJson("query", folder["d"], "--time", "2020-01-20").GetArrayLength());
    }

    [Theory]
    [InlineData("range", "list", "single", "unsigned", "double", "default", "float")]
    [InlineData("least", "most", "both", "listed", "defaults", "wide", "byte", "never", Traits = ["Run", "Long"])]
    public void Pixels_outside_valid_ranges_and_with_missing_values_are_those_that_netCDF4_python_masks(params string[] cases)
    {
        string[][] scenes = [.. Python.Run(Scenes, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))];
        Assert.Equal(15, scenes.Length);
        foreach (string[] words in scenes.Where(words => cases.Contains(words[0])))
        {
            string name = words[0], windows = folder[$"d/{name}"], copy = folder[$"c/{name}"];
            long count = long.Parse(words[1], CultureInfo.InvariantCulture);
            File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text("chip",
                $"kind: stac-chips\nitems: {name}.json\nchip: {{ size: 16 }}\nstats: {{ mask: {{ band: v }} }}"));
            PileProgram.RunToJson("build", folder[$"{name}.yaml"], "--out", windows);
            using JsonDocument rows = JsonDocument.Parse(PileProgram.Run("query", windows, "--columns", "nodata_fraction", "--json")
                .Output);
            Assert.Equal((name, (48 * 32) - count), (name, (long)Math.Round(256
                * rows.RootElement.EnumerateArray().Sum(row => row.GetProperty("nodata_fraction").GetDouble()))));
            PileProgram.RunToJson("copy", windows, copy, "--materialize", "--yes");
            foreach (string dataset in (string[])[windows, copy])
            {
                JsonElement band = PileProgram.RunToJson("statistics", dataset).GetProperty("bands")[0];
                Assert.Equal((name, count), (name, band.GetProperty("pixels").GetInt64()));
                Assert.Equal(double.Parse(words[2], CultureInfo.InvariantCulture), band.GetProperty("mean").GetDouble(), 1e-9);
            }
            if (name is "default" or "wide" or "byte" or "never") // at most a nodata, and no mask
                continue;
            PileProgram.RunToJson("read", copy, "--where", "true", "--columns", "chip_valid", "--format", "npy", "--out",
                folder[$"{name}.read"]);
            Python.Run(CompareValid, folder.Path, name);
        }
    }
}
