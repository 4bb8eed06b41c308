using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Export;

/// <summary><c>pile export --format mmu</c> of real files: the rows that a loader returns equal those of astropy and pandas.</summary>
public sealed class MmuTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Spectra_of_SDSS_are_read_by_its_loader()
    {
        Build("sdss", "spectrum", "SDSS-BOSS-eBOSS", $"kind: sdss-spectrum\nfiles: \"{TestPaths.Data("spectra")}/spec-*.fits\"");
        JsonElement report = PileProgram.RunToJson("export", folder["sdss"], "--format", "mmu", "--out", folder["mmu"]);
        Assert.Equal(("sdss", 4, 3), (report.GetProperty("layout").GetString(), report.GetProperty("rows").GetInt32(),
            report.GetProperty("files").GetInt32()));
        Assert.Equal(report.GetProperty("bytes").GetInt64(), Directory.EnumerateFiles(folder["mmu"], "*.hdf5", SearchOption.AllDirectories)
            .Sum(file => new FileInfo(file).Length));
        Assert.Equal("4 spectra", Loaders.Run("sdss", folder["mmu"], """
            import glob
            from astropy.io import fits
            for path in glob.glob(sys.argv[4]):
                f = fits.open(path)
                coadd, table = f[1].data, f[2].data
                id = table["SPECOBJID"][0]
                row = rows[str((id.strip() if isinstance(id, str) else str(int(id) % 2**64)).encode())]
                spectrum, n = row["spectrum"], len(coadd)
                for name, expected, padding in [("flux", coadd["flux"], coadd["flux"][-1]), ("ivar", coadd["ivar"], 0),
                        ("lambda", (10 ** coadd["loglam"].astype("f8")).astype("f4"), -1),
                        ("lsf_sigma", coadd["wdisp"], coadd["wdisp"][-1]),
                        ("mask", (coadd["and_mask"] != 0) | ~(coadd["ivar"] > 1e-6), True)]:
                    if name == "lambda":
                        np.testing.assert_array_max_ulp(spectrum[name][:n], expected, 1)
                    else:
                        np.testing.assert_array_equal(spectrum[name][:n], expected, name)
                    assert np.all(spectrum[name][n:] == padding), name
                for name in ["VDISP", "VDISP_ERR", "Z", "Z_ERR"]:
                    assert row[name] == np.float32(table[name][0])
                assert row["ZWARNING"] == bool(table["ZWARNING"][0])
                for name in ["SPECTROFLUX", "SPECTROFLUX_IVAR", "SPECTROSYNFLUX", "SPECTROSYNFLUX_IVAR"]:
                    assert [row[f"{name}_{band}"] for band in "UGRIZ"] == list(table[name][0])
            print(len(rows), "spectra")
            """, $"{TestPaths.Data("spectra")}/spec-*.fits"));
    }

    [Fact]
    public void Spectra_of_DESI_are_read_by_its_loader()
    {
        Build("desi", "spectrum", "DESI", $"kind: desi-spectrum\nfiles: \"{TestPaths.Data("spectra/desi")}/coadd-4-*.fits\"");
        Assert.Equal("desi", PileProgram.RunToJson("export", folder["desi"], "--format", "mmu", "--out", folder["mmu"])
            .GetProperty("layout").GetString());
        Assert.Equal("1 spectra", Loaders.Run("desi", folder["mmu"], """
            from astropy.io import fits
            coadd, redrock = (fits.open(f"{sys.argv[4]}/{kind}-4-80613-thru20210324.fits") for kind in ("coadd", "redrock"))
            target, z = coadd["FIBERMAP"].data[0], redrock["REDSHIFTS"].data[0]
            row = rows[str(target["TARGETID"])]
            arm = coadd["B_WAVELENGTH"].data < 5700
            np.testing.assert_array_equal(row["spectrum"]["flux"][:arm.sum()], coadd["B_FLUX"].data[0][arm])
            np.testing.assert_array_equal(row["spectrum"]["ivar"][:arm.sum()], coadd["B_IVAR"].data[0][arm])
            np.testing.assert_array_equal(row["spectrum"]["mask"][:arm.sum()],
                ((coadd["B_MASK"].data[0] != 0) | ~(coadd["B_IVAR"].data[0] > 0))[arm])
            np.testing.assert_allclose(row["spectrum"]["lambda"], 3600 + .8 * np.arange(7781), rtol=1e-7)
            assert .7 < np.nanmedian(row["spectrum"]["lsf_sigma"]) < 2  # in pixels
            for name in ["EBV", "FLUX_G", "FLUX_IVAR_Z", "FIBERFLUX_R", "FIBERTOTFLUX_Z"]:
                assert row[name] == np.float32(target[name])
            assert (row["Z"], row["ZERR"], row["ZWARN"]) == (np.float32(z["Z"]), np.float32(z["ZERR"]), z["ZWARN"] == 0)
            print(len(rows), "spectra")
            """, TestPaths.Data("spectra/desi")));
    }

    [Fact]
    public void Light_curves_of_PLAsTiCC_are_read_by_its_loader()
    {
        File.WriteAllText(folder["objects.csv"], "object_id,ra,decl,hostgal_specz,hostgal_photoz,target,true_z\n"
            + "229855,53.1,-27.8,0.5,0.4,90,0.51\n63437265,149.4,2.2,0,0,42,0.02\n");
        Build("plasticc", "time-series", "PLAsTiCC", $$"""
            kind: lightcurve-table
            files: "{{TestPaths.Data("lightcurves/plasticc_lightcurves.csv.gz")}}"
            catalogue: { file: objects.csv, id: object_id, ra: ra, dec: decl, ra_unit: deg }
            id: object_id
            time: { column: mjd, scale: UTC }
            flux: flux
            flux_unit: ""
            flux_err: flux_err
            band: { column: passband, names: { 0: u, 1: g, 2: r, 3: i, 4: z, 5: y } }
            """);
        _ = PileProgram.RunToJson("export", folder["plasticc"], "--format", "mmu", "--out", folder["mmu"]);
        Assert.Equal("2 light curves", Loaders.Run("plasticc", folder["mmu"], """
            import pandas
            table = pandas.read_csv(sys.argv[4])
            for id, samples in table.groupby("object_id"):
                row = rows[str(id)]
                lists, n = row["lightcurve"], len(row["lightcurve"]["time"]) // 6
                for k, band in enumerate("ugrizY"):
                    expected = samples[samples.passband == k].sort_values("mjd", kind="stable")
                    assert lists["band"][k * n] == band
                    for name, column in [("time", "mjd"), ("flux", "flux"), ("flux_err", "flux_err")]:
                        found = lists[name][k * n:(k + 1) * n]
                        np.testing.assert_array_equal(found[:len(expected)], np.float32(expected[column]))
                        assert np.all(found[len(expected):] == 0)
            assert rows["229855"]["obj_type"] == "SNIa" and rows["229855"]["redshift"] == np.float32(.51)
            print(len(rows), "light curves")
            """, TestPaths.Data("lightcurves/plasticc_lightcurves.csv.gz")));
    }

    [Fact]
    public void Light_curves_of_Kepler_are_read_by_its_loader()
    {
        Build("kepler", "time-series", "Kepler", $"kind: lightcurve-fits\nfiles: \"{TestPaths.Data("lightcurves")}/kplr*.fits\"");
        _ = PileProgram.RunToJson("export", folder["kepler"], "--format", "mmu", "--out", folder["mmu"]);
        Assert.Equal("2 light curves", Loaders.Run("kepler", folder["mmu"], """
            import glob, os
            from astropy.io import fits
            for path in glob.glob(sys.argv[4] + "/kplr*.fits"):
                f = fits.open(path)
                lists, n = rows[str(os.path.basename(path)[:-5].encode())]["lightcurve"], len(f[1].data)
                for name in ["time", "pdcsap_flux", "pdcsap_flux_err"]:
                    np.testing.assert_array_equal(lists[name][:n], np.float32(f[1].data[name.upper()]))
                    assert np.all(lists[name][n:] == 0)
                assert np.all(np.isnan(lists["sap_flux"][:n])) and np.all(lists["sap_flux"][n:] == 0)
            print(len(rows), "light curves")
            """, TestPaths.Data("lightcurves")));
    }

    [Fact]
    public void An_export_replaces_only_an_export_and_errors_say_what_to_do()
    {
        Build("sdss", "spectrum", "SDSS", $"kind: sdss-spectrum\nfiles: \"{TestPaths.Data("spectra")}/spec-0266-*.fits\"");
        string[] export = ["export", folder["sdss"], "--format", "mmu", "--out", folder["mmu"]];
        Directory.CreateDirectory(folder["mmu/mine"]);
        Assert.Contains("use --replace", PileProgram.RunToError(2, export), StringComparison.Ordinal);
        Assert.Contains("It is not an export", PileProgram.RunToError(2, [.. export, "--replace"]), StringComparison.Ordinal);
        Directory.Delete(folder["mmu/mine"]);
        ProgramResult first = PileProgram.Run(export);
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("Layout 'sdss', chosen by the dataset's provenance and modality; --layout sets another.", first.Error,
            StringComparison.Ordinal);
        string fingerprint = Fingerprint.Of(folder["mmu"]), mine = folder["mmu/sub/mine.txt"];
        Directory.CreateDirectory(Path.GetDirectoryName(mine)!);
        File.WriteAllText(mine, "");
        Assert.Contains("1 file in it would be deleted that the export did not write", PileProgram.RunToError(2, [.. export, "--replace"]),
            StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(mine)!, recursive: true);
        Assert.Equal(0, PileProgram.Run([.. export, "--replace", "--workers", "1"]).ExitCode);
        Assert.Equal(fingerprint, Fingerprint.Of(folder["mmu"]));
        Assert.Equal(["mmu", "sdss"], Directory.EnumerateDirectories(folder.Path).Select(Path.GetFileName).Order());

        Assert.Contains("the layout 'desi' requires columns that it lacks: ZWARN, EBV, FLUX_G",
            PileProgram.RunToError(2, [.. export, "--replace", "--layout", "desi"]), StringComparison.Ordinal);
        Assert.Contains("or use --layout 'spectrum'", PileProgram.RunToError(2, [.. export, "--replace", "--layout", "desi"]),
            StringComparison.Ordinal);
        Assert.Contains("--layout 'hsc' is for the modality 'image'; the dataset 'test' has 'spectrum'",
            PileProgram.RunToError(2, [.. export, "--replace", "--layout", "hsc"]), StringComparison.Ordinal);
        Assert.Contains("--layout 'sdsss' is unknown; the layouts are sdss, desi,",
            PileProgram.RunToError(2, [.. export, "--replace", "--layout", "sdsss"]), StringComparison.Ordinal);
    }

    private void Build(string name, string modality, string survey, string source)
    {
        File.WriteAllText(folder[$"{name}.yaml"], Recipes.Text(modality, source).Replace("survey: s,", $"survey: {survey},",
            StringComparison.Ordinal));
        ProgramResult build = PileProgram.Run("build", folder[$"{name}.yaml"], "--out", folder[name]);
        Assert.True(build.ExitCode == 0, build.Error);
    }
}
