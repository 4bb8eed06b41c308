using Pile.Cli.Tests;
using Pile.TestKit;

[assembly: AssemblyFixture(typeof(BuiltDatasets))]

namespace Pile.Cli.Tests;

/// <summary>Datasets that the program builds once for all tests that only read them.</summary>
public sealed class BuiltDatasets : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Builds the datasets.</summary>
    public BuiltDatasets()
    {
        File.WriteAllText(folder["targets.csv"],
            "name,ra,dec,mag\ncentre,244.7797,12.0724,16.5\nelsewhere,10,-60,12\nedge,244.7811,12.0735,\n");
        File.WriteAllText(folder["cutouts.yaml"], Recipes.Text("image", $$"""
            kind: fits-cutout
            catalogue: targets.csv
            id: name
            size: 24
            bands:
              - { name: g, files: "{{Frames}}_ooi_g_*.fits", ivar: { replace: [_ooi_, _oow_], kind: ivar },
                  unit: count, wavelength_angstrom: 4730 }
              - { name: r, files: "{{Frames}}_ooi_r_*.fits", ivar: { replace: [_ooi_, _oow_], kind: ivar },
                  unit: count, wavelength_angstrom: 6420 }
            """));
        File.WriteAllText(folder["spectra.yaml"],
            Recipes.Text("spectrum", $"kind: sdss-spectrum\nfiles: \"{TestPaths.Data("spectra")}/spec-0266-*.fits\"") + """
            columns:
              start: { native: mjd, unit: s, ucd: time.start }
              z100: { expr: "native_Z * 100", unit: "" }

            """);
        Task<ProgramResult>[] builds =
        [
            Task.Run(() => PileProgram.Run("build", "--from", TestPaths.Data("catalog/small_sky.fits"), "--out", Sky, "--order",
                "1", "--json")),
            Task.Run(() => PileProgram.Run("build", "--from", TestPaths.Data("catalog/gaia_results.fits"), "--out", Gaia, "--order", "auto",
                "--quiet")),
            Task.Run(() => PileProgram.Run("build", folder["spectra.yaml"], "--out", Spectra)),
            Task.Run(() => PileProgram.Run("build", folder["cutouts.yaml"], "--out", Cutouts, "--json")),
        ];
        Task.WaitAll(builds);
        (SkyBuild, GaiaBuild, SpectraBuild, CutoutsBuild) = (builds[0].Result, builds[1].Result, builds[2].Result, builds[3].Result);
    }

    /// <summary>131 synthetic positions, integer ids from 700 on.</summary>
    public string Sky => folder["sky"];

    /// <summary>Gaia sources of NGC 188, at declination +85.</summary>
    public string Gaia => folder["gaia"];

    /// <summary>Two SDSS spectra, with aliases of a recipe.</summary>
    public string Spectra => folder["spectra"];

    /// <summary>Two cut-outs in two bands of DECam. A third target is outside of the images.</summary>
    public string Cutouts => folder["cutouts"];

    internal ProgramResult SkyBuild { get; }

    internal ProgramResult GaiaBuild { get; }

    internal ProgramResult SpectraBuild { get; }

    internal ProgramResult CutoutsBuild { get; }

    private static string Frames => TestPaths.Data("images/legacypipe-testcase3/*");

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();
}
