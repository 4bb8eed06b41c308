using System.Diagnostics;
using System.Text.Json;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Reading;
using Pile.TestKit;

namespace Pile.Builders.Tests.Schemas;

/// <summary>The JSON Schemas accept and reject the same documents as the readers. The independent validator ajv applies them.</summary>
public sealed class SchemaTests
{
    /// <summary>Documents that the readers reject and ajv accepts, because a schema cannot express the rule.</summary>
    private static readonly HashSet<string> OnlyTheReaderSees =
    [
        "conformance/v1/invalid/M001-anchor", // features of YAML that JSON does not have
        "conformance/v1/invalid/M001-overflow", // a product of lengths
        "manifest: a tag", "manifest: an alias of YAML",
        "manifest: one column twice", // names across items of a list
        "manifest: a version without a minor number", // YAML's 1 is JSON's 1.0
        "manifest: a number in words of YAML", "recipe: a number in words of YAML", // 0x10 is 16 in JSON
        "manifest: nested too deep",
        "manifest: two columns whose names differ by case", "manifest: a name of the format's own", // names across items of a list
        "manifest: a span that ends before it begins",
        "manifest: a checksum of other bytes", "manifest: a checksum before the last line",
        "conformance/v1/invalid/M004-unit",
    ];

    /// <summary>Documents that ajv rejects and the readers accept. 'pile validate' and 'pile build' reject them later.</summary>
    private static readonly HashSet<string> OnlyTheSchemaSays =
    [
        "recipe: a modality that is unknown",
        "manifest: not a number as padding", // JSON has no NaN
    ];

