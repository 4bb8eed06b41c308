using System.Text.Json.Nodes;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>Scenes of every real STAC item, catalog and document of the Open Data Cube, against Python's json and yaml, shapely and
/// pyproj.</summary>
public class ScenesOfRealDocumentsTests
{
    private const string Checks = """
        import glob, json, math, os, re, sys
        import pyproj, shapely.geometry, shapely.wkb, yaml
        from shapely.geometry import shape
        from shapely.ops import transform
        rows = {(r['_file'], r['object_id']): r for r in json.load(open(sys.argv[1]))}
        root = sys.argv[2]
        count = 0

        def close(a, b, tolerance, what):
            assert abs(a - b) <= tolerance, f'{what}: {a} {b}'

        def instant(text):
            text = re.sub(r'([+-]00:?00|Z)$', '', text.strip().replace(' ', 'T').replace('t', 'T'))
            import numpy as np
            return (np.datetime64(text.rstrip('Z'), 'us') - np.datetime64('1858-11-17', 'us')).astype(float) / 86400e6

        def dense(polygon):
            def ring(line):
                return [line.interpolate(i * line.length / 2000) for i in range(2000)] + list(map(shapely.geometry.Point, line.coords))
            def ordered(line):
                return [(p.x, p.y) for p in sorted(ring(line), key=lambda p: line.project(p))]
            from shapely.geometry import Polygon, MultiPolygon
            parts = [Polygon(ordered(g.exterior), [ordered(h) for h in g.interiors]).buffer(0)
                     for g in getattr(polygon, 'geoms', [polygon])]
            return MultiPolygon([g for part in parts for g in getattr(part, 'geoms', [part])])

        def footprint(row, polygon, what):
            stored = shapely.wkb.loads(bytes.fromhex(row['geometry']))
            assert stored.is_valid and stored.geom_type in ('Polygon', 'MultiPolygon'), what
            difference = stored.symmetric_difference(polygon).area
            assert difference <= 2e-4 * polygon.area, f'{what}: {difference / polygon.area}'
            for a, b in zip(row['bbox'], stored.bounds):
                close(a, b, 1e-12, what + ' bbox')
            g = pyproj.Geod(a=6371000, b=6371000)
            farthest = max(g.inv(row['lon'], row['lat'], x, y)[2] for part in getattr(stored, 'geoms', [stored])
                for x, y in part.exterior.coords) / 6371000 * 180 / math.pi
            close(row['footprint_radius'], farthest, 1e-9, what + ' radius')

        def properties(row, values, what):
            for name, value in values.items():
                if name in ('datetime', 'platform', 'gsd') or value is None:
                    continue
                found = row[name if name in row else 'native_' + name]
                if isinstance(value, (dict, list)):
                    assert json.loads(found) == value, f'{what} {name}'
                elif isinstance(value, float) and not isinstance(found, str):
                    assert float(found) == value, f'{what} {name}: {found} {value}'
                else:
                    assert found == value and type(found) == type(value) or isinstance(found, float) and found == value, \
                        f'{what} {name}: {found!r} {value!r}'

        for path in json.load(open(sys.argv[3])):
            if path.endswith('.json'):
                d = json.load(open(os.path.join(root, path)))
                row = rows[(path, d['id'])]
                assert bytes.fromhex(row['document']) == open(os.path.join(root, path), 'rb').read().strip(), path
                footprint(row, shape(d['geometry']), path)
                p = d['properties']
                close(row['mjd'], instant(p.get('start_datetime') or p['datetime']), 1e-9, path)
                properties(row, p, path)
                assert row['product'] == (d.get('collection') or p.get('collection') or p.get('constellation')
                    or p.get('platform') or p.get('eo:platform') or 'unknown'), f"{path} {row['product']}"
                assert row['platform'] == (p.get('platform') or p.get('eo:platform')), path
                assert row['asset.key'] == list(d['assets']), path
                assert row['asset.type'] == [a.get('type') or '' for a in d['assets'].values()], path
                assert row['asset.roles'] == [','.join(a.get('roles') or []) for a in d['assets'].values()], path
                for (key, a), href in zip(d['assets'].items(), row['asset.href']):
                    if '://' in a['href']:
                        assert href == a['href'], f'{path} {href}'
                    else:
                        local = os.path.normpath(os.path.join(os.path.dirname(path), a['href']))
                        assert href == 'mount://eo/' + local, f'{path} {href}'
                for key, a in d['assets'].items():
                    stated = a.get('raster:bands') or a.get('bands') or []
                    if 'raster:bands' in a:
                        at = [i for i, k in enumerate(row['band.asset']) if k == key]
                        assert len(at) == len(stated), path
                        for i, b in zip(at, stated):
                            if b.get('nodata') is not None:  # else that of the sensor
                                assert row['band.has_nodata'][i] and row['band.nodata'][i] == b['nodata'], path
                            elif row['product'] != 'sentinel-2-l2a':
                                assert not row['band.has_nodata'][i] and row['band.nodata'][i] == 'nan', path
                            assert row['band.dtype'][i] == b.get('data_type', row['band.dtype'][i]), path
                            scales = [b['scale']] if 'scale' in b else ['nan', 0.0001]  # the latter is that of the sensor
                            assert row['band.scale'][i] in scales, f'{path} {key}'
                    if len(a.get('eo:bands') or []) and isinstance(a['eo:bands'][0], dict):
                        at = [i for i, k in enumerate(row['band.asset']) if k == key]
                        assert [row['band.name'][i] for i in at] == [b.get('name', key) for b in a['eo:bands']], \
                            f"{path} {key} {[row['band.name'][i] for i in at]}"
                        assert row['band.common_name'][at[0]] == a['eo:bands'][0].get('common_name', row['band.common_name'][at[0]]), path
                count += 1
            else:
                for d in yaml.load_all(open(os.path.join(root, path)), yaml.BaseLoader):
                    row = rows[(path, d['id'])]
                    assert bytes.fromhex(row['document']).decode() in open(os.path.join(root, path)).read(), path
                    assert row['asset.key'][:len(d['measurements'])] == list(d['measurements']), path
                    n = len(d['measurements'])
                    assert [h.rsplit('/', 1)[-1] for h in row['asset.href'][:n]] \
                        == [m['path'].rsplit('/', 1)[-1] for m in d['measurements'].values()], path
                    assert row['product'] == d['product']['name'], path
                    crs = d['crs'].upper()
                    assert row['crs'] == crs, path
                    to = pyproj.Transformer.from_crs(crs, 'EPSG:4326', always_xy=True)
                    geometry = d.get('geometry')
                    if geometry:
                        numbers = lambda v: [numbers(i) for i in v] if isinstance(v, list) else float(v)
                        polygon = shape({'type': geometry['type'], 'coordinates': numbers(geometry['coordinates'])})
                        footprint(row, transform(to.transform, dense(polygon)), path)
                    p = d['properties']
                    start = p.get('dtr:start_datetime') or p['datetime']
                    close(row['mjd'], instant(start), 1e-9, path)
                    finest = min((d['grids'][m.get('grid', 'default')] for m in d['measurements'].values()
                        if m.get('grid', 'default') in d['grids']), key=lambda g: abs(float(g['transform'][0])))
                    assert row['transform'] == [float(v) for v in finest['transform'][:6]], path
                    for name, value in p.items():
                        if name in ('datetime', 'platform', 'gsd') or isinstance(value, (dict, list)) or value in ('', 'null', '~'):
                            continue
                        found = row[name]
                        if isinstance(found, bool):
                            assert str(found).lower() == value.lower(), f'{path} {name}'
                        elif isinstance(found, (int, float)):
                            assert found == float(value), f'{path} {name}: {found} {value}'
                        else:
                            assert found == value, f'{path} {name}: {found!r} {value!r}'
                    count += 1
        print(count)
        """;

