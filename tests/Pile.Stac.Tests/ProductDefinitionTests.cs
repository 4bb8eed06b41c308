using System.Text;
using System.Text.Json.Nodes;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Stac.Tests;

public class ProductDefinitionTests
{
    private const string Script = """
        import json, math, os, sys, yaml
        root, views = sys.argv[1], json.load(open(sys.argv[2]))
        bad = []
        def same(where, found, expected):
            if found != expected:
                bad.append(f'{where}: found {found!r}, expected {expected!r}')
        def number(v):
            return None if v is None else 'nan' if math.isnan(float(v)) else float(v)
        for name, products in views.items():
            docs = [d for d in yaml.safe_load_all(open(os.path.join(root, name))) if d]
            same(name + ' count', len(products), len(docs))
            for p, d in zip(products, docs):
                where = name + ' ' + d['name']
                for k in ('name', 'description', 'metadata_type', 'license', 'metadata'):
                    same(f'{where} {k}', p[k], d.get(k))
                load = d.get('load') or d.get('storage')
                if load:
                    r, a = load.get('resolution', {}), load.get('align', {})
                    same(where + ' load', p['load'], [load['crs'].strip()] + [number(v) for v in (
                        r.get('x', r.get('longitude')), r.get('y', r.get('latitude')), a.get('x'), a.get('y'))])
                else:
                    same(where + ' load', p['load'], None)
                same(where + ' measurements', [m['name'] for m in p['measurements']], [m['name'] for m in d.get('measurements', [])])
                for f, m in zip(p['measurements'], d.get('measurements', [])):
                    at = where + ' ' + m['name']
                    same(at + ' dtype', f['dtype'], m['dtype'])
                    same(at + ' nodata', f['nodata'], number(m.get('nodata')))
                    same(at + ' units', f['units'], m.get('units') if m.get('units') is None else str(m['units']))
                    same(at + ' aliases', f['aliases'], [str(a) for a in m.get('aliases', [])])
                    flags = {k: {'description': v['description'].strip() if 'description' in v else None,
                        'bits': v['bits'] if isinstance(v['bits'], list) else [v['bits']],
                        'values': {str(int(n)): x for n, x in v['values'].items()}} for k, v in m.get('flags_definition', {}).items()}
                    same(at + ' flags', f['flags'], flags)
        print('\n'.join(bad))
        """;

    [Fact]
    public void Every_member_of_every_real_product_definition_equals_a_reading_by_python()
    {
        using TemporaryFolder folder = new();
        List<(string, JsonNode)> views = [];
        foreach (string path in Directory.EnumerateFiles(Path.Combine(EoFiles.Root, "odc-docs"), "*.yaml").Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(EoFiles.Root, path), text = File.ReadAllText(path);
            if (!text.Contains("metadata_type:", StringComparison.Ordinal))
            {
                Assert.Equal(SceneProblem.NotScene,
                    Assert.Throws<SceneInvalidException>(() => ProductDefinition.Parse(EoFiles.Bytes(name), name)).Problem);
                continue;
            }
            views.Add((name, new JsonArray([.. ProductDefinition.Parse(EoFiles.Bytes(name), name).Select(View)])));
        }
        Assert.Equal(10, views.Count);
        SceneView.Write(folder["views.json"], views);
        Assert.Equal("", Python.Run(Script, EoFiles.Root, folder["views.json"]).Trim());
    }

    private static JsonNode View(ProductDefinition product) => new JsonObject
    {
        ["name"] = product.Name,
        ["description"] = product.Description,
        ["metadata_type"] = product.MetadataType,
        ["license"] = product.License,
        ["metadata"] = JsonNode.Parse(product.Metadata.Json.Span),
        ["load"] = product.Load is { } load
            ? new JsonArray(load.Crs, load.ResolutionX, load.ResolutionY, load.AlignX, load.AlignY) : null,
        ["measurements"] = new JsonArray([.. product.Measurements.Select(m => new JsonObject
        {
            ["name"] = m.Name,
            ["dtype"] = m.DType,
            ["nodata"] = m.Nodata is { } nodata ? double.IsNaN(nodata) ? "nan" : nodata : null,
            ["units"] = m.Units,
            ["aliases"] = new JsonArray([.. m.Aliases.Select(a => (JsonNode?)a)]),
            ["flags"] = new JsonObject(m.Flags.Select(f => new KeyValuePair<string, JsonNode?>(f.Name, new JsonObject
            {
                ["description"] = f.Description,
                ["bits"] = new JsonArray([.. f.Bits.Select(b => (JsonNode?)b)]),
                ["values"] = new JsonObject(f.Values.Select(v => new KeyValuePair<string, JsonNode?>($"{v.Key}",
                    JsonNode.Parse(v.Value.Json.Span)))),
            }))),
        })]),
    };