    private static readonly (string What, string Old, string New)[] ManifestChanges =
    [
        ("unchanged", "", ""),
        ("a number for a name", "name: ", "name: 5 #"),
        ("a quoted number", "\nrows: ", "\nrows: '5' #"),
        ("null for what may be missing", "\nsubset: ", "\ntime: null\nsky_area_deg2: ~\naliases:\nsources: null\nsubset: "),
        ("a key of a newer minor version", "\nsubset: ", "\nnovelty: { a: 1 }\nsubset: "),
        ("no such version", "pile: ", "pile: 'one' #"),
        ("a newer major version", "pile: ", "pile: '2.0' #"),
        ("a version without a minor number", "pile: ", "pile: 1 #"),
        ("no name", "\nname: ", "\n#name: "),
        ("null for a name", "\nname: ", "\nname: null #"),
        ("a list for a name", "\nname: ", "\nname: [a] #"),
        ("negative rows", "\nrows: ", "\nrows: -5 #"),
        ("a fraction of rows", "\nrows: ", "\nrows: 1.5 #"),
        ("rows in words", "\nrows: ", "\nrows: many #"),
        ("a number in words of YAML", "\nrows: ", "\nrows: 0x10 #"),
        ("a modality that is unknown", "\nmodality: ", "\nmodality: smell #"),
        ("another frame", "\nframe: ", "\nframe: FK5 #"),
        ("a medium that is unknown", "\nsubset: ", "\nspectral_medium: water\nsubset: "),
        ("an epoch in words", "\nepoch_year: ", "\nepoch_year: now #"),
        ("an infinite epoch", "\nepoch_year: ", "\nepoch_year: .inf #"),
        ("an epoch far away", "\nepoch_year: ", "\nepoch_year: 20000 #"),
        ("a negative area", "\nsky_area_deg2: ", "\nsky_area_deg2: -1 #"),
        ("an area that is not a number", "\nsky_area_deg2: ", "\nsky_area_deg2: .nan #"),
        ("a subset outside", "\nsubset: ", "\nsubset: .. #"),
        ("a subset with a slash", "\nsubset: ", "\nsubset: a/b #"),
        ("a time span", "\nsubset: ", "\ntime: { scale: UTC(NIST), reference: GEOCENTER, start_mjd: 5, end_mjd: 6 }\nsubset: "),
        ("a span that ends before it begins", "\nsubset: ", "\ntime: { scale: TAI, start_mjd: 6, end_mjd: 5 }\nsubset: "),
        ("a span without an end", "\nsubset: ", "\ntime: { scale: TAI, start_mjd: 6, end_mjd: .inf }\nsubset: "),
        ("a time scale that is unknown", "\nsubset: ", "\ntime: { scale: BJD, start_mjd: 5, end_mjd: 6 }\nsubset: "),
        ("a reference position that is unknown", "\nsubset: ",
            "\ntime: { scale: TAI, reference: here, start_mjd: 5, end_mjd: 6 }\nsubset: "),
        ("a factor of 0", "\nsubset: ", "\naliases: [{ name: a, native: ra, scale: 0 }]\nsubset: "),
        ("an infinite factor", "\nsubset: ", "\naliases: [{ name: a, native: ra, scale: 1e400 }]\nsubset: "),
        ("a checksum of other bytes", "crc32c: ", "crc32c: \"00000000\"\n"),
        ("a checksum before the last line", "\nsubset: ", "\ncrc32c: \"00000000\"\nsubset: "),
        ("two columns whose names differ by case", "\ncolumns:\n",
            "\ncolumns:\n  - { name: RA, dtype: float64, storage: light, role: native }\n"),
        ("a name of the format's own", "\ncolumns:\n", "\ncolumns:\n  - { name: _pile_x, dtype: float64, storage: light, role: native }\n"),
        ("an unknown key of the provenance", "project: ", "projekt: a\n  project: "),
        ("another scheme", "scheme: healpix", "scheme: htm"),
        ("an order beyond the last", "order: ", "order: 30 #"),
        ("an invalid checksum", "sha256: ", "sha256: 12zz #"),
        ("another list", "path: files.parquet", "path: files.csv"),
        ("a dtype that is unknown", "dtype: float64", "dtype: float63"),
        ("a storage that is unknown", "storage: light", "storage: medium"),
        ("a role that is unknown", "role: native", "role: foreign"),
        ("an unknown key of a column", "storage: light", "storage: light\n  unitt: deg"),
        ("a shape with a word", "storage: light", "storage: light\n  shape: [wide]"),
        ("a ragged shape", "storage: light", "storage: light\n  shape: [ragged]"),
        ("a negative length", "storage: light", "storage: light\n  shape: [-2]"),
        ("a padding in words", "storage: light", "storage: light\n  padding: soft"),
        ("not a number as padding", "storage: light", "storage: light\n  padding: .nan"),
        ("a mask that is unknown", "storage: light", "storage: light\n  mask: maybe"),
        ("a codec that is unknown", "storage: light", "storage: light\n  codec: lzma"),
        ("a flag in words", "storage: light", "storage: light\n  nullable: yes"),
        ("a band without a name", "storage: light", "storage: light\n  bands: [{ unit: count }]"),
        ("an unknown key of a band", "storage: light", "storage: light\n  bands: [{ name: g, colour: green }]"),
        ("an alias with native and expr", "\nsubset: ", "\naliases: [{ name: a, native: ra, expr: ra + 1 }]\nsubset: "),
        ("an alias without native or expr", "\nsubset: ", "\naliases: [{ name: a, unit: deg }]\nsubset: "),
        ("an alias with a null beside", "\nsubset: ", "\naliases: [{ name: a, native: ra, expr: null }]\nsubset: "),
        ("a margin", "\nsubset: ", "\nmargin_arcsec: 5\nsubset: "),
        ("a margin of 0", "\nsubset: ", "\nmargin_arcsec: 0\nsubset: "),
        ("a category without a name", "storage: light", "storage: light\n  categories: [{ code: 1 }]"),
        ("categories and sentinels", "storage: light",
            "storage: light\n  categories: [{ code: 1, name: star }, { code: 2, name: galaxy }]\n    sentinels: [-99, -9999.5]"),
        ("a sentinel in words", "storage: light", "storage: light\n  sentinels: [never]"),
        ("a time axis", "storage: light", "storage: light\n  time: { scale: TDB, zero_mjd: 55000 }"),
        ("a time axis without a zero", "storage: light", "storage: light\n  time: { scale: TDB }"),
        ("an encoding of light rows", "storage: light", "storage: light\n  encoding: jpeg"),
        ("a nested column that is not a list", "storage: light", "storage: light\n  nested: a"),
        ("one column twice", "\ncolumns:\n", "\ncolumns:\n  - { name: ra, dtype: float64, storage: light, role: standard }\n"),
        ("one key twice", "\nname: ", "\nname: a\nname: "),
        ("a tag", "\nname: ", "\nname: !!str "),
        ("an alias of YAML", "\nname: ", "\nnovelty: &n 5\nother: *n\nname: "),
        ("nested too deep", "\nsubset: ", $"\nnovelty: {new string('[', 40)}{new string(']', 40)}\nsubset: "),
        ("broken YAML", "\nname: ", "\nname: [a\nname: "),
        ("a tab", "\nname: ", "\n\tname: "),
        ("a list at the top", "", "- a"),
        ("an empty document", "", "\n"),
    ];

