using System.Globalization;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Successful runs of <c>pile build</c>.</summary>
public sealed class BuildTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Json_output_has_all_keys_and_objects_without_coverage_count_as_skipped()
    {
        Assert.Equal((0, 0), (built.SkyBuild.ExitCode, built.SpectraBuild.ExitCode));
        JsonElement sky = built.SkyBuild.Json;
        Assert.Equal((built.Sky, 131, 0),
            (sky.GetProperty("dataset").GetString(), sky.GetProperty("rows").GetInt32(), sky.GetProperty("skipped").GetInt32()));
        Assert.True(sky.GetProperty("shards").GetInt32() > 0 && sky.GetProperty("bytes").GetInt64() > 0
            && sky.GetProperty("seconds").GetDouble() > 0);
        Assert.Equal((3, 2, 1), (built.CutoutsBuild.ExitCode, built.CutoutsBuild.Json.GetProperty("rows").GetInt32(),
            built.CutoutsBuild.Json.GetProperty("skipped").GetInt32()));
    }

    [Fact]
    public void Every_table_format_gives_the_same_positions_and_keeps_its_columns()
    {
        string[] tables = [TestPaths.Data("catalog/small_sky.fits") + "#1", TestPaths.Data("catalog/small_sky.parquet"),
            TestPaths.Data("catalog/hats-xmatch/small_sky.csv"), TestPaths.Data("catalog/catalog.csv.gz"), folder["t.fits.gz"],
            folder["t.vot"], folder["t.ecsv"]];
        Python.Run("""
            import gzip, shutil, sys
            from astropy.table import Table
            t = Table.read(sys.argv[1])
            with gzip.open(sys.argv[2] + '/t.fits.gz', 'wb') as f: shutil.copyfileobj(open(sys.argv[1], 'rb'), f)
            t.write(sys.argv[2] + '/t.vot', format='votable')
            t.write(sys.argv[2] + '/t.ecsv')
            """, TestPaths.Data("catalog/small_sky.fits"), folder.Path);
        string? expected = null;
        foreach (string table in tables)
        {
            string output = folder[Path.GetFileName(table).Replace('#', '-')] + ".d";
            ProgramResult build = PileProgram.Run("build", "--from", table, "--out", output, "--order", "0", "--id", "id", "--name", "sky");
            Assert.True(build.ExitCode == 0, build.Error);
            string rows = PileProgram.Run("query", output, "--columns", "object_id,ra,dec,id,dec_error", "--json").Output;
            Assert.Equal(expected ??= rows, rows);
        }
        Assert.Equal("sky", PileProgram.RunToJson("info", folder["t.vot.d"]).GetProperty("name").GetString());
        Assert.Contains("there is no HDU", PileProgram.RunToError(2, "build", "--from", TestPaths.Data("catalog/small_sky.fits") + "#7",
            "--out", folder["x"]), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_dry_run_counts_what_would_be_skipped_and_exits_as_the_build()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec,mag\n1,10,20,1\n2,11,21,x\n3,12,22,3\n");
        File.WriteAllText(folder["empty.csv"], "");
        File.WriteAllText(folder["r.yaml"],
            Recipes.Text("catalogue", "kind: table\nfiles: [t.csv, empty.csv]\ncast: { mag: float32 }"));
        string[] build = ["build", folder["r.yaml"], "--out", folder["d"], "--on-error", "skip"];
        ProgramResult dry = PileProgram.Run([.. build, "--dry-run"]);
        Assert.Equal(3, dry.ExitCode);
        Assert.Contains("2 rows or files would be skipped; nothing was written", dry.Error, StringComparison.Ordinal);
        JsonElement plan = JsonDocument.Parse(PileProgram.Run([.. build, "--dry-run", "--json"]).Output).RootElement;
        Assert.Equal((2, 2), (plan.GetProperty("rows").GetInt32(), plan.GetProperty("skipped").GetInt32()));
        ProgramResult done = PileProgram.Run([.. build, "--json"]);
        Assert.Equal(3, done.ExitCode);
        Assert.Equal(2, JsonDocument.Parse(done.Output).RootElement.GetProperty("skipped").GetInt32());
    }

    [Fact]
    public void A_recipe_with_several_tables_supports_settings_limit_dry_run_and_replace()
    {
        Csv("a.csv", 3, 100);
        Csv("b.csv", 4, 200);
        File.WriteAllText(folder["r.yaml"],
            Recipes.Text("catalogue", "kind: table\nfiles: [a.csv, \"b*.csv\"]") + "columns:\n  twice: { expr: \"x * 2\", unit: mag }\n");
        ProgramResult dry = PileProgram.Run("build", folder["r.yaml"], "--out", folder["d"], "--dry-run");
        Assert.Equal((0, "a.csv\nb.csv\n"), (dry.ExitCode, dry.Output));
        Assert.Contains("2 units, about ", dry.Error, StringComparison.Ordinal);
        Assert.Equal("", PileProgram.Run("build", folder["r.yaml"], "--out", folder["d"], "--dry-run", "--quiet").Error);
        JsonElement plan = PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"], "--dry-run");
        Assert.Equal(["a.csv", "b.csv"], plan.GetProperty("units").EnumerateArray().Select(u => u.GetString()));
        Assert.Equal(new FileInfo(folder["a.csv"]).Length + new FileInfo(folder["b.csv"]).Length, plan.GetProperty("bytes").GetInt64());
        Assert.Equal((7, plan.GetProperty("order").GetInt32()), (plan.GetProperty("rows").GetInt32(), 0));
        Assert.InRange(plan.GetProperty("cells").GetInt32(), 1, 7);
        Assert.InRange(plan.GetProperty("value_bytes").GetInt64(), 7 * 24, 7 * 512);
        Assert.Equal(5, PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"], "--dry-run", "--limit", "5")
            .GetProperty("rows").GetInt32());
        Assert.False(Directory.Exists(folder["d"]));

        JsonElement limited = PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"], "--limit", "5", "--set",
            "options.order=1", "--set", "name=other");
        Assert.Equal((5, 1), (limited.GetProperty("rows").GetInt32(), limited.GetProperty("order").GetInt32()));
        Assert.Equal("other", PileProgram.RunToJson("info", folder["d"]).GetProperty("name").GetString());

        string before = Fingerprint.Of(folder["d"]);
        Assert.Contains("exists already. Choose another folder, or replace it with --replace",
            PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["d"]), StringComparison.Ordinal);
        Assert.Equal(before, Fingerprint.Of(folder["d"]));
        Assert.Equal(7, PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"], "--replace").GetProperty("rows").GetInt32());
        Assert.Equal(["d"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Where(name => name![0] is 'd' or '.'));
        JsonElement row = PileProgram.RunToJson("query", folder["d"], "--where", "object_id = 201")[0];
        Assert.Equal((201.5, 403.0), (row.GetProperty("x").GetDouble(), row.GetProperty("twice").GetDouble()));
    }

    [Fact]
    public void Workers_and_the_order_of_rows_and_files_do_not_change_the_bytes()
    {
        Csv("a.csv", 400, 0);
        Csv("b.csv", 300, 1000);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"*.csv\""));
        Build("one", "--workers", "1");
        Build("two", "--workers", "2", "--memory", "512MB");
        Assert.Equal(Fingerprint.Of(folder["one"]), Fingerprint.Of(folder["two"]));

        // Different files have different checksums; nothing else may differ.
        foreach (string name in (string[])["a.csv", "b.csv"])
        {
            string[] lines = File.ReadAllLines(folder[name]);
            File.WriteAllLines(folder[name], [lines[0], .. lines[1..].Reverse()]);
        }
        Build("three");
        string[] different = [.. Fingerprint.Of(folder["one"]).Split('\n').Except(Fingerprint.Of(folder["three"]).Split('\n'))
            .Select(line => line.Split(' ')[0])];
        Assert.Equal(["files.parquet", "pile.yaml"], different.Order(StringComparer.Ordinal));

        void Build(string name, params string[] options) =>
            PileProgram.RunToJson(["build", folder["r.yaml"], "--out", folder[name], .. options]);
    }

    [Fact]
    public void Alias_units_are_converted_or_stop_the_build()
    {
        Python.Run("""
            import sys
            from astropy.table import Table
            Table({'id': [1], 'ra': [100.0], 'dec': [20.0], 'wave': [6562.8], 'g': [20.0]},
                  units={'ra': 'deg', 'dec': 'deg', 'wave': 'Angstrom', 'g': 'mag'}).write(sys.argv[1])
            """, folder["t.fits"]);
        string recipe = Recipes.Text("catalogue", "kind: table\nfiles: t.fits") + "columns:\n  nm: { native: wave, unit: nm }\n";
        File.WriteAllText(folder["r.yaml"], recipe);
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"]);
        Assert.Equal(656.28, PileProgram.RunToJson("query", folder["d"], "--columns", "nm")[0].GetProperty("nm").GetDouble(), 1e-9);
        File.WriteAllText(folder["r.yaml"], recipe + "  flux: { native: g, unit: Jy }\n");
        Assert.Contains("alias 'flux', column 'g': its unit 'mag' cannot be converted to 'Jy' by a factor",
            PileProgram.RunToError(1, "build", folder["r.yaml"], "--out", folder["e"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["e"]));
        File.WriteAllText(folder["r.yaml"], recipe + "  y: { expr: \"no_such + 1\" }\n");
        Assert.Contains("no_such", PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["e"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  rmag: { native: r_mga }", "column 'rmag': there is no column 'r_mga'. Similar names: 'r_mag'")]
    [InlineData("  y: { expr: \"r_mga + 1\" }",
        "column 'y': 'r_mga + 1' cannot be evaluated: there is no column 'r_mga'. Similar names: 'r_mag'")]
    [InlineData("  y: { expr: \"r_mag + (\" }", "'r_mag + (' is not an SQL expression over the columns of a row: syntax error")]
    [InlineData("  z: { native: Z }\n  y: { expr: '\"Z\" * 2' }", "the column 'Z' is \"native_Z\" in expressions")]
    public void An_invalid_alias_is_reported_with_its_position_before_rows_are_read(string columns, string message)
    {
        // The last row is unreadable, so that reading all rows would report another error.
        File.WriteAllLines(folder["t.csv"],
            ["id,ra,dec,r_mag,Z", .. Enumerable.Range(0, 200_000).Select(i => $"{i},10,20,1.5,2.5"), "200000,not a number,20,1.5,2.5"]);
        string recipe = Recipes.Text("catalogue", "kind: table\nfiles: t.csv") + "columns:\n" + columns + "\n";
        File.WriteAllText(folder["r.yaml"], recipe);
        string error = PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["e"]);
        Assert.Contains(message, error, StringComparison.Ordinal);
        int line = recipe.TrimEnd('\n').Split('\n').Length;
        Assert.Contains($"r.yaml, line {line}, column ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["e"]));
    }

    [Fact]
    public void An_alias_may_refer_to_a_column_that_only_a_later_file_has()
    {
        File.WriteAllLines(folder["t1.csv"], ["id,ra,dec", "1,10,20"]);
        File.WriteAllLines(folder["t2.csv"], ["id,ra,dec,r_mag", "2,10,20,18.5"]);
        string recipe = Recipes.Text("catalogue", "kind: table\nfiles: t*.csv") + "columns:\n  rmag: { native: r_mag }\n";
        File.WriteAllText(folder["r.yaml"], recipe);
        Assert.Equal(2, PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder["d"]).GetProperty("rows").GetInt64());
        File.WriteAllText(folder["r.yaml"], recipe.Replace("r_mag", "r_mga", StringComparison.Ordinal));
        Assert.Contains("Similar names: 'r_mag'", PileProgram.RunToError(2, "build", folder["r.yaml"], "--out", folder["e"]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("skip")]
    public void A_dry_run_reads_again_what_a_build_reads_again(string policy)
    {
        File.WriteAllText(folder["gaps.csv"], "id,ra,dec\n1,10,20\n,11,20\n");
        string[] build = ["build", "--from", folder["gaps.csv"], "--out", folder["d"], "--on-error", policy, "--json"];
        ProgramResult dry = PileProgram.Run([.. build, "--dry-run"]);
        Assert.Contains("The row number", dry.Error, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(dry.Output).RootElement.GetProperty("rows").GetInt32());
        Assert.Equal(2, PileProgram.RunToJson(build).GetProperty("rows").GetInt32());
    }

    [Fact]
    public void A_dry_run_knows_the_width_of_texts()
    {
        string longest = new('x', 20_000);
        File.WriteAllLines(folder["long.csv"], ["id,ra,dec,note", .. Enumerable.Range(0, 2000).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{i},{i * 0.18:R},{(i * 7 % 170) - 85},{(i == 77 ? longest : "ok")}"))]);
        string[] build = ["build", "--from", folder["long.csv"], "--out", folder["d"], "--json"];
        JsonElement plan = JsonDocument.Parse(PileProgram.Run([.. build, "--dry-run"]).Output).RootElement;
        JsonElement summary = PileProgram.RunToJson(build);
        long bytes = PileProgram.RunToJson("info", folder["d"]).GetProperty("bytes").GetInt64();
        Assert.Equal(summary.GetProperty("order").GetInt32(), plan.GetProperty("order").GetInt32());
        Assert.InRange(bytes, 2000 * 20_000, 2000 * 22_000);
        Assert.InRange(plan.GetProperty("disk_bytes").GetInt64(), bytes * 0.9, bytes * 1.2);
        Assert.InRange(plan.GetProperty("value_bytes").GetInt64(), 20_000, 400_000);
        JsonElement indexOnly = JsonDocument.Parse(PileProgram.Run([.. build, "--dry-run", "--shards", "none"]).Output).RootElement;
        Assert.InRange(indexOnly.GetProperty("disk_bytes").GetInt64(), 20_000, 800_000);
    }

    private void Csv(string name, int rows, int firstId)
    {
        Random random = new(firstId + 1);
        File.WriteAllLines(folder[name], ["id,ra,dec,x,name", .. Enumerable.Range(firstId, rows).Select(id =>
            string.Create(CultureInfo.InvariantCulture,
                $"{id},{random.NextDouble() * 360:R},{(random.NextDouble() * 180) - 90:R},{id + 0.5},n{id % 7}"))]);
    }

    [Fact]
    public void Close_ids_of_sixteen_digits_give_a_valid_dataset()
    {
        IEnumerable<string> rows = Enumerable.Range(0, 4000)
            .Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{9007199254740993 + (2L * (i * 7919 % 4000))},{i * 137.50776405 % 360},"
                    + $"{(i * 7919 % 17999 / 100.0) - 89.99},{9007199254740993 + i}"));
        File.WriteAllLines(folder["ids.csv"], rows.Prepend("id,ra,dec,other"));
        PileProgram.RunToJson("build", "--from", folder["ids.csv"], "--out", folder["ids"], "--order", "1", "--json");
        Assert.True(PileProgram.RunToJson("validate", folder["ids"], "--deep", "--json").GetProperty("valid").GetBoolean());
    }
}
