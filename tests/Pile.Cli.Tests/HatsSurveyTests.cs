using System.Text.Json;
using Pile.DuckDb;
using Pile.TestKit;
using static Pile.Cli.Tests.RequiredResults;

namespace Pile.Cli.Tests;

/// <summary>HATS catalogues as surveys write them: copies, exports and associations keep their columns.</summary>
public sealed class HatsSurveyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_column_named_healpix_is_kept_by_copies_and_exports_and_compared()
    {
        Write("cat", "i AS id, 45 + 90 * i::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\", i + 1000000 AS healpix");
        string[] query = ["--sort", "id", "--columns", "id,native_healpix", "--json"];
        const string expected = """[{"id":0,"native_healpix":1000000},{"id":1,"native_healpix":1000001},"""
            + """{"id":2,"native_healpix":1000002},{"id":3,"native_healpix":1000003}]""";
        ProgramResult opened = Done(PileProgram.Run(["query", folder["cat"], .. query]));
        Assert.Equal(expected, opened.Output.Trim());
        Assert.Contains($"the column 'healpix' of '{folder["cat"]}' is 'native_healpix'", opened.Error, StringComparison.Ordinal);
        Done(PileProgram.Run("copy", folder["cat"], folder["copy"]));
        Done(PileProgram.Run("export", folder["cat"], "--format", "hats", "--out", folder["hats"]));
        Done(PileProgram.Run("build", "--from", folder["cat"] + "/dataset/*/*/*.parquet", "--out", folder["built"]));
        foreach (string made in (string[])[folder["copy"], folder["hats"], folder["built"]])
            Assert.Equal(expected, Done(PileProgram.Run(["query", made, .. query])).Output.Trim());
        Assert.Equal((0, 0, 0), Differences("cat", "copy"));
        Write("other", "i AS id, 45 + 90 * i::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\", i + 1000001 AS healpix");
        Assert.Equal((0, 0, 4), Differences("other", "copy"));
    }

    [Fact]
    public void A_missing_element_of_a_list_of_floats_is_equal_to_the_NaN_of_the_copy()
    {
        Write("cat", "i AS id, 45 + 90 * i::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\", [i, NULL, 2.5]::DOUBLE[] AS mags, "
            + "{'mjd': [1.5, NULL]::FLOAT[], 'n': [1, 2]} AS lc");
        Done(PileProgram.Run("copy", folder["cat"], folder["copy"]));
        Assert.Equal((0, 0, 0), Differences("cat", "copy"));
        Write("other", "i AS id, 45 + 90 * i::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\", [i, 7, 2.5]::DOUBLE[] AS mags, "
            + "{'mjd': [1.5, NULL]::FLOAT[], 'n': [1, 2]} AS lc");
        Assert.Equal((0, 0, 4), Differences("other", "copy"));
    }

    [Fact]
    public void Right_ascensions_below_0_are_matched_and_copied()
    {
        Write("cat", "i AS id, (CASE WHEN i > 1 THEN -315 + 90 * i ELSE 45 + 90 * i END)::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\"");
        Write("east", "i AS id, 45 + 90 * i::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\"");
        Assert.Equal(4, PileProgram.RunToJson("crossmatch", folder["cat"], folder["east"], "--radius", "0.1", "--out", folder["m.csv"])
            .GetProperty("pairs").GetInt32());
        Done(PileProgram.Run("copy", folder["cat"], folder["copy"]));
        Assert.Equal((0, 0, 0), Differences("east", "copy"));
        Assert.True(PileProgram.RunToJson("validate", folder["cat"]).GetProperty("valid").GetBoolean());
    }

    [Fact]
    public void An_association_names_the_column_of_ids_of_each_catalogue()
    {
        Write("a", "i AS id, 45 + 90 * i::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\"");
        Write("b", "i + 5 AS source_id, 45 + 90 * i::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\"");
        string[] match = ["crossmatch", folder["a"], folder["b"], "--radius", "1", "--format", "hats-association", "--out"];
        Done(PileProgram.Run([.. match, folder["assn"]]));
        string[] lines = File.ReadAllLines(Path.Combine(folder["assn"], "hats.properties"));
        Assert.Contains("hats_col_assn_primary=id", lines);
        Assert.Contains("hats_col_assn_join=source_id", lines);
        Assert.Contains($"--a-id: the ids of '{folder["a"]}' are row numbers", PileProgram.RunToError(2, [.. match, folder["x"], "--a-id",
            "row"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_of_a_catalogue_that_does_not_state_it_is_not_shown()
    {
        Write("cat", "i AS id, 45 + 90 * i::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\"");
        Assert.DoesNotContain("0 bytes", Done(PileProgram.Run("info", folder["cat"])).Output, StringComparison.Ordinal);
        File.AppendAllText(Path.Combine(folder["cat"], "hats.properties"), "hats_estsize=2\n");
        Assert.Contains("2,048 bytes", Done(PileProgram.Run("info", folder["cat"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_in_the_folder_of_a_tile_are_not_its_rows()
    {
        Write("cat", "i AS id, 45 + 90 * i::DOUBLE AS ra, 41.0::DOUBLE AS \"dec\"");
        for (int i = 0; i < 4; i++)
        {
            string file = Tile("cat", i), part = Path.Combine(Path.ChangeExtension(file, null), "part-0.parquet");
            Directory.CreateDirectory(Path.GetDirectoryName(part)!);
            File.Move(file, part);
            foreach (string name in (string[])["_SUCCESS", ".part-0.parquet.crc", "_metadata"])
                File.WriteAllText(Path.Combine(Path.GetDirectoryName(part)!, name), "x");
        }
        File.AppendAllText(Path.Combine(folder["cat"], "hats.properties"), "hats_npix_suffix=/\n");
        JsonElement report = PileProgram.RunToJson("validate", folder["cat"]);
        Assert.True(report.GetProperty("valid").GetBoolean(), report.ToString());
        Assert.Equal(4, PileProgram.RunToJson("info", folder["cat"]).GetProperty("rows").GetInt64());
    }

    private (int Added, int Removed, int Changed) Differences(string a, string b)
    {
        using JsonDocument json = JsonDocument.Parse(PileProgram.Run("diff", folder[a], folder[b], "--json").Output);
        JsonElement rows = json.RootElement.GetProperty("rows");
        return (rows.GetProperty("added").GetInt32(), rows.GetProperty("removed").GetInt32(), rows.GetProperty("changed").GetInt32());
    }

    private string Tile(string name, int pixel) => $"{folder[name]}/dataset/Norder=0/Dir=0/Npix={pixel}.parquet";

    // Four tiles of one row.
    private void Write(string name, string columns)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Tile(name, 0))!);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"CREATE TABLE t AS SELECT {columns} FROM range(4) t(i)");
        connection.Execute($"COPY (FROM t LIMIT 0) TO '{folder[name]}/dataset/_common_metadata' (FORMAT PARQUET)");
        for (int i = 0; i < 4; i++)
            connection.Execute($"COPY (FROM t WHERE rowid = {i}) TO '{Tile(name, i)}' (FORMAT PARQUET)");
        File.WriteAllLines(Path.Combine(folder[name], "partition_info.csv"), ["Norder,Npix", "0,0", "0,1", "0,2", "0,3"]);
        File.WriteAllText(Path.Combine(folder[name], "hats.properties"),
            "obs_collection=made\ndataproduct_type=object\nhats_nrows=4\nhats_col_ra=ra\nhats_col_dec=dec\n");
    }
}