    private static readonly (string What, string Old, string New)[] RecipeChanges =
    [
        ("unchanged", "", ""),
        ("cells by position", "\nlicence", "\npartition: auto\nlicence"),
        ("tiles of MGRS", "\nlicence", "\npartition: { grid: mgrs }\nlicence"),
        ("tiles of UTM", "\nlicence", "\npartition: { grid: { kind: utm, tile_m: 6000, resolution_m: 30 } }\nlicence"),
        ("a grid without its key", "\nlicence", "\npartition: mgrs\nlicence"),
        ("tiles of an unknown grid", "\nlicence", "\npartition: { grid: wrs2 }\nlicence"),
        ("tiles of a grid with a sign", "\nlicence", "\npartition: { grid: { kind: utm, tile_m: -6000, resolution_m: 30 } }\nlicence"),
        ("a partition with an order", "\nlicence", "\npartition: { grid: mgrs, order: 3 }\nlicence"),
        ("a number for a name", "\nname: test", "\nname: 2024"),
        ("a quoted version", "pile: 1", "pile: '1'"),
        ("null for what may be missing", "\nlicence", "\noptions:\ncolumns: ~\ndescription: null\nlicence"),
        ("another version", "pile: 1", "pile: 2"),
        ("a version in words", "pile: 1", "pile: one"),
        ("no version", "pile: 1", "#"),
        ("an unknown key", "\nlicence: ", "\nlicense: x\nlicence: "),
        ("no licence", "\nlicence: ", "\n#licence: "),
        ("a name with a slash", "\nname: test", "\nname: a/b"),
        ("a name that is hidden", "\nname: test", "\nname: .a"),
        ("a number in words of YAML", "\nlicence: ", "\noptions: { order: 0x5 }\nlicence: "),
        ("a modality that is unknown", "\nlicence: ", "\nmodality: smell\nlicence: "),
        ("a missing release", ", release: r", ""),
        ("a source without a kind", "kind: table", "files: a"),
        ("a source that is a word", "\nsource: { kind: table, files: a.csv }", "\nsource: table"),
        ("further keys of a source", "kind: table", "kind: table, whatever: [1, 2]"),
        .. MirrorChanges.Select(m => (m.What, "kind: table", $"kind: table, mirrors: {m.Mirrors}")),
        ("columns of a source that are chosen and cast", "kind: table", "kind: table, id: row, exclude: [a, 5], cast: { b: float32 }"),
        ("a column with native and expr", "\nlicence: ", "\ncolumns: { a: { native: b, expr: c } }\nlicence: "),
        ("a column without native or expr", "\nlicence: ", "\ncolumns: { a: { unit: mag } }\nlicence: "),
        ("a column with a wrong key", "\nlicence: ", "\ncolumns: { a: { native: b, units: mag } }\nlicence: "),
        ("a column that is a word", "\nlicence: ", "\ncolumns: { a: b }\nlicence: "),
        ("columns as a list", "\nlicence: ", "\ncolumns: [a]\nlicence: "),
        ("good options", "\nlicence: ",
            "\noptions: { target_shard_size: 1.5 GiB, order: auto, codec: none, subset: main, spectral_medium: air, time_scale: TAI, "
                + "epoch_year: 2016 }\nlicence: "),
        ("a size in bytes", "\nlicence: ", "\noptions: { target_shard_size: 1000000 }\nlicence: "),
        ("a size in words", "\nlicence: ", "\noptions: { target_shard_size: big }\nlicence: "),
        ("an order beyond the last", "\nlicence: ", "\noptions: { order: 30 }\nlicence: "),
        ("a margin of 0", "\nlicence: ", "\noptions: { margin_arcsec: 0 }\nlicence: "),
        ("a margin", "\nlicence: ", "\noptions: { margin_arcsec: 10 }\nlicence: "),
        ("a codec that is unknown", "\nlicence: ", "\noptions: { codec: lzma }\nlicence: "),
        ("a medium that is unknown", "\nlicence: ", "\noptions: { spectral_medium: water }\nlicence: "),
        ("an unknown option", "\nlicence: ", "\noptions: { ordre: 4 }\nlicence: "),
        ("an epoch in words", "\nlicence: ", "\noptions: { epoch_year: now }\nlicence: "),
        ("a native column", "\nlicence: ",
            "\nnative:\n  type: { categories: { 0: star, '1': galaxy, -1: 5 }, sentinels: [-99, '-9999.5', 1e30], unit: mag, ucd: "
                + "meta.code, description: d }\n  mag: { sentinels: [] }\n  b: {}\nlicence: "),
        ("no native columns", "\nlicence: ", "\nnative:\nlicence: "),
        ("a native column with nulls", "\nlicence: ", "\nnative: { a: { categories: null, sentinels: ~, unit: null } }\nlicence: "),
        ("a native column that is a word", "\nlicence: ", "\nnative: { a: b }\nlicence: "),
        ("a native column with a wrong key", "\nlicence: ", "\nnative: { a: { sentinel: [-99] } }\nlicence: "),
        ("a code in words", "\nlicence: ", "\nnative: { a: { categories: { star: 0 } } }\nlicence: "),
        ("a code without a name", "\nlicence: ", "\nnative: { a: { categories: { 0: null } } }\nlicence: "),
        ("a list of categories", "\nlicence: ", "\nnative: { a: { categories: [star] } }\nlicence: "),
        ("no categories at all", "\nlicence: ", "\nnative: { a: { categories: {} } }\nlicence: "),
        ("one sentinel by itself", "\nlicence: ", "\nnative: { a: { sentinels: -99 } }\nlicence: "),
        ("a sentinel in words", "\nlicence: ", "\nnative: { a: { sentinels: [none] } }\nlicence: "),
        ("a sentinel that is NaN", "\nlicence: ", "\nnative: { a: { sentinels: [.nan] } }\nlicence: "),
        ("one key twice", "\nname: test", "\nname: test\nname: test"),
        ("broken YAML", "\nname: test", "\nname: 'test"),
    ];

