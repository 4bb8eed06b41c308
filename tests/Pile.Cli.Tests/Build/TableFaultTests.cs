using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Messages of a build about rows and files of its tables.</summary>
public sealed class TableFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("source_id,ra,dec,n\n7,10,20,1\n8,100,20,2\n7,200,20,3",
        "column 'source_id': '7' is not unique: row 0 of t.csv has it as well")]
    [InlineData("object_id,ra,dec\n7,10,20\n7,200,20", "column 'object_id': '7' is not unique")]
    [InlineData("object_id,ra,dec,class\n7,10,20,7\n7,200,20,7\n8,30,20,1", "column 'object_id': '7' is not unique",
        Traits = ["Run", "Long"])] // by chance
    [InlineData("id,ra,dec,copy\nM 1,10,20,M 1\nM 1,200,20,M 1", "column 'object_id': 'M 1' is not unique")] // two columns have this value
    public void A_duplicate_id_is_reported_with_the_column_of_the_table(string table, string message)
    {
        File.WriteAllText(folder["t.csv"], table);
        Assert.Contains(message, PileProgram.RunToError(1, "build", "--from", folder["t.csv"], "--id",
            table[..table.IndexOf(',', StringComparison.Ordinal)], "--out", folder["d"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_FITS_file_that_contradicts_its_sum_is_reported()
    {
        Python.Run("""
            import sys
            import numpy as np
            from astropy.table import Table
            from astropy.io import fits
            fits.BinTableHDU(Table({'id': np.arange(9), 'ra': np.arange(9.), 'dec': np.arange(9.)})).writeto(sys.argv[1], checksum=True)
            data = bytearray(open(sys.argv[1], 'rb').read())
            data[-2880 + 7] ^= 1 # the last byte of an id
            open(sys.argv[2], 'wb').write(data)
            """, folder["good.fits"], folder["bad.fits"]);
        Assert.DoesNotContain("DATASUM", PileProgram.Run("build", "--from", folder["good.fits"], "--out", folder["g"]).Error,
            StringComparison.Ordinal);
        ProgramResult result = PileProgram.Run("build", "--from", folder["bad.fits"], "--out", folder["b"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("bad.fits: HDU 1: the data are not those of its DATASUM: they were changed or damaged", result.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10", "25.5", "hours", "column 'ra': 25.5 (382.5 degrees) is not a right ascension in degrees")]
    [InlineData("10:00:00", "25:30:00", "sexagesimal", "25:30:00")]
    [InlineData("10", "361.5", "deg", "column 'ra': 361.5 is not a right ascension in degrees")]
    public void A_right_ascension_out_of_range_is_shown_as_in_the_file(string good, string ra, string unit, string message)
    {
        File.WriteAllText(folder["t.csv"], $"id,ra,dec\n1,{good},20\n2,{ra},21");
        Assert.Contains(message, PileProgram.RunToError(1, "build", "--from", folder["t.csv"], "--ra-unit", unit, "--out", folder["d"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_does_not_change_the_messages_about_rows()
    {
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,100,20\n2,,5\n3,101,22\n");
        ProgramResult result = PileProgram.Run("build", "--from", folder["t.csv"], "--on-error", "skip", "--limit", "2", "--out",
            folder["skipped"]);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("2 rows in", result.Output, StringComparison.Ordinal);
        Assert.Contains(" 1 skipped", result.Output, StringComparison.Ordinal);
        File.WriteAllLines(folder["hours.csv"],
            ["id,ra,dec", .. Enumerable.Range(0, 240)
                .Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{i},{i / 10.0},{(i % 160) - 80}"))]);
        Assert.Contains("looks like hours", PileProgram.RunToError(1, "build", "--from", folder["hours.csv"], "--limit", "3", "--out",
            folder["hours"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,ra,dec\n1,100,20\n2,101,22\n3,,5\n")]
    [InlineData("id,ra,dec\n1,100,20\n2,101,22\n3,102,95\n", Traits = ["Run", "Long"])]
    [InlineData("id,ra,dec\n1,100,20\n2,101,22\n,102,21\n", Traits = ["Run", "Long"])]
    [InlineData("id,ra,dec\n1,10:00:00,20:00:00\n2,10:01:00,20:30:00\n3,here,there\n")]
    public void Rows_after_the_limit_are_not_checked(string table)
    {
        File.WriteAllText(folder["t.csv"], table);
        Assert.NotEqual(0, PileProgram.Run("build", "--from", folder["t.csv"], "--id", "id", "--out", folder["all"]).ExitCode);
        Assert.Equal(2, PileProgram.RunToJson("build", "--from", folder["t.csv"], "--id", "id", "--limit", "2", "--out", folder["two"])
            .GetProperty("rows").GetInt32());
        PileProgram.RunToError(1, "build", "--from", folder["t.csv"], "--id", "id", "--limit", "3", "--out", folder["three"]);
        JsonElement skipping = PileProgram.RunToJson("build", "--from", folder["t.csv"], "--id", "id", "--on-error", "skip", "--limit", "2",
            "--out", folder["skipping"]);
        Assert.Equal((2, 0), (skipping.GetProperty("rows").GetInt32(), skipping.GetProperty("skipped").GetInt32()));
    }

    [Fact]
    public void Globs_skip_hidden_files_unless_the_pattern_begins_with_a_dot()
    {
        Directory.CreateDirectory(folder[".hidden"]);
        foreach ((int id, string name) in (ReadOnlySpan<(int, string)>)[(1, "a.csv"), (2, "._a.csv"), (3, ".hidden/b.csv")])
            File.WriteAllText(folder[name], $"id,ra,dec\n{id},100,20\n");
        foreach ((string glob, long rows) in (ReadOnlySpan<(string, long)>)[("*.csv", 1), ("**/*.csv", 1), (".*/*.csv", 1),
            ("[*.csv, .*.csv]", 2), ("._a.csv", 1)])
        {
            string files = glob[0] == '['
                ? glob.Replace("*.csv, .*", "\"*.csv\", \".*", StringComparison.Ordinal).Replace("]", "\"]", StringComparison.Ordinal)
                : $"\"{glob}\"";
            File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", $"kind: table\nfiles: {files}"));
            Assert.Equal(rows, PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder[".d"], "--replace").GetProperty("rows")
                .GetInt64());
        }
    }
}
