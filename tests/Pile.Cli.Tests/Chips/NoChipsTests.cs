using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Builds whose items give no chips.</summary>
public sealed class NoChipsTests(ChipDatasets chips) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("chip: { size: 32 }\nstats: { mask: { band: red, nodata: 0 } }\nmax_nodata: 0.01",
        "12 of 12 chips of 32 pixels are left out, because more than 1 % of their pixels have no data. Check")]
    [InlineData("chip: { size: 512 }", "no chip of 512 pixels fits into 100 × 140 pixels. Check")]
    public void The_error_has_the_reasons_and_nothing_is_left_behind(string keys, string reason)
    {
        File.WriteAllText(folder["r.yaml"], Recipes.Text("chip",
            $"kind: stac-chips\nitems: '{chips["a1/item.json"]}'\n{keys}"));
        string error = PileProgram.RunToError(1, "build", folder["r.yaml"], "--out", folder["d"], "--quiet");
        Assert.Contains("source 'stac-chips': no rows are left", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("builder", error, StringComparison.Ordinal);
        Assert.Equal([folder["r.yaml"]], Directory.GetFileSystemEntries(folder.Path));
    }
}
