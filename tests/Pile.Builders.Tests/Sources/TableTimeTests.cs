using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

public class TableTimeTests
{
    [Theory]
    [InlineData("mjd", false)]
    [InlineData("night", false)]
    [InlineData("mjd", true)]
    public async Task A_time_scale_that_applies_to_no_column_is_reported(string column, bool isDeclared)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["t.csv"], $"id,ra,dec,{column}\n1,1,1,58849\n");
        List<string> messages = [];
        Recipe recipe = RecipeReader.Read($"""
            pile: 1
            name: t
            provenance: {"{ project: p, survey: s, instrument: i, release: r }"}
            licence: CC0-1.0
            citation: none
            source: {"{"} kind: table, files: t.csv, cast: {"{"} {column}: float64 {"}"} {"}"}
            options: {"{ time_scale: TAI }"}
            {(isDeclared ? "native: { mjd: { unit: d, time: { scale: TAI } } }" : "")}
            """, "t.yaml", folder.Path);
        await BuildRun.RunAsync(recipe, SourceBuilders.All, folder["out"], new() { OnMessage = messages.Add },
            TestContext.Current.CancellationToken);
        Assert.Equal(isDeclared ? 0 : 1, messages.Count(m => m.StartsWith("options.time_scale: TAI applies to no column",
            StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_time_scale_that_contradicts_the_file_is_described_in_words()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.io import fits
            C = fits.Column
            h = fits.BinTableHDU.from_columns([C('id', 'J', array=[1]), C('ra', 'D', unit='deg', array=[15.]),
                C('dec', 'D', unit='deg', array=[1.]), C('mjd', 'D', unit='d', array=[58000.])])
            h.header.update(TIMESYS='TDB', TREFPOS='BARYCENTER')
            h.writeto(sys.argv[1])
            """, folder["t.fits"]);
        const string head = "pile: 1\nname: t\nprovenance: { project: p, survey: s, instrument: i, release: r }\nlicence: CC0-1.0\n"
            + "citation: c\nsource: { kind: table, files: t.fits }\n";
        await File.WriteAllTextAsync(folder["utc.yaml"], head + "options: { time_scale: UTC }\n", token);
        await File.WriteAllTextAsync(folder["none.yaml"], head, token);
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuildRun.RunAsync(
            RecipeReader.ReadFile(folder["utc.yaml"]), SourceBuilders.All, folder["a"], cancellationToken: token));
        Assert.Contains("its times are TDB at BARYCENTER, but those of the dataset are UTC. Remove 'time_scale' from the recipe's options",
            e.Message, StringComparison.Ordinal);
        await BuildRun.RunAsync(RecipeReader.ReadFile(folder["none.yaml"]), SourceBuilders.All, folder["b"], cancellationToken: token);
    }
}
