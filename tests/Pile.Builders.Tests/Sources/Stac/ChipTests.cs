using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Chips of real items, against shapely, pyproj and numpy.</summary>
public sealed class ChipTests : IDisposable
{
    private const string Scene = "landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_SR_stac.json";

    private const string Footprints = """
        import json, sys
        import pyproj, shapely.wkb
        from shapely.geometry import Polygon
        rows = json.load(open(sys.argv[1]))
        to = {}
        for r in rows:
            t = to.setdefault(r['crs'], pyproj.Transformer.from_crs(r['crs'], 'EPSG:4326', always_xy=True))
            a, b, c, d, e, f = r['transform']
            s = r['chip_size']
            ring = [(i, 0) for i in range(s)] + [(s, i) for i in range(s)] + [(s - i, s) for i in range(s)] + [(0, s - i) for i in range(s)]
            own = Polygon(list(zip(*t.transform([a * x + b * y + c for x, y in ring], [d * x + e * y + f for x, y in ring]))))
            stored = shapely.wkb.loads(bytes.fromhex(r['geometry']))
            assert stored.symmetric_difference(own).area < 1e-3 * own.area, r['object_id']
            assert max(abs(p - q) for p, q in zip(r['bbox'], own.bounds)) < 2e-4, r['object_id']
        print(len(rows))
        """;

    private const string Fractions = """
        import json, sys
        import numpy as np, rasterio
        rows = {(r['chip_x'], r['chip_y']): r for r in json.load(open(sys.argv[1]))}
        q = rasterio.open(sys.argv[2]).read(1)
        kept = 0
        for y in range(8):
            for x in range(8):
                p = q[y * 64:(y + 1) * 64, x * 64:(x + 1) * 64]
                nodata, cloud = (p & 1) > 0, (p & 0b11010) > 0
                if nodata.mean() > 0.5:
                    assert (x, y) not in rows
                    continue
                kept += 1
                r = rows[(x, y)]
                assert abs(r['nodata_fraction'] - nodata.mean()) < 1e-6
                assert abs(r['cloud_fraction'] - cloud.mean()) < 1e-6
                assert abs(r['clear_fraction'] - (~cloud & ~nodata).sum() / (~nodata).sum()) < 1e-6
                assert r['chip_array'] == [x * 64, y * 64, 64, 64]
        assert kept == len(rows)
        print(kept)
        """;

