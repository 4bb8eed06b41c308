using System.Text;
using System.Text.Json.Nodes;
using Pile.Earth;
using Pile.TestKit;

namespace Pile.Stac.Tests;

public class StacItemWriterTests
{
    // Computes what the members of an item are called in version 1.1, after the changelogs of STAC and its extensions.
    private const string Script = """
        import json, os, sys, datetime
        root, exported = sys.argv[1], json.load(open(sys.argv[2]))
        bad = []
        def same(where, found, expected):
            if found != expected:
                bad.append(f'{where}: found {found!r}, expected {expected!r}')
        renamed = {'eo:platform': 'platform', 'eo:sun_azimuth': 'view:sun_azimuth', 'eo:sun_elevation': 'view:sun_elevation',
            'eo:off_nadir': 'view:off_nadir'}
        def projected(d):
            d = dict(d)
            if 'proj:epsg' in d:
                epsg = d.pop('proj:epsg')
                d['proj:code'] = None if epsg is None else f'EPSG:{epsg}'
            return d
        for name, e in exported.items():
            d = json.load(open(os.path.join(root, name)))
            p = d['properties']
            has_bands = any('eo:bands' in a or 'raster:bands' in a for a in d['assets'].values())
            q = projected({renamed.get(k, k): v for k, v in p.items() if not (k == 'eo:bands' and has_bands)})
            if 'eo:instrument' in q:
                q['instruments'] = [q.pop('eo:instrument')]
            if q['datetime'] is not None and len(q['datetime']) == 10:
                day = datetime.date.fromisoformat(q['datetime'])
                q.update(datetime=None, start_datetime=f'{day}T00:00:00Z', end_datetime=f'{day + datetime.timedelta(days=1)}T00:00:00Z')
            same(name + ' properties', e.pop('properties'), q)
            assets = {}
            for key, a in d['assets'].items():
                a = projected(a)
                eo, raster = a.pop('eo:bands', []), a.pop('raster:bands', [])
                eo = [p['eo:bands'][b] if isinstance(b, int) else b for b in eo]
                bands = []
                for i in range(max(len(eo), len(raster))):
                    b = dict(eo[i]) if i < len(eo) else {}
                    r = dict(raster[i]) if i < len(raster) else {}
                    for k in ('common_name', 'center_wavelength', 'full_width_half_max'):
                        if k in b:
                            b['eo:' + k] = b.pop(k)
                    for k in ('scale', 'offset'):
                        if k in r:
                            r['raster:' + k] = r.pop(k)
                    if 'spatial_resolution' in r:
                        r.setdefault('gsd', r.pop('spatial_resolution'))
                    r.pop('statistics', None)
                    bands.append({**r, **b})
                if bands:
                    a['bands'] = bands
                assets[key] = a
            same(name + ' asset keys', list(e['assets']), list(assets))
            for key, a in assets.items():
                same(f'{name} {key}', e['assets'][key], a)
            e.pop('assets')
            same(name + ' version', e.pop('stac_version'), '1.1.0')
            extensions = e.pop('stac_extensions')
            if any('proj:' in k for k in list(p) + [k for a in d['assets'].values() for k in a]):
                same(name + ' projection', [x for x in extensions if '/projection/' in x],
                    ['https://stac-extensions.github.io/projection/v2.0.0/schema.json'])
            box = e.pop('bbox')
            if 'bbox' in d:
                same(name + ' bbox', box, d['bbox'])
            else:
                xs, ys = zip(*d['geometry']['coordinates'][0])
                same(name + ' bbox', box, [min(xs), min(ys), max(xs), max(ys)])
            same(name + ' rest', e, {k: v for k, v in d.items()
                if k not in ('properties', 'assets', 'stac_version', 'stac_extensions', 'bbox')})
        print('\n'.join(bad))
        """;

    [Fact]
    public void Every_real_item_is_exported_with_all_its_members()
    {
        using TemporaryFolder folder = new();
        SceneView.Write(folder["exported.json"],
            EoFiles.Items.Select(path => (path, JsonNode.Parse(StacItemWriter.Write(EoFiles.Scene(path)).Span)!)));
        Assert.Equal("", Python.Run(Script, EoFiles.Root, folder["exported.json"]).Trim());
    }

    [Fact]
    public void An_exported_item_reads_as_the_same_scene_and_is_exported_to_the_same_bytes()
    {
        foreach (string path in EoFiles.Items)
        {
            Scene scene = EoFiles.Scene(path);
            byte[] text = StacItemWriter.Write(scene).ToArray();
            Scene read = StacItem.Parse(text, path);
            JsonObject expected = SceneView.Of(scene).AsObject(), found = SceneView.Of(read).AsObject();
            foreach (string name in (string[])["version", "properties", "datetime", "bbox"])
            {
                expected.Remove(name);
                found.Remove(name);
            }
            Assert.Equal(expected.ToJsonString(), found.ToJsonString());
            Assert.Equal(Encoding.UTF8.GetString(text), Encoding.UTF8.GetString(StacItemWriter.Write(read).Span));
        }
    }

