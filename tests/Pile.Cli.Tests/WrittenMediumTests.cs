using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The medium of wavelengths in tables that <c>pile query</c> writes and <c>pile build</c> reads.</summary>
public sealed class WrittenMediumTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_written_table_keeps_the_medium_of_its_wavelengths()
    {
        File.WriteAllText(folder["w.csv"], "id,ra,dec,wl\n1,10,1,5000.5\n");
        File.WriteAllText(folder["w.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: w.csv")
            + "native: { wl: { unit: Angstrom, ucd: em.wl, spectral_medium: air } }\n");
        PileProgram.RunToJson("build", folder["w.yaml"], "--out", folder["w"]);
        foreach (string format in (string[])["ecsv", "vot", "fits", "parquet"])
        {
            PileProgram.RunToJson("query", folder["w"], "--columns", "id,ra,dec,wl", "--out", folder[$"t.{format}"]);
            File.WriteAllText(folder[$"{format}.yaml"], Recipes.Text("catalogue", $"kind: table\nfiles: t.{format}"));
            PileProgram.RunToJson("build", folder[$"{format}.yaml"], "--out", folder[format]);
            Assert.Equal((format, "air"),
                (format, PileProgram.RunToJson("info", folder[format]).GetProperty("spectral_medium").GetString()));

            File.WriteAllText(folder["contradicting.yaml"], Recipes.Text("catalogue", $"kind: table\nfiles: t.{format}")
                + "native: { wl: { spectral_medium: vacuum } }\n");
            Assert.Contains("its wavelengths are in air in the source and in vacuum in the recipe", PileProgram.RunToError(1, "build",
                folder["contradicting.yaml"], "--out", folder["contradicting"]), StringComparison.Ordinal);
        }
    }
}
