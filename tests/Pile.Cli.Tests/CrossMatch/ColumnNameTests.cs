using Pile.TestKit;

namespace Pile.Cli.Tests.CrossMatch;

/// <summary>Columns whose names differ by case only, and columns with the names of ids and positions.</summary>
public class ColumnNameTests(RepeatedBuilds builds)
{
    [Theory]
    [InlineData("E_mag = 2", "o1")]
    [InlineData("\"E_mag\" = 2", "o1", Traits = ["Run", "Long"])]
    [InlineData("E_mag = 1", "")]
    [InlineData("e_mag = 3", "o2")]
    [InlineData("E_mag - e_mag < 0.5", "", Traits = ["Run", "Long"])]
    [InlineData("e_mag < 2 AND E_mag < 3", "o1")]
    public void Conditions_find_the_column_whose_name_has_the_same_case(string condition, string expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.csv"], "id,ra,dec,e_mag,E_mag\no1,15,0,1,2\no2,30,0,3,4\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n5,15,0\n6,30,0\n");
        builds.OfTable(folder["a.csv"], folder["d"]);
        Assert.Equal(expected, Ids("query", folder["d"], "--where", condition, "--columns", "object_id"));
        Assert.Equal(expected, Ids("sql", folder["d"], $"SELECT object_id FROM d WHERE {condition}"));
        string ofPairs = condition.Replace("e_mag", "a.e_mag", StringComparison.Ordinal)
            .Replace("\"E_mag\"", "a.\"E_mag\"", StringComparison.Ordinal).Replace("E_mag -", "a.E_mag -", StringComparison.Ordinal)
            .Replace("E_mag <", "a.E_mag <", StringComparison.Ordinal).Replace("E_mag =", "a.E_mag =", StringComparison.Ordinal);
        foreach (string side in new[] { folder["a.csv"], folder["d"] })
        {
            Assert.Equal(expected, Ids("crossmatch", side, folder["b.csv"], "--radius", "1", "--where-a", condition));
            Assert.Equal(expected, Ids("crossmatch", side, folder["b.csv"], "--radius", "1", "--where", ofPairs));
        }
    }

    [Fact]
    public void Names_that_cannot_be_told_apart_are_rejected_and_those_of_other_expressions_are_kept()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.csv"], "id,ra,dec,e_mag,E_mag\no1,15,0,1,4\no2,30,0,3,2\n");
        Assert.Equal(0, PileProgram.Run("build", "--from", folder["a.csv"], "--out", folder["d"]).ExitCode);
        Assert.Equal("o1 o2", Ids("sql", folder["d"], "SELECT object_id, e_mag AS E_mag FROM d ORDER BY E_mag"));
        Assert.Equal("o2 o1", Ids("sql", folder["d"], "SELECT object_id FROM d ORDER BY E_mag"));
        ProgramResult refused = PileProgram.Run("sql", folder["d"], "SELECT object_id FROM d WHERE d . E_mag = 2");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("d.E_mag must be written without blanks", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_with_the_names_of_ids_and_positions_are_carried_under_other_names()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.csv"], "name,object_id,ra,dec,ra_corr,dec_corr\ns1,o1,15.5,0.5,15,0\n");
        File.WriteAllText(folder["b.csv"], "id,ra,dec\n5,15,0.0001\n");
        ProgramResult matched = PileProgram.Run("crossmatch", folder["a.csv"], folder["b.csv"], "--radius", "1", "--a-id", "name", "--a-ra",
            "ra_corr", "--a-dec", "dec_corr", "--columns", "a.ra,a.native_object_id,a.native_ra,a.native_dec", "--out", "-", "--format",
            "csv");
        Assert.Equal("s1,5,0.36000000000000004,15.0,0.0,15.0,0.0001,o1,15.5,0.5", matched.Output.Split('\n')[1].Trim());
        Assert.Contains("its column 'ra' is 'native_ra' in the match", matched.Error, StringComparison.Ordinal);
    }

    private static string Ids(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run([.. arguments, "--out", "-", "--format", "csv"]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        return string.Join(' ', result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(l => l.Trim().Split(',')[0]));
    }
}
