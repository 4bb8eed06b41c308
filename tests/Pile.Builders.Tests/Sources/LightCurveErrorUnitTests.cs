using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Units of the flux and of its errors in tables of light curves.</summary>
public class LightCurveErrorUnitTests
{
    [Theory]
    [InlineData("Jy", "Jy", true)]
    [InlineData("electron/s", "electron s-1", true)]
    [InlineData("Jy", "", true)]
    [InlineData("mag(AB)", "mag", true)] // not a unit of FITS
    [InlineData("Jy", "mJy", false)]
    [InlineData("uJy", "uJy-2", false)] // an inverse variance
    [InlineData("Jy", "Jy2", false)] // a variance
    [InlineData("Jy", "mag", false)]
    public async Task Errors_have_the_unit_of_the_flux(string flux, string error, bool isValid)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["t.ecsv"], $$"""
            # %ECSV 1.0
            # ---
            # delimiter: ','
            # datatype:
            # - {name: id, datatype: int64}
            # - {name: ra, datatype: float64, unit: deg}
            # - {name: dec, datatype: float64, unit: deg}
            # - {name: t, datatype: float64, unit: d}
            # - {name: f, datatype: float64, unit: "{{flux}}"}
            # - {name: e, datatype: float64{{(error.Length > 0 ? $", unit: \"{error}\"" : "")}}}
            id,ra,dec,t,f,e
            1,10,20,59000.5,3,0.5

            """, TestContext.Current.CancellationToken);
        BuilderRun builder = BuilderRuns.Builder("kind: lightcurve-table\nfiles: t.ecsv\nid: id\nflux: f\nflux_err: e\n"
            + "time: { column: t, scale: UTC, zero_mjd: 0 }\nband: { name: g }", folder.Path);
        if (!isValid)
        {
            PileException thrown = await Assert.ThrowsAnyAsync<PileException>(() => builder.ReadAllAsync(
                TestContext.Current.CancellationToken));
            Assert.Contains($"its unit is '{error}', but that of the flux is '{flux}'", thrown.Message, StringComparison.Ordinal);
            return;
        }
        RowBatch rows = Assert.Single(await builder.ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal(error.Length > 0 ? error : flux, rows["lightcurve_flux_err"].Schema.Unit);
    }
}
