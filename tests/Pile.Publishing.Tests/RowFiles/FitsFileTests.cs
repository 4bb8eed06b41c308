using Pile.Format;
using Pile.TestKit;

namespace Pile.Publishing.Tests;

/// <summary>FITS files, read with astropy and strictly verified, with units and WCS.</summary>
public sealed class FitsFileTests : IDisposable
{
    private static readonly RowFileOptions Fits = new() { Format = RowFileFormat.Fits };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Images_have_one_HDU_per_band_with_its_unit_and_WCS()
    {
        await Rows.WriteAsync(Rows.Batch, ["image_array", "image_mask", "image_dq"], folder["out"], Fits);
        Python.Run("""
            import numpy as np, sys, os, warnings
            warnings.simplefilter("error")
            from astropy.io import fits
            from astropy.wcs import WCS
            d = sys.argv[1]
            whole = np.arange(210, dtype="f4").reshape(2, 3, 5, 7)
            for i, id in enumerate(["NGC%201%2F%CE%B1.b.", "obj-2."]):
                for column, dtype in [("image_array", ">f4"), ("image_mask", "u1"), ("image_dq", ">i4")]:
                    with fits.open(os.path.join(d, id + column + ".fits")) as f:
                        f.verify("exception")
                        assert len(f) == 4 and [h.header["EXTNAME"] for h in f[1:]] == ["des-g", "des-r", "des-z"]
                        p = f[0].header
                        assert f[0].data is None and p["OBJECTID"] == ["NGC%201%2F%CE%B1.b", "obj-2"][i]
                        assert p["RA"] == [150.123456789, 0.25][i] and p["DEC"] == [2.25, -30.5][i] and p["RADESYS"] == "ICRS"
                        assert p["SURVEY"] == "Legacy Surveys" and p["RELEASE"] == "DR10" and p["INSTRUME"] == "DECam"
                        assert p["DATASET"] == "hand-made" and p["LICENCE"] == "CC-BY-4.0"
                        assert p["REFERENC"] == "Dey et al. 2019, AJ 157, 168 ? " \
                            "a citation that is longer than one card of a header can ever be"
                        for b in range(3):
                            h = f[b + 1].header
                            expected = {"image_array": whole, "image_mask": whole > 10, "image_dq": whole}[column][i, b]
                            assert f[b + 1].data.dtype == np.dtype(dtype) and np.array_equal(f[b + 1].data, expected)
                            assert h["NAXIS1"] == 7 and h["NAXIS2"] == 5 and h["BAND"] == ["des-g", "des-r", "des-z"][b]
                            if column == "image_array": assert h["BUNIT"] == ["nanomaggy", "mJy", "nanomaggy"][b] and h["MAGZERO"] == 22.5
                            else: assert "BUNIT" not in h
                            if column == "image_mask": assert h["MASKPOL"] == "1 is good"
                            w = WCS(h); n = 3 * i + b
                            assert w.wcs.crpix.tolist() == [3.5 + n, 2.5] and w.wcs.radesys == "ICRS"
                            ra, dec = w.wcs_pix2world(3.5 + n, 2.5, 1); assert abs(ra - 150.123456789) < 1e-12 and abs(dec - 2.25) < 1e-12
            """, folder["out"]);
    }

