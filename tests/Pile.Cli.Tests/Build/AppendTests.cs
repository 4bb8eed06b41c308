using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary><c>pile build --append</c>: the next version of a dataset, with the bytes of a build of all files.</summary>
public sealed class AppendTests(RepeatedBuilds builds) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void New_spectra_change_only_the_shards_of_their_cells()
    {
        string recipe = Spectra();
        foreach (string name in (string[])["spec-7338-57859-0739.fits", "spec-0266-51602-0031.fits", "spec-0266-51602-0013.fits"])
            File.Copy(TestPaths.Data($"spectra/{name}"), folder[$"sources/{name}"]);
        PileProgram.RunToJson("build", recipe, "--out", folder["v1"]);
        // A new object beside that of 0013, with texts that are not longer.
        Python.Run("""
            import sys
            from astropy.io import fits
            with fits.open(sys.argv[1]) as file:
                file[2].data['PLUG_RA'] += 0.001
                file[2].data['SPECOBJID'] = [str(int(file[2].data['SPECOBJID'][0]) + 1)]
                file.writeto(sys.argv[2])
            """, folder["sources/spec-0266-51602-0013.fits"], folder["sources/spec-0266-51602-9999.fits"]);
        JsonElement report = Append(recipe, "v1", "v2");
        PileProgram.RunToJson("build", recipe, "--out", folder["full"]);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
        Assert.Equal((4, 2), (report.GetProperty("rows").GetInt32(), report.GetProperty("shared_shards").GetInt32()));

        string[] shared = [.. Shards("v2").Where(shard => File.Exists(shard.Replace("/v2/", "/v1/", StringComparison.Ordinal))
            && Inode(shard) == Inode(shard.Replace("/v2/", "/v1/", StringComparison.Ordinal)))];
        Assert.Equal(2, shared.Length);
        Assert.Equal(0, PileProgram.Run("validate", folder["v2"], "--deep").ExitCode);
        Assert.Equal(0, PileProgram.Run("validate", folder["v1"], "--deep").ExitCode);
    }

    [Fact]
    public void Decimals_after_integers_need_the_earlier_files()
    {
        Python.Run("""
            import sys
            from astropy.table import Table
            for name, values in (('1', [5, 6]), ('2', [5.5, 6.5])):
                Table({'id': [10 * int(name), 10 * int(name) + 1], 'ra': [101., 102.], 'dec': [1., 2.], 'n': values}).write(
                    f'{sys.argv[1]}/s{name}.fits')
            """, folder.Path);
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["s1.fits"], "--out", folder["v1"]).ExitCode);
        string error = PileProgram.RunToError(1, "build", "--from", folder["s2.fits"], "--append", folder["v1"], "--out", folder["v2"]);
        Assert.Contains("Name the earlier files, too. Declare one dtype that can represent both; for tables, set --cast", error,
            StringComparison.Ordinal);
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["s?.fits"], "--append", folder["v1"], "--cast", "n=float64", "--out",
            folder["v2"]).ExitCode);
        Assert.Equal([5, 5.5, 6, 6.5], PileProgram.RunToJson("query", folder["v2"], "--columns", "n").EnumerateArray()
            .Select(row => row.GetProperty("n").GetDouble()).Order());
    }

    [Fact]
    public void Changed_errors_of_a_spectrum_in_a_file_of_their_own_are_not_appended_to()
    {
        foreach (string name in (string[])["PH957_f.fits", "PH957_e.fits"])
            File.Copy(TestPaths.Data($"spectra/{name}"), folder[name]);
        File.WriteAllText(folder["survey.yaml"], Recipes.Text("spectrum", """
            kind: spectrum
            files: PH957_f.fits
            wavelength: { medium: vacuum }
            ivar: { replace: [_f.fits, _e.fits], kind: rms }
            file_unit: ""
            ra: RA
            dec: DEC
            """));
        Build(folder["survey.yaml"], "v1");
        Python.Run("""
            import sys
            from astropy.io import fits
            with fits.open(sys.argv[1], mode='update') as file:
                file[0].data *= 2
            """, folder["PH957_e.fits"]);
        Assert.Contains($"{folder["PH957_e.fits"]}: it has changed since '{folder["v1"]}' was built", PileProgram.RunToError(1, "build",
            folder["survey.yaml"], "--append", folder["v1"], "--out", folder["v2"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_without_a_recipe_keep_name_and_provenance_so_that_shards_are_shared()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,mag\n1,10,20,3\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec,mag\n2,200,-20,4\n");
        string[] always = ["--order", "4", "--json"];
        Assert.Equal(0, PileProgram.Run(["build", "--from", folder["a.csv"], "--out", folder["v1"], "--survey", "S", "--licence",
            "CC0-1.0", .. always]).ExitCode);
        JsonElement report = PileProgram.RunToJson(["build", "--from", folder["a.csv"], folder["b.csv"], "--append", folder["v1"],
            "--out", folder["v2"], .. always]);
        Assert.Equal((2, 1), (report.GetProperty("rows").GetInt32(), report.GetProperty("shared_shards").GetInt32()));
        JsonElement info = PileProgram.RunToJson("info", folder["v2"]);
        Assert.Equal(("v1", "S", "CC0-1.0"), (info.GetProperty("name").GetString(),
            info.GetProperty("provenance").GetProperty("survey").GetString(),
            info.GetProperty("provenance").GetProperty("licence").GetString()));
        Assert.Equal(0, PileProgram.RunToJson(["build", "--from", folder["a.csv"], folder["b.csv"], "--append", folder["v1"],
            "--out", folder["v3"], "--name", "other", .. always]).GetProperty("shared_shards").GetInt32());
    }

    [Theory]
    [InlineData("version: DR1", "version: DR2", 1, "1 of 2 shards are shared")]
    [InlineData("# no version", "version: DR2", 0, "format version 1.0 is now 1.1")]
    [InlineData("order: 4", "order: 5", 0, "order 4 is now 5")]
    [InlineData("release: r }", "release: r2 }", 0, "provenance")]
    public void A_change_that_all_shards_contain_is_reported(string earlier, string later, int shared, string message)
    {
        string before = Tables("a.csv", "id,ra,dec,name\n1,10,20,x\n");
        File.WriteAllText(before, File.ReadAllText(before)
            + $"options: {{ positions: full, {(earlier.StartsWith("order") ? earlier : "order: 4")} }}\n"
            + (earlier.StartsWith("version") ? earlier + "\n" : ""));
        Build(before, "v1");
        File.WriteAllText(folder["b.csv"], "id,ra,dec,name\n2,200,-20,y\n");
        string text = File.ReadAllText(before);
        File.WriteAllText(before, text.Contains(earlier, StringComparison.Ordinal)
            ? text.Replace(earlier, later, StringComparison.Ordinal) : text + later + "\n");
        ProgramResult result = PileProgram.Run("build", before, "--append", folder["v1"], "--out", folder["v2"], "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(shared, JsonDocument.Parse(result.Output).RootElement.GetProperty("shared_shards").GetInt32());
        Build(before, "full");
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
        Assert.Equal(0, PileProgram.Run("validate", folder["v2"], "--deep").ExitCode);
    }

    [Fact]
    public void A_wider_text_and_a_new_column_rewrite_all_shards_and_null_the_rows_that_lack_it()
    {
        string recipe = Tables("a.csv", "id,ra,dec,name\n1,10,20,x\n");
        Build(recipe, "v1");
        File.WriteAllText(folder["b.csv"], "id,ra,dec,name,mag\n2,200,-20,longer,21.5\n");
        ProgramResult result = PileProgram.Run("build", recipe, "--append", folder["v1"], "--out", folder["v2"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("the width of 'name', 1 is now 6", result.Error, StringComparison.Ordinal);
        Assert.Contains("the new column 'mag'", result.Error, StringComparison.Ordinal);
        Assert.Contains("\"mag\":null", PileProgram.Run("query", folder["v2"], "--where", "id = 1", "--columns", "mag", "--json").Output
            .Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Build(recipe, "full");
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    [Theory]
    [InlineData("id,ra,dec,q\n1,10,20,1\n", "id,ra,dec,q\n2,200,-20,1.5\n")]
    [InlineData("id,ra,dec,q\n1,10,20,1.5\n", "id,ra,dec,q\n2,200,-20,3\n", Traits = ["Run", "Long"])]
    [InlineData("id,ra,dec,q\n7,10,20,1\n", "id,ra,dec,q\nA1,200,-20,3\n")]
    [InlineData("id,ra,dec,q\n1,10,20,\n", "id,ra,dec,q\n2,200,-20,3\n", Traits = ["Run", "Long"])]
    public void Files_with_other_types_are_read_together_with_the_earlier_ones(string earlier, string later)
    {
        string recipe = Tables("a.csv", earlier);
        Build(recipe, "v1");
        File.WriteAllText(folder["b.csv"], later);
        ProgramResult result = PileProgram.Run("build", recipe, "--append", folder["v1"], "--out", folder["v2"]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Contains("are read too", result.Error, StringComparison.Ordinal);
        Build(recipe, "full");
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));

        File.Delete(folder["a.csv"]);
        result = PileProgram.Run("build", recipe, "--append", folder["v1"], "--out", folder["v3"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Declare one dtype", result.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["v3"]));
    }

    [Theory]
    [InlineData("", "filter: n < 2", "'filter' in the recipe's source")]
    [InlineData("exclude: [n]", "", "'exclude' in the recipe's source", Traits = ["Run", "Long"])]
    [InlineData("rename: { n: m }", "rename: { n: o }\ncast: { o: float64 }", "'cast' and 'rename' in the recipe's source")]
    [InlineData("ra_unit: deg", "ra_unit: hours", "'ra_unit' in the recipe's source", Traits = ["Run", "Long"])]
    [InlineData("NATIVE description: d", "NATIVE unit: mag", "'native.n.description' in the recipe")]
    [InlineData("NATIVE sentinels: [-1]", "", "'native.n.sentinels' in the recipe", Traits = ["Run", "Long"])]
    public void Rows_that_were_read_in_another_way_are_read_again(string before, string after, string difference) =>
        ReadInAnotherWay(before, after, difference);

    [Theory] // a key of the source, one of the recipe, and an option
    [InlineData("filter: n < 2", "", "'filter' in the recipe's source")]
    [InlineData("NATIVE unit: mag", "NATIVE unit: mmag", "'native.n.unit' in the recipe", Traits = ["Run", "Long"])]
    [InlineData("LIMIT", "", "a limit of rows")]
    public void Tasks_read_rows_again_too_and_a_missing_file_is_an_error(string before, string after, string difference)
    {
        ReadInAnotherWay(before, after, difference);
        for (int task = 0; task < 2; task++)
            Assert.Equal(0, PileProgram.Run("build", folder["v2.yaml"], "--append", folder["v1"], "--out", folder["tasks"], "--task",
                $"{task}/2").ExitCode);
        Assert.Equal(0, PileProgram.Run("build", folder["v2.yaml"], "--append", folder["v1"], "--out", folder["tasks"], "--commit")
            .ExitCode);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["tasks"]));

        Write("v2", "files: [b.csv]", after);
        string error = PileProgram.RunToError(2, "build", folder["v2.yaml"], "--append", folder["v1"], "--out", folder["v3"]);
        Assert.Contains("cannot be read again without its source file 'a.csv'", error, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["v3"]));
    }

    private void ReadInAnotherWay(string before, string after, string difference)
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,n\n1,10,20,1\n2,11,21,3\n");
        Write("v1", "files: [a.csv]", before.Replace("LIMIT", "", StringComparison.Ordinal));
        Build(folder["v1.yaml"], "v1", before == "LIMIT" ? ["--limit", "1"] : []);
        File.WriteAllText(folder["b.csv"], "id,ra,dec,n\n3,2,-20,1\n4,3,-20,5\n");
        Write("v2", "files: [a.csv, b.csv]", after);
        ProgramResult result = PileProgram.Run("build", folder["v2.yaml"], "--append", folder["v1"], "--out", folder["v2"]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        Assert.Contains($"were read with other settings: {difference}.", result.Error, StringComparison.Ordinal);
        Build(folder["v2.yaml"], "full");
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    [Theory]
    [InlineData("filter: n < 2\nid: id", "id: \"id\"\nfilter: 'n < 2'")]
    [InlineData("NATIVE description: d", "NATIVE description: e, unit: mag", Traits = ["Run", "Long"])]
    [InlineData("", "NATIVE sentinels: [-1]")]
    [InlineData("LIMIT", "")]
    public void Rows_that_are_read_in_the_same_way_are_kept(string before, string after)
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,n\n1,10,20,1\n");
        Write("v1", "files: [a.csv]", before.Replace("LIMIT", "", StringComparison.Ordinal));
        Build(folder["v1.yaml"], "v1", before == "LIMIT" ? ["--limit", "2"] : []);
        File.WriteAllText(folder["b.csv"], "id,ra,dec,n\n3,2,-20,1\n");
        Write("v2", "files: [\"*.csv\"]", after);
        ProgramResult result = PileProgram.Run("build", folder["v2.yaml"], "--append", folder["v1"], "--out", folder["v2"]);
        Assert.Contains("1 of 2 units are in", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("settings", result.Error, StringComparison.Ordinal);
        Build(folder["v2.yaml"], "full");
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    [Fact]
    public void Another_table_of_a_file_is_read()
    {
        Python.Run("""
            import sys
            from astropy.io import fits
            from astropy.table import Table
            fits.HDUList([fits.PrimaryHDU(), *(fits.table_to_hdu(Table({'id': [i], 'ra': [1.], 'dec': [float(i)]})) for i in (1, 2))]
                ).writeto(sys.argv[1])
            """, folder["a.fits"]);
        Write("v1", "files: [\"a.fits#1\"]", "");
        Build(folder["v1.yaml"], "v1");
        Write("v2", "files: [\"a.fits#1\", \"a.fits#2\"]", "");
        ProgramResult result = PileProgram.Run("build", folder["v2.yaml"], "--append", folder["v1"], "--out", folder["v2"]);
        Assert.Contains("'files' in the recipe's source", result.Error, StringComparison.Ordinal);
        Build(folder["v2.yaml"], "full");
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    [Fact]
    public void Rows_of_a_dataset_that_does_not_say_how_they_were_read_are_kept_with_a_message()
    {
        string recipe = Tables("a.csv", "id,ra,dec,name\n1,10,20,x\n");
        Build(recipe, "v1");
        Python.Run("""
            import hashlib, re, sys
            folder = sys.argv[1]
            with open(f'{folder}/files.parquet', 'rb') as file:
                files = file.read()
            assert files.count(b'pile.source') == 1
            files = files.replace(b'pile.source', b'other.texts')
            with open(f'{folder}/files.parquet', 'wb') as file:
                file.write(files)
            sha256 = hashlib.sha256(files).hexdigest()
            text = re.sub('(path: files.parquet\\n  sha256: ).*', rf'\g<1>{sha256}', open(f'{folder}/pile.yaml').read())
            text = text[:text.index('crc32c:')]
            crc = 0xffffffff
            for byte in text.encode():
                crc ^= byte
                for _ in range(8):
                    crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
            open(f'{folder}/pile.yaml', 'w').write(f'{text}crc32c: "{crc ^ 0xffffffff:08x}"\n')
            """, folder["v1"]);
        File.WriteAllText(folder["b.csv"], "id,ra,dec,name\n2,200,-20,y\n");
        foreach ((string earlier, string later) in (ReadOnlySpan<(string, string)>)[("v1", "v2"), ("v2", "v3")])
        {
            ProgramResult result = PileProgram.Run("build", recipe, "--append", folder[earlier], "--out", folder[later]);
            Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
            Assert.Contains($"'{folder[earlier]}' does not say how its rows were read", result.Error, StringComparison.Ordinal);
        }
        Build(recipe, "full");
        Assert.Equal(0, PileProgram.Run("diff", folder["full"], folder["v3"]).ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_version_without_rows_keeps_its_sources_and_columns(bool hasEarlierFile)
    {
        Python.Run("""
            import sys
            from astropy.table import Table
            a = Table({'id': ['a1', 'a2'], 'ra': [1., 2.], 'dec': [1., 2.], 'n': [5, 6]})
            a.write(f'{sys.argv[1]}/a.fits')
            a['m'] = [1, 2]
            a[:0].write(f'{sys.argv[1]}/e.fits')
            """, folder.Path);
        Write("v0", "files: [e.fits]", "");
        Build(folder["v0.yaml"], "v0");
        Write("full", "files: [e.fits, a.fits]", "");
        Build(folder["full.yaml"], "full");
        if (!hasEarlierFile)
            File.Delete(folder["e.fits"]);
        Write("v1", hasEarlierFile ? "files: [e.fits, a.fits]" : "files: [a.fits]", "");
        Append(folder["v1.yaml"], "v0", "v1");
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v1"])); // of the list of files, too
    }

    [Fact]
    public void Contradictions_of_files_that_are_all_named_do_not_advise_to_name_them()
    {
        File.WriteAllText(folder["a.csv"], "id,ra,dec,q\n1,10,20,x\n");
        Write("v2", "files: [\"*.csv\", b.fits]", "");
        Write("v1", "files: [\"*.csv\"]", "");
        Build(folder["v1.yaml"], "v1");
        Python.Run("""
            import sys
            from astropy.table import Table
            Table({'id': [2], 'ra': [1.], 'dec': [1.], 'q': [5]}).write(sys.argv[1])
            """, folder["b.fits"]);
        string[] append = ["--append", folder["v1"], "--out", folder["v2"]];
        ProgramResult result = PileProgram.Run(["build", folder["v2.yaml"], .. append]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Declare one dtype", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Name the earlier files", result.Error, StringComparison.Ordinal);
        Write("v2", "files: [b.fits]", "");
        Assert.Contains("Name the earlier files, too. Declare one dtype",
            PileProgram.RunToError(1, ["build", folder["v2.yaml"], .. append]), StringComparison.Ordinal);
    }

    [Fact]
    public void Tasks_read_the_new_files_and_the_commit_writes_the_bytes_of_a_full_build()
    {
        string recipe = Tables("a.csv", "id,ra,dec,name\n1,10,20,x\n");
        Build(recipe, "v1");
        File.WriteAllText(folder["b.csv"], "id,ra,dec,name\n2,200,-20,y\n");
        File.WriteAllText(folder["c.csv"], "id,ra,dec,name\n3,100,-20,longer\n");
        string[] always = ["build", recipe, "--append", folder["v1"], "--out", folder["v2"]];
        for (int task = 0; task < 3; task++)
        {
            ProgramResult share = PileProgram.Run([.. always, "--task", $"{task}/3"]);
            Assert.Equal((0, ""), (share.ExitCode, share.ExitCode == 0 ? "" : share.Error));
            Assert.Contains($"task {task} of 3", share.Error, StringComparison.Ordinal);
        }
        Assert.False(Path.Exists(folder["v2"]));
        ProgramResult commit = PileProgram.Run([.. always, "--commit"]);
        Assert.Equal((0, ""), (commit.ExitCode, commit.ExitCode == 0 ? "" : commit.Error));
        Assert.Contains("the width of 'name', 1 is now 6", commit.Error, StringComparison.Ordinal);
        Build(recipe, "full");
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    [Fact]
    public void Skipped_rows_are_kept_and_a_skipped_file_is_read_again()
    {
        string recipe = Tables("a.csv", "id,ra,dec,name\n1,10,20,x\n2,10,95,\"a, \"\"b\"\"\"\n");
        File.WriteAllText(folder["b.csv"], "nothing\n");
        Assert.Equal(3, PileProgram.Run("build", recipe, "--out", folder["v1"], "--on-error", "skip").ExitCode);
        string list = File.ReadAllText(folder["v1/skipped.csv"]);
        File.WriteAllText(folder["b.csv"], "id,ra,dec,name\n3,200,-20,y\n");
        ProgramResult result = PileProgram.Run("build", recipe, "--append", folder["v1"], "--out", folder["v2"], "--on-error", "skip");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("b.csv,,", list, StringComparison.Ordinal);
        PileProgram.Run("build", recipe, "--out", folder["full"], "--on-error", "skip");
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    [Theory]
    [InlineData("a.csv", "id,ra,dec,name\n1,10,21,x\n", "it has changed since", 1)]
    [InlineData("b.csv", "id,ra,dec,name\n1,200,-20,y\n", " 1, shard 000000000 has it as well", 1)]
    [InlineData("b.csv", "ra,dec,mag\n200,-20,5\n", "ids are row numbers", 1)]
    [InlineData("b.csv", "id,ra,dec,name\n2,200,-20,y\n", "leave --limit and --dry-run out", 2, "--limit", "1")]
    public void What_cannot_be_continued_is_an_error_and_leaves_nothing(string file, string content, string message, int exitCode,
        params string[] more)
    {
        string recipe = Tables("a.csv", "id,ra,dec,name\n1,10,20,x\n");
        Build(recipe, "v1");
        File.WriteAllText(folder[file], content);
        ProgramResult result = PileProgram.Run(["build", recipe, "--append", folder["v1"], "--out", folder["v2"], .. more]);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["v2"]));
    }

    [Fact]
    public void New_files_that_are_all_unreadable_are_skipped_as_in_a_full_build()
    {
        string recipe = Tables("a.csv", "id,ra,dec,name\n1,10,20,x\n");
        Build(recipe, "v1");
        File.WriteAllText(folder["b.csv"], "");
        Assert.Equal(3, PileProgram.Run("build", recipe, "--out", folder["full"], "--on-error", "skip").ExitCode);
        ProgramResult result = PileProgram.Run("build", recipe, "--append", folder["v1"], "--out", folder["v2"], "--on-error", "skip");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("skipped b.csv", result.Error, StringComparison.Ordinal);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    public void Dispose() => folder.Dispose();

    private string Spectra()
    {
        Directory.CreateDirectory(folder["sources"]);
        File.WriteAllText(folder["survey.yaml"], Recipes.Text("spectrum", "kind: sdss-spectrum\nfiles: \"sources/*.fits\"")
            + "options: { order: 6 }\n");
        return folder["survey.yaml"];
    }

    private string Tables(string name, string content)
    {
        File.WriteAllText(folder[name], content);
        File.WriteAllText(folder["survey.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: \"*.csv\""));
        return folder["survey.yaml"];
    }

    private void Write(string name, string files, string keys)
    {
        const string Native = "NATIVE ";
        bool isNative = keys.StartsWith(Native, StringComparison.Ordinal);
        File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text("catalogue", $"kind: table\n{files}\n{(isNative ? "" : keys)}")
            + (isNative ? $"native:\n  n: {{ {keys[Native.Length..]} }}\n" : ""));
    }

    private void Build(string recipe, string name, params string[] options) => builds.OfRecipe(recipe, folder[name], options);

    private JsonElement Append(string recipe, string earlier, string name) =>
        PileProgram.RunToJson("build", recipe, "--append", folder[earlier], "--out", folder[name], "--json");

    private string[] Shards(string name) => Directory.GetFiles(folder[name], "*.hdf5", SearchOption.AllDirectories);

    private static string Inode(string path) => PileProgram.RunInShell($"stat -c %i '{path}'").Output.Trim();
}
