using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile concat</c>: the rows of several datasets as one dataset.</summary>
public sealed class ConcatTests(RepeatedBuilds builds) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Rows_of_both_keep_their_values_and_a_missing_column_is_null()
    {
        Build("a", "id,ra,dec,name,count\n1,10,20,x,3\n2,11,20,longer,4\n");
        Build("b", "id,ra,dec,mag,count\n3,200,-20,21.5,5\n");
        ProgramResult result = PileProgram.Run("concat", folder["a"], folder["b"], "--out", folder["c"], "--name", "both");
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Equal("""
            id,name,count,mag,dataset
            1,x,3,,a
            2,longer,4,,a
            3,,5,21.5,b

            """, Sql("SELECT id, name, count, mag, dataset FROM d ORDER BY id"));
        Assert.Equal(0, PileProgram.Run("validate", folder["c"], "--deep").ExitCode);
        string manifest = File.ReadAllText(folder["c/pile.yaml"]);
        Assert.Contains("survey: of a + of b", manifest, StringComparison.Ordinal);
        Assert.Contains("licence: CC0-1.0 AND MIT", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_licence_that_one_part_does_not_state_is_not_stated_for_all()
    {
        Build("a", "id,ra,dec\n1,10,20\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n2,30,40\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["b.csv"], "--out", folder["b"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("concat", folder["a"], folder["b"], "--out", folder["c"]).ExitCode);
        Assert.Contains("licence: not stated\n", File.ReadAllText(folder["c/pile.yaml"]), StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run("crossmatch", folder["a"], folder["b"], "--radius", "1", "--out", folder["m/"]).ExitCode);
        Assert.Contains("licence: not stated\n", File.ReadAllText(folder["m/pile.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_HATS_catalogue_is_copied_first()
    {
        Build("a", "id,ra,dec\n1,10,20\n");
        string catalogue = TestPaths.Data("catalog/hats-tree/small_sky_order1_collection");
        foreach (string[] order in (string[][])[[folder["a"], catalogue], [catalogue, folder["a"]],
            [catalogue, TestPaths.Data("catalog/hats-tree/small_sky")]])
            Assert.Contains($"'{catalogue}' is a HATS catalogue", PileProgram.RunToError(2, ["concat", .. order, "--out", folder["c"]]),
                StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path, "*c*.pile-build"));
    }

    [Fact]
    public void A_source_is_built_first()
    {
        Directory.CreateDirectory(folder["files"]);
        File.WriteAllText(folder["files/a.txt"], "a");
        foreach (string source in (string[])["s1", "s2"])
            Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder[source]).ExitCode);
        foreach (string verb in (string[])["concat", "merge"])
            Assert.Contains("s1@1' is a source, which lists files and has no other values. Make a dataset of it, and give that one "
                + $"instead: pile build --from {folder["s1"]}@1 --out FOLDER.",
                PileProgram.RunToError(2, verb, folder["s1"], folder["s2"], "--out", folder["c"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("concat")]
    [InlineData("concat", "--resume")]
    public void A_repeated_id_names_the_paths_and_leaves_no_unfinished_folder(string verb, params string[] options)
    {
        foreach (string place in (string[])["north", "south"]) // two datasets of one name and version
            Directory.CreateDirectory(folder[place]);
        Build("north/gaia", "id,ra,dec\n1,10,20\n7,11,20\n", "--name", "gaia");
        Build("south/gaia", "id,ra,dec\n7,200,-20\n8,201,-20\n", "--name", "gaia");
        string error = PileProgram.RunToError(1, [verb, folder["north/gaia"], folder["south/gaia"], "--out", folder["c"], .. options]);
        Assert.Contains($"{folder["south/gaia"]}, row 0, column 'id': '7' is not unique: row 1 of {folder["north/gaia"]} has it as well.",
            error, StringComparison.Ordinal);
        Assert.DoesNotContain("#", error, StringComparison.Ordinal);
        Assert.DoesNotContain("is kept in", error, StringComparison.Ordinal);
        Assert.Equal(["north", "south"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_run_that_can_be_resumed_says_where_its_rows_are_kept()
    {
        string rows = string.Join('\n', Enumerable.Range(0, 3000).Select(i => $"{i},{i % 360},{i % 90}"));
        Build("a", $"id,ra,dec\n{rows}\n");
        Build("b", "id,ra,dec\n9999,200,-20\n");
        ProgramResult result = PileProgram.RunWithFileLimit(64, "concat", folder["a"], folder["b"], "--out", folder["c"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(Directory.Exists(folder[".c.pile-build"]),
            result.Error.Contains($"what was read is kept in '{folder[".c.pile-build"]}' for --resume", StringComparison.Ordinal));
        ProgramResult resumed = PileProgram.Run("concat", folder["a"], folder["b"], "--out", folder["c"], "--resume");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
    }

    [Fact]
    public void Spectra_of_other_lengths_become_ragged()
    {
        foreach (string plate in (string[])["0266-51602-0013", "7338-57859-0739"])
        {
            File.WriteAllText(folder["r.yaml"], Recipes.Text("spectrum",
                $"kind: sdss-spectrum\nfiles: \"{TestPaths.Data("spectra")}/spec-{plate}.fits\""));
            Assert.Equal(0, PileProgram.Run("build", folder["r.yaml"], "--out", folder[plate]).ExitCode);
        }
        Assert.Equal(0, PileProgram.Run("concat", folder["0266-51602-0013"], folder["7338-57859-0739"], "--out", folder["c"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("validate", folder["c"], "--deep").ExitCode);
        Assert.Equal("""
            spec-0266-51602-0013 True
            spec-7338-57859-0739 True

            """, Python.Run("""
            import glob, h5py, os, sys
            import numpy as np
            from astropy.io import fits
            rows = {}
            for shard in map(h5py.File, glob.glob(sys.argv[1] + '/main/healpix=*/*.hdf5')):
                for flux, shape, plate, mjd, fiber in zip(shard['spectrum_flux'], shard['spectrum_flux_shape'], shard['PLATE'][:],
                                                          shard['MJD'][:], shard['FIBERID'][:]):
                    rows['spec-%04d-%05d-%04d' % (plate, mjd, fiber)] = flux[:np.ravel(shape)[0]]
            for name in sorted(rows):
                source = fits.getdata(os.path.join(sys.argv[2], name + '.fits'), 1)['flux']
                print(name, np.array_equal(rows[name], source))
            """, folder["c"], TestPaths.Data("spectra")).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void What_contradicts_is_an_error_that_names_both()
    {
        Build("a", "id,ra,dec,name\n1,10,20,x\n");
        Build("b", "id,ra,dec,name\n1,200,-20,y\n");
        Build("c", "id,ra,dec,name\n5,200,-20,7\n", "--cast", "name=int32");
        Build("e", "id,ra,dec\n6,200,-20\n", "--set", "options.epoch_year=2016");
        Build("f", "id,ra,dec\n7,200,-20\n", "--set", "options.epoch_year=2000");
        Assert.Equal(0, PileProgram.Run("copy", folder["a"], folder["g"]).ExitCode);
        Fails(1, "is not unique", "a", "b");
        foreach ((string name, string more) in new[] { ("night 1 é", "1"), ("night 2", "2") }) // the names and versions are equal
            Build(name, $"id,ra,dec\n1,{more},20\n");
        Fails(1, $"{folder["night 2"]}, row 0, column 'id': '1' is not unique: row 0 of {folder["night 1 é"]} has it as well",
            "night 1 é", "night 2");
        Fails(1, "column 'name': dtype", "a", "c");
        Fails(1, "for tables, set 'cast' in the recipe of one of them, and build it again.", "a", "c");
        Fails(1, "the epoch is 2016 in the first, 2000 in the second", "e", "f");
        Fails(2, "At least two datasets", "a");
        Fails(2, $"The dataset '{folder["a"]}' is listed twice. List each dataset once.", "a", "a");
        Fails(2, $"'{folder["a"]}' and '{folder["g"]}' are the same dataset. List one of them.", "a", "g");
    }

    [Fact]
    public void Units_that_are_written_differently_are_equal_and_the_first_spelling_is_kept()
    {
        foreach ((string name, string unit) in new[] { ("b", "erg/s/cm2"), ("a", "erg s-1 cm-2"), ("e", "W/m2") })
        {
            File.WriteAllText(folder[$"{name}.ecsv"], $$"""
                # %ECSV 1.0
                # ---
                # datatype:
                # - {name: id, datatype: int64}
                # - {name: ra, datatype: float64}
                # - {name: dec, datatype: float64}
                # - {name: flux, unit: {{unit}}, datatype: float64}
                # schema: astropy-2.0
                id ra dec flux
                {{(int)name[0]}} 10 20 1.5
                """);
            File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text("catalogue", $"kind: table\nfiles: {name}.ecsv")
                .Replace("name: test", $"name: {name}", StringComparison.Ordinal)
                + (name == "e" ? "" : "columns: { f: { native: flux } }\n"));
            ProgramResult built = PileProgram.Run("build", folder[$"{name}.yaml"], "--out", folder[name]);
            Assert.Equal((0, ""), (built.ExitCode, built.ExitCode == 0 ? "" : built.Error));
        }
        Fails(1, "'W/m2'", "b", "e");
        ProgramResult result = PileProgram.Run("concat", folder["b"], folder["a"], "--out", folder["c"]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Equal("f\n1.5\n1.5\n", Sql("SELECT f FROM d"));
        JsonElement flux = PileProgram.RunToJson("info", folder["c"]).GetProperty("columns").EnumerateArray()
            .Single(c => c.GetProperty("name").GetString() == "flux");
        Assert.Equal("erg/s/cm2", flux.GetProperty("unit").GetString());
    }

    [Theory]
    [InlineData("mine")]
    [InlineData("5")]
    public void A_column_of_the_name_of_the_origin_is_an_error_unless_an_earlier_concatenation_wrote_it(string value)
    {
        Build("a", $"id,ra,dec,dataset\n1,10,20,{value}\n");
        Build("b", "id,ra,dec\n2,11,20\n");
        Build("e", "id,ra,dec\n3,12,20\n");
        Build("f", "id,ra,dec\n4,13,20\n");
        foreach (string[] order in (string[][])[["a", "b"], ["b", "a"]])
            Fails(1, $"'{folder["a"]}', column 'dataset': the dataset has a column of its own with this name", order);
        Assert.Equal(0, PileProgram.Run("concat", folder["b"], folder["e"], "--out", folder["both"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("concat", folder["both"], folder["f"], "--out", folder["c"]).ExitCode);
        Assert.Equal("id,dataset\n2,b\n3,e\n4,f\n", Sql("SELECT id, dataset FROM d ORDER BY id"));
    }

    [Fact]
    public void Different_classes_of_a_code_are_an_error_that_names_the_folders()
    {
        foreach ((string name, string star) in new[] { ("a", "star"), ("b", "Star") })
        {
            File.WriteAllText(folder[$"{name}.csv"], $"id,ra,dec,k\n{(int)name[0]},10,20,0\n");
            File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text("catalogue", $"kind: table\nfiles: {name}.csv")
                + $"native: {{ k: {{ categories: {{ 0: {star} }} }} }}\n");
            ProgramResult built = PileProgram.Run("build", folder[$"{name}.yaml"], "--out", folder[$"folder {name}"]);
            Assert.Equal((0, ""), (built.ExitCode, built.ExitCode == 0 ? "" : built.Error));
        }
        Fails(1, $"{folder["folder a"]} and {folder["folder b"]}, column 'k': category 0 = 'star' in the first, 0 = 'Star' in the second",
            "folder a", "folder b");
    }

    public void Dispose() => folder.Dispose();

    private string Sql(string select)
    {
        ProgramResult result = PileProgram.Run("sql", folder["c"], select, "--out", folder["rows.csv"]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        return File.ReadAllText(folder["rows.csv"]).ReplaceLineEndings("\n");
    }

    private void Fails(int exitCode, string message, params string[] names)
    {
        ProgramResult result = PileProgram.Run(["concat", .. names.Select(n => folder[n]), "--out", folder["out"]]);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.False(Path.Exists(folder["out"]));
    }

    private void Build(string name, string table, params string[] more)
    {
        File.WriteAllText(folder[$"{name}.csv"], table);
        builds.OfTable(folder[$"{name}.csv"], folder[name], ["--survey", $"of {name}", "--licence", name == "a" ? "CC0-1.0" : "MIT",
            .. more.Contains("--name") ? more : [.. more, "--name", name.Split(' ')[0]]]);
    }
}