    [Fact]
    public async Task Zero_points_of_frames_are_written_where_the_band_has_none()
    {
        BandSchema[] bands = [Rows.Image.Bands[0], .. Rows.Image.Bands.Skip(1).Select(b => b with { ZeroPointMag = null })];
        RowBatch batch = new([.. Rows.Batch.Columns.Select(c => c.Schema.Name == "image_array"
            ? c.WithSchema(c.Schema with { Bands = [.. bands] }) : c), new ColumnData<float>(
                new ColumnSchema { Name = "frame_zero_point", DType = DType.Float32, Shape = [3], Unit = "mag" },
                new[] { 20f, 30f, 25.1f, 20f, 30.5f, float.NaN })]);
        await Rows.WriteAsync(batch, ["image_array", "image_mask"], folder["out"], Fits,
            Rows.Manifest with { Columns = [.. batch.Columns.Select(c => c.Schema)] });
        Python.Run("""
            import sys, os
            from astropy.io import fits
            for i, id in enumerate(["NGC%201%2F%CE%B1.b.", "obj-2."]):
                with fits.open(os.path.join(sys.argv[1], id + "image_array.fits")) as f:
                    found = [h.header.get("MAGZERO") for h in f[1:]]
                    assert found == [[22.5, 30.0, 25.1], [22.5, 30.5, None]][i], found
                with fits.open(os.path.join(sys.argv[1], id + "image_mask.fits")) as f:
                    assert all("MAGZERO" not in h.header for h in f[1:])
            """, folder["out"]);
    }

    [Fact]
    public async Task Spectra_are_tables_with_units_in_the_order_that_specutils_expects()
    {
        await Rows.WriteAsync(Rows.Batch, ["spectrum_flux", "spectrum_ivar", "spectrum_lambda"], folder["out"], Fits);
        Python.Run("""
            import numpy as np, sys, os, warnings
            warnings.simplefilter("error")
            from astropy.io import fits
            from astropy.table import Table, QTable
            from astropy import units as u
            d = sys.argv[1]; path = os.path.join(d, "NGC%201%2F%CE%B1.b.spectrum_flux.fits")
            t = Table.read(path)
            assert t.colnames == ["wavelength", "flux", "uncertainty", "ivar", "mask", "lsf_sigma"], t.colnames
            flam = 1e-17 * u.erg / u.s / u.cm**2 / u.AA
            assert t["wavelength"].unit == u.AA and u.allclose(1 * t["flux"].unit, 1 * flam) and t["uncertainty"].unit == t["flux"].unit
            assert u.allclose(1 * t["ivar"].unit, 1 / flam**2) and t["lsf_sigma"].unit == u.AA
            q = QTable.read(path)
            q["flux"].to(u.Jy, equivalencies=u.spectral_density(q["wavelength"]))
            # as the loader does: first spectral axis, first flux density, the next column in the unit of flux
            def is_axis(c):
                try: t[c].to("AA", equivalencies=u.spectral()); return True
                except Exception: return False
            assert [c for c in t.colnames if is_axis(c)][0] == "wavelength"
            assert [c for c in t.colnames if c != "flux" and t[c].unit == t["flux"].unit] == ["uncertainty"]
            assert t["wavelength"].tolist() == [4000, 4001, 4002] and t["flux"].tolist() == [1, 2, 3] and t["ivar"].tolist() == [4, 0, 0.25]
            s = np.ma.filled(t["uncertainty"], np.nan); assert s[0] == 0.5 and np.isnan(s[1]) and s[2] == 2
            assert t["mask"].dtype == np.bool_ and t["mask"].tolist() == [False, True, False]
            with fits.open(path) as f:
                f.verify("exception"); h = f[1].header
                assert h["AIRORVAC"] == "vac" and h["EXTNAME"] == "SPECTRUM" and h.comments["TTYPE1"] == "wavelength in vacuum"
                assert f[0].header["OBJECTID"] == "NGC%201%2F%CE%B1.b"
            assert len(Table.read(os.path.join(d, "obj-2.spectrum_flux.fits"))) == 2
            assert Table.read(os.path.join(d, "obj-2.spectrum_ivar.fits")).colnames == ["wavelength", "ivar"]
            assert Table.read(os.path.join(d, "obj-2.spectrum_lambda.fits")).colnames == ["wavelength"]
            """, folder["out"]);
    }

