using System.Text.Json;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Cli.Tests.Diff;

/// <summary><c>pile diff</c>: schema, provenance, statistics, heavy values, servers and errors.</summary>
public sealed class DiffTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_changed_spectrum_is_found_and_equal_ones_are_not_read()
    {
        Directory.CreateDirectory(folder["other"]);
        foreach (string name in (string[])["spec-0266-51602-0013.fits", "spec-0266-51602-0031.fits"])
            File.Copy(TestPaths.Data($"spectra/{name}"), folder[$"other/{name}"]);
        Python.Run("""
            import sys
            from astropy.io import fits
            with fits.open(sys.argv[1], mode='update') as file:
                file[1].data['flux'][100] += 1
            """, folder["other/spec-0266-51602-0031.fits"]);
        Spectra("a", TestPaths.Data("spectra"));
        Spectra("b", folder["other"]);
        JsonElement report = Diff(1, folder["a"], folder["b"]);
        string changed = Python.Run("""
            import glob, h5py, sys
            import numpy as np
            def rows(folder):
                for path in glob.glob(folder + '/main/healpix=*/*.hdf5'):
                    with h5py.File(path) as shard:
                        for i, name in enumerate(shard['object_id'][:]):
                            yield name, {c: shard[c][i] for c in shard}
            a, b = dict(rows(sys.argv[1])), dict(rows(sys.argv[2]))
            for name in a:
                print(','.join(c for c in a[name] if c != 'object_id' and a[name][c].tobytes() != b[name][c].tobytes()), end=';')
            """, folder["a"], folder["b"]).Trim();
        Assert.Equal(["spectrum_flux"], changed.Split(';', StringSplitOptions.RemoveEmptyEntries));
        JsonElement row = report.GetProperty("rows").GetProperty("examples")[0];
        Assert.Equal("spectrum_flux", row.GetProperty("columns")[0].GetString());
        Assert.Equal(1, report.GetProperty("rows").GetProperty("unchanged").GetInt32());
        Assert.Contains("spectrum_flux", report.GetProperty("statistics").ToString(), StringComparison.Ordinal);
        Assert.True(Diff(0, folder["a"], folder["b"], "--light").GetProperty("equal").GetBoolean());

        // The index is enough to know that pieces are equal.
        foreach (string shard in Directory.EnumerateFiles(folder["a"], "*.hdf5", SearchOption.AllDirectories))
            File.Delete(shard);
        Assert.True(Diff(0, folder["a"], folder["a"]).GetProperty("equal").GetBoolean());
        Assert.Contains("missing", PileProgram.RunToError(1, "diff", folder["a"], folder["b"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("order: 9, codec: none", "columns.spectrum_flux.codec")]
    [InlineData("order: 0", "partition.order")]
    public void Heavy_values_in_another_codec_or_shard_are_equal(string options, string layout)
    {
        Spectra("a", TestPaths.Data("spectra"), "*", "order: 9");
        Spectra("b", TestPaths.Data("spectra"), "*", options);
        JsonElement report = Diff(0, folder["a"], folder["b"]);
        Assert.Contains(layout, report.GetProperty("layout").ToString(), StringComparison.Ordinal);
        Assert.True(report.GetProperty("rows").GetProperty("unchanged").GetInt32() >= 3, report.ToString());
    }

    [Fact]
    public void Differences_of_the_schema_and_the_provenance_are_listed()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec,mag,class,old\n1,10,20,15.5,0,1\n2,11,20,16,1,2\n");
        Recipe("a", "release: r", "", """
            native: { mag: { unit: mag, ucd: phot.mag }, class: { categories: { 0: star, 1: galaxy } } }
            columns: { bright: { expr: "mag < 16", unit: "" }, gone: { native: old, unit: "" } }
            """);
        File.WriteAllText(folder["t.csv"], "id,ra,dec,mag,class,new\n1,10,20,15.5,1,x\n2,11,20,16,0,y\n");
        Recipe("b", "release: r2", "version: DR2\n", """
            native: { mag: { unit: ABmag, ucd: phot.mag }, class: { categories: { 0: galaxy, 1: star } } }
            columns: { bright: { expr: "mag < 15", unit: "" } }
            """);
        JsonElement report = Diff(1, folder["a"], folder["b"]);
        string[] schema = [.. report.GetProperty("schema").EnumerateArray().Select(s => string.Join('|', s.EnumerateObject()
            .Select(p => p.Value.ToString())))];
        Assert.Contains("column|mag|changed|unit|mag|ABmag", schema);
        Assert.Contains("column|class|changed|categories|0=star, 1=galaxy|0=galaxy, 1=star", schema);
        Assert.Contains(schema, s => s.StartsWith("column|old|removed||int", StringComparison.Ordinal));
        Assert.Contains("column|new|added|||string", schema);
        Assert.Contains("alias|bright|changed|expr|mag < 16|mag < 15", schema);
        Assert.Contains("alias|gone|removed||old|", schema);
        Assert.Equal(6, schema.Length);
        Assert.Equal("release|r|r2", string.Join('|', report.GetProperty("provenance")[0].EnumerateObject().Select(p => p.Value)));
        Assert.Equal("version|1|DR2", string.Join('|', report.GetProperty("identity")[0].EnumerateObject().Select(p => p.Value)));
        // The codes are compared as they are stored; columns of one side do not change a row.
        Assert.Equal("""{"class":2}""", string.Concat(report.GetProperty("rows").GetProperty("changed_by_column").ToString()
            .Where(c => !char.IsWhiteSpace(c))));
        Assert.Equal(["a", "b", "equal", "identity", "schema", "provenance", "rows", "statistics", "layout", "notes"],
            report.EnumerateObject().Select(p => p.Name));
        string text = PileProgram.Run("diff", folder["a"], folder["b"]).Output;
        Assert.Contains("column mag, unit: mag -> ABmag\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\nDIFFERENT\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_of_another_dtype_are_a_difference_of_the_schema_only()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec,count\n1,10,20,3\n2,11,20,4\n");
        foreach ((string name, string type) in (ReadOnlySpan<(string, string)>)[("a", "int32"), ("b", "float64")])
            Assert.Equal(0, PileProgram.Run("build", "--from", folder["t.csv"], "--name", "t", "--cast", $"count={type}", "--out",
                folder[name]).ExitCode);
        JsonElement report = Diff(1, folder["a"], folder["b"]);
        Assert.Equal(2, report.GetProperty("rows").GetProperty("unchanged").GetInt32());
        Assert.Contains("the values of column 'count' are not compared", report.GetProperty("notes").ToString(), StringComparison.Ordinal);
        Assert.Empty(report.GetProperty("statistics").EnumerateArray());
    }

    [Fact]
    public void Datasets_of_two_modalities_are_compared_by_their_common_columns()
    {
        JsonElement report = Diff(1, built.Sky, built.Cutouts);
        Assert.Contains("A is of the modality catalogue, B of image", report.GetProperty("notes").ToString(), StringComparison.Ordinal);
        Assert.Equal((2, 131), (report.GetProperty("rows").GetProperty("added").GetInt32(),
            report.GetProperty("rows").GetProperty("removed").GetInt32()));
        Assert.True(Diff(0, built.Cutouts, built.Cutouts).GetProperty("equal").GetBoolean());
    }

    [Fact]
    public async Task A_copy_on_a_web_server_equals_its_origin()
    {
        await using FileServer server = new(Path.GetDirectoryName(built.Gaia)!);
        Dictionary<string, string?> variables = new(StringComparer.Ordinal) { ["PILE_CACHE"] = folder["cache"] };
        string address = $"{server.Address}{Path.GetFileName(built.Spectra)}";
        ProgramResult same = PileProgram.RunWith(variables, "diff", built.Spectra, address, "--json");
        Assert.Equal((0, true), (same.ExitCode, same.Json.GetProperty("equal").GetBoolean()));
        Assert.Equal(0, PileProgram.Run("copy", built.Gaia, folder["bright"], "--where", "phot_g_mean_mag < 15").ExitCode);
        ProgramResult part = PileProgram.RunWith(variables, "diff", $"{server.Address}{Path.GetFileName(built.Gaia)}", folder["bright"],
            "--json", "--memory", "512MB");
        Assert.Equal(1, part.ExitCode);
        long all = PileProgram.RunToJson("info", built.Gaia).GetProperty("rows").GetInt64(),
            bright = PileProgram.RunToJson("info", folder["bright"]).GetProperty("rows").GetInt64();
        JsonElement rows = part.Json.GetProperty("rows");
        Assert.Equal((0, all - bright, 0, bright), (rows.GetProperty("added").GetInt64(), rows.GetProperty("removed").GetInt64(),
            rows.GetProperty("changed").GetInt64(), rows.GetProperty("unchanged").GetInt64()));
    }

    [Fact]
    public void Damage_and_wrong_commands_are_errors_not_differences()
    {
        Assert.Equal(0, PileProgram.Run("copy", built.Gaia, folder["copy"]).ExitCode);
        string tile = Directory.EnumerateFiles(folder["copy"], "Npix=*.parquet", SearchOption.AllDirectories).First();
        byte[] bytes = File.ReadAllBytes(tile);
        bytes[1000] ^= 1;
        File.WriteAllBytes(tile, bytes);
        Assert.Contains("is damaged", PileProgram.RunToError(1, "diff", built.Gaia, folder["copy"]), StringComparison.Ordinal);
        Assert.Contains("is damaged", PileProgram.RunToError(1, "diff", folder["copy"], built.Gaia, "--rows", folder["r.csv"]),
            StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
        Assert.Contains("there is no such folder", PileProgram.RunToError(2, "diff", built.Gaia, folder["none"]), StringComparison.Ordinal);
        File.WriteAllText(folder["r.csv"], "");
        Assert.Contains("choose another file with --rows", PileProgram.RunToError(2, "diff", built.Gaia, built.Gaia, "--rows",
            folder["r.csv"]), StringComparison.Ordinal);
        Assert.Contains("expected .csv", PileProgram.RunToError(2, "diff", built.Gaia, built.Gaia, "--rows", folder["r.txt"]),
            StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static JsonElement Diff(int exitCode, params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(["diff", .. arguments, "--json"]);
        Assert.True(result.ExitCode == exitCode, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result.Json;
    }

    private void Spectra(string name, string sources, string files = "spec-0266-*", string options = "order: 3")
    {
        File.WriteAllText(folder["r.yaml"], Recipes.Text("spectrum", $"kind: sdss-spectrum\nfiles: \"{sources}/{files}.fits\"")
            + $"options: {{ {options} }}\n");
        ProgramResult result = PileProgram.Run("build", folder["r.yaml"], "--out", folder[name], "--on-error", "skip");
        Assert.True(result.ExitCode is 0 or 3, result.Error);
    }

    private void Recipe(string name, string release, string version, string more)
    {
        File.WriteAllText(folder["r.yaml"], version + Recipes.Text("catalogue", "kind: table\nfiles: t.csv").Replace("release: r",
            release, StringComparison.Ordinal) + more.ReplaceLineEndings("\n") + "\n");
        ProgramResult result = PileProgram.Run("build", folder["r.yaml"], "--out", folder[name]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
    }

    [Fact]
    public void Arrays_of_several_axes_are_compared_as_lists_and_as_nested_lists()
    {
        using TemporaryFolder work = new();
        string[] values = ["[[1.5, 2], [3, 4]]", "[[5, 6], [7, 8]]", "[[9, 10], [11, 12]]"];
        Build("a", values);
        Build("b", [values[0], "[[5, 6], [7, 8.5]]", values[2]]);
        foreach (string name in (string[])["a", "b"])
            PileProgram.RunToJson("export", work[name], "--format", "hats", "--out", work[$"hats{name}"]);
        Assert.Equal(0, PileProgram.Run("diff", work["hatsa/a"], work["hatsa/a"]).ExitCode);
        foreach (string other in (string[])["hatsa/a", "a"])
        {
            ProgramResult differs = PileProgram.Run("diff", work[other], work["hatsb/b"]);
            Assert.Equal(1, differs.ExitCode);
            Assert.Contains("m differs in 1", differs.Output, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("m differs", PileProgram.Run("diff", work["a"], work["hatsa/a"]).Output, StringComparison.Ordinal);

        void Build(string name, string[] arrays)
        {
            File.WriteAllLines(work[$"{name}.jsonl"], arrays.Select((array, i) =>
                $$"""{"id": {{i}}, "ra": {{10 * i}}, "dec": 5, "m": {{array}}}"""));
            PileProgram.RunToJson("build", "--from", work[$"{name}.jsonl"], "--out", work[name]);
        }
    }
}
