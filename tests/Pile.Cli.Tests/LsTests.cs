using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile ls</c> of what cannot be opened.</summary>
public class LsTests
{
    [Fact]
    public void A_damaged_dataset_is_named_beside_the_others()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], "id,ra,dec\n1,10,20\n");
        foreach (string name in (string[])["good", "bad"])
            PileProgram.RunToJson("build", "--from", folder["t.csv"], "--out", folder[$"data/{name}"]);
        File.WriteAllText(folder["data/bad/pile.yaml"], "pile: [\n");
        ProgramResult listed = PileProgram.Run("ls", folder["data"]);
        Assert.Equal(3, listed.ExitCode);
        Assert.Contains("good", listed.Output, StringComparison.Ordinal);
        Assert.Contains("'bad' cannot be opened: ", listed.Error, StringComparison.Ordinal);
    }
}