    [Fact]
    public void Datasets_of_odc_are_exported_with_their_footprint()
    {
        Scene scene = Assert.Single(Eo3Document.ParseYaml(EoFiles.Bytes("odc-docs/final_dataset.yaml"), "final_dataset.yaml", new()));
        Assert.Throws<ArgumentException>(() => StacItemWriter.Write(scene));
        Footprint footprint = Footprint.FromBounds(new LonLatBounds(140, -35, 142, -33));
        Scene read = StacItem.Parse(StacItemWriter.Write(scene, footprint), "exported.json");
        Assert.Equal([140, -35, 142, -33], read.BboxDeg);
        Assert.Equal(scene.Id, read.Id);
        Assert.Equal(scene.Time.StartMjd, read.Time.StartMjd, 1e-9);
        Assert.Equal("landsat-8", read.Common.Platform);
        Assert.Equal(scene.Assets.Select(a => (a.Key, a.Grid.Crs, a.Grid.Rows)), read.Assets.Select(a => (a.Key, a.Grid.Crs, a.Grid.Rows)));
    }

    [Fact] // RFC 8259, section 6
    public void Numbers_that_json_does_not_have_are_left_out()
    {
        string text = Encoding.UTF8.GetString(EoFiles.Bytes("odc-docs/ls8_dataset.yaml")).Replace("properties:\n",
            "properties:\n  n: .nan\n  i: -.inf\n  t: nan\n", StringComparison.Ordinal)
            .Replace("eo:sun_azimuth: 34.58516815", "eo:sun_azimuth: .nan", StringComparison.Ordinal);
        Scene scene = Assert.Single(Eo3Document.ParseYaml(Encoding.UTF8.GetBytes(text), "a.yaml", new()));
        Scene placed = scene with { GeometryCrs = null, BboxDeg = [0, 0, 1, 1] };
        JsonNode properties = JsonNode.Parse(StacItemWriter.Write(placed).Span)!["properties"]!;
        Assert.Equal([null, null, "nan", null], ((string[])["n", "i", "t", "view:sun_azimuth"]).Select(name => (string?)properties[name]));
    }

    [Fact]
    public void Signatures_are_not_exported()
    {
        string text = Encoding.UTF8.GetString(EoFiles.Bytes("stac-items/lidar_dem.json"))
            .Replace("s3://example-bucket/lidar_id.tif", "https://a.blob.core.windows.net/x.tif?sv=2020&sp=r&sig=SECRET%3D&part=2",
                StringComparison.Ordinal)
            .Replace("s3://example-bucket/catalog.json", "https://a.example/c.json?X-Amz-Signature=SECRET", StringComparison.Ordinal);
        Scene scene = StacItem.Parse(Encoding.UTF8.GetBytes(text), "a.json");
        string written = Encoding.UTF8.GetString(StacItemWriter.Write(scene).Span);
        Assert.DoesNotContain("SECRET", written, StringComparison.Ordinal);
        Assert.Contains("https://a.blob.core.windows.net/x.tif?part=2\"", written, StringComparison.Ordinal);
        string stored = Encoding.UTF8.GetString(SignedQuery.RemoveFrom(scene.Document).Span);
        Assert.Equal(text.Replace("?sv=2020&sp=r&sig=SECRET%3D&part=2", "?part=2", StringComparison.Ordinal)
            .Replace("?X-Amz-Signature=SECRET", "", StringComparison.Ordinal), stored);
    }

    [Theory]
    [InlineData("https://ann:SECRET@a.example/c.json", "https://a.example/c.json")]
    [InlineData("https://ann:SEC@RET@a.example:8080/c.json?sig=SECRET", "https://a.example:8080/c.json")]
    [InlineData("see ftp:\\/\\/SECRET@a.example and ann@a.example", "see ftp:\\/\\/a.example and ann@a.example")]
    [InlineData("https://a.example/x@2x.png?to=b@c", "https://a.example/x@2x.png?to=b@c")]
    [InlineData("https://a.example?to=b@c", "https://a.example?to=b@c")]
    [InlineData("https://a.example, b@c", "https://a.example, b@c")]
    public void User_information_of_addresses_is_not_stored(string address, string stored) => Assert.Equal(
        $$"""{"links": [{"href": "{{stored}}"}]}""",
        Encoding.UTF8.GetString(SignedQuery.RemoveFrom(Encoding.UTF8.GetBytes($$"""{"links": [{"href": "{{address}}"}]}""")).Span));
}