    [Fact]
    public void Measurements_are_found_by_name_or_alias()
    {
        ProductDefinition product = ProductDefinition.Parse(EoFiles.Bytes("odc-docs/landsat8_example_product.yaml"), "a.yaml")[0];
        Assert.Equal("red", product.Find("sr_band4")!.Name);
        Assert.Equal("blue", product.Find("blue")!.Name);
        Assert.Null(product.Find("green"));
        Assert.Equal(0b1100_0000UL, product.Find("pixel_qa")!.Flags.Single(f => f.Name == "cloud_confidence").Mask);
    }

    [Fact]
    public void A_product_completes_the_bands_of_its_datasets()
    {
        ProductDefinition product = ProductDefinition.Parse(EoFiles.Bytes("odc-docs/ard_ls8.odc-product.yaml"), "a.yaml")[0];
        Scene scene = product.Apply(Assert.Single(Eo3Document.ParseYaml(EoFiles.Bytes("odc-docs/final_dataset.yaml"), "b.yaml", new())));
        SceneAsset[] measured = [.. scene.Assets.Where(a => a.HasRole("data"))];
        Assert.Equal(product.Measurements.Select(m => m.Name).Order(StringComparer.Ordinal),
            measured.Select(a => a.Key).Order(StringComparer.Ordinal));
        Assert.All(measured, a => Assert.NotNull(a.Bands[0].DType));
        Assert.Equal(("int16", -999), (scene.FindAsset("nbart_red")!.Bands[0].DType, scene.FindAsset("nbart_red")!.Bands[0].Nodata));
        Assert.True(double.IsNaN(scene.FindAsset("oa_solar_zenith")!.Bands[0].Nodata!.Value));
        Assert.Contains(scene.FindAsset("oa_fmask")!.Bands[0].Flags, f => f.Name == "fmask");
    }

    [Theory]
    [InlineData("name: a\nmetadata: {}\nmeasurements: [{name: b, dtype: int17}]", "measurements[0].dtype")]
    [InlineData("name: a\nmetadata: {}\nmeasurements: [{name: b, dtype: int16, nodata: none}]", "measurements[0].nodata")]
    [InlineData("name: a\nmetadata: {}\nmeasurements: [{name: b}]", "measurements[0].dtype")]
    [InlineData("name: a\nmetadata: {}\nmeasurements: [{name: b, dtype: int16}, {name: b, dtype: int16}]", "measurements")]
    [InlineData("name: a\nmeasurements: [{name: b, dtype: uint8, flags_definition: {c: {bits: 64, values: {}}}}]",
        "measurements[0].flags_definition.c.bits")]
    [InlineData("name: a\nmeasurements: [{name: b, dtype: uint8, flags_definition: {c: {bits: 1, values: {x: y}}}}]",
        "measurements[0].flags_definition.c.values")]
    public void Errors_name_the_key(string text, string field) => Assert.Equal(field,
        Assert.Throws<SceneInvalidException>(() => ProductDefinition.Parse(Encoding.UTF8.GetBytes(text), "a.yaml")).Field);

    [Fact]
    public void Yaml_that_would_fill_the_memory_is_rejected()
    {
        StringBuilder laughs = new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++)
            laughs.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        foreach (string text in (string[])[laughs.ToString(),
            new string('[', 5000), "a: &a [*a]", "a: *b", "a: !!python/object:os.system x",
            "<<: {a: 1}", "a: 1\na: 2", "? [a]\n: b", "%YAML 9.9\n--- a"])
            Assert.Throws<DocumentInvalidException>(() => YamlDocuments.Read(Encoding.UTF8.GetBytes(text), "a.yaml"));
    }

    [Fact]
    public void Plain_values_get_the_types_of_pyyaml()
    {
        string[] values = ["1", "-1", "+7", "0x1F", "0b11", "010", "090086", "1_000", "1.5", ".5", "-0.5", "1.", "6.02e+23", ".inf",
            "-.inf", ".nan", "true", "Yes",
            "off", "~", "null", "", "'1'", "\"true\"", "1.2.3", "a", "-x", "9223372036854775808", "&x 3", "*x", "!!str 5", "99999-01"];
        string text = string.Concat(values.Select((v, i) => $"k{i}: {v}\n"));
        string json = Encoding.UTF8.GetString(YamlDocuments.Read(Encoding.UTF8.GetBytes(text), "a.yaml")[0].Json);
        Assert.Equal("", Python.Run("""
            import json, math, sys, yaml
            found, expected = json.loads(sys.argv[1]), yaml.safe_load(sys.argv[2])
            for k, e in expected.items():
                f = found[k]
                if isinstance(e, float) and not math.isfinite(e):
                    e = str(e)
                if isinstance(e, int) and abs(e) >= 2**63:
                    continue
                if f != e or type(f) != type(e):
                    print(k, repr(f), repr(e))
            """, json, text).Trim());
    }
}