    private static readonly string[] Items =
    [
        .. ((string[])["LC08_L2SP_028030_20200114_20200824_02_T1_SR", "S2A_28QCH_20200714_0_L2A",
            "S2B_MSIL2A_20190629T212529_R043_T06VVN_20201006T080531_raster_ext",
            "ga_ls8c_ard_3-1-0_088080_2020-05-25_final.stac-item", "lidar_dem", "only_crs_proj"]).Select(name => $"stac-items/{name}.json"),
        "landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_SR_stac.json",
        "landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_ST_stac.json",
        "sentinel2-safe/expected_output.json",
        .. ((string[])["20170831_162740_ssc1d1", "20170831_172754_101c", "20170831_195425_SS02", "2017831_195552_SS02",
            "Houston-East-20170831-103f-100d-0f4f-RGB"])
            .Select(name => $"planet-disaster/hurricane-harvey/hurricane-harvey-0831/{name}/{name}.json"),
    ];

    private static readonly string[] Datasets =
    [
        .. ((string[])["ls8_dataset", "ls8_dataset2", "wo_dataset", "final_dataset", "nrt_dataset", "ga_s2am_ard_3_final",
            "ga_s2am_ard_3_interim"]).Select(name => $"odc-docs/{name}.yaml"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_agree_with_the_documents_as_python_reads_them()
    {
        using TemporaryFolder folder = new();
        JsonArray rows = [];
        foreach ((string kind, string[] files) in new (string, string[])[] { ("stac-scenes", Items), ("eo3-scenes", Datasets) })
            foreach (string file in files)
                foreach (JsonNode? row in RowJson.Of(await Builder(kind, file).ReadAllAsync(Token)).ToArray())
                {
                    JsonObject own = (JsonObject)row!.DeepClone();
                    own["_file"] = file;
                    rows.Add(own);
                }
        await File.WriteAllTextAsync(folder["rows.json"], rows.ToJsonString(), Token);
        await File.WriteAllTextAsync(folder["files.json"],
            new JsonArray([.. Items.Concat(Datasets).Select(f => (JsonNode)f)]).ToJsonString(),
            Token);
        Assert.Equal($"{Items.Length + Datasets.Length}",
            Python.Run(Checks, folder["rows.json"], TestPaths.Data("eo"), folder["files.json"]).Trim());
    }

    [Fact]
    public async Task A_catalog_gives_the_scenes_of_all_its_items_and_reports_missing_files_once()
    {
        List<string> messages = [];
        BuilderRun run = BuilderRuns.Builder("kind: stac-scenes\nitems: planet-disaster/collection.json", TestPaths.Data("eo"),
            messages.Add);
        RowBatch batch = Assert.Single(await run.ReadAllAsync(Token));
        Assert.Equal(5, batch.RowCount);
        string missing = Assert.Single(messages, m => m.Contains("do not exist", StringComparison.Ordinal));
        Assert.StartsWith("14 of 14 local files of assets", missing, StringComparison.Ordinal);
        Assert.Equal("mount://eo", Assert.Single(((IMountingBuilder)run.Builder).Mounts).Key);
    }

    [Fact]
    public async Task Documents_of_the_open_data_cube_before_EO3_are_scenes()
    {
        RowBatch batch = Assert.Single(await Builder("eo3-scenes",
            "ls5/LS5_TM_NBAR_P54_GANBAR01-002_090_084_19920323/agdc-metadata.yaml").ReadAllAsync(Token));
        Assert.Equal(["1", "2", "3", "4", "5", "7"], Texts(batch, "asset.key").Select(k => k.Replace("0", "", StringComparison.Ordinal)));
        Assert.Equal("yaml", batch["document"].Schema.Encoding);
    }

    [Fact]
    public async Task Scenes_of_eo3_reject_items()
    {
        SceneErrors.Contains(await SceneErrors.OfAsync(Builder("eo3-scenes", Items[0])), "not a document of the Open Data Cube",
            "stac-scenes");
    }

    private static BuilderRun Builder(string kind, string items) =>
        BuilderRuns.Builder($"kind: {kind}\nitems: {items}", TestPaths.Data("eo"));

    private static string[] Texts(RowBatch batch, string name)
    {
        TextColumnData column = (TextColumnData)batch[name];
        return [.. Enumerable.Range(0, column.ElementsOf(0)).Select(i => column.Text(0, i))];
    }
}