    private const string Scaled = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.transform import from_origin
        folder = sys.argv[1]
        pixels = np.full((2, 128, 128), 5, 'f4')
        pixels[:, :32] = -9999.9
        with rasterio.open(folder + '/a.tif', 'w', driver='GTiff', width=128, height=128, count=2, dtype='float32', crs='EPSG:32633',
                transform=from_origin(500000, 5300000, 10, 10), nodata=-9999.9) as file:
            file.write(pixels); file.scales = (0.1, 0.2); file.offsets = (-5, 3)
        box = [15.0, 47.84, 15.018, 47.854]
        ring = [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]], [box[0], box[1]]]
        json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 's', 'links': [], 'bbox': box,
            'geometry': {'type': 'Polygon', 'coordinates': [ring]}, 'properties': {'datetime': '2020-01-01T00:00:00Z'},
            'assets': {'a': {'href': './a.tif', 'type': 'image/tiff; application=geotiff'}}}, open(folder + '/item.json', 'w'))
        """;

    private const string Placed = """
        import json, sys
        import numpy as np, rasterio
        from rasterio.transform import from_origin
        from rasterio.warp import transform_bounds
        folder, crs = sys.argv[1:]
        long = 1000 if 'units=km' in crs else 20 if 'units=ch' in crs else 1
        place = (10, 50, 0.01, 0.01) if 'longlat' in crs else [v / long for v in (500000, 1500000, 463.3127, 463.3127)]
        with rasterio.open(folder + '/a.tif', 'w', driver='GTiff', width=64, height=64, count=1, dtype='int16', crs=crs,
                transform=from_origin(*place)) as file:
            file.write(np.ones((1, 64, 64), 'i2'))
            w, s, e, n = transform_bounds(file.crs, 'EPSG:4326', *file.bounds)
        json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 's', 'links': [],
            'geometry': {'type': 'Polygon', 'coordinates': [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
            'properties': {'datetime': '2020-01-01T00:00:00Z'},
            'assets': {'a': {'href': './a.tif', 'type': 'image/tiff; application=geotiff'}}}, open(folder + '/item.json', 'w'))
        """;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("stac-items/S2A_28QCH_20200714_0_L2A.json", "[B02]", 256, 1764)]
    [InlineData("stac-items/S2A_28QCH_20200714_0_L2A.json", "[B02]", 512, 441)]
    [InlineData("stac-items/LC08_L2SP_028030_20200114_20200824_02_T1_SR.json", "[red]", 256, 930)]
    [InlineData("stac-items/LC08_L2SP_028030_20200114_20200824_02_T1_SR.json", "[red]", 512, 225)]
    public async Task Chips_of_an_item_are_counted_and_placed_without_reading_pixels(string item, string bands, int size, int count)
    {
        List<RowBatch> batches = await BuilderRuns.Builder($"kind: stac-chips\nitems: {item}\nchip: {{ size: {size} }}\nbands: {bands}",
            TestPaths.Data("eo")).ReadAllAsync(Token);
        Assert.Equal(count, batches.Sum(b => b.RowCount));
        JsonArray some = [.. RowJson.Of(batches).Where((_, i) => i % 97 == 0).Select(row => row!.DeepClone())];
        await File.WriteAllTextAsync(folder["rows.json"], some.ToJsonString(), Token);
        Assert.Equal($"{some.Count}", Python.Run(Footprints, folder["rows.json"]).Trim());
    }

    [Fact]
    public async Task Fractions_and_the_chips_that_are_kept_agree_with_numpy()
    {
        List<RowBatch> batches = await BuilderRuns.Builder(Landsat("size: 64"), TestPaths.Data("eo")).ReadAllAsync(Token);
        await File.WriteAllTextAsync(folder["rows.json"], RowJson.Of(batches).ToJsonString(), Token);
        Assert.Equal("46", Python.Run(Fractions, folder["rows.json"],
            TestPaths.Data("eo/landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_QA_PIXEL.TIF")).Trim());
    }

    [Fact]
    public async Task What_a_document_does_not_say_is_read_from_the_file()
    {
        Python.Run(Scaled, folder.Path);
        BuilderRun run = BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 64 }\n"
            + "stats: { mask: { band: a, nodata: -9999.9 } }", folder.Path);
        RowBatch rows = Assert.Single(await run.ReadAllAsync(Token));
        Assert.Equal([0.1, -5], [rows.Values<double>("chip_scale")[0], rows.Values<double>("chip_offset")[0]]);
        Assert.Equal([0.5f, 0.5f, 0, 0], rows.Values<float>("nodata_fraction").ToArray().OrderDescending());
        Assert.Contains("'a' is read with the first of its 2 bands alone", Assert.Single(((INotingBuilder)run.Builder).Notes),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_nodata_of_the_document_precedes_that_of_the_file_and_pads_chips()
    {
        Python.Run(Scaled, folder.Path);
        Python.Run("""
            import json, sys
            path = sys.argv[1] + '/item.json'
            item = json.load(open(path))
            item['assets']['a']['raster:bands'] = [{'nodata': -1}, {}]
            json.dump(item, open(path, 'w'))
            """, folder.Path);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 64, edge: pad }",
            folder.Path).ReadAllAsync(Token));
        Assert.Equal([-1, (double)-9999.9f], ((ColumnData<double>)rows["chip_nodata"]).Row(0).ToArray());
        Assert.Contains("\"nodata\":-1,", Assert.Single(((WindowColumnData)rows["chip_array"]).Sources).Raster, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pixels_that_an_internal_mask_hides_have_no_data()
    {
        Python.Run(Scaled, folder.Path);
        Python.Run("""
            import sys
            import numpy as np, rasterio
            with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
                with rasterio.open(sys.argv[1] + '/a.tif', 'r+') as file:
                    file.nodata = None
                    mask = np.full((128, 128), 255, 'u1'); mask[:, :16] = 0
                    file.write_mask(mask)
                    assert (file.dataset_mask()[:64, :64] == 0).mean() == 0.25
            """, folder.Path);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 64 }\nbands: [a]\n"
            + "stats: { mask: { band: a } }", folder.Path).ReadAllAsync(Token));
        Assert.Equal([0.25f, 0.25f, 0, 0], rows.Values<float>("nodata_fraction").ToArray().OrderDescending());
    }

    [Fact]
    public async Task Statistics_use_the_nodata_of_the_document_and_reject_a_file_of_another_size()
    {
        Python.Run(Scaled, folder.Path);
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            from rasterio.transform import from_origin
            folder = sys.argv[1]
            for name, size in (('m', 128), ('s', 64)):
                pixels = np.ones((1, size, size), 'u1'); pixels[:, :32] = 0
                with rasterio.open(f'{folder}/{name}.tif', 'w', driver='GTiff', width=size, height=size, count=1, dtype='uint8',
                        crs='EPSG:32633', transform=from_origin(500000, 5300000, 10, 10)) as file:
                    file.write(pixels)
            item = json.load(open(folder + '/item.json'))
            for name in 'ms':
                item['assets'][name] = {'href': f'./{name}.tif', 'type': 'image/tiff; application=geotiff',
                                        'raster:bands': [{'nodata': 0, 'data_type': 'uint8'}]}
            json.dump(item, open(folder + '/item.json', 'w'))
            """, folder.Path);
        const string Recipe = "kind: stac-chips\nitems: item.json\nchip: { size: 64 }\nbands: [a]\nstats: { mask: { band: ";
        RowBatch rows = Assert.Single(await BuilderRuns.Builder(Recipe + "m } }", folder.Path).ReadAllAsync(Token));
        Assert.Equal([0.5f, 0.5f, 0, 0], rows.Values<float>("nodata_fraction").ToArray().OrderDescending());
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => BuilderRuns.Builder(Recipe + "s } }", folder.Path)
            .ReadAllAsync(Token));
        Assert.Contains("its file has 64 rows and 64 columns, which do not cover the 128 × 128 pixels of 'a'", refused.Message,
            StringComparison.Ordinal);
        Exception wrong = await Assert.ThrowsAnyAsync<Exception>(() => BuilderRuns.Builder(Recipe + "m, nodata: 256 } }", folder.Path)
            .ReadAllAsync(Token));
        Assert.Contains("no pixel of uint8 can have the nodata 256", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("size: 100", 25)] // 512 / 100 = 5.12
    [InlineData("size: 100, edge: pad", 36)]
    [InlineData("size: 100, edge: overlap", 36)]
    [InlineData("size: [128, 256]", 20)]
    [InlineData("size: 513", 0)]
    public async Task The_edge_and_the_sizes_decide_how_many_chips_there_are(string chip, int count)
    {
        List<RowBatch> batches = await BuilderRuns.Builder(Landsat(chip).Replace("0.5", "1", StringComparison.Ordinal),
            TestPaths.Data("eo")).ReadAllAsync(Token);
        Assert.Equal(count, batches.Sum(b => b.RowCount));
    }

    [Fact]
    public async Task One_and_four_workers_write_the_same_index()
    {
        string[] made = [];
        foreach (int workers in (int[])[1, 4])
        {
            await File.WriteAllTextAsync(folder["recipe.yaml"], $$"""
                pile: 1
                name: chips
                provenance: { project: p, survey: s, instrument: i, release: r }
                licence: CC0-1.0
                citation: none
                source:
                {{string.Join('\n', Landsat("size: [64, 128]").Split('\n').Select(line => "  " + line.Replace("landsat-008059",
                    TestPaths.Data("eo/landsat-008059"), StringComparison.Ordinal)))}}
                """, Token);
            await BuildRun.RunAsync(RecipeReader.ReadFile(folder["recipe.yaml"]), SourceBuilders.All, folder[$"out{workers}"],
                new BuildSettings { Writer = new() { Workers = workers } }, Token);
            made = [.. made, string.Join('\n', Directory.EnumerateFiles(folder[$"out{workers}"], "*.parquet", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal).Select(f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
                    File.ReadAllBytes(f)))))];
        }
        Assert.Equal(made[0], made[1]);
    }

    [Fact]
    public async Task Links_of_the_user_to_files_elsewhere_are_placed_at_their_targets()
    {
        string real = Path.GetFullPath(TestPaths.Data("eo/landsat-008059"));
        Directory.CreateDirectory(folder["landsat-008059"]);
        File.Copy(TestPaths.Data($"eo/{Scene}"), folder[Scene]);
        foreach (string file in Directory.EnumerateFiles(real, "*.TIF"))
            File.CreateSymbolicLink(folder[$"landsat-008059/{Path.GetFileName(file)}"], file);
        BuilderRun run = BuilderRuns.Builder(Landsat("size: 64"), folder.Path);
        List<RowBatch> batches = await run.ReadAllAsync(Token);
        Assert.Equal(46, batches.Sum(b => b.RowCount));
        ReferencedFile source = Assert.Single(batches[0].Columns.OfType<WindowColumnData>().Single().Sources);
        Assert.Equal("mount://landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_SR_B4.TIF", source.Uri);
        Assert.Equal(new FileInfo($"{real}/LC08_L2SP_008059_20191201_20200825_02_T1_SR_B4.TIF").Length, source.Bytes);
        Assert.Equal(new("mount://landsat-008059", real), Assert.Single(((IMountingBuilder)run.Builder).Mounts));
    }

    [Fact]
    public async Task Files_in_linked_folders_are_read_and_an_address_must_not_lead_out_of_them()
    {
        string real = Path.GetFullPath(TestPaths.Data("eo/landsat-008059")), mount = "assets: { mount: landsat-008059 }";
        string item = await File.ReadAllTextAsync(TestPaths.Data($"eo/{Scene}"), Token);
        Directory.CreateDirectory(folder["work/a"]);
        Directory.CreateDirectory(folder["work/b"]);
        Directory.CreateDirectory(folder["archive"]);
        Directory.CreateSymbolicLink(folder["archive/deep"], real);
        Directory.CreateSymbolicLink(folder["work/a/link"], folder["archive"]);
        Directory.CreateSymbolicLink(folder["work/b/link"], real);
        await File.WriteAllTextAsync(folder["work/item.json"], item, Token);
        string recipe = Landsat("size: 64").Replace(Scene, "item.json", StringComparison.Ordinal);
        foreach ((string place, string name) in ((string, string)[])
            [("a/link/deep", "work-a-link-deep"), ("b/link", "work-b-link")])
        {
            BuilderRun run = BuilderRuns.Builder(recipe.Replace(mount, $"assets: {{ mount: {place} }}", StringComparison.Ordinal),
                folder["work"]);
            List<RowBatch> batches = await run.ReadAllAsync(Token);
            Assert.Equal(46, batches.Sum(b => b.RowCount));
            ReferencedFile source = Assert.Single(batches[0].Columns.OfType<WindowColumnData>().Single().Sources);
            Assert.Equal($"mount://{name}/LC08_L2SP_008059_20191201_20200825_02_T1_SR_B4.TIF", source.Uri);
            Assert.Equal(new($"mount://{name}", folder[$"work/{place}"]), Assert.Single(((IMountingBuilder)run.Builder).Mounts));
        }
        foreach (string outside in (string[])["b/link/../../..", "./b/%2e%2e/%2e%2e", real])
        {
            await File.WriteAllTextAsync(folder["work/item.json"], Regex.Replace(item, "\"href\": \"[^\"]*/(?=[^/\"]*_SR_B4.TIF)",
                $"\"href\": \"{outside}/"), Token);
            BuilderRun run = BuilderRuns.Builder(recipe.Replace(mount + "\n", "", StringComparison.Ordinal), folder["work"]);
            SceneErrors.Contains(await SceneErrors.OfAsync(run), "nor below that of the recipe");
        }
    }

    [Fact]
    public async Task Bands_that_chips_do_not_have_are_noted_once_with_the_number_of_scenes()
    {
        string item = await File.ReadAllTextAsync(TestPaths.Data("eo/stac-items/S2A_28QCH_20200714_0_L2A.json"), Token);
        foreach (string name in (string[])["b", "a", "c"])
            await File.WriteAllTextAsync(folder[$"{name}.json"], item.Replace("\"id\": \"S2A_28QCH_20200714_0_L2A\"",
                $"\"id\": \"{name}\"", StringComparison.Ordinal), Token);
        List<string> messages = [];
        BuilderRun run = BuilderRuns.Builder("kind: stac-chips\nitems: \"?.json\"\nchip: { size: 500 }", folder.Path, messages.Add);
        Assert.NotEmpty(await run.ReadAllAsync(Token));
        string note = Assert.Single(((INotingBuilder)run.Builder).Notes);
        Assert.StartsWith("3 scenes, the first of which is 'a' (", note, StringComparison.Ordinal);
        Assert.Contains("chips of 500 pixels do not have B01, B09, ", note, StringComparison.Ordinal);
        Assert.DoesNotContain(messages, m => m.Contains("do not have", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("+proj=sinu +lon_0=0 +R=6371007.181 +units=m")] // MODIS
    [InlineData("+proj=sinu +lon_0=-90 +x_0=1000 +y_0=-500 +a=6378137 +rf=298.257 +units=m")]
    [InlineData("+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +datum=NAD83 +units=m")] // the National Land Cover Database
    [InlineData("+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +datum=WGS84 +units=us-ft")]
    [InlineData("+proj=laea +lat_0=12 +lon_0=34 +datum=WGS84")]
    [InlineData("+proj=lcc +lat_1=33 +lat_2=45 +lat_0=40 +lon_0=-97 +a=6370000 +b=6370000")]
    [InlineData("+proj=lcc +lat_1=33 +lat_2=45 +lat_0=40 +lon_0=-97 +datum=NAD83 +units=us-ft +x_0=914400")]
    [InlineData("+proj=lcc +lat_1=46.5 +lat_0=46.5 +lon_0=3 +k_0=0.99987742 +x_0=600000 +y_0=200000 +ellps=clrk80ign")]
    [InlineData("+proj=tmerc +lat_0=1 +lon_0=129 +k=0.9996 +x_0=500000 +ellps=WGS84")]
    [InlineData("+proj=tmerc +lon_0=9 +x_0=500000 +ellps=GRS80 +units=km")]
    [InlineData("+proj=tmerc +lon_0=80 +x_0=500000 +ellps=evrst30 +units=ind-ft")]
    [InlineData("+proj=tmerc +lon_0=9 +x_0=500000 +ellps=GRS80 +units=ch")]
    [InlineData("+proj=tmerc +lon_0=9 +x_0=500000 +ellps=GRS80 +units=fath")]
    [InlineData("+proj=stere +lat_0=90 +lat_ts=71 +lon_0=-39 +datum=WGS84")]
    [InlineData("+proj=stere +lat_0=-90 +lon_0=0 +k=0.994 +x_0=2000000 +y_0=2000000 +datum=WGS84")]
    [InlineData("+proj=stere +lat_0=46 +lon_0=25 +k=0.99975 +x_0=500000 +y_0=500000 +ellps=krass")]
    [InlineData("+proj=sterea +lat_0=52 +lon_0=5.4 +k=0.9999079 +x_0=155000 +y_0=463000 +ellps=bessel")]
    [InlineData("+proj=merc +lon_0=100 +k=0.997 +ellps=bessel")]
    [InlineData("+proj=merc +lat_ts=30 +lon_0=10 +datum=WGS84")]
    [InlineData("+proj=eqc +lat_ts=30 +lon_0=10 +datum=WGS84")]
    [InlineData("+proj=cea +lat_ts=30 +lon_0=0 +datum=WGS84")]
    [InlineData("+proj=aeqd +lat_0=50 +lon_0=20 +datum=WGS84")]
    [InlineData("+proj=utm +zone=33 +ellps=intl")]
    [InlineData("+proj=utm +zone=33 +south +ellps=intl")]
    [InlineData("+proj=omerc +lat_0=40 +lonc=10 +alpha=30 +gamma=25 +k=0.9996 +x_0=1000 +y_0=2000 +no_uoff +datum=WGS84")]
    [InlineData("+proj=omerc +lat_0=4 +lonc=102.25 +alpha=323.0257905 +gamma=323.1301023 +k=0.99984 +x_0=804671 +ellps=evrst30")]
    [InlineData("+proj=eqdc +lat_1=30 +lat_2=50 +lat_0=40 +lon_0=-96 +x_0=1000 +datum=NAD83")]
    [InlineData("+proj=cass +lat_0=31.7 +lon_0=35.2 +x_0=170251 +y_0=126867 +ellps=clrk80ign")]
    [InlineData("+proj=gnom +lat_0=40 +lon_0=10 +datum=WGS84")]
    [InlineData("+proj=mill +lon_0=10 +R=6371000")]
    [InlineData("+proj=ortho +lat_0=40 +lon_0=10 +datum=WGS84")]
    [InlineData("+proj=poly +lat_0=12 +lon_0=34 +datum=WGS84")]
    [InlineData("+proj=robin +lon_0=-10 +x_0=5 +y_0=7 +datum=WGS84")]
    [InlineData("+proj=vandg +lon_0=10 +R=6371000")]
    [InlineData("+proj=nzmg +lat_0=-41 +lon_0=173 +ellps=intl")]
    [InlineData("+proj=tmerc +axis=wsu +lat_0=-30 +lon_0=19 +datum=WGS84")]
    [InlineData("ESRI:54009")] // Mollweide, as WKT of ESRI
    [InlineData("+proj=geos +h=35785831 +lon_0=0 +sweep=y +datum=WGS84")]
    [InlineData("+proj=longlat +ellps=bessel")]
    [InlineData("+proj=longlat +a=6371000 +b=6371000")]
    [InlineData("+proj=longlat +ellps=bessel +towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7")]
    [InlineData("+proj=tmerc +lon_0=9 +x_0=3500000 +ellps=bessel +towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7")]
    [InlineData("+proj=utm +zone=33 +ellps=intl +towgs84=-87,-98,-121")]
    public async Task Files_with_parameters_of_projections_are_placed_as_gdal_places_them(string crs)
    {
        Python.Run(Placed, folder.Path, crs);
        List<RowBatch> batches = await BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 32 }", folder.Path)
            .ReadAllAsync(Token);
        await File.WriteAllTextAsync(folder["rows.json"], RowJson.Of(batches).ToJsonString(), Token);
        Assert.Equal("4", Python.Run("""
            import json, sys, rasterio
            from rasterio.warp import transform
            rows = json.load(open(sys.argv[1] + '/rows.json'))
            with rasterio.open(sys.argv[1] + '/a.tif') as file:
                for r in rows:
                    x, y = file.transform * (32 * r['chip_x'] + 16, 32 * r['chip_y'] + 16)
                    (lon,), (lat,) = transform(file.crs, 'EPSG:4326', [x], [y])
                    (own_lon,), (own_lat,) = transform(rasterio.CRS.from_string(r['crs']), 'EPSG:4326', [x], [y])
                    assert abs(lon - own_lon) < 1e-9 and abs(lat - own_lat) < 1e-9, (lon, lat, own_lon, own_lat, r['crs'])
                    assert abs(lon - r['lon']) < 1e-3 and abs(lat - r['lat']) < 1e-3, (lon, lat, r) # the centre of the footprint
            print(len(rows))
            """, folder.Path).Trim());
    }

    [Theory]
    [InlineData("+proj=sinu +R=6371007.181 +units=m", 4343.5567, -11_119_505.196, -4343.5567, 6_671_703.118, 64)] // tile h08v03 of MODIS
    [InlineData("+proj=sinu +R=6371007.181 +units=m", 156_368.04, -20_015_109.354, -78_184.02, 10_007_554.677, 32)]
    [InlineData("+proj=sinu +lon_0=-90 +x_0=1000 +y_0=-500 +a=6378137 +rf=298.257 +units=m", 100_000, -22_000_000, -50_000, 6_400_000, 16)]
    [InlineData("EPSG:3857", 156_543.034, 0, -78_271.517, 10_018_754.171, 32)] // another turn is on the earth
    public async Task Chips_off_the_earth_are_left_out(string crs, double a, double c, double e, double f, int size)
    {
        string[] transform = [.. ((double[])[a, 0, c, 0, e, f]).Select(v => v.ToString(CultureInfo.InvariantCulture))];
        Python.Run("""
            import json, sys
            import numpy as np, rasterio
            folder, crs = sys.argv[1:3]
            with rasterio.open(folder + '/a.tif', 'w', driver='GTiff', width=256, height=256, count=1, dtype='int16', crs=crs,
                    transform=rasterio.Affine(*map(float, sys.argv[3:]))) as file:
                file.write(np.ones((1, 256, 256), 'i2'))
            json.dump({'type': 'Feature', 'stac_version': '1.0.0', 'id': 's', 'links': [],
                'geometry': {'type': 'Polygon', 'coordinates': [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]},
                'properties': {'datetime': '2020-01-01T00:00:00Z'},
                'assets': {'a': {'href': './a.tif', 'type': 'image/tiff; application=geotiff'}}}, open(folder + '/item.json', 'w'))
            """, [folder.Path, crs, .. transform]);
        List<string> messages = [];
        List<RowBatch> batches = await BuilderRuns.Builder($"kind: stac-chips\nitems: item.json\nchip: {{ size: {size} }}", folder.Path,
            messages.Add).ReadAllAsync(Token);
        await File.WriteAllTextAsync(folder["rows.json"], RowJson.Of(batches).ToJsonString(), Token);
        int without = int.Parse(Python.Run("""
            import json, sys
            import numpy as np, pyproj, shapely.wkb
            from shapely.geometry import Point
            folder, crs, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
            a, _, c, _, e, f = map(float, sys.argv[4:])
            rows = {(r['chip_x'], r['chip_y']): r for r in json.load(open(folder + '/rows.json'))}
            t = pyproj.Transformer.from_crs(crs, 'EPSG:4326', always_xy=True)
            without = 0
            for j in range(256 // size):
                for i in range(256 // size):
                    x, y = a * size * (i + np.array([0, 1, 1, 0, .5])) + c, e * size * (j + np.array([0, 0, 1, 1, .5])) + f
                    lon, lat = t.transform(x, y)
                    back = t.transform(lon, lat, direction='INVERSE')
                    on_earth = np.hypot(back[0] - x, back[1] - y) < 1 if crs != 'EPSG:3857' else lon < 999
                    assert ((i, j) in rows) == on_earth.all(), (i, j, lon, lat)
                    without += not on_earth.all()
                    if on_earth.all():
                        assert shapely.wkb.loads(bytes.fromhex(rows[i, j]['geometry'])).covers(Point(lon[4], lat[4])), (i, j)
            assert len(rows) > 3
            print(without)
            """, [folder.Path, crs, size.ToString(CultureInfo.InvariantCulture), .. transform]), CultureInfo.InvariantCulture);
        Assert.Equal(crs == "EPSG:3857", without == 0);
        Assert.Equal(without > 0, messages.Any(m => m.EndsWith($": {without} chips of {size} pixels are left out, because they have no "
            + "longitude and latitude", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nbands: [a]")]
    public async Task A_file_with_another_projection_without_a_code_is_reported(string bands)
    {
        Python.Run(Placed, folder.Path, "+proj=poly +lat_0=12 +lon_0=34 +datum=WGS84");
        byte[] file = await File.ReadAllBytesAsync(folder["a.tif"], Token);
        int method = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x03, 0x0c, 0, 0, 1, 0, 22, 0]); // the key of the method
        file[method + 6] = 2; // modified for Alaska, which GDAL does not read either
        await File.WriteAllBytesAsync(folder["a.tif"], file, Token);
        SceneErrors.Contains(await SceneErrors.OfAsync(BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 32 }" + bands,
            folder.Path)), "has neither an EPSG code nor parameters that are read. State 'proj:code' or 'proj:wkt2' in the document");
    }

    [Fact]
    public async Task An_asset_in_a_bucket_whose_name_is_not_valid_is_an_error_of_the_item()
    {
        Python.Run(Placed, folder.Path, "EPSG:32633");
        string item = await File.ReadAllTextAsync(folder["item.json"], Token);
        await File.WriteAllTextAsync(folder["item.json"], item.Replace("./a.tif", "s3://b/a.tif", StringComparison.Ordinal), Token);
        SceneErrors.Contains(await SceneErrors.OfAsync(BuilderRuns.Builder("kind: stac-chips\nitems: item.json\nchip: { size: 32 }",
            folder.Path)), "item 0 ('s')", "s3://b/a.tif", "no valid bucket name", "Correct the document or 'assets.mount'");
    }

    [Fact]
    public async Task Items_with_different_numbers_of_bands_are_named()
    {
        Python.Run(Scaled, folder.Path);
        JsonNode item = JsonNode.Parse(await File.ReadAllTextAsync(folder["item.json"], Token))!;
        item["id"] = "t";
        item["assets"]!["b"] = item["assets"]!["a"]!.DeepClone();
        await File.WriteAllTextAsync(folder["two.json"], item.ToJsonString(), Token);
        SchemaMismatchException error = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuilderRuns.Builder(
            "kind: stac-chips\nitems: [item.json, two.json]\nchip: { size: 64 }", folder.Path).ReadAllAsync(Token));
        Assert.StartsWith($"'t' ({folder["two.json"]}, item 0), column 'chip_array': the item has 2 bands (a, b), but 's' ("
            + $"{folder["item.json"]}, item 0) has 1 band (a).", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(await BuilderRuns.Builder("kind: stac-chips\nitems: [item.json, two.json]\nbands: [a]\nchip: { size: 64 }",
            folder.Path).ReadAllAsync(Token));
    }

    [Theory]
    [InlineData("item.json")]
    [InlineData("catalog.json")]
    public async Task Documents_and_rasters_may_be_links_to_files_elsewhere(string items)
    {
        Directory.CreateDirectory(folder["disk"]);
        Python.Run(Scaled, folder["disk"]);
        Directory.CreateDirectory(folder["work"]);
        foreach (string name in (string[])["item.json", "a.tif"])
            File.CreateSymbolicLink(folder[$"work/{name}"], folder[$"disk/{name}"]);
        await File.WriteAllTextAsync(folder["work/catalog.json"], """
            {"type": "Catalog", "stac_version": "1.0.0", "id": "c", "description": "one item",
                "links": [{"rel": "item", "href": "./item.json"}]}
            """, Token);
        RowBatch rows = Assert.Single(await BuilderRuns.Builder($"kind: stac-chips\nitems: {items}\nchip: {{ size: 64 }}",
            folder["work"]).ReadAllAsync(Token));
        Assert.Equal(4, rows.RowCount);
    }

    public void Dispose() => folder.Dispose();

    private static string Landsat(string chip) =>
        $"kind: stac-chips\nitems: {Scene}\nchip: {{ {chip} }}\nbands: [red]\nassets: {{ mount: landsat-008059 }}\n"
            + "stats: { indexer: landsat }\nmax_nodata: 0.5";
}
