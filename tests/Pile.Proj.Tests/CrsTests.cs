using System.Text.Json;
using Pile.Proj.Native;
using Pile.TestKit;

namespace Pile.Proj.Tests;

[Collection("PROJ")] // live objects are counted
public class CrsTests
{
    private const string Script = """
        import sys, json
        from pyproj import CRS
        out = []
        for d in ['EPSG:4326', 'EPSG:32633', 'EPSG:32720', 'EPSG:3577', 'EPSG:3035', 'EPSG:3031', 'EPSG:3413', 'EPSG:26911', 'EPSG:2263',
                  'EPSG:3857',                 'EPSG:28355', 'EPSG:4283', 'OGC:CRS84', 'EPSG:4807', 'urn:ogc:def:crs:EPSG::32601',
                  '+proj=sinu +R=6371007.181 +units=m +no_defs',
                  '+proj=utm +zone=19 +datum=WGS84', 'EPSG:7405', '+proj=longlat +datum=WGS84 +towgs84=0,0,1']:
            c = CRS(d)
            h = c.sub_crs_list[0] if c.is_compound else c.source_crs if c.is_bound else c
            a = c.area_of_use
            forms = {'given': d, 'wkt2': c.to_wkt('WKT2_2019'), 'json': c.to_json()}
            try: forms['wkt1'] = c.to_wkt('WKT1_GDAL')
            except Exception: pass
            auth = c.to_authority(min_confidence=100)
            horizontal = h.to_authority(min_confidence=100) if c.is_compound else auth
            out.append(dict(forms=forms, name=c.name, geographic=h.is_geographic, projected=h.is_projected, unit=h.axis_info[0].unit_name,
                factor=h.axis_info[0].unit_conversion_factor, area=a and [a.west, a.south, a.east, a.north], code=auth and ':'.join(auth),
                stored=horizontal and ':'.join(horizontal)))
        json.dump(out, sys.stdout)
        """;

    [Fact]
    public void All_forms_of_a_definition_agree_with_pyproj()
    {
        foreach (JsonElement expected in JsonDocument.Parse(Python.Run(Script)).RootElement.EnumerateArray())
            foreach (JsonProperty form in expected.GetProperty("forms").EnumerateObject())
            {
                string definition = form.Value.GetString()!;
                Crs crs = Crs.Parse(definition);
                string what = $"{expected.GetProperty("forms").GetProperty("given")} as {form.Name}";
                Assert.True(expected.GetProperty("geographic").GetBoolean() == crs.IsGeographic, what);
                Assert.True(expected.GetProperty("projected").GetBoolean() == crs.IsProjected, what);
                Assert.Equal(expected.GetProperty("factor").GetDouble(), crs.UnitFactor, 1e-15);
                if (form.Name is "given" or "wkt2" or "json")
                {
                    Assert.Equal(expected.GetProperty("name").GetString(), crs.Name);
                    Assert.Equal(expected.GetProperty("unit").GetString(), crs.UnitName);
                }
                if (form.Name is not "given" || expected.GetProperty("code").ValueKind is not JsonValueKind.Null)
                    Assert.True(expected.GetProperty("code").GetString() == crs.AuthorityCode,
                        $"{what}: expected {expected.GetProperty("code")}, found {crs.AuthorityCode}");
                if (expected.GetProperty("area") is { ValueKind: JsonValueKind.Array } area && form.Name is "given")
                    Assert.Equal(area.EnumerateArray().Select(v => v.GetDouble()),
                        [crs.AreaOfUse!.Value.West, crs.AreaOfUse.Value.South, crs.AreaOfUse.Value.East, crs.AreaOfUse.Value.North]);
                Crs stored = Crs.Parse(crs.StoredForm);
                Assert.Equal((crs.HorizontalCode ?? crs.AuthorityCode, crs.IsProjected), (stored.AuthorityCode, stored.IsProjected));
                if (form.Name is "given" && expected.GetProperty("stored").GetString() is { } code)
                    Assert.Equal(code, crs.StoredForm);
                Assert.Equal(crs.UnitFactor, stored.UnitFactor, 1e-15); // a US survey foot in WKT1 differs in the last bit
                Assert.Equal(stored.StoredForm, Crs.Parse(stored.StoredForm).StoredForm);
                Assert.DoesNotContain('\n', crs.Wkt2);
            }
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("EPSG:999999")]
    [InlineData("EPSG:5703")] // vertical
    [InlineData("EPSG:4978")] // geocentric
    [InlineData("EPSG:16033")] // a conversion
    [InlineData("nonsense")]
    [InlineData("PROJCS[\"x\"")]
    [InlineData("{\"type\":")]
    [InlineData("+proj=nothing")]
    [InlineData("+proj=pipeline +step +proj=utm +zone=33")]
    [InlineData("+init=/etc/passwd:x")]
    [InlineData("+proj=longlat +ellps=GRS80 +nadgrids=/etc/passwd")]
    [InlineData("EPSG:4326\0")]
    public void A_definition_that_is_no_horizontal_system_is_rejected(string definition)
    {
        CrsInvalidException e = Assert.Throws<CrsInvalidException>(() => Crs.Parse(definition));
        Assert.Contains("EPSG:32633", e.Message);
    }

    [Fact]
    public void A_definition_of_excessive_length_is_rejected() =>
        Assert.InRange(Assert.Throws<CrsInvalidException>(() => Crs.Parse(new string('x', 300_000))).Message.Length, 10, 400);

    [Theory]
    [InlineData("{\"type\":")]
    [InlineData("PROJCS[")]
    [InlineData("PROJCRS[\"x\",")]
    public void A_deeply_nested_definition_is_rejected(string level) =>
        Assert.Throws<CrsInvalidException>(() => Crs.Parse(string.Concat(Enumerable.Repeat(level, 150_000 / level.Length))));

    [Fact]
    public void A_missing_library_is_reported_with_its_package()
    {
        Format.NativeLibraryMissingException e =
            Assert.Throws<Format.NativeLibraryMissingException>(() => ProjLibrary.Files.Load(null, ["/nonexistent"]));
        Assert.Contains("libproj.so.25", e.Message);
        Assert.Contains("libproj25", e.Message);
    }
}