    private static string Sha256 => new('a', 64);

    private static (string What, string Mirrors)[] MirrorChanges =>
    [
        ("a mirror", $"[{{ file: c/a.csv, sha256: {Sha256}, urls: ['https://a.org/a.csv?x=1', 's3://bucket/a.csv'] }}]"),
        ("a mirror with a name of dots", $"[{{ file: .../.a, sha256: {Sha256}, urls: ['http://a.org/a'] }}]"),
        ("no mirrors", "[]"),
        ("null for mirrors", "null"),
        ("one mirror by itself", $"{{ file: a, sha256: {Sha256}, urls: ['http://a.org/a'] }}"),
        ("a mirror without a checksum", "[{ file: a, urls: ['http://a.org/a'] }]"),
        ("a mirror without addresses", $"[{{ file: a, sha256: {Sha256}, urls: [] }}]"),
        ("a mirror with a short checksum", "[{ file: a, sha256: abc, urls: ['http://a.org/a'] }]"),
        ("a mirror with an unknown key", $"[{{ file: a, sha256: {Sha256}, urls: ['http://a.org/a'], size: 5 }}]"),
        ("a mirror of a file", $"[{{ file: a, sha256: {Sha256}, urls: ['file:///a'] }}]"),
        ("a mirror above the recipe", $"[{{ file: c/../../a, sha256: {Sha256}, urls: ['http://a.org/a'] }}]"),
        ("a mirror at an absolute path", $"[{{ file: /a, sha256: {Sha256}, urls: ['http://a.org/a'] }}]"),
        ("a mirror in a folder", $"[{{ file: a/, sha256: {Sha256}, urls: ['http://a.org/a'] }}]"),
        ("a mirror with a backslash", $"[{{ file: 'a\\b', sha256: {Sha256}, urls: ['http://a.org/a'] }}]"),
    ];

    private static string FormatSpec => Path.Combine(TestPaths.Root, "format-spec");

    private const string Recipe = """
        # yaml-language-server: $schema=recipe.schema.json
        pile: 1
        name: test
        provenance: { project: p, survey: s, instrument: i, release: r }
        licence: CC0-1.0
        citation: c
        source: { kind: table, files: a.csv }

        """;

