using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary><c>pile build --append</c> with files whose positions are for other epochs: the result is that of a build of all
/// files.</summary>
public sealed class AppendedEpochTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public AppendedEpochTests()
    {
        Python.Run("""
            import sys
            import astropy.units as u
            from astropy.coordinates import SkyCoord
            from astropy.table import Table
            from astropy.time import Time
            for i, (name, epoch) in enumerate((('2016', 'J2016'), ('2000', 'J2000'), ('none', None))):
                position = SkyCoord([10 + i] * u.deg, [1.] * u.deg, obstime=Time(epoch) if epoch else None)
                Table({'id': [i], 'pos': position}).write(f'{sys.argv[1]}/{name}.ecsv')
            """, folder.Path);
        File.WriteAllText(folder["text.csv"], "id,ra,dec\n7,13,1\n");
    }

    [Theory]
    [InlineData("2016", "2000", 2016d, "epoch 2000, those of 'V1' for epoch 2016, and are not moved")]
    [InlineData("2000", "2016", 2000d, "epoch 2016, those of 'V1' for epoch 2000, and are not moved", Traits = ["Run", "Long"])]
    [InlineData("2016", "none", 2016d, "an unknown epoch, those of 'V1' for epoch 2016, and are not moved")]
    [InlineData("none", "2016", null, "epoch 2016, those of 'V1' for an unknown epoch, and are not moved")]
    [InlineData("2016", "text", 2016d, "an unknown epoch, those of 'V1' for epoch 2016, and are not moved", Traits = ["Run", "Long"])]
    [InlineData("text", "2016", 2016d, "an unknown epoch, those of the first file that states one for epoch 2016")]
    public void The_epoch_of_the_earlier_rows_is_that_of_a_build_of_all_files(string first, string second, double? epoch, string message)
    {
        Build("v1", first);
        Build("full", first, second);
        foreach (string[] named in (string[][])[[second], [first, second]])
        {
            Assert.Contains(message.Replace("V1", folder["v1"], StringComparison.Ordinal), Append(named), StringComparison.Ordinal);
            Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
            Assert.Equal(epoch, EpochOf("v2"));
            Directory.Delete(folder["v2"], recursive: true);
        }
    }

    [Fact]
    public void A_new_file_that_is_the_first_of_all_states_the_epoch_and_the_earlier_ones_are_read_again()
    {
        Build("v1", "2016");
        Build("full", "2000", "2016");
        string messages = Append("2000", "2016");
        Assert.Contains($"The positions of '{folder["v1"]}' are for epoch 2016, those of the first file for epoch 2000", messages,
            StringComparison.Ordinal);
        Assert.Contains("2016.ecsv: its positions are for epoch 2016, those of the first file for epoch 2000, and are not moved", messages,
            StringComparison.Ordinal);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    [Fact]
    public void Earlier_rows_do_not_lose_their_epoch()
    {
        Build("v1", "2016");
        string[] command = ["build", "--from", folder["none.ecsv"], folder["2016.ecsv"], "--append", folder["v1"], "--out", folder["v2"]];
        Assert.Contains($"The positions of '{folder["v1"]}' are for epoch 2016, but the first file of the recipe", PileProgram.RunToError(2,
            command), StringComparison.Ordinal);
        ProgramResult stated = PileProgram.Run([.. command, "--set", "options.epoch_year=2016"]);
        Assert.True(stated.ExitCode == 0, stated.Error);
        Assert.Equal(2016, EpochOf("v2"));
    }

    [Fact]
    public void Another_epoch_of_the_recipe_is_reported()
    {
        Build("v1", "2016");
        ProgramResult result = PileProgram.Run("build", "--from", folder["2000.ecsv"], "--append", folder["v1"], "--out", folder["v2"],
            "--set", "options.epoch_year=2000");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($"the positions are for epoch 2000 now; those of '{folder["v1"]}' are for epoch 2016, and are not moved",
            result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string[] Paths(string[] names) => [.. names.Select(n => folder[n == "text" ? "text.csv" : $"{n}.ecsv"])];

    private void Build(string name, params string[] files)
    {
        ProgramResult built = PileProgram.Run(["build", "--from", .. Paths(files), "--out", folder[name], "--name", "x"]);
        Assert.True(built.ExitCode == 0, built.Error);
    }

    private string Append(params string[] files)
    {
        ProgramResult result = PileProgram.Run(["build", "--from", .. Paths(files), "--append", folder["v1"], "--out", folder["v2"]]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Error;
    }

    private double? EpochOf(string name)
    {
        JsonElement year = PileProgram.RunToJson("info", folder[name]).GetProperty("epoch_year");
        return year.ValueKind == JsonValueKind.Number ? year.GetDouble() : null;
    }
}