    [Fact]
    public async Task Other_columns_are_tables_of_one_column()
    {
        string[] types = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64", "bool"];
        RowFilesSummary summary = await Rows.WriteAsync(Rows.Batch,
            ["z", "big", "image_band", "native/mag", .. types.Select(t => "t_" + t)], folder["out"], Fits);
        Assert.Equal(1, summary.Missing);
        Assert.DoesNotContain(Path.Combine(folder["out"], "obj-2.z.fits"), summary.Files);
        Python.Run("""
            import numpy as np, sys, os
            from astropy.table import Table
            from astropy.io import fits
            d = sys.argv[1]
            def get(n): return Table.read(os.path.join(d, "NGC%201%2F%CE%B1.b." + n + ".fits"))
            assert get("z").colnames == ["z"] and get("z")["z"][0] == np.float32(0.1)
            assert fits.getheader(os.path.join(d, "NGC%201%2F%CE%B1.b.z.fits"), 1)["TUCD1"] == "src.redshift"
            assert get("big")["big"].tolist() == [2**63 - 1]
            assert [str(x) for x in get("image_band")["image_band"]] == ["des-g", "des-r", "des-z"]
            m = get("native%2Fmag")
            assert m.colnames == ["native/mag"] and str(m["native/mag"].unit) == "mag" and m["native/mag"][0] == 1.5
            for t in ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]:
                i = np.iinfo(t); c = get("t_" + t)["t_" + t]; assert c.tolist() == [i.min, i.max], (t, c)
            assert get("t_float32")["t_float32"].dtype.itemsize == 4 and get("t_bool")["t_bool"].tolist() == [True, False]
            """, folder["out"]);
    }

    [Fact]
    public async Task A_spectrum_without_elements_is_an_empty_table()
    {
        ColumnData flux = new ColumnData<float>(Rows.Batch["spectrum_flux"].Schema, Array.Empty<float>(), [0, 0]);
        string[] others = ["spectrum_lambda", "spectrum_ivar", "spectrum_lsf_sigma"];
        RowBatch batch = new([Rows.Batch["object_id"], Rows.Batch["ra"], Rows.Batch["dec"], flux,
            new ColumnData<bool>(Rows.Batch["spectrum_mask"].Schema, Array.Empty<bool>(), [0, 0]),
            .. others.Select(name => flux.Take([0, 1], Rows.Batch[name].Schema))]);
        await Rows.WriteAsync(batch, ["spectrum_flux"], folder["out"], Fits);
        Python.Run("""
            import sys, os
            from astropy.table import Table
            t = Table.read(os.path.join(sys.argv[1], "obj-2.spectrum_flux.fits"))
            assert len(t) == 0 and t.colnames[:2] == ["wavelength", "flux"]
            """, folder["out"]);
    }

    [Fact]
    public async Task Non_ASCII_text_is_rejected_and_no_file_is_written()
    {
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(
            () => Rows.WriteAsync(Rows.Batch, ["big", "name"], folder["out"], Fits));
        Assert.Contains("Ångström", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public async Task Invalid_WCS_cards_are_reported_as_an_error_of_the_dataset()
    {
        ColumnData broken = TextColumnData.From(Rows.Batch["image_wcs"].Schema, [.. Enumerable.Repeat("CRVAL1  = 'é'", 6)]);
        RowBatch batch = new(Rows.Batch.Columns.Select(c => c.Schema.Name == "image_wcs" ? broken : c));
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(
            () => Rows.WriteAsync(batch, ["image_array"], folder["out"], Fits));
        Assert.Contains("image_wcs", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ColumnsToRead_includes_companion_columns()
    {
        Assert.Equal(["object_id", "image_array", "ra", "dec", "image_band", "image_wcs"],
            RowFiles.ColumnsToRead(Rows.Manifest, ["image_array"], Fits));
        Assert.Equal(["object_id", "spectrum_flux", "ra", "dec", "spectrum_lambda", "spectrum_ivar", "spectrum_mask", "spectrum_lsf_sigma"],
            RowFiles.ColumnsToRead(Rows.Manifest, ["spectrum_flux"], Fits));
        Assert.Equal(["object_id", "z"], RowFiles.ColumnsToRead(Rows.Manifest, ["z"]));
    }
}