    private const string Collection = """
        pile_collection: 1
        name: test
        datasets:
          images: { address: a/b }
          spectra: { address: "s3://bucket/prefix", description: spectra }

        """;

    private static readonly (string What, string Old, string New)[] QueryChanges =
    [
        ("unchanged", "", ""),
        ("another version", "pile_query: 1", "pile_query: 2"),
        ("an unknown key", "limit: 20", "limit: 20\nwhen: now"),
        ("one condition", "where:\n- parallax > 1", "where: parallax > 1"),
        ("no dataset", "dataset:", "data:"),
        ("a saved query as dataset", "../data/gaia", "x.query.yaml"),
        ("an empty address", "../data/gaia", "''"),
        ("a root of other digits", "7cc8ce5b", "7CC8ce5b"),
        ("no root", "  root: ", "  #root: "),
        ("a column of ids", "  root: ", "  id: row\n  root: "),
        ("an empty column of ids", "  root: ", "  id: ''\n  root: "),
        ("no rows", "\nrows: 20", ""),
        ("negative rows", "\nrows: 20", "\nrows: -1"),
        ("a negative limit", "limit: 20", "limit: -1"),
        ("rows and follow", "layers: []", "follow: true"),
        ("follow that is false", "layers: []", "follow: false"),
        ("follow in words", "layers: []", "follow: maybe"),
        ("a layer", "layers: []", "layers: [{ address: notes, commit: 3, hash: "
            + "7cc8ce5b00eae1abbf68cd852732514d93a13e84aa5359063504d8165d874582 }]"),
        ("a layer without a hash", "layers: []", "layers: [{ address: notes, commit: 3 }]"),
        ("an unknown region", "- cone: ", "- circle: "),
        ("two kinds in one region", "- cone: ", "- moc: 3/1\n  cone: "),
        ("no columns", "[object_id, parallax]", "[]"),
        ("another view", "limit: 20", "view: other"),
        ("the native view", "limit: 20", "view: native"),
    ];

    private static readonly (string What, string Old, string New)[] CollectionChanges =
    [
        ("unchanged", "", ""),
        ("another version", "collection: 1", "collection: 2"),
        ("no version", "pile_collection: 1", ""),
        ("no name", "name: test", "description: d"),
        ("an unknown key", "name: test", "name: test\nnovelty: 1"),
        ("a name that is no name in SQL", "images:", "im-ages:"),
        ("a name that begins with a digit", "images:", "1images:"),
        ("no datasets", "datasets:\n  images: { address: a/b }\n  spectra: { address: \"s3://bucket/prefix\", description: spectra }",
            "datasets: {}"),
        ("datasets as a list", "datasets:", "datasets: []\nx:"),
        ("a missing address", "{ address: a/b }", "{ description: d }"),
        ("an unknown key of a dataset", "{ address: a/b }", "{ address: a/b, path: c }"),
        ("a dataset that is a word", "{ address: a/b }", "a/b"),
        ("an empty address", "a/b", "''"),
        ("an absolute path", "a/b", "/a/b"),
        ("a parent folder", "a/b", "a/../../b"),
        ("the folder itself", "a/b", "."),
        ("a path with an empty part", "a/b", "a//b"),
        ("a slash at the end", "a/b", "a/b/"),
        ("an address on a server", "a/b", "'https://example.org/a'"),
        ("an address of a file", "a/b", "'file:///a/b'"),
        ("an unknown scheme", "a/b", "'gopher://a/b'"),
        ("a scheme without an address", "a/b", "'s3://'"),
        ("a number as an address", "a/b", "2024"),
    ];

