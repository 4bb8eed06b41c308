using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Runs the builder of cut-outs.</summary>
internal static class Cutouts
{
    /// <summary>Three bands of DECam with noise and masks, in the folder that <see cref="Decam"/> makes.</summary>
    internal const string DecamBands = """
        bands:
          - { name: g, files: "decam/*_ooi_g_*.fits", ivar: { replace: [_ooi_, _oow_], kind: ivar },
              mask: { replace: [_ooi_, _ood_], bad: nonzero, bits: "DECam CP codes" }, psf_fwhm: { keyword: FWHM, unit: pixel },
              unit: count, zero_point: 25.1, wavelength_angstrom: 4730 }
          - { name: r, files: "decam/*_ooi_r_*.fits", ivar: { replace: [_ooi_, _oow_], kind: ivar }, mask: { replace: [_ooi_, _ood_] },
              psf_fwhm: { keyword: FWHM, unit: pixel }, unit: count, wavelength_angstrom: 6420 }
          - { name: z, files: "decam/*_ooi_z_*.fits", hdu: 1, ivar: { replace: [_ooi_, _oow_], kind: ivar },
              mask: { replace: [_ooi_, _ood_] }, psf_fwhm: { value: 0.9, unit: arcsec }, unit: adu, wavelength_angstrom: 9260 }
        """;

    internal static TemporaryFolder Decam(string catalogue)
    {
        TemporaryFolder folder = new();
        Link(folder, "decam", "images/legacypipe-testcase3");
        File.WriteAllText(folder["targets.csv"], catalogue);
        return folder;
    }

    internal static void Link(TemporaryFolder folder, string name,
        string data) => Directory.CreateSymbolicLink(folder[name], TestPaths.Data(data));

    internal static async Task<RowBatch> ReadOne(string yaml, string folder) =>
        Assert.Single(await BuilderRuns.Builder(yaml, folder).ReadAllAsync(TestContext.Current.CancellationToken));
}
