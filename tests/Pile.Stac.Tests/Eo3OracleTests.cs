using Pile.TestKit;

namespace Pile.Stac.Tests;

public class Eo3OracleTests
{
    // PyYAML makes dates of unquoted times; they are compared as times.
    private const string Script = """
        import json, os, sys, datetime, yaml
        root, views = sys.argv[1], json.load(open(sys.argv[2]))
        bad = []
        def same(where, found, expected):
            if isinstance(expected, float) and isinstance(found, (int, float)) and abs(found - expected) <= 1e-8:
                return
            if found != expected:
                bad.append(f'{where}: found {found!r}, expected {expected!r}')
        def plain(v):
            if isinstance(v, datetime.datetime):
                return v.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat() if v.tzinfo else v.isoformat()
            if isinstance(v, dict):
                return {str(k): plain(x) for k, x in v.items()}
            return [plain(x) for x in v] if isinstance(v, list) else v
        def times(v, e):
            if isinstance(e, dict):
                return {k: times(x, e.get(k)) for k, x in v.items()} if isinstance(v, dict) else v
            if isinstance(e, datetime.datetime):
                return datetime.datetime.fromisoformat(v.rstrip('Z').strip()).isoformat()
            return v
        def mjd(v):
            if not isinstance(v, datetime.datetime):
                v = datetime.datetime.fromisoformat(v)
            v = v.astimezone(datetime.timezone.utc).replace(tzinfo=None) if v.tzinfo else v
            return (v - datetime.datetime(1858, 11, 17)) / datetime.timedelta(days=1)
        for name, view in views.items():
            d = yaml.safe_load(open(os.path.join(root, name)))
            same(name + ' id', view['id'], str(d['id']))
            assets = view['assets']
            if 'grid_spatial' in d:
                e, projection = d['extent'], d['grid_spatial']['projection']
                same(name + ' start', view['start_mjd'], mjd(e['from_dt']))
                same(name + ' end', view['end_mjd'], mjd(e['to_dt']))
                same(name + ' platform', view['platform'], d['platform']['code'])
                same(name + ' product', view['collection'], d['product_type'])
                ring = [[e['coord'][c]['lon'], e['coord'][c]['lat']] for c in ('ul', 'll', 'lr', 'ur', 'ul')]
                same(name + ' geometry', view['geometry'], {'type': 'Polygon', 'coordinates': [ring]})
                same(name + ' geometry crs', view['geometry_crs'], None)
                same(name + ' bands', {k: a['href'] for k, a in assets.items()}, {k: b['path'] for k, b in d['image']['bands'].items()})
                points = projection['geo_ref_points']
                for k, a in assets.items():
                    same(f'{name} {k} crs', a['crs'], projection['spatial_reference'])
                    same(f'{name} {k} box', a['proj_bbox'], [points['ll']['x'], points['ll']['y'], points['ur']['x'], points['ur']['y']])
                same(name + ' lineage', view['lineage'], [[k, s['id']] for k, s in d['lineage']['source_datasets'].items()])
                continue
            p = d['properties']
            same(name + ' product', view['collection'], d['product']['name'])
            same(name + ' geometry', view['geometry'], d['geometry'])
            same(name + ' geometry crs', view['geometry_crs'].lower(), d['crs'])
            same(name + ' properties', times(view['properties'], p), plain(p))
            same(name + ' start', view['start_mjd'], mjd(p.get('dtr:start_datetime', p['datetime'])))
            same(name + ' end', view['end_mjd'], mjd(p.get('dtr:end_datetime', p['datetime'])))
            for k, x in dict(platform='eo:platform', gsd='eo:gsd', cloud_cover='eo:cloud_cover', sun_azimuth='eo:sun_azimuth',
                    grid_code='odc:region_code').items():
                same(f'{name} {k}', view[k], p.get(x))
            same(name + ' keys', list(assets), list(d['measurements']) + list(d['accessories']))
            for k, m in d['measurements'].items():
                grid, a = d['grids'].get(m.get('grid', 'default'), {'shape': None}), assets[k]
                same(f'{name} {k} href', a['href'], m['path'])
                same(f'{name} {k} shape', a['shape'], grid['shape'])
                same(f'{name} {k} transform', a['transform'], grid['transform'][:6] if 'transform' in grid else None)
                same(f'{name} {k} band', [b['name'] for b in a['bands']], [k])
            for k, m in d['accessories'].items():
                same(f'{name} {k} href', assets[k]['href'], m['path'])
            same(name + ' lineage', view['lineage'], [[k, str(i)] for k, ids in (d.get('lineage') or {}).items() for i in ids])
        print('\n'.join(bad))
        """;

    [Fact]
    public void Every_member_of_every_real_dataset_document_equals_a_reading_by_python()
    {
        using TemporaryFolder folder = new();
        List<(string, System.Text.Json.Nodes.JsonNode)> views = [];
        foreach (string path in Directory.EnumerateFiles(EoFiles.Root, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(EoFiles.Root, path);
            List<Scene> scenes = [.. Eo3Document.ParseYaml(EoFiles.Bytes(name), name,
                new SceneReadOptions { OnInvalid = e => Assert.True(e.Problem is SceneProblem.NotScene, e.Message) })];
            if (scenes.Count > 0)
                views.Add((name, SceneView.Of(Assert.Single(scenes))));
        }
        Assert.Equal(9, views.Count);
        SceneView.Write(folder["views.json"], views);
        Assert.Equal("", Python.Run(Script, EoFiles.Root, folder["views.json"]).Trim());
    }
}