    [Fact]
    public void The_schema_of_manifests_agrees_with_their_reader() => Compare("manifest", text => ManifestReader.Read(text, "pile.yaml"),
    [
        .. Directory.EnumerateFiles(FormatSpec, "pile.yaml", SearchOption.AllDirectories)
            .Select(f => (Path.GetRelativePath(FormatSpec, Path.GetDirectoryName(f)!), File.ReadAllText(f))),
        .. Changed("manifest", File.ReadAllText(Path.Combine(FormatSpec, "conformance/v1/valid/catalogue-int64/pile.yaml")),
            ManifestChanges),
        .. Changed("manifest", File.ReadAllText(Path.Combine(FormatSpec, "conformance/v1/valid/tile-spec/pile.yaml")),
        [
            ("tiles and bits", "scheme: tile, ", "scheme: tile, bits: 3, "),
            ("tiles without a grid", "scheme: tile, grid:", "scheme: tile, grit:"),
            ("a grid of cells by position", "scheme: tile", "scheme: healpix, order: 2"),
            ("a grid in one word", "grid: {kind: spec,", "grid: mgrs, x: {kind: spec,"),
            ("a grid without a name", "name: thirds, ", ""),
            ("a grid of a PROJ string", "'EPSG:4326'", "'+proj=longlat'"),
            ("a grid without a system", "crs: 'EPSG:4326', ", ""),
            ("a grid with an origin of one number", "[-60, 0]", "[-60]"),
            ("squares of UTM", "{kind: spec, name: thirds, crs: 'EPSG:4326', origin: [-60, 0], resolution: [0.5, -0.5], "
                + "tile_shape: [240, 240]}", "{kind: utm, tile_m: 10000, resolution_m: 10}"),
            ("squares of UTM without a size", "{kind: spec, name: thirds, crs: 'EPSG:4326', origin: [-60, 0], resolution: [0.5, -0.5], "
                + "tile_shape: [240, 240]}", "{kind: utm, tile_m: 0, resolution_m: 10}"),
        ]),
    ]);

