using Pile.TestKit;

namespace Pile.Stac.Tests;

public class ItemOracleTests
{
    // Reads the documents with Python's json, after the text of the STAC specification and its extensions.
    private const string Script = """
        import json, os, sys, datetime
        from astropy.time import Time
        root, views = sys.argv[1], json.load(open(sys.argv[2]))
        bad = []
        def first(*values):
            return next((v for v in values if v is not None), None)
        def mjd(text):
            if len(text) == 10:
                t = datetime.date.fromisoformat(text).toordinal() - datetime.date(1858, 11, 17).toordinal()
                return t, t + 1
            t = Time(text.rstrip('Z'), scale='utc').mjd
            return t, t
        def same(where, found, expected):
            if isinstance(expected, float) and isinstance(found, (int, float)):
                if abs(found - expected) <= 1e-9:
                    return
            if found != expected:
                bad.append(f'{where}: found {found!r}, expected {expected!r}')
        def crs(p):
            if p.get('proj:code') is not None:
                return p['proj:code']
            return None if p.get('proj:epsg') is None else f"EPSG:{p['proj:epsg']}"
        for name, view in views.items():
            d = json.load(open(os.path.join(root, name)))
            p = d['properties']
            same(name + ' id', view['id'], d['id'])
            same(name + ' collection', view['collection'], d.get('collection'))
            same(name + ' version', view['version'], d['stac_version'])
            same(name + ' geometry', view['geometry'], d['geometry'])
            same(name + ' bbox', view['bbox'], d.get('bbox'))
            same(name + ' properties', view['properties'], p)
            same(name + ' order', list(view['properties']), list(p))
            same(name + ' datetime', view['datetime'], p['datetime'])
            start, end = p.get('start_datetime', p['datetime']), p.get('end_datetime', p['datetime'])
            same(name + ' start', view['start_mjd'], float(mjd(start)[0]))
            same(name + ' end', view['end_mjd'], float(mjd(end)[1]))
            same(name + ' platform', view['platform'], first(p.get('platform'), p.get('eo:platform')))
            instruments = first(p.get('instruments'), p.get('eo:instrument'), [])
            same(name + ' instruments', view['instruments'], [instruments] if isinstance(instruments, str) else instruments)
            same(name + ' gsd', view['gsd'], p.get('gsd'))
            same(name + ' cloud', view['cloud_cover'], p.get('eo:cloud_cover'))
            same(name + ' azimuth', view['sun_azimuth'], first(p.get('view:sun_azimuth'), p.get('eo:sun_azimuth')))
            same(name + ' elevation', view['sun_elevation'], first(p.get('view:sun_elevation'), p.get('eo:sun_elevation')))
            same(name + ' grid:code', view['grid_code'], p.get('grid:code'))
            same(name + ' links', view['links'], [[l['rel'], l['href']] for l in d['links']])
            same(name + ' keys', list(view['assets']), list(d['assets']))
            for key, a in d['assets'].items():
                where, v = f'{name} {key}', view['assets'][key]
                for k in ('href', 'type', 'title', 'gsd'):
                    same(f'{where} {k}', v[k], a.get(k))
                same(where + ' roles', v['roles'], a.get('roles', []))
                own = any(k in a for k in ('proj:transform', 'proj:shape', 'proj:bbox'))
                grid = a if own else p
                same(where + ' crs', v['crs'], crs(a) if 'proj:epsg' in a or 'proj:code' in a else crs(p))
                same(where + ' transform', v['transform'], grid['proj:transform'][:6] if 'proj:transform' in grid else None)
                same(where + ' shape', v['shape'], grid.get('proj:shape'))
                same(where + ' bbox', v['proj_bbox'], grid.get('proj:bbox'))
                same(where + ' alternates', v['alternates'], {n: x['href'] for n, x in a.get('alternate', {}).items()})
                eo, raster = a.get('eo:bands', []), a.get('raster:bands', [])
                eo = [p['eo:bands'][b] if isinstance(b, int) else b for b in eo]
                same(where + ' band count', len(v['bands']), max(len(eo), len(raster)))
                for i, found in enumerate(v['bands']):
                    e, r = (eo[i] if i < len(eo) else {}), (raster[i] if i < len(raster) else {})
                    expected = dict(name=e.get('name'), common_name=e.get('common_name'), centre=e.get('center_wavelength'),
                        fwhm=e.get('full_width_half_max'), dtype=r.get('data_type'), nodata=r.get('nodata'), unit=r.get('unit'),
                        scale=r.get('scale'), offset=r.get('offset'), gsd=first(e.get('gsd'), r.get('spatial_resolution')))
                    for k, x in expected.items():
                        same(f'{where} band {i} {k}', found[k], x)
        print('\n'.join(bad))
        """;

    [Fact]
    public void Every_member_of_every_real_item_equals_a_reading_by_python()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(14, EoFiles.Items.Length);
        SceneView.Write(folder["views.json"], EoFiles.Items.Select(path => (path, SceneView.Of(EoFiles.Scene(path)))));
        Assert.Equal("", Python.Run(Script, EoFiles.Root, folder["views.json"]).Trim());
    }

    [Fact]
    public void The_document_is_kept_unchanged()
    {
        foreach (string path in EoFiles.Items)
            Assert.Equal(EoFiles.Bytes(path), EoFiles.Scene(path).Document.ToArray());
    }
}
