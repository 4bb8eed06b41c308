using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Pile.Cli.Tests.Chips;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests;

/// <summary><c>pile review</c>, and the ways of <c>pile read</c> that reviewers use.</summary>
public sealed class ReviewTests(BuiltDatasets built, ChipDatasets chips) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_page_shows_statistics_and_pictures_and_JSON_has_the_same_facts()
    {
        JsonElement facts = PileProgram.RunToJson("review", built.Cutouts, "--out", folder["r.html"]);
        Assert.True(facts.GetProperty("accepted").GetBoolean());
        Assert.Equal((2, 2), (facts.GetProperty("rows").GetInt32(), facts.GetProperty("sample_rows_values").GetInt32()));
        string html = File.ReadAllText(folder["r.html"]);
        Assert.InRange(html.Length, 10_000, 5_000_000);
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Accept: no check blocks the dataset.", XDocument.Parse(html.Replace("<!DOCTYPE html>", "",
            StringComparison.Ordinal)).Root!.Value, StringComparison.Ordinal);
        JsonElement channel = facts.GetProperty("channels").EnumerateArray()
            .First(c => c.GetProperty("column").GetString() == "image_array");
        string[] measured = [.. ((string[])["count", "min", "max", "mean", "variance", "skewness", "kurtosis"])
            .Select(name => channel.GetProperty(name).GetRawText())];
        Assert.Equal("ok", Python.Run("""
            import glob, sys, h5py, numpy as np
            x = np.concatenate([h5py.File(p)['image_array'][:, 0].ravel() for p in glob.glob(sys.argv[1]
                + '/main/healpix=*/*.hdf5')]).astype(float)
            d = x - x.mean()
            m = [(d ** k).mean() for k in range(5)]
            want = [x.size, x.min(), x.max(), x.mean(), m[2], m[3] / m[2] ** 1.5, m[4] / m[2] ** 2 - 3]
            np.testing.assert_allclose([float(v) for v in sys.argv[2:]], want, rtol=1e-6)
            print('ok')
            """, [built.Cutouts, .. measured]).Trim());
    }

    [Fact]
    public void Merged_chips_of_all_products_are_shown_and_a_licence_that_one_lacks_blocks()
    {
        Assert.Equal(0, PileProgram.Run("build", "--from", chips["b/item.json"], "--chips", "32", "--licence", "CC0-1.0", "--citation",
            "Smith 2020", "--out", folder["b"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("merge", folder["b"], chips["chips/a2"], "--name", "both", "--out", folder["both"]).ExitCode);
        ProgramResult result = PileProgram.Run("review", folder["both"], "--out", folder["r.html"], "--json");
        Assert.Equal(1, result.ExitCode);
        JsonElement facts = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("not stated", facts.GetProperty("licence").GetString());
        Assert.Equal("Smith 2020; not stated", facts.GetProperty("citation").GetString());
        string html = File.ReadAllText(folder["r.html"]);
        Assert.All((string[])["both: a2_32_", "both: b_32_"], title => Assert.Contains(title, html, StringComparison.Ordinal));
    }

    [Fact]
    public void The_gallery_shows_each_product_of_a_dataset_with_many_chips_of_one()
    {
        PileProgram.Run("review", chips["all"], "--out", folder["r.html"]); // of 22 chips, the four of b are the last; 12 are shown
        string html = File.ReadAllText(folder["r.html"]);
        Assert.All((string[])[": a1_32_", ": a2_32_", ": b_32_"], title => Assert.Contains(title, html, StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_texts_and_lists_are_counted_as_missing_numbers_are()
    {
        static string Few(int i) => i < 5 ? $",\"text\":\"a\",\"number\":{i}.5,\"list\":[{i}]" : "";
        File.WriteAllText(folder["t.jsonl"], string.Concat(Enumerable.Range(0, 200).Select(i =>
            $"{{\"object_id\":{i},\"ra\":{i},\"dec\":1{Few(i)}}}\n")));
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.jsonl"], "--out", folder["d"], "--quiet").ExitCode);
        JsonElement facts = JsonDocument.Parse( // exit code 1: no licence is stated
            PileProgram.Run("review", folder["d"], "--out", folder["m.html"], "--json").Output).RootElement;
        Assert.Equal([0.975, 0.975, 0.975], ((string[])["text", "number", "list"]).Select(name => facts.GetProperty("columns")
            .EnumerateArray().First(c => c.GetProperty("name").GetString() == name).GetProperty("missing_fraction").GetDouble()));
        Assert.Contains("text (98%)", facts.GetProperty("checks").EnumerateArray()
            .First(c => c.GetProperty("check").GetString() == "No column is mostly missing").GetProperty("found").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_without_the_shards_says_so()
    {
        const string Limit = "the content of shards was not: --deep reads every byte";
        foreach ((string[] deep, bool isLimited) in ((string[], bool)[])[([], true), (["--deep"], false)])
        {
            string[] arguments = ["review", built.Cutouts, .. deep, "--out", folder["r.html"], "--replace"];
            string line = PileProgram.Run(arguments).ErrorLines[^1];
            Assert.Contains("nothing blocks the dataset", line, StringComparison.Ordinal);
            Assert.Equal(isLimited, line.Contains(Limit, StringComparison.Ordinal));
            Assert.Equal(isLimited, File.ReadAllText(folder["r.html"]).Contains(Limit, StringComparison.Ordinal));
            Assert.Equal(!isLimited, PileProgram.RunToJson(arguments).GetProperty("shards_read").GetBoolean());
        }
    }

    [Fact]
    public void Findings_beyond_those_that_are_listed_are_counted()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,2,3\n");
        PileProgram.RunToJson("build", "--from", folder["t.csv"], "--out", folder["d"]);
        for (int i = 0; i < 150; i++)
            File.WriteAllText(folder[$"d/main/other{i}.txt"], "");
        string[] lines = PileProgram.Run("validate", folder["d"]).Output.TrimEnd().Split('\n');
        Assert.Equal(["F005: the first 100 of 150 findings are listed", "valid: 1 row, 0 errors, 150 warnings"], lines[^2..]);
        JsonElement report = PileProgram.RunToJson("validate", folder["d"]);
        Assert.Equal((0, 150, 150, true, 100), (report.GetProperty("errors").GetInt32(), report.GetProperty("warnings").GetInt32(),
            report.GetProperty("counts").GetProperty("F005").GetInt32(), report.GetProperty("truncated").GetBoolean(),
            report.GetProperty("findings").GetArrayLength()));
    }

    [Fact]
    public void Faults_are_found_with_their_rules_and_the_page_is_still_written()
    {
        File.WriteAllText(folder["lc.jsonl"], string.Concat(Enumerable.Range(0, 30).Select(i => JsonSerializer.Serialize(new
        {
            object_id = $"row <{i}>",
            ra = i < 2 ? 10.0 : 10 + i,
            dec = 5.0,
            mag = i % 3 == 0 ? -99 : 20 + (0.1 * i),
            vector = Enumerable.Range(0, 300).Select(k => i == 7 ? 0.0 : Math.Sin(k + i)).ToArray(),
        }) + "\n")));
        PileProgram.RunToJson("build", "--from", folder["lc.jsonl"], "--out", folder["d"]);
        JsonElement facts = JsonDocument.Parse(PileProgram.Run("review", folder["d"], "--json").Output).RootElement;
        Assert.Equal(1, facts.GetProperty("repeated_positions").GetInt64());
        Assert.Contains(facts.GetProperty("columns").EnumerateArray(), c => c.GetProperty("name").GetString() == "mag"
            && c.GetProperty("undeclared_sentinels").EnumerateArray().Any(s => s.GetProperty("count").GetInt32() == 10));
        JsonElement[] rows = [.. facts.GetProperty("suspicious").EnumerateArray()];
        Assert.Equal("2 rows have the position 10 5; the other one is row <1>", rows[1].GetProperty("reason").GetString());
        Assert.Equal(2, PileProgram.RunInShell("$0 query \"$1\" --where 'ra = 10 and dec = 5' --json", folder["d"]).Output
            .Split("object_id").Length - 1);
        JsonElement suspicious = rows[0];
        Assert.Equal((2, "row <7>", "all values are 0"), (rows.Length, suspicious.GetProperty("object_id").GetString(),
            suspicious.GetProperty("reason").GetString()));
        Assert.Contains("--id 'row <7>'", suspicious.GetProperty("command").GetString(), StringComparison.Ordinal);

        File.Delete(Directory.GetFiles(folder["d"], "*.hdf5", SearchOption.AllDirectories)[0]);
        ProgramResult result = PileProgram.Run("review", folder["d"], "--out", folder["r.html"]);
        Assert.Equal(1, result.ExitCode);
        string html = File.ReadAllText(folder["r.html"]);
        Assert.Contains("href=\"#rule-F002\"", html, StringComparison.Ordinal);
        Assert.Contains("S6.4:", html, StringComparison.Ordinal);
        Assert.Contains("Do not accept", html, StringComparison.Ordinal);
        PileProgram.RunToError(2, "review", folder["d"]);
        PileProgram.RunToError(2, "review", folder["none"], "--json");
    }

    [Fact]
    public void A_saved_query_and_a_layer_that_cannot_be_read_are_errors_without_a_page()
    {
        PileProgram.RunToJson("query", built.Gaia, "--where", "parallax > 1", "--save", folder["q.query.yaml"]);
        string error = PileProgram.RunToError(2, "review", folder["q.query.yaml"], "--out", folder["r.html"]);
        Assert.Contains("not of a saved query", error, StringComparison.Ordinal);
        Assert.DoesNotContain("saved query", PileProgram.Run("review", "--help").Output, StringComparison.Ordinal);

        PileProgram.RunToJson("layer", "create", folder["other"], "--of", built.Spectra);
        foreach (string layer in (string[])[folder["nolayer"], folder["other"]])
        {
            string[] arguments = [built.Gaia, "--layer", layer];
            ProgramResult query = PileProgram.Run(["query", .. arguments]), review =
                PileProgram.Run(["review", .. arguments, "--out", folder["r.html"], "--quiet"]);
            Assert.NotEqual(0, query.ExitCode);
            Assert.Equal((query.ExitCode, query.ErrorLines[^1]), (review.ExitCode, review.ErrorLines[^1]));
        }
        Assert.Equal(2, PileProgram.Run("review", built.Gaia, "--layer", folder["nolayer"], "--json").ExitCode);
        Assert.False(File.Exists(folder["r.html"]));
    }

    [Fact]
    public async Task A_HATS_catalogue_is_reviewed_with_statistics_a_map_and_the_fields_of_a_layer()
    {
        string tree = TestPaths.Data("catalog/hats-tree"), collection = Path.Combine(tree, "small_sky_order1_collection");
        File.WriteAllText(folder["q.csv"], "object_id,quality\n723,4\n811,2\n");
        PileProgram.RunToJson("layer", "create", folder["q"], "--of", collection);
        PileProgram.RunToJson("layer", "set", folder["q"], folder["q.csv"], "--message", "m");
        ProgramResult result = PileProgram.Run("review", collection, "--layer", folder["q"], "--out", folder["hats.html"], "--json");
        Assert.Equal(1, result.ExitCode); // no licence
        JsonElement facts = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("[]", facts.GetProperty("missing").GetRawText());
        Assert.Equal(["723", "741"], facts.GetProperty("suspicious").EnumerateArray().Select(r => r.GetProperty("object_id").GetString()));
        string[] measured = [.. ((string[])["min", "max", "mean", "variance"]).Select(name => facts.GetProperty("columns").EnumerateArray()
            .First(c => c.GetProperty("name").GetString() == "ra").GetProperty(name).GetRawText())];
        Assert.Equal("ok", Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            ra = Table.read(sys.argv[1])['ra']
            np.testing.assert_allclose([float(v) for v in sys.argv[2:]], [ra.min(), ra.max(), ra.mean(), ra.var()], rtol=1e-12)
            print('ok')
            """, [TestPaths.Data("catalog/small_sky.fits"), .. measured]).Trim());
        JsonElement quality = facts.GetProperty("columns").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "quality");
        Assert.Equal((2, 4, 3), (quality.GetProperty("min").GetInt32(), quality.GetProperty("max").GetInt32(),
            quality.GetProperty("mean").GetInt32()));
        string html = await File.ReadAllTextAsync(folder["hats.html"], TestContext.Current.CancellationToken);
        foreach (string part in (string[])["Where the rows are", "Suspicious rows", "Distributions", "Columns", "q, commit 1"])
            Assert.Contains(part, html, StringComparison.Ordinal);

        await using FileServer server = new(tree);
        JsonElement remote = JsonDocument.Parse(PileProgram.RunWith(new Dictionary<string, string?> { ["PILE_CACHE"] = folder["cache"] },
            ["review", $"{server.Address}small_sky_order1_collection", "--json"]).Output).RootElement;
        Assert.Equal((131, JsonValueKind.Null, 2), (remote.GetProperty("rows").GetInt32(), remote.GetProperty("valid").ValueKind,
            remote.GetProperty("suspicious").GetArrayLength()));
        Assert.StartsWith("Validation: ", Assert.Single(remote.GetProperty("missing").EnumerateArray()).GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_read_into_one_file_by_region_ids_and_limit()
    {
        File.WriteAllText(folder["ids.txt"], "centre\nedge\n");
        Assert.Equal(2, PileProgram.RunToJson("read", built.Cutouts, "--ids", folder["ids.txt"], "--columns", "image_array,mag",
            "--one-file",
            folder["x.npz"]).GetProperty("rows").GetInt32());
        Assert.Equal(1, PileProgram.RunToJson("read", built.Spectra, "--limit", "1", "--columns", "spectrum_flux,z", "--one-file",
            folder["x.fits"]).GetProperty("rows").GetInt32());
        int found = PileProgram.RunToJson("read", built.Gaia, "--cone", "11.8,85.24,6arcmin", "--columns", "ra,parallax", "--out",
            folder["x.parquet"])
            .GetProperty("rows").GetInt32();
        Assert.Equal(PileProgram.RunToJson("query", built.Gaia, "--cone", "11.8,85.24,6arcmin", "--columns", "object_id").GetArrayLength(),
            found);
        Assert.Equal("ok", Python.Run("""
            import glob, sys, h5py, numpy as np
            from astropy.table import Table
            folder, cutouts = sys.argv[1:]
            z = np.load(folder + '/x.npz')
            assert z['image_array'].shape == (2, 2, 24, 24) and sorted(z['object_id']) == ['centre', 'edge'], z['object_id']
            f = h5py.File(glob.glob(cutouts + '/main/healpix=*/*.hdf5')[0])
            i = list(z['object_id']).index(f['object_id'][0].decode())
            np.testing.assert_array_equal(z['image_array'][i], f['image_array'][0])
            t = Table.read(folder + '/x.fits')
            assert len(t) == 1 and len(t['spectrum_flux'][0]) > 3000, t
            print('ok')
            """, folder.Path, built.Cutouts).Trim());
    }

    [Fact]
    public void Cards_describe_the_columns_and_name_the_files_with_their_checksums()
    {
        PileProgram.RunToJson("export", built.Gaia, "--format", "cards", "--out", folder["cards"], "--url", "https://example.org/gaia",
            "--published", "2026-11-01");
        PileProgram.RunToError(2, "export", built.Gaia, "--format", "cards", "--out", folder["bad"], "--published", "1 May");
        // No tool of MLCommons is in Debian or npm: the schema states the rules of the specification.
        Assert.Equal("{\"croissant\":null}", Judged("croissant.schema.json", File.ReadAllText(folder["cards/croissant.json"])));
        Assert.Contains("datePublished", Judged("croissant.schema.json", File.ReadAllText(folder["cards/croissant.json"])
            .Replace("datePublished", "published", StringComparison.Ordinal)), StringComparison.Ordinal);
        string[] names = [.. PileProgram.RunToJson("info", built.Gaia).GetProperty("columns").EnumerateArray()
            .Select(c => c.GetProperty("name").GetString()!)];
        Assert.Equal("ok", Python.Run("""
            import hashlib, json, sys, yaml
            folder, dataset, *names = sys.argv[1:]
            cff = yaml.safe_load(open(folder + '/CITATION.cff'))
            assert {'cff-version', 'message', 'title', 'authors', 'type'} <= set(cff) and cff['type'] == 'dataset', cff
            card = json.load(open(folder + '/croissant.json'))
            assert card['conformsTo'] == 'http://mlcommons.org/croissant/1.0' and card['@type'] == 'sc:Dataset'
            files = [f for f in card['distribution'] if f['@type'] == 'cr:FileObject']
            assert files
            for f in files:
                assert hashlib.sha256(open(dataset + '/' + f['contentUrl'], 'rb').read()).hexdigest() == f['sha256'], f
            ids = {f['@id'] for f in card['distribution']}
            fields = card['recordSet'][0]['field']
            for f in fields:
                assert f['source'].get('fileObject', f['source'].get('fileSet'))['@id'] in ids, f
            assert [f['source']['extract']['column'] for f in fields] == names, fields
            assert 'picture.svg' in open(folder + '/README.md').read()
            print('ok')
            """, [folder["cards"], built.Gaia, .. names]).Trim());
    }

    [Fact]
    public void Declared_sentinels_are_missing_values_in_the_type_of_the_column()
    {
        string[] expected = Python.Run("""
            import sys
            import numpy as np, pandas as pd
            r = np.random.default_rng(2)
            x = np.round(r.normal(20, 1, 40), 2)
            x[::4], x[1::8] = -99.9, -9999.9
            pd.DataFrame({'id': range(40), 'ra': np.arange(40) + 10.5, 'dec': 5.25, 'x': x}).to_csv(f'{sys.argv[1]}/t.csv', index=False)
            mag = pd.Series(x.astype('f4'))
            mag = mag.mask(mag.isin(np.array([-99.9, -9999.9], 'f4'))).astype('f8')
            print(mag.isna().mean(), mag.min(), mag.max(), f'{mag.mean():.9f}')
            """, folder.Path).Trim().Split(' ');
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: t.csv\ncast: { x: float32 }")
            + "native: { x: { sentinels: [-99.9, -9999.9] } }\n");
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"]);
        JsonElement x = PileProgram.RunToJson("review", folder["d"]).GetProperty("columns").EnumerateArray()
            .Single(c => c.GetProperty("name").GetString() == "x");
        string[] found = [.. ((string[])["missing_fraction", "min", "max"]).Select(key => x.GetProperty(key).GetDouble()
            .ToString(CultureInfo.InvariantCulture)), x.GetProperty("mean").GetDouble().ToString("F9", CultureInfo.InvariantCulture)];
        Assert.Equal(expected, found);
    }

    private static string Judged(string schema, string text)
    {
        string schemas = Path.Combine(TestPaths.Root, "tests", "schemas");
        using Process node = Process.Start(new ProcessStartInfo("node", [Path.Combine(schemas, "check.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        node.StandardInput.Write(JsonSerializer.Serialize(new
        {
            schema = Path.Combine(schemas, schema),
            documents = new[] { new { name = "croissant", text } },
        }));
        node.StandardInput.Close();
        return node.StandardOutput.ReadToEnd().Trim();
    }
}