    [Fact]
    public void The_schema_of_recipes_agrees_with_their_reader() => Compare("recipe", text => RecipeReader.Read(text, "recipe.yaml", "/"),
    [
        .. Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "builders/recipes"), "*.yaml")
            .Concat(Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "examples"), "*.yaml", SearchOption.AllDirectories))
            .Select(f => (Path.GetRelativePath(TestPaths.Root, f), File.ReadAllText(f))),
        .. Changed("recipe", Recipe.ReplaceLineEndings("\n"), RecipeChanges),
    ]);

    [Fact]
    public void The_schema_of_collections_agrees_with_their_reader()
    {
        using TemporaryFolder folder = new();
        Compare("collection", text =>
        {
            File.WriteAllText(folder["collection.yaml"], text);
            DatasetCollection.OpenAsync(folder["collection.yaml"], cancellationToken: TestContext.Current.CancellationToken).GetAwaiter()
                .GetResult();
        }, [.. Changed("collection", Collection.ReplaceLineEndings("\n"), CollectionChanges)]);
    }

    [Fact]
    public void The_schema_of_saved_queries_agrees_with_their_reader() => Compare("query",
        text => SavedQuery.Read(YamlReader.Read(text, "x.query.yaml").AsMap()), [.. Changed("query", Example("pile_query"), QueryChanges)]);

    [Fact]
    public void The_schema_of_pins_accepts_the_example_of_the_specification_and_rejects_changed_ones()
    {
        string pin = Example("pile_pin");
        List<(string, string)> documents = [.. Changed("pin", pin,
        [
            ("unchanged", "", ""),
            ("another version", "pile_pin: 1", "pile_pin: 2"),
            ("an unknown split", "kind: hash", "kind: dice"),
            ("no part", "  part: train\n", ""),
            ("a part and an exception", "part: train", "part: train\n  except: test"),
            ("a seed without a shuffle", "shuffle: {", "shuffled: {"),
            ("a block without rows", "block_rows: 4096", "block_rows: 0"),
            ("no rows", "\nrows: 781", ""),
        ])];
        JsonElement verdicts = Judge(Path.Combine(FormatSpec, "pin.schema.json"), documents);
        Assert.Equal(["pin: unchanged"], documents.Select(d => d.Item1).Where(name => verdicts.GetProperty(name).GetString() is null));
    }

    /// <summary>Returns the example of QUERIES.md that begins with a key.</summary>
    private static string Example(string key)
    {
        string page = File.ReadAllText(Path.Combine(TestPaths.Root, "QUERIES.md")).ReplaceLineEndings("\n");
        int at = page.IndexOf($"```yaml\n{key}: 1\n", StringComparison.Ordinal) + "```yaml\n".Length;
        return page[at..page.IndexOf("```", at, StringComparison.Ordinal)];
    }

    /// <summary>The error of a reader reports line and column of the change, where an editor marks it.</summary>
    [Theory]
    [InlineData("\nname: test", "\nname: a/b", 3, 7)]
    [InlineData("\nname: test", "\nname: test\nname: test", 4, 1)]
    [InlineData("\nname: test", "\n  name: test\n name: b", 3, null)]
    [InlineData("\nlicence: ", "\nlicense: x\nlicence: ", 5, 1)]
    [InlineData("\nlicence: ", "\noptions: { order: 30 }\nlicence: ", 5, 19)]
    [InlineData("\nlicence: ", "\noptions: { ordre: 3 }\nlicence: ", 5, 12)]
    [InlineData("\nlicence: ", "\ncolumns:\n  a: { unit: mag }\nlicence: ", 6, 6)]
    [InlineData("\nlicence: ", "\ncolumns: [a]\nlicence: ", 5, 10)]
    [InlineData("\nlicence: ", "\nnative:\n  a: { categories: { 0: star, +0: sun } }\nlicence: ", 6, 31)]
    [InlineData("\nlicence: ", "\nnative:\n  a:\n    sentinels: [-99, no]\nlicence: ", 7, 22)]
    [InlineData("\nlicence: ", "\nnative:\n  a: { units: mag }\nlicence: ", 6, 8)]
    [InlineData("kind: table, ", "", 7, 9)]
    [InlineData("pile: 1", "pile: two", 2, 7)]
    [InlineData("CC0-1.0", "[a, b]", 5, 10)]
    [InlineData("CC0-1.0", "'never closed", null, null)]
    [InlineData("CC0-1.0", "*unknown", 5, 10)]
    public void The_reader_reports_line_and_column(string old, string changed, int? line, int? column)
    {
        DocumentInvalidException error = Assert.Throws<DocumentInvalidException>(
            () => RecipeReader.Read(Recipe.ReplaceLineEndings("\n").Replace(old, changed, StringComparison.Ordinal), "recipe.yaml", "/"));
        Assert.Equal((line ?? error.Line, column ?? error.Column), (error.Line, error.Column));
        Assert.InRange(error.Line, 1, 12);
        Assert.InRange(error.Column, 1, 80);
    }

    private static IEnumerable<(string, string)> Changed(string kind, string text, (string What, string Old, string New)[] changes)
    {
        foreach ((string what, string old, string changed) in changes)
        {
            int at = text.IndexOf(old, StringComparison.Ordinal);
            Assert.True(at >= 0, $"{kind}: {what}: there is no '{old}' to change");
            string edited = old.Length == 0 && changed.Length > 0 ? changed
                : $"{text.AsSpan(0, at)}{changed}{text.AsSpan(at + old.Length)}";
            bool isSealed = kind == "manifest" && old.Length > 0 && !what.StartsWith("a checksum", StringComparison.Ordinal);
            yield return ($"{kind}: {what}", isSealed ? ManifestSeal.Of(edited) : edited);
        }
    }

    private static void Compare(string schema, Action<string> read, List<(string Name, string Text)> documents)
    {
        Assert.Equal(documents.Count, documents.Select(d => d.Name).Distinct().Count());
        JsonElement verdicts = Judge(Path.Combine(FormatSpec, $"{schema}.schema.json"), documents);
        List<string> differences = [];
        foreach ((string name, string text) in documents)
        {
            string? refusal = verdicts.GetProperty(name).GetString();
            string? readerRefusal = null;
            try
            {
                read(text);
            }
            catch (Exception e) when (e is PileException)
            {
                readerRefusal = e.Message;
                Assert.True(e is VersionNotSupportedException or DocumentInvalidException { Line: > 0, Column: > 0 },
                    $"{name}: {e.Message}");
            }
            bool agrees = (refusal is null) == (readerRefusal is null);
            bool isListed = refusal is null ? OnlyTheReaderSees.Contains(name) : OnlyTheSchemaSays.Contains(name);
            if (agrees == isListed)
                differences.Add($"{name}\n  schema: {refusal ?? "accepted"}\n  reader: {readerRefusal ?? "accepted"}");
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static JsonElement Judge(string schema, List<(string Name, string Text)> documents)
    {
        string folder = Path.Combine(TestPaths.Root, "tests/schemas");
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), "tests/schemas has no packages: run eng/setup.sh");
        ProcessStartInfo start = new("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        start.ArgumentList.Add(Path.Combine(folder, "check.mjs"));
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(JsonSerializer.Serialize(new
        {
            schema,
            documents = documents.Select(d => new { name = d.Name, text = d.Text })
        }));
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return JsonDocument.Parse(output.Result).RootElement;
    }
}
